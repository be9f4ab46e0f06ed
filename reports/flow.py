"""The life of a report, told in order. Each step: lock, check, decide, change, record (`reports.step` is that shape).

    submit -> (claim) -> verify -> dispatch -> accept -> resolve -> approve = publish -> rate -> close

with the side roads reject, merge, ask and answer, withdraw, recall, return, extend, send back, reopen.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from reports import attachments, events, intake, rows
from reports.clocks import Clock
from reports.codes import new_code
from reports.commands import (
    Answer,
    Approve,
    Ask,
    Dispatch,
    Extend,
    Merge,
    Rate,
    Reject,
    Resolve,
    Return,
    TakeOver,
    Verify,
    WithReason,
)
from reports.configuration import City
from reports.intake import Decided, Draft, Known
from reports.lifecycle import OPEN, PUBLIC, Command, State
from reports.problems import BadInput, KeyReused, TooMany
from reports.routing import Facts, Place, Route, choose
from reports.step import (
    Change,
    Request,
    Scene,
    Step,
    as_ids,
    begin,
    earlier_answer,
    not_now,
    remember_answer,
    shown,
    take,
)
from reports.views import after_of, stamp

RETURNS_BEFORE_SUPERVISOR = 3


# ---- a report arrives -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Submitted:
    """The report object for its sender, and whether this call made it (False: it was sent before)."""

    report: dict[str, Any]
    report_id: int
    created: bool
    processing: tuple[str, ...] = ()


async def submit(scene: Scene, draft: Draft, known: Known, *, per_minute: int = 60) -> Submitted:
    """Locate, route, set the promise, write. `known` comes from `intake.look` in the same transaction."""
    if known.report_id is not None:
        return await _sent_before(scene, draft, known)
    if known.recent >= per_minute:
        raise TooMany(f"At most {per_minute} reports a minute; this one is safe on your phone, send it again soon.")
    category = scene.city.categories.get(draft.category)
    if category is None or not category.leaf:
        raise BadInput(("/category", "is not one of the city's categories that take reports"))
    route = propose(scene.city, category.path, draft.urgency, known.place)
    clock = Clock.project(scene.now, category.level(draft.urgency), scene.city.calendar)
    row = intake.new_row(draft, Decided(new_code(), known.place, route, clock, scene.now))
    facts = _facts_of_arrival(draft, known.place, route)
    report_id = await intake.write(scene.conn, row, draft, facts, after_of({**_NOTHING_YET, **row}), by=scene.by)
    media = (
        await attachments.add(scene.conn, report_id, draft.attachments, lon=draft.lon, lat=draft.lat, now=scene.now)
        if draft.attachments
        else []
    )
    whole = {**_NOTHING_YET, **row, "id": report_id, "media": media}
    waiting = tuple(item["id"] for item in media if item["state"] == "processing")
    return Submitted(shown(scene, whole), report_id, True, waiting)


# The fields a new report does not have yet, so that its answer needs no reading back.
_NOTHING_YET: dict[str, Any] = {
    **dict.fromkeys(
        (
            "resume_state claimed_by claimed_name claimed_until question answer rejection resolution returns "
            "public_answer rating merged_code lead_state resolved_at published_at closed_at media clock_remaining_s"
        ).split()
    ),
    "public_media": [],
    "extensions": 0,
    "reporter_count": 1,
}


async def _sent_before(scene: Scene, draft: Draft, known: Known) -> Submitted:
    if known.body_hash != draft.body_hash:
        raise KeyReused
    report_id = known.report_id or 0
    row = (await rows.by_ids(scene.conn, [report_id]))[report_id]
    return Submitted(shown(scene, row), report_id, False)


def propose(city: City, path: tuple[str, ...], urgency: str, place: Place | None) -> Route:
    """The routed proposal for a category path, an urgency and a place."""
    return choose(city.rules, Facts(path, urgency, place), default_desk=city.default_desk)


def _facts_of_arrival(draft: Draft, place: Place | None, route: Route) -> list[events.Event]:
    return [
        events.ReportReceived(category=draft.category, channel=draft.channel, media=len(draft.attachments)),
        events.ReportLocated(
            area=place.code if place else None,
            valid_from=place.valid_from if place else None,
            distance_m=round(place.distance_m, 1) if place else None,
        ),
        _routed(route),
    ]


def _routed(route: Route) -> events.ReportRouted:
    return events.ReportRouted(
        lead=route.lead,
        supporting=list(route.supporting),
        rule=route.rule.name if route.rule else None,
        fallback=route.fallback,
    )


# ---- a command is given -----------------------------------------------------------------------------------------------


async def perform(scene: Scene, request: Request) -> dict[str, Any]:
    """Give one command and answer the report object as the giver now sees it. One transaction, begun by the caller."""
    earlier = await earlier_answer(scene, request)
    if earlier is not None:
        return earlier
    others = (request.args.into,) if isinstance(request.args, Merge) else ()
    step = await begin(scene, request, *others)
    change = await STEPS[request.command](step, request.args)
    row = await take(step, change)
    if request.command == Command.RESOLVE:
        row = await rows.by_code(scene.conn, row["code"]) or row
    answer = shown(scene, row)
    await remember_answer(scene, request, answer)
    return answer


# ---- who works on it --------------------------------------------------------------------------------------------------


async def claim(step: Step, _: Any) -> Change:
    """Hold the report for a while; seen by everyone at once."""
    until = step.now + step.scene.lease
    return Change(events.ReportClaimed(until=stamp(until) or ""), _held_by(step, until))


async def take_over(step: Step, args: TakeOver) -> Change:
    """Take the hold from a colleague, saying why."""
    until, holder = step.now + step.scene.lease, step.row["claimed_by"]
    taken_from = holder if holder != step.by.username else None
    fact = events.ReportClaimed(until=stamp(until) or "", taken_from=taken_from, reason=args.reason)
    return Change(fact, _held_by(step, until))


async def heartbeat(step: Step, _: Any) -> Change:
    """Still here: the lease runs on. Nothing else changes and nobody is told."""
    if step.row["claimed_by"] != step.by.username:
        raise not_now(step, "You no longer hold this report.")
    return Change(None, {"claimed_until": step.now + step.scene.lease})


async def release(step: Step, _: Any) -> Change:
    """Give the hold back."""
    if step.row["claimed_by"] != step.by.username:
        raise not_now(step, "You do not hold this report.")
    return Change(events.ReportReleased())


def _held_by(step: Step, until: Any) -> dict[str, Any]:
    return {"claimed_by": step.by.username, "claimed_name": step.by.name, "claimed_until": until}


# ---- the center's first decision --------------------------------------------------------------------------------------


async def verify(step: Step, args: Verify) -> Change:
    """True and complete; perhaps of another kind or urgency, which routes it anew and sets its promise anew."""
    fact = events.ReportVerified(category=args.category, urgency=args.urgency)
    category_code, urgency = args.category or step.row["category"], args.urgency or step.row["urgency"]
    if (category_code, urgency) == (step.row["category"], step.row["urgency"]):
        return Change(fact)
    category = step.scene.city.categories.get(category_code)
    if category is None or not category.leaf:
        raise BadInput(("/category", "is not one of the city's categories that take reports"))
    route = propose(step.scene.city, category.path, urgency, _place_of(step.row))
    fields = {"category": category_code, "urgency": urgency, **_proposal(route.as_document())}
    start = step.clock.started_at or step.row["received_at"]
    clock = Clock.project(start, category.level(urgency), step.scene.city.calendar)
    if step.clock.started_at is not None:
        clock = replace(clock, basis="running", started_at=start)
    return Change(fact, {**fields, "route": route.as_document()}, also=(_routed(route),), clock=clock)


def _place_of(row: dict[str, Any]) -> Place | None:
    if row["area_code"] is None:
        return None
    return Place(row["area_code"], row["area_name"], row["area_valid_from"].isoformat())


def _proposal(route: dict[str, Any] | None) -> dict[str, Any]:
    """Before dispatch `lead` and `supporting` show the routed proposal, and no agency is involved."""
    route = route or {"lead": None, "supporting": []}
    return {"lead": route["lead"], "supporting": route["supporting"], "involved": []}


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
    """The resident answers; the report goes back where it was and the clock goes on."""
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


# ---- at the agency ----------------------------------------------------------------------------------------------------


async def dispatch(step: Step, args: Dispatch) -> Change:
    """To the competent agency: the one named, or the routed proposal."""
    route = step.row["route"] or {"lead": None, "supporting": []}
    lead = args.lead or route["lead"]
    supporting = args.supporting
    if supporting is None:
        supporting = route["supporting"] if lead == route["lead"] else []
    supporting = [code for code in dict.fromkeys(supporting) if code != lead]
    _check_agencies(step, lead, supporting)
    fact = events.ReportDispatched(lead=lead, supporting=supporting, proposed=lead == route["lead"], note=args.note)
    return Change(fact, {"lead": lead, "supporting": supporting, "involved": [lead, *supporting]})


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
    return Change(fact, _proposal(step.row["route"]))


async def accept(step: Step, _: Any) -> Change:
    """The agency begins."""
    return Change(events.ReportAccepted(agency=step.row["lead"]))


async def send_return(step: Step, args: Return) -> Change:
    """Not ours, says the agency, and whose it is. The third return goes to the supervisor."""
    if args.proposed_agency is not None and args.proposed_agency not in step.scene.city.agencies:
        raise BadInput(("/proposed_agency", "is not an agency of this city"))
    one = {**args.model_dump(), "agency": step.row["lead"], "at": stamp(step.now)}
    returns = [*(step.row["returns"] or []), one]
    fact = events.ReportReturned(**args.model_dump(), agency=step.row["lead"], times=len(returns))
    often = len(returns) >= RETURNS_BEFORE_SUPERVISOR
    also = (events.ReportEscalated(reason="returned-often"),) if often else ()
    return Change(fact, {"returns": returns, **_proposal(step.row["route"])}, also=also)


async def extend(step: Step, args: Extend) -> Change:
    """Move the due time, with a reason and within bounds; counted apart from on time."""
    due, category = step.row["due_at"], step.category
    if args.until <= due:
        raise BadInput(("/until", "must be later than the present due time"))
    if args.until > due + timedelta(days=category.extension_days):
        raise BadInput(("/until", f"may be at most {category.extension_days} days after the present due time"))
    if step.row["extensions"] >= category.extensions_allowed:
        raise not_now(step, f"This report was extended {step.row['extensions']} times; no more is allowed.")
    fact = events.ReportExtended(reason=args.reason, was_due=stamp(due) or "", until=stamp(args.until) or "")
    fields = {"extensions": step.row["extensions"] + 1, "overdue_noted_at": None}
    return Change(fact, fields, clock=step.clock.extend(args.until))


async def resolve(step: Step, args: Resolve) -> Change:
    """The agency says it is done and proves it. The proof need not be processed yet, only complete."""
    proof = step.request.photos
    if step.category.proof_required and not proof:
        raise BadInput(("/media", "this category asks for at least one after-photo"))
    place = {"lon": step.row["lon"], "lat": step.row["lat"]}
    await attachments.add(step.scene.conn, step.row["id"], proof, **place, now=step.now)
    resolution = {"summary": args.summary, "at": stamp(step.now), "by": step.row["lead"]}
    fact = events.ReportResolved(agency=step.row["lead"], summary=args.summary, media=len(proof))
    fields: dict[str, Any] = {"resolution": resolution, "resolved_at": step.now, "approved_by": []}
    if step.edge.target != State.PUBLISHED:
        return Change(fact, fields)
    published = events.ReportPublished(media=0, on_time=step.now <= step.row["due_at"])
    return Change(fact, {**fields, **_publication(step)}, also=(published,))


# ---- the center checks and publishes ----------------------------------------------------------------------------------


async def send_back(step: Step, args: WithReason) -> Change:
    """The result does not convince."""
    return Change(events.ReportSentBack(reason=args.reason), {"resolved_at": None, "approved_by": []})


async def approve(step: Step, args: Approve) -> Change:
    """Publish, with the pictures the approver releases and no others. A lane may ask for a second pair of eyes."""
    released = _released(step, as_ids(args.public_media or []))
    approvers = [*step.row["approved_by"], step.by.username]
    if step.by.username in step.row["approved_by"]:
        raise not_now(step, "The second approval must be somebody else's.")
    answered = {"public_answer": args.public_answer or step.row["public_answer"], "approved_by": approvers}
    released = released or list(step.row["public_media"] or [])
    if len(approvers) < step.category.approvals:
        fact = events.ReportApproved(given=len(approvers), needed=step.category.approvals)
        return Change(fact, {**answered, "public_media": released}, target=State.RESOLVED)
    on_time = (step.row["resolved_at"] or step.now) <= step.row["due_at"]
    published = events.ReportPublished(public_answer=answered["public_answer"], media=len(released), on_time=on_time)
    return Change(published, {**answered, "public_media": released, **_publication(step)})


def _released(step: Step, ids: list[str]) -> list[str]:
    known = {item["id"]: item["state"] for item in step.row["media"] or []}
    for place, wanted in enumerate(ids):
        if wanted not in known or known[wanted] == "refused":
            raise BadInput((f"/public_media/{place}", "is not a picture of this report"))
    return list(dict.fromkeys(ids))


def _publication(step: Step) -> dict[str, Any]:
    return {"published_at": step.now, "closed_at": None}


async def reopen(step: Step, args: WithReason) -> Change:
    """The case is not over: an unhappy reporter within the window, or the center."""
    if step.by.kind == "device" and step.row["published_at"] is not None:
        until = step.row["published_at"] + timedelta(days=step.category.dispute_days)
        if step.now > until:
            raise not_now(step, "The time to dispute the result is over; please send a new report.")
    fields = {**_proposal(step.row["route"]), "published_at": None, "closed_at": None, "approved_by": []}
    more = {"rejection": None, "resolved_at": None, "public_media": []}
    return Change(events.ReportReopened(reason=args.reason), {**fields, **more})


async def close(step: Step, _: Any) -> Change:
    """The dispute window has passed, or the center ends the case."""
    return Change(events.ReportClosed(), {"closed_at": step.now})


async def rate(step: Step, args: Rate) -> Change:
    """The reporter's word on the result."""
    rating = {**args.model_dump(), "at": stamp(step.now)}
    return Change(events.ReportRated(rating=args.rating), {"rating": rating})


STEPS: dict[Command, Callable[[Step, Any], Awaitable[Change]]] = {
    Command.CLAIM: claim,
    Command.HEARTBEAT: heartbeat,
    Command.RELEASE: release,
    Command.TAKE_OVER: take_over,
    Command.VERIFY: verify,
    Command.UNVERIFY: unverify,
    Command.REJECT: reject,
    Command.MERGE: merge,
    Command.UNMERGE: unmerge,
    Command.ASK: ask,
    Command.ANSWER: answer,
    Command.LAPSE: lapse,
    Command.WITHDRAW: withdraw,
    Command.DISPATCH: dispatch,
    Command.RECALL: recall,
    Command.ACCEPT: accept,
    Command.RETURN: send_return,
    Command.EXTEND: extend,
    Command.RESOLVE: resolve,
    Command.SEND_BACK: send_back,
    Command.APPROVE: approve,
    Command.REOPEN: reopen,
    Command.CLOSE: close,
    Command.RATE: rate,
}
