"""Cases brought before somebody higher up: looked for by whichever worker comes round, acknowledged by who was called.

One sweep at a time holds an advisory lock to the end of its transaction, each report is locked and looked at again
before somebody is called for it, and the table allows each rung once: however many look, each call is made once. What
changes while a look goes on is looked at by the next (`reports.escalation_watch`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports import escalation, escalation_rows, escalation_watch, holders, rows
from reports.configuration import City
from reports.escalation import CAUSES, PERCENT, REASONS, Call, Cause, Ladder, Promised, Taken
from reports.escalation_rows import Episode
from reports.escalation_watch import Reckoned
from reports.events import EscalationAcknowledged, ReportEscalated
from reports.problems import NotFound, NotNow
from reports.promise import Promise
from reports.step import Scene, note

LOCK = 0x45_53_43  # "ESC"
# So many are raised in one look, the earliest due first; the next look goes on.
BATCH = 200
_TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(:lock)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The next call for one report because of one cause."""

    report_id: int
    cause: Cause
    since: datetime
    call: Call
    agency: str | None


@dataclass(frozen=True, slots=True)
class Look:
    """What one look did: how many were called, and whether the next one will find more at once."""

    called: int = 0
    more: bool = False


async def sweep(scene: Scene) -> Look | None:
    """Call whom it is time to call, and end what is over. None when another worker is at it."""
    if not (await scene.conn.execute(_TRY_LOCK, {"lock": LOCK})).scalar_one():
        return None
    heads = await escalation_rows.agencies_with_head(scene.conn)
    basis = escalation_watch.basis_of(scene.city.version, heads)
    turns = await escalation_watch.due(scene.conn, scene.now, basis)
    if not turns:
        return Look()
    facts = await escalation_rows.facts_of(scene.conn, list(turns))
    found = await escalation_rows.raised(scene.conn, list(turns))
    known = escalation_rows.taken(found)
    await _end(scene, facts, found)
    coming = {number: _coming(scene.city, row, known, heads) for number, row in facts.items()}
    ripe = sorted(
        (one for ones in coming.values() for one in ones if one.call.at <= scene.now), key=lambda one: one.call.at
    )
    called, after = await _call_all(scene, ripe[:BATCH], heads)
    reckoned = [_reckoned(facts[number], after.get(number, ones)) for number, ones in coming.items()]
    # Those whose turn it is and who were not called now (there were too many, or somebody works on the case) are the
    # first of the next look: they keep their moment, which has passed.
    kept = await escalation_watch.keep(scene.conn, reckoned, turns, basis)
    full = len(turns) >= escalation_watch.MOST or len(ripe) > BATCH
    done = called > 0 or kept > len({one.report_id for one in ripe})
    return Look(called, more=full and done)


async def _call_all(
    scene: Scene, wanted: Sequence[Wanted], heads: Collection[str]
) -> tuple[int, dict[int, list[Wanted]]]:
    """How many were called, and what comes next for each report that nobody else works on at this moment."""
    free = sorted(await escalation_rows.lock(scene.conn, {one.report_id for one in wanted}))
    fresh = await rows.by_ids(scene.conn, free) if free else {}
    # Read again under the lock: somebody may have acknowledged meanwhile.
    before = await _next_of(scene, fresh, heads)
    still = [one for one in wanted if one in before.get(one.report_id, ())]
    called = sum([await _call(scene, fresh[one.report_id], one) for one in still])
    return called, await _next_of(scene, fresh, heads)


async def _next_of(scene: Scene, facts: Mapping[int, Any], heads: Collection[str]) -> dict[int, list[Wanted]]:
    known = escalation_rows.taken(await escalation_rows.raised(scene.conn, list(facts)))
    return {number: _coming(scene.city, row, known, heads) for number, row in facts.items()}


def _reckoned(row: Any, coming: Sequence[Wanted]) -> Reckoned:
    over = not row["open"] and all(escalation.since(row, cause) is None for cause in CAUSES)
    return Reckoned(row["id"], min((one.call.at for one in coming), default=None), over)


async def look_at(scene: Scene, row: dict[str, Any]) -> int:
    """Call whom it is time to call for one report that is locked, without waiting for the next sweep; how many."""
    coming = await _next_of(scene, {row["id"]: row}, await escalation_rows.agencies_with_head(scene.conn))
    return sum([await _call(scene, row, one) for one in coming[row["id"]] if one.call.at <= scene.now])


async def following(conn: AsyncConnection, city: City, ids: Collection[int]) -> dict[Episode, Call]:
    """Who is called next for these reports, and when if nothing changes, by report, cause and beginning."""
    heads = await escalation_rows.agencies_with_head(conn)
    facts = await escalation_rows.facts_of(conn, ids)
    known = escalation_rows.taken(await escalation_rows.raised(conn, ids))
    coming = [one for row in facts.values() for one in _coming(city, row, known, heads)]
    return {(one.report_id, one.cause, one.since): one.call for one in coming}


def _coming(city: City, row: Any, known: Mapping[Episode, Sequence[Taken]], heads: Collection[str]) -> list[Wanted]:
    """The next call for each cause that holds, or will when its time comes."""
    wanted = []
    rules = city.category(row["category"])
    holding = holders.holding(holders.read(row["holders"]))
    agency = row["lead"] if holding is not None else None
    for cause in CAUSES if rules is not None else ():
        began = escalation.since(row, cause)
        if began is None or rules is None:
            continue
        rungs = escalation.ladder(city.settings, rules.lane, cause)
        promised = _promised(city, row, began) if any(rung.unit == PERCENT for rung in rungs) else None
        ladder = Ladder(rungs, began, city.calendar_of(agency), agency is not None and agency in heads, promised)
        call = ladder.following(known.get((row["id"], cause, began), ()))
        if call is not None:
            wanted.append(Wanted(row["id"], cause, began, call, row["lead"] if cause == "proof" else agency))
    return wanted


def _promised(city: City, row: Any, due: datetime) -> Promised:
    """What was promised and falls due then: by the agency that holds the case, if its time is over first."""
    one = holders.holding(holders.read(row["holders"]))
    calendar = city.calendar_of(one.agency if one is not None else None)
    total = one.promised(calendar) if one is not None and due != row["due_at"] else None
    if one is not None and one.level is not None and total is not None:
        return Promised(total, one.level.working, calendar)
    promise = Promise.of(row, city)
    return Promised(promise.total(row), promise.level.working, city.calendar)


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


async def _end(scene: Scene, facts: Mapping[int, Any], found: Sequence[Any]) -> None:
    """Escalations whose cause is gone: accepted, extended, resolved, taken back. Only a change of the case ends one."""
    over = [
        one.id
        for one in found
        if one.cleared_at is None and escalation.since(facts[one.report_id], one.cause) != one.since
    ]
    if over:
        await escalation_rows.clear(scene.conn, over, scene.now)


async def acknowledge(scene: Scene, number: int, said: str | None) -> Any:
    """The acting person, whom it is for, takes care of it: whoever is next is called only when the time of the next
    rung has passed from now on and nothing was done. The first is kept.

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
