"""The facts about alarms and drills. They belong to no report: being alarmed changes no report's own story.

Internal, and so heard by the journal's readers inside only; screens are told the list of alarms instead
(docs/adr/0024-alarms.md).
"""

from dataclasses import dataclass
from typing import ClassVar

from reports.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRaised(Event):
    """Something needs a person at the center. `reports`: the codes it is about at that moment; `drill`: an exercise."""

    name: ClassVar[str] = "alarm.raised"
    alarm: int
    kind: str
    subject: str
    reports: list[str]
    drill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmAcknowledged(Event):
    """Somebody at a desk takes care of it; who is the entry's actor."""

    name: ClassVar[str] = "alarm.acknowledged"
    alarm: int
    kind: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmEscalated(Event):
    """Nobody acknowledged it in time: it goes to the supervisor (level 2), then to the leader (level 3)."""

    name: ClassVar[str] = "alarm.escalated"
    alarm: int
    kind: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmCleared(Event):
    """What it was about is no longer so. `reports`: all it was ever about."""

    name: ClassVar[str] = "alarm.cleared"
    alarm: int
    kind: str
    reports: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillBegan(Event):
    """A supervisor has begun an exercise; until it ends, alarms marked as drill may be raised."""

    name: ClassVar[str] = "drill.began"
    drill: int
    scenario: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillEnded(Event):
    """The exercise is over, and so are its alarms; without a person, by its time."""

    name: ClassVar[str] = "drill.ended"
    drill: int
