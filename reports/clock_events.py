"""The facts about due times: they move, come near, pass, and are brought before somebody higher up."""

from dataclasses import dataclass
from typing import ClassVar

from reports.event import Audience, Due, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportExtended(Event):
    """The due time moved, with a reason; counted apart from on time. `was_due` to `until`, as `due` says too."""

    name: ClassVar[str] = "report.extended"
    audience: ClassVar[Audience] = "reporter"
    reason: str
    was_due: str
    until: str
    due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportEscalated(Event):
    """Somebody higher up must look: it was returned too often, is late, the center or the agency leaves it untouched,
    its result waits too long for the center, or something was found against its proof after the publication.

    `level`: which step of the lane's chain; `to`: head (of `agency`), supervisor or leader; `escalation`: its number,
    by which it is acknowledged. A return too often goes to the supervisor at once.
    """

    name: ClassVar[str] = "report.escalated"
    audience: ClassVar[Audience] = "agency"
    reason: str
    level: int | None = None
    to: str | None = None
    agency: str | None = None
    escalation: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationAcknowledged(Event):
    """Whoever it was brought before takes care of it; nobody higher up is called before the time of the next step has
    passed once more with nothing done. Who is the entry's actor.
    """

    name: ClassVar[str] = "report.escalation_acknowledged"
    audience: ClassVar[Audience] = "agency"
    escalation: int
    reason: str
    level: int
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDueSoon(Event):
    """So many percent of the time that was promised are used up; the highest of the city's thresholds, each once."""

    name: ClassVar[str] = "report.due_soon"
    audience: ClassVar[Audience] = "agency"
    percent: int
    due_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOverdue(Event):
    """The due time passed while the report was open."""

    name: ClassVar[str] = "report.overdue"
    audience: ClassVar[Audience] = "agency"
    due_at: str
