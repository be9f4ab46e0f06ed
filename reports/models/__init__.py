"""Tables of the story. Importing this package registers all of them with SQLModel's metadata."""

from reports.models.alarm import Alarm, AlarmWatch, Drill
from reports.models.cells import MapCell, MapCursor, MapPoint
from reports.models.city import Agency, AreaSet, Calendar, CalendarEdition, Category, Configuration, Reason, RoutingRule
from reports.models.crews import Crew, CrewMember, CrewPosition, Part, Task
from reports.models.desks import AnswerTemplate, DefaultView, SavedView
from reports.models.escalation import Escalation, EscalationWatch
from reports.models.hot_spots import HotSpot
from reports.models.journal import CommandAnswer, JournalEntry
from reports.models.notes import Mention, Note
from reports.models.people import (
    Account,
    Credential,
    Device,
    Follow,
    PhoneCode,
    Proof,
    Reporter,
    Resident,
    SignInUnderWay,
    TransferCode,
)
from reports.models.readers import CategoryReader, Reading
from reports.models.report import Attachment, FilmFrame, Report
from reports.models.versions import ConfigurationDraft, ConfigurationVersion

__all__ = [
    "Account",
    "Agency",
    "Alarm",
    "AlarmWatch",
    "AnswerTemplate",
    "AreaSet",
    "Attachment",
    "Calendar",
    "CalendarEdition",
    "Category",
    "CategoryReader",
    "CommandAnswer",
    "Configuration",
    "ConfigurationDraft",
    "ConfigurationVersion",
    "Credential",
    "Crew",
    "CrewMember",
    "CrewPosition",
    "DefaultView",
    "Device",
    "Drill",
    "Escalation",
    "EscalationWatch",
    "FilmFrame",
    "Follow",
    "HotSpot",
    "JournalEntry",
    "MapCell",
    "MapCursor",
    "MapPoint",
    "Mention",
    "Note",
    "Part",
    "PhoneCode",
    "Proof",
    "Reading",
    "Reason",
    "Report",
    "Reporter",
    "Resident",
    "RoutingRule",
    "SavedView",
    "SignInUnderWay",
    "Task",
    "TransferCode",
]
