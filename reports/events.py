"""Every fact that can happen, one frozen class each. AsyncAPI and the notification rules are checked against this list.

Fields are ids and facts that any member of the audience may read, never anything about who reported. Facts that move a
due time say in `due` from when to when (`was`, `now`), what the clock does since (`basis`), by which service level
(`level`), what is left of a paused one (`remaining_s`), by the calendar of which configuration it was counted
(`configuration`, the number that routes name too), and whether the promise to a merged report cut it short (`capped`).
"""

from dataclasses import dataclass
from typing import ClassVar

from reports.administration_events import AccountChanged as AccountChanged
from reports.administration_events import AccountMade as AccountMade
from reports.administration_events import AccountPasswordGiven as AccountPasswordGiven
from reports.administration_events import AreasImported as AreasImported
from reports.administration_events import ConfigurationPublished as ConfigurationPublished
from reports.administration_events import LayerImported as LayerImported
from reports.alarm_events import AlarmAcknowledged as AlarmAcknowledged
from reports.alarm_events import AlarmCleared as AlarmCleared
from reports.alarm_events import AlarmEscalated as AlarmEscalated
from reports.alarm_events import AlarmRaised as AlarmRaised
from reports.alarm_events import DrillBegan as DrillBegan
from reports.alarm_events import DrillEnded as DrillEnded
from reports.clock_events import EscalationAcknowledged as EscalationAcknowledged
from reports.clock_events import ReportDueSoon as ReportDueSoon
from reports.clock_events import ReportEscalated as ReportEscalated
from reports.clock_events import ReportExtended as ReportExtended
from reports.clock_events import ReportOverdue as ReportOverdue
from reports.crew_events import AgencyNoteAdded as AgencyNoteAdded
from reports.crew_events import PartChanged as PartChanged
from reports.crew_events import ReportHandedOver as ReportHandedOver
from reports.crew_events import TaskChanged as TaskChanged
from reports.event import AUDIENCES as AUDIENCES
from reports.event import Audience as Audience
from reports.event import Due as Due
from reports.event import Event as Event
from reports.hot_spot_events import HotSpotChanged as HotSpotChanged
from reports.hot_spot_events import HotSpotFound as HotSpotFound
from reports.hot_spot_events import ReportInHotSpot as ReportInHotSpot
from reports.mail_events import ReportMailReceived as ReportMailReceived
from reports.media_events import MediaAdded as MediaAdded
from reports.media_events import MediaArrived as MediaArrived
from reports.media_events import MediaChecked as MediaChecked
from reports.media_events import MediaReady as MediaReady
from reports.media_events import MediaWithheld as MediaWithheld
from reports.proof_events import CheckerRecalled as CheckerRecalled
from reports.proof_events import CheckerSent as CheckerSent
from reports.proof_events import CheckReported as CheckReported
from reports.proof_events import ProofChecked as ProofChecked
from reports.proof_events import ProofOverridden as ProofOverridden
from reports.proof_events import ReportAudited as ReportAudited
from reports.proof_events import ReportDrawn as ReportDrawn
from reports.reader_events import ReaderNamed as ReaderNamed
from reports.reader_events import ReaderRemoved as ReaderRemoved


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReceived(Event):
    """A resident's report has arrived and is safe."""

    name: ClassVar[str] = "report.received"
    audience: ClassVar[Audience] = "public"
    category: str
    channel: str
    media: int = 0
    due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLocated(Event):
    """The area was found (distance 0), or the nearest one within the cap, or none."""

    name: ClassVar[str] = "report.located"
    audience: ClassVar[Audience] = "agency"
    area: str | None = None
    valid_from: str | None = None
    distance_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRouted(Event):
    """A rule proposed the competent agency, for these reasons."""

    name: ClassVar[str] = "report.routed"
    lead: str | None = None
    supporting: list[str] | None = None
    rule: str | None = None
    fallback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportClaimed(Event):
    """An operator holds the report for a while, perhaps taken over from another."""

    name: ClassVar[str] = "report.claimed"
    until: str
    taken_from: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReleased(Event):
    """The hold ended: given back, or lapsed without heartbeat."""

    name: ClassVar[str] = "report.released"
    lapsed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportVerified(Event):
    """The center found the report true and complete."""

    name: ClassVar[str] = "report.verified"
    audience: ClassVar[Audience] = "reporter"
    category: str | None = None
    urgency: str | None = None
    due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportUnverified(Event):
    """The verification was undone; kind and urgency where it had changed them."""

    name: ClassVar[str] = "report.unverified"
    category: str | None = None
    urgency: str | None = None
    due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRejected(Event):
    """The center declined the report, with a reason the resident reads."""

    name: ClassVar[str] = "report.rejected"
    audience: ClassVar[Audience] = "reporter"
    reason: str
    public_answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMerged(Event):
    """The report is about the same problem as another, which now leads."""

    name: ClassVar[str] = "report.merged"
    audience: ClassVar[Audience] = "reporter"
    into: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportUnmerged(Event):
    """The merge was undone."""

    name: ClassVar[str] = "report.unmerged"
    audience: ClassVar[Audience] = "reporter"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportGroupChanged(Event):
    """Of a report that leads others: one joined, left, or was rated. `was_due`: the due time before it came nearer."""

    name: ClassVar[str] = "report.group_changed"
    audience: ClassVar[Audience] = "agency"
    joined: list[str] | None = None
    left: str | None = None
    rated: str | None = None
    was_due: str | None = None
    due_at: str | None = None
    due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLeadChanged(Event):
    """Of a merged report: another report leads the group from now on, perhaps this one."""

    name: ClassVar[str] = "report.lead_changed"
    audience: ClassVar[Audience] = "reporter"
    was: str
    lead: str
    due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLeadMoved(Event):
    """Of a merged report: this happened to its lead. `agency`: who works on it; `until`: a new due time."""

    name: ClassVar[str] = "report.lead_moved"
    audience: ClassVar[Audience] = "reporter"
    event: str
    agency: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDispatched(Event):
    """The report went to the competent agency. `rule`: by this rule alone, without waiting for a person."""

    name: ClassVar[str] = "report.dispatched"
    audience: ClassVar[Audience] = "public"
    lead: str
    supporting: list[str]
    proposed: bool
    note: str | None = None
    rule: str | None = None
    due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRecalled(Event):
    """The center took the report back from the agency."""

    name: ClassVar[str] = "report.recalled"
    audience: ClassVar[Audience] = "agency"
    reason: str
    agency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAccepted(Event):
    """The agency has begun."""

    name: ClassVar[str] = "report.accepted"
    audience: ClassVar[Audience] = "public"
    agency: str
    due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReturned(Event):
    """The agency gave the report back to the center, saying whose it is."""

    name: ClassVar[str] = "report.returned"
    audience: ClassVar[Audience] = "agency"
    reason: str
    agency: str
    proposed_agency: str | None = None
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportQuestionAsked(Event):
    """The resident was asked something; the clock waits."""

    name: ClassVar[str] = "report.question_asked"
    audience: ClassVar[Audience] = "reporter"
    question: str
    due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportQuestionAnswered(Event):
    """The resident answered; the clock goes on."""

    name: ClassVar[str] = "report.question_answered"
    audience: ClassVar[Audience] = "reporter"
    text: str
    due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportQuestionLapsed(Event):
    """No answer came in time; the report goes on without it."""

    name: ClassVar[str] = "report.question_lapsed"
    audience: ClassVar[Audience] = "reporter"
    due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportResolved(Event):
    """The agency says it is done, with its proof."""

    name: ClassVar[str] = "report.resolved"
    audience: ClassVar[Audience] = "reporter"
    agency: str
    summary: str
    media: int = 0
    # Supporting agencies whose parts were open, and the lead's word why it did not wait for them.
    open_parts: list[str] | None = None
    open_because: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportApproved(Event):
    """The first of two approvals was given."""

    name: ClassVar[str] = "report.approved"
    given: int
    needed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSentBack(Event):
    """The center was not satisfied with the result."""

    name: ClassVar[str] = "report.sent_back"
    audience: ClassVar[Audience] = "agency"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPublished(Event):
    """The result is on the portal."""

    name: ClassVar[str] = "report.published"
    audience: ClassVar[Audience] = "public"
    public_answer: str | None = None
    media: int = 0
    on_time: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRated(Event):
    """The resident said how the result is."""

    name: ClassVar[str] = "report.rated"
    audience: ClassVar[Audience] = "public"
    rating: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReopened(Event):
    """Somebody showed that the case is not over. `agency`: the one that gets it back at once, by its second chance."""

    name: ClassVar[str] = "report.reopened"
    audience: ClassVar[Audience] = "reporter"
    reason: str
    agency: str | None = None
    due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportClosed(Event):
    """The dispute window passed, or the center closed the case."""

    name: ClassVar[str] = "report.closed"
    audience: ClassVar[Audience] = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWithdrawn(Event):
    """The resident took the report back before anybody worked on it."""

    name: ClassVar[str] = "report.withdrawn"
    audience: ClassVar[Audience] = "reporter"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded(Event):
    """Somebody at the center wrote an internal note; its words stand in the note alone. `mentions`: usernames."""

    name: ClassVar[str] = "note.added"
    note: int
    mentions: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationDelivered(Event):
    """A notice reached the provider or the inbox."""

    name: ClassVar[str] = "notification.delivered"
    delivery: int
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationFailed(Event):
    """A notice was given up, for this reason."""

    name: ClassVar[str] = "notification.failed"
    delivery: int
    channel: str
    reason: str


EVENTS: dict[str, type[Event]] = {
    event.name: event for event in sorted(Event.__subclasses__(), key=lambda event: event.name) if event.name
}
