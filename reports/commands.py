"""What each command must and may bring along: one frozen class each, validated at the border, used by the story.

Reasons are a code of the city's list (`GET /api/v1/reasons`) or the person's own words.
"""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

from reports.lifecycle import Command

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class Args(BaseModel):
    """Arguments of a command; unknown ones are refused so that a typing error is never silently ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoArgs(Args):
    """claim, heartbeat, release, unverify, unmerge, withdraw, accept, close."""


class TakeOver(Args):
    reason: Reason


class Verify(Args):
    category: Code | None = None
    urgency: Literal["normal", "urgent"] | None = None


class Reject(Args):
    reason: Reason
    public_answer: Words


class Merge(Args):
    into: Code


class Ask(Args):
    question: Words


class Answer(Args):
    text: Words
    media: list[Code] = []


class Dispatch(Args):
    lead: Code | None = None
    supporting: list[Code] | None = None
    note: Words | None = None


class WithReason(Args):
    """recall, send_back, override_proof, recall_checker."""

    reason: Reason


class Reopen(WithReason):
    media: list[Code] = []


class Return(Args):
    reason: Reason
    proposed_agency: Code | None = None


class Extend(Args):
    until: AwareDatetime
    reason: Reason


class HandOver(Args):
    """`to`: a colleague's username; absent: whoever comes next. `tasks`: the giver's own open tasks go along."""

    to: Code | None = None
    note: Words
    tasks: bool = True


class Resolve(Args):
    summary: Words
    media: list[Code] = []
    work: list[UUID] = []
    open_because: Reason | None = None


class Audit(Args):
    """`note` must be given where the audit failed."""

    result: Literal["passed", "failed"]
    note: Words | None = None


class SendChecker(Args):
    """`to`: an agency, or the username of one of its accounts."""

    to: Code
    question: Words


class ReportCheck(Args):
    finding: Words
    media: list[Code] = []


class Approve(Args):
    public_answer: Words | None = None
    public_media: list[UUID] | None = None


class Rate(Args):
    rating: Literal["satisfied", "acceptable", "unsatisfied"]
    comment: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] | None = None


ARGS: dict[Command, type[Args]] = {
    Command.CLAIM: NoArgs,
    Command.HEARTBEAT: NoArgs,
    Command.RELEASE: NoArgs,
    Command.TAKE_OVER: TakeOver,
    Command.VERIFY: Verify,
    Command.UNVERIFY: NoArgs,
    Command.REJECT: Reject,
    Command.MERGE: Merge,
    Command.UNMERGE: NoArgs,
    Command.ASK: Ask,
    Command.ANSWER: Answer,
    Command.LAPSE: NoArgs,
    Command.WITHDRAW: NoArgs,
    Command.DISPATCH: Dispatch,
    Command.RECALL: WithReason,
    Command.ACCEPT: NoArgs,
    Command.RETURN: Return,
    Command.EXTEND: Extend,
    Command.HAND_OVER: HandOver,
    Command.RESOLVE: Resolve,
    Command.SEND_BACK: WithReason,
    Command.OVERRIDE_PROOF: WithReason,
    Command.APPROVE: Approve,
    Command.REOPEN: Reopen,
    Command.CLOSE: NoArgs,
    Command.RATE: Rate,
    Command.AUDIT: Audit,
    Command.SEND_CHECKER: SendChecker,
    Command.REPORT_CHECK: ReportCheck,
    Command.RECALL_CHECKER: WithReason,
}
