"""The facts about hot spots. They belong to no report, but for the one that a case lies in one."""

from dataclasses import dataclass
from typing import ClassVar

from reports.event import Audience, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class HotSpotFound(Event):
    """The same problem was solved so often in one place that it is a hot spot now."""

    name: ClassVar[str] = "hot_spot.found"
    hot_spot: str
    category: str
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HotSpotChanged(Event):
    """Its state, owner or plan changed: by a person, or because it came back, was joined to another, or is gone."""

    name: ClassVar[str] = "hot_spot.changed"
    hot_spot: str
    state: str
    was: str
    owner_agency: str | None = None
    owner_account: str | None = None
    target_on: str | None = None
    merged_into: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportInHotSpot(Event):
    """The open report lies in a hot spot: the same problem was solved there before, so many times."""

    name: ClassVar[str] = "report.in_hot_spot"
    audience: ClassVar[Audience] = "agency"
    hot_spot: str
    cases: int
