"""The life of a report, told in order. Each step: lock, check, decide, change, record (`reports.step` is that shape).

    submit -> (claim) -> verify -> dispatch -> accept -> resolve -> approve = publish -> rate -> close

with the side roads reject, merge, ask and answer, withdraw, recall, return, extend, hand over, send back, reopen; and
the second looks: override_proof, audit, send_checker and report_check. What each step decides stands in `holding`,
`deciding`, `merging`, `handling`, `handing_over`, `publishing`, `auditing` and `field_checks`, in this order.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from reports import (
    attachments,
    auditing,
    deciding,
    events,
    field_checks,
    handing_over,
    handling,
    holding,
    intake,
    merging,
    publishing,
    rows,
)
from reports.callers import SYSTEM
from reports.clocks import Clock
from reports.codes import new_code
from reports.commands import ARGS, Merge
from reports.configuration import CategoryRules
from reports.driving import together
from reports.intake import Decided, Draft, Known
from reports.lifecycle import Command
from reports.problems import BadInput, KeyReused, Problem, TooMany
from reports.promise import Promise, due_document, warnings_of
from reports.proposing import by_hand, propose, routed
from reports.routing import Facts, Place, Route
from reports.step import Change, Request, Scene, Step, begin, earlier_answer, remember_answer, shown, take
from reports.views import after_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Submitted:
    """The report object for its sender, and whether this call made it (False: it was sent before).

    `processing`: (id, kind) of attachments whose copies are to be made; `expected`: uploads still on their way.
    """

    report: dict[str, Any]
    report_id: int
    created: bool
    processing: tuple[tuple[str, str], ...] = ()
    expected: tuple[str, ...] = ()


async def submit(
    scene: Scene, draft: Draft, known: Known, *, per_minute: int = 60, straight_through: bool = True
) -> Submitted:
    """Locate, route, set the promise, write. `known` comes from `intake.look` in the same transaction.

    Where the rule says so, the report goes straight to its agency, unless `straight_through` is False because a person
    is at it. The answer is the report as it was received: what the system did next is the next versions.
    """
    if known.report_id is not None:
        return await _sent_before(scene, draft, known)
    if known.recent >= per_minute:
        raise TooMany(f"At most {per_minute} reports a minute; this one is safe on your phone, send it again soon.")
    category = scene.city.categories.get(draft.category)
    if category is None or not category.leaf:
        raise BadInput(("/category", "is not one of the city's categories that take reports"))
    facts = Facts(category.path, draft.urgency, known.place, scene.now, (draft.lon, draft.lat), known.assets)
    route = propose(scene.city, facts)
    if not straight_through:
        route = by_hand(route, None)
    level, calendar = route.level or category.level(draft.urgency), scene.city.calendar
    promise = Promise(level, calendar, warnings_of(scene.city.settings))
    promised = promise.given(Clock.project(scene.now, level, calendar), scene.now)
    row = intake.new_row(draft, Decided(new_code(), known.place, route, promised, scene.now))
    if route.at_once:
        async with together(scene.conn):
            submitted = await _write(scene, draft, known, category, row, route)
            await _go_straight_through(scene, row["code"])
        return submitted
    return await _write(scene, draft, known, category, row, route)


async def _go_straight_through(scene: Scene, code: str) -> None:
    """Verified and dispatched by the system, each as a command of its own and recorded as its own act.

    Where that cannot be, the report is as safe as any other: it waits for a person.
    """
    by_itself = replace(scene, by=SYSTEM)
    try:
        async with together(scene.conn):
            for command in (Command.VERIFY, Command.DISPATCH):
                await perform(by_itself, Request(command, code, ARGS[command]()))
    except Problem:
        log.exception("report %s could not go straight through", code)


async def _write(
    scene: Scene, draft: Draft, known: Known, category: CategoryRules, row: dict[str, Any], route: Route
) -> Submitted:
    arrival = _facts_of_arrival(draft, known.place, route, due_document(None, row, row["level"], scene.city.version))
    after = after_of({**_NOTHING_YET, **row})
    sender = known.by.id if known.by is not None else scene.by.id
    report_id = await intake.write(scene.conn, row, draft, arrival, after, by=scene.by, sender=sender)
    allowed = attachments.as_allowed(draft.attachments, voice=category.voice_allowed)
    media = (
        await attachments.add(scene.conn, report_id, allowed, lon=draft.lon, lat=draft.lat, now=scene.now)
        if allowed
        else []
    )
    whole = {**_NOTHING_YET, **row, "id": report_id, "media": media}
    waiting = tuple((item["id"], item["kind"]) for item in media if item["state"] == "processing")
    coming = tuple(item["upload_id"] for item in media if item["state"] == "expected")
    return Submitted(shown(scene, whole), report_id, True, waiting, coming)


# The fields a new report does not have yet, so that its answer needs no reading back.
_ABSENT = (
    *("resume_state", "claimed_by", "claimed_name", "claimed_until", "clock_remaining_s", "question", "answer"),
    *("rejection", "resolution", "returns", "public_answer", "rating", "merged_code", "lead_state", "lead_resume"),
    *("proof", "audit", "checks"),
    *("leading", "followers", "media", "resolved_at", "published_at", "closed_at", "officer"),
    "hot_spot",
    *("holders", "holder_due_at", "state_since"),
)
_NOTHING_YET: dict[str, Any] = {
    **dict.fromkeys(_ABSENT),
    "public_media": [],
    "checking": [],
    "extensions": 0,
    "reopenings": 0,
    "reporter_count": 1,
}


async def _sent_before(scene: Scene, draft: Draft, known: Known) -> Submitted:
    if known.body_hash != draft.body_hash:
        raise KeyReused
    report_id = known.report_id or 0
    row = (await rows.by_ids(scene.conn, [report_id]))[report_id]
    return Submitted(shown(scene, row), report_id, False)


def _facts_of_arrival(draft: Draft, place: Place | None, route: Route, due: events.Due) -> list[events.Event]:
    return [
        events.ReportReceived(category=draft.category, channel=draft.channel, media=len(draft.attachments), due=due),
        events.ReportLocated(
            area=place.code if place else None,
            valid_from=place.valid_from if place else None,
            distance_m=round(place.distance_m, 1) if place else None,
        ),
        routed(route),
    ]


async def perform(scene: Scene, request: Request) -> dict[str, Any]:
    """Give one command and answer the report object as the giver now sees it. One transaction, begun by the caller."""
    earlier = await earlier_answer(scene, request)
    if earlier is not None:
        return earlier
    others = (request.args.into,) if isinstance(request.args, Merge) else ()
    step = await begin(scene, request, *others)
    change = await STEPS[request.command](step, request.args)
    row = await take(step, change)
    if request.photos:
        row = await rows.by_code(scene.conn, row["code"]) or row
    answer = shown(scene, row)
    await remember_answer(scene, request, answer)
    return answer


STEPS: dict[Command, Callable[[Step, Any], Awaitable[Change]]] = {
    Command.CLAIM: holding.claim,
    Command.HEARTBEAT: holding.heartbeat,
    Command.RELEASE: holding.release,
    Command.TAKE_OVER: holding.take_over,
    Command.VERIFY: deciding.verify,
    Command.UNVERIFY: deciding.unverify,
    Command.REJECT: deciding.reject,
    Command.MERGE: merging.merge,
    Command.UNMERGE: merging.unmerge,
    Command.ASK: deciding.ask,
    Command.ANSWER: deciding.answer,
    Command.LAPSE: deciding.lapse,
    Command.WITHDRAW: merging.withdraw,
    Command.DISPATCH: handling.dispatch,
    Command.RECALL: handling.recall,
    Command.ACCEPT: handling.accept,
    Command.RETURN: handling.send_return,
    Command.EXTEND: handling.extend,
    Command.HAND_OVER: handing_over.hand_over,
    Command.RESOLVE: handling.resolve,
    Command.SEND_BACK: publishing.send_back,
    Command.APPROVE: publishing.approve,
    Command.REOPEN: publishing.reopen,
    Command.CLOSE: publishing.close,
    Command.RATE: publishing.rate,
    Command.OVERRIDE_PROOF: publishing.override_proof,
    Command.AUDIT: auditing.audit,
    Command.SEND_CHECKER: field_checks.send_checker,
    Command.REPORT_CHECK: field_checks.report_check,
    Command.RECALL_CHECKER: field_checks.recall_checker,
}
