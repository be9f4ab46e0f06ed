"""At the agency: dispatched to it, accepted or returned by it, extended, resolved with proof."""

from datetime import timedelta
from typing import Any

from reports import attachments, auditing, escalation_rows, events, parts, proof_keeping
from reports.commands import Dispatch, Extend, Resolve, Return, WithReason
from reports.escalation import REASONS, RETURNS_BEFORE_SUPERVISOR
from reports.lifecycle import State
from reports.problems import BadInput
from reports.proposing import proposal, publication
from reports.step import Change, Step, not_now
from reports.views import stamp


async def dispatch(step: Step, args: Dispatch) -> Change:
    """To the competent agency: the one named, or the routed proposal."""
    route = step.row["route"] or {"lead": None, "supporting": []}
    lead = args.lead or route["lead"]
    supporting = args.supporting
    if supporting is None:
        supporting = route["supporting"] if lead == route["lead"] else []
    supporting = [code for code in dict.fromkeys(supporting) if code != lead]
    _check_agencies(step, lead, supporting)
    alone = (route.get("rule") or {}).get("name") if step.by.kind == "system" else None
    proposed = lead == route["lead"]
    fact = events.ReportDispatched(lead=lead, supporting=supporting, proposed=proposed, note=args.note, rule=alone)
    await parts.begin_anew(step.scene.conn, step.row["id"])
    fields = {"lead": lead, "supporting": supporting, "involved": [lead, *supporting], "undo": None, "officer": None}
    # What a supervisor let pass was the work of whoever had the case then.
    return Change(fact, {**fields, "proof": proof_keeping.without_override(step.row)})


def _check_agencies(step: Step, lead: str | None, supporting: list[str]) -> None:
    known = step.scene.city.agencies
    if lead is None:
        raise BadInput(("/lead", "no rule proposes an agency for this report; name one"))
    if lead not in known:
        raise BadInput(("/lead", "is not an agency of this city"))
    for place, code in enumerate(supporting):
        if code not in known:
            raise BadInput((f"/supporting/{place}", "is not an agency of this city"))


async def recall(step: Step, args: WithReason) -> Change:
    """Take the report back from an agency that has not begun."""
    fact = events.ReportRecalled(reason=args.reason, agency=step.row["lead"])
    return Change(fact, proposal(step.row["route"]))


async def accept(step: Step, _: Any) -> Change:
    """The agency begins."""
    officer = {"username": step.by.username, "name": step.by.name}
    return Change(events.ReportAccepted(agency=step.row["lead"]), {"officer": officer})


async def send_return(step: Step, args: Return) -> Change:
    """Not ours, says the agency, and whose it is. The third return goes to the supervisor."""
    if args.proposed_agency is not None and args.proposed_agency not in step.scene.city.agencies:
        raise BadInput(("/proposed_agency", "is not an agency of this city"))
    if args.proposed_agency == step.row["lead"]:
        raise BadInput(("/proposed_agency", "is the agency that returns it"))
    one = {**args.model_dump(), "agency": step.row["lead"], "at": stamp(step.now)}
    returns = [*(step.row["returns"] or []), one]
    fact = events.ReportReturned(**args.model_dump(), agency=step.row["lead"], times=len(returns))
    also = (await _to_the_supervisor(step),) if len(returns) >= RETURNS_BEFORE_SUPERVISOR else ()
    return Change(fact, {"returns": returns, **proposal(step.row["route"])}, also=also)


async def _to_the_supervisor(step: Step) -> events.Event:
    """Nobody wants it: a supervisor decides, and the whole trail of returns stands at the case."""
    agency = step.row["lead"]
    facts = {"report_id": step.row["id"], "cause": "returned", "since": step.now, "now": step.now, "level": 1,
             "to": "supervisor", "agency": agency}  # fmt: skip
    number = await escalation_rows.insert(step.scene.conn, facts)
    return events.ReportEscalated(
        reason=REASONS["returned"], level=1, to="supervisor", agency=agency, escalation=number
    )


async def extend(step: Step, args: Extend) -> Change:
    """Move the due time, with a reason and within bounds; counted apart from on time."""
    due, category = step.row["due_at"], step.category
    if args.until <= due:
        raise BadInput(("/until", "must be later than the present due time"))
    if args.until <= step.now:
        raise BadInput(("/until", "must lie in the future"))
    if args.until > due + timedelta(days=category.extension_days):
        raise BadInput(("/until", f"may be at most {category.extension_days} days after the present due time"))
    if step.row["extensions"] >= category.extensions_allowed:
        raise not_now(step, f"This report was extended {step.row['extensions']} times; no more is allowed.")
    fact = events.ReportExtended(reason=args.reason, was_due=stamp(due) or "", until=stamp(args.until) or "")
    fields = {"extensions": step.row["extensions"] + 1, "overdue_noted_at": None}
    return Change(fact, fields, clock=step.clock.extend(args.until))


async def resolve(step: Step, args: Resolve) -> Change:
    """The agency says it is done and proves it. The proof need not be processed yet, only complete.

    What the files tell at once is decided now: a result that fails is refused, and nothing of it is kept.
    """
    still_open = await parts.check_open(step.scene.conn, step.row, args.open_because)
    proof = step.request.photos
    findings = await proof_keeping.findings_on(step, args.summary, proof)
    proof_keeping.check(step, findings, proof)
    place = {"lon": step.row["lon"], "lat": step.row["lat"]}
    await attachments.add(step.scene.conn, step.row["id"], proof, **place, now=step.now)
    resolution = {"summary": args.summary, "at": stamp(step.now), "by": step.row["lead"]}
    fact = events.ReportResolved(agency=step.row["lead"], summary=args.summary, media=len(proof), **still_open)
    fields: dict[str, Any] = {"resolution": resolution, "resolved_at": step.now, "approved_by": []}
    fields["proof"] = proof_keeping.kept(step.row, await proof_keeping.with_likeness(step, findings, proof))
    if step.edge.target != State.PUBLISHED:
        return Change(fact, fields)
    if proof_keeping.standing_against({**step.row, **fields}):
        # Where nobody approves, somebody has to after all.
        return Change(fact, fields, target=State.RESOLVED)
    published = events.ReportPublished(media=0, on_time=step.now <= step.row["due_at"])
    audit, drawn = auditing.draw(step)
    return Change(fact, {**fields, **publication(step.now), **audit}, also=(published, *drawn))
