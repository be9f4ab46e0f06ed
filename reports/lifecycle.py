"""The states of a report and the transition table, as data.

Tests, the diagram in docs/lifecycle.md, access decisions, the buttons of the screens and `/api/v1/lifecycle` are all
made from `EDGES`; a new arrow is one line here.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal


class State(StrEnum):
    RECEIVED = "received"
    VERIFIED = "verified"
    DISPATCHED = "dispatched"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    PUBLISHED = "published"
    CLOSED = "closed"
    AWAITING_RESIDENT = "awaiting_resident"
    REJECTED = "rejected"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class Command(StrEnum):
    CLAIM = "claim"
    HEARTBEAT = "heartbeat"
    RELEASE = "release"
    TAKE_OVER = "take_over"
    VERIFY = "verify"
    UNVERIFY = "unverify"
    REJECT = "reject"
    MERGE = "merge"
    UNMERGE = "unmerge"
    ASK = "ask"
    ANSWER = "answer"
    LAPSE = "lapse"
    WITHDRAW = "withdraw"
    DISPATCH = "dispatch"
    RECALL = "recall"
    ACCEPT = "accept"
    RETURN = "return"
    EXTEND = "extend"
    HAND_OVER = "hand_over"
    RESOLVE = "resolve"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    REOPEN = "reopen"
    CLOSE = "close"
    RATE = "rate"
    OVERRIDE_PROOF = "override_proof"
    AUDIT = "audit"
    SEND_CHECKER = "send_checker"
    REPORT_CHECK = "report_check"
    RECALL_CHECKER = "recall_checker"


Relation = Literal["operator", "supervisor", "lead", "checker", "reporter", "system"]
ClockEffect = Literal["", "start", "pause", "resume", "restart"]

# Where an edge goes when its target is not fixed.
SAME: Final = "same"
REMEMBERED: Final = "remembered"

CENTER: frozenset[Relation] = frozenset({"operator", "supervisor"})
SUPERVISOR: frozenset[Relation] = frozenset({"supervisor"})
LEAD: frozenset[Relation] = frozenset({"lead"})
CHECKER: frozenset[Relation] = frozenset({"checker"})
REPORTER: frozenset[Relation] = frozenset({"reporter"})
SYSTEM: frozenset[Relation] = frozenset({"system"})


@dataclass(frozen=True, slots=True)
class Edge:
    """One arrow: in `source`, `command` by one of `who`, with `needs` given, leads to `target` and records `event`.

    `lane` restricts the arrow to categories of that lane; `approvals` to those that ask for that many.
    `clock` is what it does to the due time: `start` begins a level that starts with this command's milestone.
    `ends_claim`: the operator's hold on the report ends with it. `again` True: only for a reporter who rated the result
    as unsatisfied, where the category gives its agency a second chance; False: only for everybody else.
    """

    source: State
    command: Command
    target: State | Literal["same", "remembered"]
    who: frozenset[Relation]
    event: str
    needs: tuple[str, ...] = ()
    clock: ClockEffect = ""
    ends_claim: bool = False
    lane: str | None = None
    approvals: int | None = None
    again: bool | None = None


OPEN = (
    State.RECEIVED,
    State.VERIFIED,
    State.DISPATCHED,
    State.IN_PROGRESS,
    State.RESOLVED,
    State.AWAITING_RESIDENT,
)
UNDECIDED = (State.RECEIVED, State.VERIFIED)
AT_AGENCY = (State.DISPATCHED, State.IN_PROGRESS)
# From dispatch on the agencies are involved; these are the states in which the case is not theirs.
NOT_AT_AGENCY = (State.RECEIVED, State.VERIFIED, State.REJECTED, State.MERGED, State.WITHDRAWN)
PUBLIC = (State.PUBLISHED, State.CLOSED)

S, C = State, Command

_CLAIMS = tuple(
    edge
    for state in OPEN
    for edge in (
        Edge(state, C.CLAIM, SAME, CENTER, "report.claimed"),
        Edge(state, C.HEARTBEAT, SAME, CENTER, ""),
        Edge(state, C.RELEASE, SAME, CENTER, "report.released", ends_claim=True),
        Edge(state, C.TAKE_OVER, SAME, CENTER, "report.claimed", ("reason",)),
    )
)
# Inside the lead agency: which of its officers has the case. The center sees it and has no say in it.
_HAND_OVERS = tuple(
    Edge(state, C.HAND_OVER, SAME, LEAD, "report.handed_over", ("note",))
    for state in (State.DISPATCHED, State.IN_PROGRESS, State.AWAITING_RESIDENT, State.RESOLVED)
)
_CENTER_DECIDES = tuple(
    edge
    for state in UNDECIDED
    for edge in (
        Edge(state, C.REJECT, S.REJECTED, CENTER, "report.rejected", ("reason", "public_answer"), ends_claim=True),
        Edge(state, C.MERGE, S.MERGED, CENTER, "report.merged", ("into",), ends_claim=True),
        Edge(state, C.ASK, S.AWAITING_RESIDENT, CENTER, "report.question_asked", ("question",), "pause"),
    )
)

# The scene can be looked at in every state in which the center still has something to decide.
CHECKABLE = (*OPEN, *PUBLIC, State.REJECTED)
_CHECKS = tuple(
    edge
    for state in CHECKABLE
    for edge in (
        Edge(state, C.SEND_CHECKER, SAME, CENTER, "report.checker_sent", ("to", "question")),
        Edge(state, C.REPORT_CHECK, SAME, CHECKER, "report.check_reported", ("finding",)),
        Edge(state, C.RECALL_CHECKER, SAME, CENTER, "report.checker_recalled", ("reason",)),
    )
)

EDGES: tuple[Edge, ...] = (
    *_CLAIMS,
    # The system takes these two where a rule of the city sends a report straight to its agency.
    Edge(S.RECEIVED, C.VERIFY, S.VERIFIED, CENTER | SYSTEM, "report.verified"),
    Edge(S.RECEIVED, C.WITHDRAW, S.WITHDRAWN, REPORTER, "report.withdrawn"),
    # "Xử lý tức thời": a city may let a lane skip the separate verification.
    Edge(S.RECEIVED, C.DISPATCH, S.DISPATCHED, CENTER, "report.dispatched", (), "start", True, lane="instant"),
    *_CENTER_DECIDES,
    Edge(S.VERIFIED, C.UNVERIFY, S.RECEIVED, CENTER, "report.unverified"),
    Edge(S.VERIFIED, C.DISPATCH, S.DISPATCHED, CENTER | SYSTEM, "report.dispatched", (), "start", True),
    Edge(S.DISPATCHED, C.RECALL, S.VERIFIED, CENTER, "report.recalled", ("reason",)),
    Edge(S.DISPATCHED, C.ACCEPT, S.IN_PROGRESS, LEAD, "report.accepted", (), "start"),
    # The clock runs on over a return, so that passing a case around never wins time.
    Edge(S.DISPATCHED, C.RETURN, S.VERIFIED, LEAD, "report.returned", ("reason",)),
    Edge(S.IN_PROGRESS, C.RETURN, S.VERIFIED, LEAD, "report.returned", ("reason",)),
    Edge(S.IN_PROGRESS, C.ASK, S.AWAITING_RESIDENT, LEAD, "report.question_asked", ("question",), "pause"),
    Edge(S.IN_PROGRESS, C.EXTEND, SAME, LEAD | SUPERVISOR, "report.extended", ("until", "reason")),
    *_HAND_OVERS,
    Edge(S.IN_PROGRESS, C.RESOLVE, S.RESOLVED, LEAD, "report.resolved", ("summary",), approvals=1),
    Edge(S.IN_PROGRESS, C.RESOLVE, S.RESOLVED, LEAD, "report.resolved", ("summary",), approvals=2),
    Edge(S.IN_PROGRESS, C.RESOLVE, S.PUBLISHED, LEAD, "report.resolved", ("summary",), approvals=0),
    # Before the result, where proof cannot be had; after it, where a finding stands against it.
    Edge(S.IN_PROGRESS, C.OVERRIDE_PROOF, SAME, SUPERVISOR, "proof.overridden", ("reason",)),
    Edge(S.RESOLVED, C.OVERRIDE_PROOF, SAME, SUPERVISOR, "proof.overridden", ("reason",)),
    Edge(S.RESOLVED, C.SEND_BACK, S.IN_PROGRESS, CENTER, "report.sent_back", ("reason",)),
    Edge(S.RESOLVED, C.APPROVE, S.PUBLISHED, CENTER, "report.published"),
    Edge(S.AWAITING_RESIDENT, C.ANSWER, REMEMBERED, REPORTER, "report.question_answered", ("text",), "resume"),
    Edge(S.AWAITING_RESIDENT, C.LAPSE, REMEMBERED, SYSTEM, "report.question_lapsed", (), "resume"),
    Edge(S.PUBLISHED, C.RATE, SAME, REPORTER, "report.rated", ("rating",)),
    Edge(S.PUBLISHED, C.REOPEN, S.VERIFIED, REPORTER | CENTER, "report.reopened", ("reason",), "restart", again=False),
    # Straight back to the same agency, by the clock of the second chance: nobody has to dispatch it anew.
    Edge(S.PUBLISHED, C.REOPEN, S.DISPATCHED, REPORTER, "report.reopened", ("reason",), again=True),
    Edge(S.PUBLISHED, C.AUDIT, SAME, CENTER, "report.audited", ("result",)),
    Edge(S.CLOSED, C.AUDIT, SAME, CENTER, "report.audited", ("result",)),
    Edge(S.PUBLISHED, C.CLOSE, S.CLOSED, CENTER | SYSTEM, "report.closed"),
    Edge(S.CLOSED, C.REOPEN, S.VERIFIED, SUPERVISOR, "report.reopened", ("reason",), "restart"),
    Edge(S.REJECTED, C.REOPEN, S.RECEIVED, REPORTER | SUPERVISOR, "report.reopened", ("reason",), "restart"),
    # Merging takes nothing from a reporter: the own word on the result, and the right to take the report back.
    Edge(S.MERGED, C.RATE, SAME, REPORTER, "report.rated", ("rating",)),
    Edge(S.MERGED, C.WITHDRAW, S.WITHDRAWN, REPORTER, "report.withdrawn"),
    *_CHECKS,
    # Undoing a merge puts the report back where it was before.
    Edge(S.MERGED, C.UNMERGE, REMEMBERED, CENTER, "report.unmerged"),
)

# Heartbeats only renew a lease and ratings only add an opinion: neither is a new version of the case.
UNVERSIONED = frozenset({Command.HEARTBEAT, Command.RATE, Command.LAPSE})
# Given by the system or through an address of its own, so not offered as POST /reports/{code}/<command>.
NOT_OFFERED = frozenset({Command.LAPSE, Command.RATE})
OFFERED = tuple(command for command in Command if command not in NOT_OFFERED)


def edges(state: State, command: Command) -> tuple[Edge, ...]:
    """Every arrow that leaves `state` by `command`, whatever the lane."""
    return tuple(edge for edge in EDGES if edge.source == state and edge.command == command)


def edge_for(state: State, command: Command, *, lane: str, approvals: int, again: bool = False) -> Edge | None:
    """The one arrow that leaves `state` by `command` for a category of this lane; None if there is none.

    `again`: the giver is a reporter to whom the agency owes a second try, see `Edge`.
    """
    for edge in edges(state, command):
        fits = edge.lane in (None, lane) and edge.approvals in (None, approvals) and edge.again in (None, again)
        if fits:
            return edge
    return None


def relations_for(command: Command) -> frozenset[Relation]:
    """Everybody who may give `command` in at least one state."""
    return frozenset(who for edge in EDGES if edge.command == command for who in edge.who)


PublicStatus = Literal["waiting", "in_progress", "done", "rejected"]

_PUBLIC_STATUS: dict[State, PublicStatus] = {
    S.RECEIVED: "waiting",
    S.VERIFIED: "waiting",
    S.DISPATCHED: "in_progress",
    S.IN_PROGRESS: "in_progress",
    S.RESOLVED: "in_progress",
    S.PUBLISHED: "done",
    S.CLOSED: "done",
    S.REJECTED: "rejected",
    # Shown to nobody but its sender, for whom nothing is waiting any more.
    S.WITHDRAWN: "rejected",
}


def public_status(state: State, resume: State | None = None) -> PublicStatus:
    """The one of four words residents know.

    `resume` is where an `awaiting_resident` report returns to, and for a merged one the state of its lead.
    """
    if state in (S.AWAITING_RESIDENT, S.MERGED):
        return _PUBLIC_STATUS.get(resume or S.RECEIVED, "waiting")
    return _PUBLIC_STATUS[state]
