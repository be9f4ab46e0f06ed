"""Facts about the work inside an agency: tasks, parts, hand-overs, its own notes.

They are recorded for one agency (`journal.agencies` names it alone) and the center; the agencies beside it on the same
case hear nothing of them, except of parts, which are what they owe one another.
"""

from dataclasses import dataclass
from typing import ClassVar

from reports.event import Audience, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskChanged(Event):
    """A task was made, given to somebody, begun, done, given up or called off. Its words stand in the task alone."""

    name: ClassVar[str] = "task.changed"
    audience: ClassVar[Audience] = "agency"
    task: str
    agency: str
    state: str
    crew: str | None = None
    person: str | None = None
    media: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChanged(Event):
    """A supporting agency's part was asked for, or is done."""

    name: ClassVar[str] = "part.changed"
    audience: ClassVar[Audience] = "agency"
    agency: str
    state: str
    words: str
    media: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportHandedOver(Event):
    """The lead agency's officer gave the case to a colleague, or to the next shift (`to` absent). What the next
    one should know stands in a note of the agency.
    """

    name: ClassVar[str] = "report.handed_over"
    audience: ClassVar[Audience] = "agency"
    agency: str
    to: str | None = None
    to_name: str | None = None
    was: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyNoteAdded(Event):
    """An officer wrote a note of the own agency; its words stand in the note alone. `mentions`: usernames."""

    name: ClassVar[str] = "note.agency_added"
    audience: ClassVar[Audience] = "agency"
    note: int
    agency: str
    mentions: list[str]
