"""Who hears what: one rule per kind of event, silence written out with its reason.

A rule looks at the entry alone (its event and, where it must, `after`); everything else is read when the
notice is put into words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from notifications.channels.base import Urgency

#: everyone: reporters of the report and of those merged into it; own: of this report alone.
Audience: TypeAlias = Literal["everyone", "own"]


@dataclass(frozen=True)
class Tell:
    """The reporters read `phrase` in their inbox and, with `push`, on their lock screen."""

    phrase: str
    hears: Audience = "everyone"
    push: bool = True
    urgency: Urgency = "normal"


@dataclass(frozen=True)
class Silent:
    """Nobody is told, because."""

    because: str


Rule: TypeAlias = Tell | Silent

_OWN_ACT: Final = Silent("the resident has just done it and saw the answer on the screen")
_INSIDE: Final = Silent("work inside the center and the agencies; changes nothing the resident was promised")
_NO_ECHO: Final = Silent("telling about telling would never end")
_NO_REPORT: Final = Silent("it is about members of staff and about no report")

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "report.received": Tell("received", hears="own"),
        "report.located": Silent("part of receiving"),
        "report.routed": Silent("a proposal until somebody dispatches by it"),
        "report.claimed": _INSIDE,
        "report.released": _INSIDE,
        "report.verified": Silent("the next word a resident needs is who handles it"),
        "report.unverified": _INSIDE,
        "report.rejected": Tell("rejected"),
        "report.merged": Tell("merged", hears="own"),
        "report.unmerged": Tell("unmerged", hears="own"),
        "report.group_changed": Silent("a promise that came nearer wakes nobody, and who else reported is no news"),
        "report.lead_changed": Silent("the problem is handled as before, under the code the resident knows"),
        "report.lead_moved": Silent("told as the lead's own fact to everybody in the group, each by their own code"),
        "report.dispatched": Tell("dispatched"),
        "report.recalled": Silent("another dispatch follows and tells the new agency"),
        "report.accepted": Silent("the dispatch already named the agency"),
        "report.returned": Silent("another dispatch follows and tells the new agency"),
        # Only who may answer is asked; the others would find no field to answer in.
        "report.question_asked": Tell("question", hears="own", urgency="high"),
        "report.question_answered": _OWN_ACT,
        "report.question_lapsed": Tell("lapsed", hears="own", push=False),
        # A moved promise must be told, but wakes nobody.
        "report.extended": Tell("extended", push=False),
        "report.due_soon": _INSIDE,
        "report.escalated": _INSIDE,
        "report.escalation_acknowledged": _INSIDE,
        "report.overdue": Silent("the center acts on it; the tracking page shows the due time and that it has passed"),
        "report.approved": _INSIDE,
        "report.resolved": Silent("not a result before the center has checked it"),
        "report.sent_back": _INSIDE,
        "report.published": Tell("published", urgency="high"),
        "report.rated": _OWN_ACT,
        "report.reopened": Tell("reopened"),
        "report.closed": Silent("the result was told when it was published"),
        "report.withdrawn": _OWN_ACT,
        "media.ready": Silent("the tracking page shows the picture"),
        "media.withheld": Silent("the tracking page shows the picture's reason; the report goes on without it"),
        "media.added": _OWN_ACT,
        "media.arrived": Silent("the tracking page shows that it came"),
        "media.checked": Silent("what is hidden in the public copy concerns the center until it is published"),
        "proof.checked": _INSIDE,
        "proof.overridden": _INSIDE,
        "report.drawn": _INSIDE,
        "report.audited": _INSIDE,
        "report.checker_sent": _INSIDE,
        "report.check_reported": _INSIDE,
        "report.checker_recalled": _INSIDE,
        "note.added": Silent("colleagues called by name find it at their desk; nothing of it is for residents"),
        "note.agency_added": _INSIDE,
        "report.handed_over": _INSIDE,
        "task.changed": _INSIDE,
        "part.changed": _INSIDE,
        "alarm.raised": _INSIDE,
        "alarm.acknowledged": _INSIDE,
        "alarm.escalated": _INSIDE,
        "alarm.cleared": _INSIDE,
        "report.mail_received": _INSIDE,
        "report.in_hot_spot": Silent("it presses the center; the resident was promised nothing new"),
        "hot_spot.found": _INSIDE,
        "hot_spot.changed": _INSIDE,
        "drill.began": _INSIDE,
        "drill.ended": _INSIDE,
        "notification.delivered": _NO_ECHO,
        "notification.failed": _NO_ECHO,
        "reader.named": _NO_REPORT,
        "reader.removed": _NO_REPORT,
        "configuration.published": Silent("what it changes for a report is told by the report's own facts"),
        "account.made": _NO_REPORT,
        "account.changed": _NO_REPORT,
        "account.password_given": _NO_REPORT,
        "areas.imported": Silent("reports keep the area they were received in"),
        "layer.imported": Silent("reports keep the route they were given"),
    }
)

#: What those hear who follow somebody else's report: turns of its public status and nothing else.
FOLLOWED: Final[Mapping[str, Tell]] = MappingProxyType(
    {
        "report.dispatched": Tell("follow_progress"),
        "report.rejected": Tell("follow_rejected"),
        "report.published": Tell("follow_done"),
        "report.reopened": Tell("follow_reopened", push=False),
        "report.closed": Tell("follow_closed", push=False),
    }
)

#: What those hear who follow an area, at most once a day.
AREA_RESULT: Final = Tell("area_result")

UNKNOWN: Final = Silent("no rule was written for this event")


def rule_for(event: str) -> Rule:
    """The rule of an event; UNKNOWN for one that a newer process wrote and this one has never heard of."""
    return RULES.get(event, UNKNOWN)
