"""Alarms in the database: looked for by whichever process comes round, acknowledged at a desk.

One sweep at a time holds an advisory lock to the end of its transaction, and the table itself allows one standing
alarm per kind and subject; so any number of workers raise, escalate and clear each alarm once. Each step is recorded
in the journal with its change, and wakes the processes that show alarms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports import alarm_rows, alarms, drills, journal, storms
from reports.alarms import Cause, Change, Clear, Escalate, Failing, Kind, Move, Raise, Thresholds, Unread
from reports.callers import Caller
from reports.configuration import City
from reports.events import AlarmAcknowledged, AlarmCleared, AlarmEscalated, AlarmRaised
from reports.problems import NotNow
from reports.step import Scene
from reports.storms import Storm

LOCK = 0x41_4C_52  # "ALR"
CHANNEL = "alarms"
# A worker that has not looked for this long was not merely late: everything was down, or the machine slept.
GAP = timedelta(seconds=60)

_TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(:lock)")
_WAKE = text(f"SELECT pg_notify('{CHANNEL}', '')")

# All but the agencies, who are asked less often: what they have not accepted may be long, and hand-overs take minutes.
OFTEN: tuple[Kind, ...] = ("urgent_untouched", "storm", "feed_stale", "drill")


# What only those know who speak with systems outside.
OF_OUTSIDE: tuple[Kind, ...] = ("handover_stuck", "mailbox_failing")


@dataclass(frozen=True, slots=True)
class Outside:
    """What does not get through: hand-overs to agencies' own systems, and reading the city's mail box."""

    failing: Sequence[Failing] = ()
    unread: Unread | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the city: when, since when there was somebody to look, which kinds, and what is alarming."""

    scene: Scene
    awake_since: datetime
    thresholds: Thresholds
    restricted: tuple[str, ...]
    outside: Outside

    @property
    def conn(self) -> AsyncConnection:
        """The transaction."""
        return self.scene.conn

    @property
    def now(self) -> datetime:
        """The moment."""
        return self.scene.now


async def sweep(
    scene: Scene,
    thresholds: Thresholds,
    kinds: Sequence[Kind] = alarms.KINDS,
    *,
    outside: Outside | None = None,
) -> list[Move] | None:
    """Look for alarms of these kinds and carry out what follows. None when another worker is at it.

    `outside`: what does not get through there, which others know; without it nothing is said of it.
    """
    if not await _alone(scene.conn):
        return None
    before = await alarm_rows.last_look(scene.conn)
    awake_since = before[1] if before and scene.now - before[0] < GAP else scene.now
    await alarm_rows.look(scene.conn, scene.now, awake_since)
    look = Look(scene, awake_since, thresholds, restricted_of(scene.city), outside or Outside())
    moves: list[Move] = []
    for kind in kinds:
        if kind not in OF_OUTSIDE or outside is not None:
            moves += await _of_kind(look, kind)
    await _carry_out(scene, moves)
    return moves


def restricted_of(city: City) -> tuple[str, ...]:
    """The categories that take no part in what is counted."""
    return tuple(code for code, rules in city.categories.items() if rules.restricted)


async def watch_worker(scene: Scene, thresholds: Thresholds, awake_since: datetime) -> list[Move] | None:
    """What a serving process looks for: that facts are sealed and some worker looks. None when another is at it.

    `awake_since`: since when the asking process has itself looked without a gap.
    """
    if not await _alone(scene.conn):
        return None
    last = await alarm_rows.last_look(scene.conn)
    standing = await alarm_rows.standing(scene.conn, ["feed_stale"])
    subjects = {alarm.cause.subject for alarm in standing}
    causes = alarms.unwatched(last[0] if last else None, awake_since, scene.now, thresholds)
    oldest = await alarm_rows.oldest_unsealed(scene.conn)
    causes += alarms.unsealed(oldest, subjects, scene.now, awake_since, thresholds)
    moves = alarms.decide(causes, standing, scene.now, awake_since, thresholds)
    await _carry_out(scene, moves)
    return moves


async def _alone(conn: AsyncConnection) -> bool:
    return bool((await conn.execute(_TRY_LOCK, {"lock": LOCK})).scalar_one())


async def _of_kind(look: Look, kind: Kind) -> list[Move]:
    standing = await alarm_rows.standing(look.conn, [kind])
    subjects = {alarm.cause.subject: alarm.cause for alarm in standing}
    causes = await {
        "urgent_untouched": _urgent,
        "storm": _storms,
        "agency_silent": _silent,
        "handover_stuck": _stuck,
        "mailbox_failing": _unread,
        "feed_stale": _stale,
        "drill": _drill,
    }[kind](look, subjects)
    return alarms.decide(causes, standing, look.now, look.awake_since, look.thresholds)


Subjects = dict[str, Cause]


async def _urgent(look: Look, standing: Subjects) -> list[Cause]:
    found = await alarm_rows.untouched(look.conn, look.now, look.now - look.thresholds.urgent)
    return alarms.urgent(found, standing, look.now, look.thresholds)


async def _storms(look: Look, standing: Subjects) -> list[Cause]:
    density = look.thresholds.storm
    since = look.now - 2 * density.window
    recent = await alarm_rows.recent(look.conn, since, look.restricted, density.radius_m)
    before = [Storm(subject, cause.reports) for subject, cause in standing.items()]
    grown = storms.grow(before, storms.find(recent, density))
    known = await alarm_rows.members(look.conn, {code for one in grown for code in one.members})
    causes = []
    for one in grown:
        members = [known[code] for code in one.members if code in known]
        cause = alarms.storm(one, members, look.now, density)
        if cause is not None:
            causes.append(cause)
    return causes


async def _silent(look: Look, standing: Subjects) -> list[Cause]:
    found = await alarm_rows.waiting(look.conn, look.restricted)
    return alarms.silent(found, standing, look.now, look.scene.city.calendar, look.thresholds)


async def _stuck(look: Look, standing: Subjects) -> list[Cause]:
    return alarms.stuck(look.outside.failing, standing, look.now, look.awake_since, look.thresholds)


async def _unread(look: Look, standing: Subjects) -> list[Cause]:
    return alarms.unread(look.outside.unread, standing, look.now, look.awake_since, look.thresholds)


async def _stale(look: Look, standing: Subjects) -> list[Cause]:
    oldest = await alarm_rows.oldest_unsealed(look.conn)
    return alarms.unsealed(oldest, standing, look.now, look.awake_since, look.thresholds)


async def _drill(look: Look, standing: Subjects) -> list[Cause]:
    """Exercises stand as long as their drill runs."""
    return list(standing.values()) if await drills.running(look.conn, look.now) else []


async def _carry_out(scene: Scene, moves: Sequence[Move]) -> None:
    for move in moves:
        await _do(scene, move)
    if moves:
        await wake(scene.conn)


async def _do(scene: Scene, move: Move) -> None:
    conn, now = scene.conn, scene.now
    if isinstance(move, Raise):
        await raise_alarm(scene, move.cause)
    elif isinstance(move, Change):
        await alarm_rows.change(conn, move.id, move.cause)
    elif isinstance(move, Escalate):
        if await alarm_rows.escalate(conn, move.id, move.level, now):
            fact = AlarmEscalated(alarm=move.id, kind=move.kind, level=move.level)
            await journal.record(conn, [fact], by=scene.by, at=now)
    elif isinstance(move, Clear):
        await clear_alarm(scene, move.id, move.cause)


async def raise_alarm(scene: Scene, cause: Cause, *, drill: bool = False) -> int | None:
    """Raise an alarm and record it; None when one of the same kind and subject stands."""
    alarm_id = await alarm_rows.insert(scene.conn, cause, scene.now, drill=drill)
    if alarm_id is not None:
        fact = AlarmRaised(
            alarm=alarm_id, kind=cause.kind, subject=cause.subject, reports=list(cause.reports), drill=drill
        )
        await journal.record(scene.conn, [fact], by=scene.by, at=scene.now)
    return alarm_id


async def clear_alarm(scene: Scene, alarm_id: int, cause: Cause) -> None:
    """Clear an alarm and record it, once."""
    if await alarm_rows.clear(scene.conn, alarm_id, scene.now):
        fact = AlarmCleared(alarm=alarm_id, kind=cause.kind, reports=list(cause.reports))
        await journal.record(scene.conn, [fact], by=scene.by, at=scene.now)


async def acknowledge(scene: Scene, alarm_id: int, kind: str, note: str | None) -> None:
    """The acting person takes care of an alarm they may see. The first is kept; who comes later changes nothing.

    NotNow when it was over before anybody acknowledged it.
    """
    by: Caller = scene.by
    if await alarm_rows.acknowledge(scene.conn, alarm_id, by.username, by.name, note, scene.now):
        fact = AlarmAcknowledged(alarm=alarm_id, kind=kind, note=note)
        await journal.record(scene.conn, [fact], by=by, at=scene.now)
        await wake(scene.conn)
        return
    row = await alarm_rows.one(scene.conn, alarm_id)
    if row is not None and row.acknowledged_at is None:
        raise NotNow("This alarm is over; nobody needs to acknowledge it any more.")


async def wake(conn: AsyncConnection) -> None:
    """With the commit, every serving process reads the list again."""
    await conn.execute(_WAKE)
