"""Facts about the proof of a result: findings that came later, overrides, audits by lot, checks at the scene."""

from dataclasses import dataclass
from typing import ClassVar

from reports.event import Audience, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofChecked(Event):
    """A picture of the proof was compared with all others of the city. `worst` of all findings now: ok, warn, fail."""

    name: ClassVar[str] = "proof.checked"
    audience: ClassVar[Audience] = "agency"
    media: str
    worst: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofOverridden(Event):
    """A supervisor let the proof pass in spite of these findings (none yet: before the result), for this reason."""

    name: ClassVar[str] = "proof.overridden"
    audience: ClassVar[Audience] = "agency"
    reason: str
    codes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDrawn(Event):
    """The published case was drawn by lot: the center looks at it again."""

    name: ClassVar[str] = "report.drawn"
    audience: ClassVar[Audience] = "internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAudited(Event):
    """Somebody at the center looked again at a published case: passed or failed."""

    name: ClassVar[str] = "report.audited"
    audience: ClassVar[Audience] = "agency"
    result: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckerSent(Event):
    """Somebody is to look at the scene. `to`: the agency; `person`: the one of its accounts that is meant."""

    name: ClassVar[str] = "report.checker_sent"
    audience: ClassVar[Audience] = "agency"
    to: str
    question: str
    person: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReported(Event):
    """What was found at the scene, with so many pictures."""

    name: ClassVar[str] = "report.check_reported"
    audience: ClassVar[Audience] = "agency"
    agency: str
    finding: str
    media: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckerRecalled(Event):
    """The check is not needed any more."""

    name: ClassVar[str] = "report.checker_recalled"
    audience: ClassVar[Audience] = "agency"
    agency: str
    reason: str
