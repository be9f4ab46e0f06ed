"""The center's first decision, and what residents may do before anybody works on their report."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from reports import attachments, events, used_pictures
from reports.clocks import Clock
from reports.commands import Answer, Ask, Reject, Verify
from reports.lifecycle import State
from reports.problems import BadInput
from reports.proposing import proposal, propose_again, routed
from reports.step import Change, Promised, Step, not_now
from reports.views import stamp


async def verify(step: Step, args: Verify) -> Change:
    """True and complete; perhaps of another kind or urgency, which routes it anew and sets its promise anew."""
    fact = events.ReportVerified(category=args.category, urgency=args.urgency)
    row, started = step.row, step.clock.started_at
    category_code, urgency = args.category or row["category"], args.urgency or row["urgency"]
    if (category_code, urgency) == (row["category"], row["urgency"]):
        return Change(fact, {"undo": None})
    was = {"category": row["category"], "urgency": row["urgency"], "started_at": stamp(started)}
    return await _as_kind(step, fact, category_code, urgency, started, {"verify": was})


async def _as_kind(
    step: Step,
    fact: events.Event,
    category_code: str,
    urgency: str,
    started: datetime | None,
    undo: dict[str, Any] | None = None,
) -> Change:
    """Routed and promised as a report of this kind and urgency whose clock started then, or has not yet."""
    category = step.scene.city.categories.get(category_code)
    if category is None or not category.leaf:
        raise BadInput(("/category", "is not one of the city's categories that take reports"))
    if category.restricted != step.category.restricted:
        if step.row["reporter_count"] > 1:
            raise not_now(step, "Others are merged into this report; undo that before it changes to another lane.")
        if category.restricted:
            await used_pictures.untell(step.scene.conn, step.row["code"])
    route = await propose_again(step.scene.conn, step.scene.city, step.row, category.path, urgency, step.now)
    fields = {"category": category_code, "urgency": urgency, "undo": undo, **proposal(route.as_document())}
    level, base = route.level or category.level(urgency), started or step.row["received_at"]
    clock = Clock.project(base, level, step.scene.city.calendar)
    if started is not None:
        clock = replace(clock, basis="running", started_at=started)
    promised = Promised(level, clock, base)
    return Change(fact, {**fields, "route": route.as_document()}, also=(routed(route),), promised=promised)


async def unverify(step: Step, _: Any) -> Change:
    """Undo a verification while nothing was built on it: kind and urgency are again what the resident sent."""
    was = (step.row["undo"] or {}).get("verify")
    if was is None:
        return Change(events.ReportUnverified())
    known = step.scene.city.categories.get(was["category"])
    if known is None or not known.leaf:
        # The city has taken that kind away meanwhile.
        return Change(events.ReportUnverified(), {"undo": None})
    fact = events.ReportUnverified(category=was["category"], urgency=was["urgency"])
    started = datetime.fromisoformat(was["started_at"]) if was["started_at"] else None
    return await _as_kind(step, fact, was["category"], was["urgency"], started)


async def reject(step: Step, args: Reject) -> Change:
    """Decline, with a reason the resident reads."""
    rejection = {**args.model_dump(), "at": stamp(step.now)}
    return Change(events.ReportRejected(**args.model_dump()), {"rejection": rejection})


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
