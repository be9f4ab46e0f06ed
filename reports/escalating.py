"""Cases brought before somebody higher up: looked for by whichever worker comes round, acknowledged by who was called.

One sweep at a time holds an advisory lock to the end of its transaction, each report is locked and looked at again
before somebody is called for it, and the table allows each rung once: however many look, each call is made once.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from reports import escalation, escalation_rows, holders, rows
from reports.escalation import CAUSES, REASONS, Call, Cause, Taken
from reports.events import EscalationAcknowledged, ReportEscalated
from reports.problems import NotFound, NotNow
from reports.step import Scene, note

LOCK = 0x45_53_43  # "ESC"
# So many are raised in one look, the earliest due first; the next look goes on.
BATCH = 200
_TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(:lock)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A call to be made for one report."""

    report_id: int
    cause: Cause
    since: datetime
    call: Call
    agency: str | None


async def sweep(scene: Scene) -> int | None:
    """Call whom it is time to call, and end what is over; how many were called. None when another worker is at it."""
    if not (await scene.conn.execute(_TRY_LOCK, {"lock": LOCK})).scalar_one():
        return None
    await _end(scene)
    heads = await escalation_rows.agencies_with_head(scene.conn)
    found = await escalation_rows.candidates(scene.conn, scene.city, scene.now)
    known = await escalation_rows.taken(scene.conn, [row["id"] for row in found])
    wanted = [one for row in found for one in _wanted(scene, row, known, heads)][:BATCH]
    free = await escalation_rows.lock(scene.conn, {one.report_id for one in wanted})
    fresh = await rows.by_ids(scene.conn, sorted(free)) if free else {}
    called = 0
    for one in wanted:
        row = fresh.get(one.report_id)
        if row is not None and one in _wanted(scene, row, known, heads):
            called += await _call(scene, row, one)
    return called


async def look_at(scene: Scene, row: dict[str, Any]) -> int:
    """Call whom it is time to call for one report that is locked, without waiting for the next sweep; how many."""
    heads = await escalation_rows.agencies_with_head(scene.conn)
    known = await escalation_rows.taken(scene.conn, [row["id"]])
    return sum([await _call(scene, row, one) for one in _wanted(scene, row, known, heads)])


def _wanted(
    scene: Scene, row: Any, known: dict[escalation_rows.Episode, list[Taken]], heads: Collection[str]
) -> list[Wanted]:
    city, wanted = scene.city, []
    rules = city.category(row["category"])
    agency = row["lead"] if holders.holding(holders.read(row["holders"])) else None
    for cause in CAUSES if rules is not None else ():
        began = escalation.since(row, cause, scene.now)
        if began is None or rules is None:
            continue
        rungs = escalation.ladder(city.settings, rules.lane, cause)
        taken = known.get((row["id"], cause, began), [])
        calendar = city.calendar_of(agency)
        call = escalation.call(rungs, taken, began, scene.now, calendar, head=agency is not None and agency in heads)
        if call is not None:
            wanted.append(Wanted(row["id"], cause, began, call, row["lead"] if cause == "proof" else agency))
    return wanted


async def _call(scene: Scene, row: dict[str, Any], one: Wanted) -> int:
    facts = {"report_id": one.report_id, "cause": one.cause, "since": one.since, "now": scene.now,
             "level": one.call.level, "to": one.call.to, "agency": one.agency}  # fmt: skip
    number = await escalation_rows.insert(scene.conn, facts)
    if number is None:
        return 0
    fact = ReportEscalated(
        reason=REASONS[one.cause], level=one.call.level, to=one.call.to, agency=one.agency, escalation=number
    )
    await note(scene, before=row, row=row, events=[fact])
    return 1


async def _end(scene: Scene) -> None:
    """Escalations whose cause is gone: accepted, extended, resolved, taken back."""
    standing = await escalation_rows.standing(scene.conn)
    facts = await escalation_rows.facts_of(scene.conn, {one.report_id for one in standing})
    over = [one.id for one in standing if escalation.since(facts[one.report_id], one.cause, scene.now) != one.since]
    if over:
        await escalation_rows.clear(scene.conn, over, scene.now)


async def acknowledge(scene: Scene, number: int, said: str | None) -> Any:
    """The acting person, whom it is for, takes care of it: nobody higher is called. The first is kept.

    NotFound when it is for somebody else; NotNow when it was over before anybody acknowledged it.
    """
    seen = await escalation_rows.one(scene.conn, number, scene.by, scene.city)
    if seen is None:
        raise NotFound
    row = await rows.lock(scene.conn, seen.code)
    if await escalation_rows.acknowledge(scene.conn, number, scene.by, said, scene.now) and row is not None:
        fact = EscalationAcknowledged(escalation=number, reason=REASONS[seen.cause], level=seen.level, note=said)
        await note(scene, before=row, row=row, events=[fact])
    now = await escalation_rows.one(scene.conn, number, scene.by, scene.city)
    if now is None or now.acknowledged_at is None:
        raise NotNow("This is over; nobody needs to acknowledge it any more.")
    return now
