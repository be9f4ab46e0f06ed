"""The center's first decision, and what residents may do before anybody works on their report."""

from dataclasses import replace
from typing import Any

from reports import attachments, duplicates, events, rows
from reports.access import may_see
from reports.clocks import Clock
from reports.commands import Answer, Ask, Merge, Reject, Verify
from reports.lifecycle import OPEN, PUBLIC, State
from reports.problems import BadInput
from reports.proposing import proposal, propose, routed
from reports.routing import Place
from reports.step import Change, Step, not_now
from reports.views import stamp


async def verify(step: Step, args: Verify) -> Change:
    """True and complete; perhaps of another kind or urgency, which routes it anew and sets its promise anew."""
    fact = events.ReportVerified(category=args.category, urgency=args.urgency)
    category_code, urgency = args.category or step.row["category"], args.urgency or step.row["urgency"]
    if (category_code, urgency) == (step.row["category"], step.row["urgency"]):
        return Change(fact)
    category = step.scene.city.categories.get(category_code)
    if category is None or not category.leaf:
        raise BadInput(("/category", "is not one of the city's categories that take reports"))
    if category.restricted and not step.category.restricted:
        await duplicates.untell(step.scene.conn, step.row["code"])
    route = propose(step.scene.city, category.path, urgency, _place_of(step.row))
    fields = {"category": category_code, "urgency": urgency, **proposal(route.as_document())}
    start = step.clock.started_at or step.row["received_at"]
    clock = Clock.project(start, category.level(urgency), step.scene.city.calendar)
    if step.clock.started_at is not None:
        clock = replace(clock, basis="running", started_at=start)
    return Change(fact, {**fields, "route": route.as_document()}, also=(routed(route),), clock=clock)


def _place_of(row: dict[str, Any]) -> Place | None:
    if row["area_code"] is None:
        return None
    return Place(row["area_code"], row["area_name"], row["area_valid_from"].isoformat())


async def unverify(step: Step, _: Any) -> Change:
    """Undo a verification while nothing was built on it."""
    return Change(events.ReportUnverified())


async def reject(step: Step, args: Reject) -> Change:
    """Decline, with a reason the resident reads."""
    rejection = {**args.model_dump(), "at": stamp(step.now)}
    return Change(events.ReportRejected(**args.model_dump()), {"rejection": rejection})


async def merge(step: Step, args: Merge) -> Change:
    """The same problem as another report, which now leads; this one keeps its code, its notices and its rating."""
    lead = await rows.by_code(step.scene.conn, args.into)
    if lead is None or lead["id"] == step.row["id"]:
        raise BadInput(("/into", "is not another report"))
    standing = rows.standing_of(lead, step.scene.city)
    if may_see(step.by, standing) is not True:
        raise BadInput(("/into", "is not another report"))
    if standing.restricted != step.category.restricted:
        raise BadInput(("/into", "is in another lane"))
    if lead["state"] not in (*OPEN, *PUBLIC):
        raise not_now(step, "The report to merge into is not open.")
    if step.row["reporter_count"] > 1:
        raise not_now(step, "Other reports are merged into this one; merge the other way round, or undo those first.")
    fields = {"merged_into": lead["id"], "merged_code": lead["code"], "resume_state": step.row["state"]}
    return Change(events.ReportMerged(into=lead["code"]), fields)


async def unmerge(step: Step, _: Any) -> Change:
    """Undo a merge: the report is again where it was."""
    return Change(events.ReportUnmerged(), {"merged_into": None, "merged_code": None, "resume_state": None})


async def ask(step: Step, args: Ask) -> Change:
    """Ask the resident; the clock waits for the answer."""
    question = {"text": args.question, "asked_at": stamp(step.now)}
    fields = {"question": question, "answer": None, "resume_state": step.row["state"]}
    return Change(events.ReportQuestionAsked(question=args.question), fields)


async def answer(step: Step, args: Answer) -> Change:
    """The resident answers, perhaps with a picture; the report goes back where it was and the clock goes on."""
    place = {"lon": step.row["lon"], "lat": step.row["lat"]}
    await attachments.add(step.scene.conn, step.row["id"], step.request.photos, **place, now=step.now)
    given = {"text": args.text, "at": stamp(step.now)}
    fields = {"answer": given, "resume_state": None}
    return Change(events.ReportQuestionAnswered(text=args.text), fields, target=State(step.row["resume_state"]))


async def lapse(step: Step, _: Any) -> Change:
    """No answer came in time; the report goes on without it."""
    target = State(step.row["resume_state"])
    return Change(events.ReportQuestionLapsed(), {"resume_state": None}, target=target)


async def withdraw(step: Step, _: Any) -> Change:
    """The resident takes the report back before anybody has worked on it."""
    return Change(events.ReportWithdrawn())
