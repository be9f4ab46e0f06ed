"""Queries about escalations: which cases may need one, what was raised, and the list of the person it is for."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.callers import Caller
from reports.configuration import DEFAULT, City
from reports.escalation import Taken, bounds

# What is over stays in the list for a week, so that a colleague sees who took care of it.
SHOWN_FOR = timedelta(days=7)
MOST = 200
# One look weighs so many.
MOST_CANDIDATES = 5000

# Loosely: `reports.escalation` decides, and says by `bounds` when a case can be ripe. Those that wait longest come
# first, so that a limit forgets nobody; what waits for its next rung, or is acknowledged, is not among them and holds
# up no other. A `since` that differs from the story's, in reports of before it was kept, is looked at for nothing.
_LATE = """(r.due_basis <> 'paused' AND r.state <> 'resolved'
       AND (r.due_at < :now OR coalesce(r.holder_due_at < :now, false)))"""
_UNTOUCHED = "r.state IN ('received', 'verified', 'dispatched')"
_STATE_SINCE = """coalesce(r.state_since,
       CASE WHEN r.state = 'dispatched' THEN (r.holders -> -1 ->> 'since')::timestamptz END, r.received_at)"""
_LATE_SINCE = """least(CASE WHEN r.due_at < :now THEN r.due_at END,
       CASE WHEN r.holder_due_at < :now THEN r.holder_due_at END)"""
# Joined before the bounds: what is known of the many reports makes the database choose well, of the bounds it knows
# nothing.
_WHOSE = f"""c.lane, CASE WHEN r.state IN ('dispatched', 'in_progress') AND g.active AND g.calendar = ANY(:known)
         THEN g.calendar ELSE '{DEFAULT}' END AS calendar"""
_CANDIDATES = text(f"""
WITH bound AS MATERIALIZED (
  SELECT * FROM unnest(CAST(:calendars AS text[]), CAST(:lanes AS text[]), CAST(:causes AS text[]),
    CAST(:levels AS int[]), CAST(:tos AS text[]), CAST(:befores AS timestamptz[]))
    AS b(calendar, lane, cause, level, recipient, before)),
slow AS (
  SELECT r.id, {_WHOSE}, q.cause, coalesce(x.at, q.began) AS at, coalesce(x.level, 0) AS level,
         coalesce(x.recipient, '') AS recipient
  FROM report r JOIN category c ON c.code = r.category LEFT JOIN agency g ON g.code = r.lead
  CROSS JOIN LATERAL (VALUES
    ('untouched', CASE WHEN {_UNTOUCHED} THEN {_STATE_SINCE} END),
    ('late', CASE WHEN {_LATE} THEN {_LATE_SINCE} END)) AS q(cause, began)
  CROSS JOIN LATERAL (
    SELECT max(e.level) AS level, max(e.raised_at) AS at, bool_or(e.acknowledged_at IS NOT NULL) AS done,
           (array_agg(e.recipient ORDER BY e.level DESC))[1] AS recipient
    FROM escalation e WHERE e.report_id = r.id AND e.cause = q.cause AND e.since = q.began) x
  WHERE r.open AND ({_UNTOUCHED} OR {_LATE}) AND q.began IS NOT NULL AND x.done IS NOT TRUE),
-- The first call because of a proof is made with the finding itself; the table knows it.
proofs AS (
  SELECT r.id, {_WHOSE}, 'proof' AS cause, p.at, p.level, p.recipient FROM report r
  JOIN category c ON c.code = r.category LEFT JOIN agency g ON g.code = r.lead
  JOIN (SELECT report_id, max(raised_at) AS at, max(level) AS level,
               (array_agg(recipient ORDER BY level DESC))[1] AS recipient
        FROM escalation WHERE cause = 'proof' AND cleared_at IS NULL
        GROUP BY report_id HAVING bool_and(acknowledged_at IS NULL)) p ON p.report_id = r.id)
SELECT w.id FROM (SELECT * FROM slow UNION ALL SELECT * FROM proofs) w
JOIN bound b ON b.calendar = w.calendar AND b.lane = w.lane AND b.cause = w.cause AND b.level = w.level
  AND b.recipient = w.recipient AND w.at <= b.before
GROUP BY w.id ORDER BY min(w.at), w.id LIMIT {MOST_CANDIDATES}
""")
_FACTS = text("""
SELECT r.id, r.category, r.state, r.open, r.lead, r.due_at, r.due_basis, r.holders, r.holder_due_at,
       r.state_since, r.received_at,
       CASE WHEN r.state IN ('published', 'closed') THEN r.proof END AS proof, r.audit, r.returns
FROM report r WHERE r.id = ANY(:ids)
""")
_TAKEN = text("""
SELECT report_id, cause, since, level, recipient, raised_at, acknowledged_at FROM escalation
WHERE report_id = ANY(:ids) ORDER BY level
""")
_HEADS = text("SELECT DISTINCT agency FROM account WHERE head AND active AND agency IS NOT NULL")
_LOCK = text("SELECT id FROM report WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED")
_INSERT = text("""
INSERT INTO escalation (report_id, cause, since, level, recipient, agency, raised_at)
VALUES (:report_id, :cause, :since, :level, :to, :agency, :now)
ON CONFLICT ON CONSTRAINT escalation_once DO NOTHING RETURNING id
""")
# Those whose due time still stands, or whose state, are left out: there may be many, and they are not over. So is a
# proof that somebody takes care of: it may never be over, and nobody waits for that.
_STANDING = text("""
SELECT e.id, e.cause, e.since, e.report_id FROM escalation e JOIN report r ON r.id = e.report_id
WHERE e.cleared_at IS NULL AND NOT (e.cause = 'late' AND r.open AND r.due_basis <> 'paused' AND r.state <> 'resolved'
  AND (r.due_at = e.since OR coalesce(r.holder_due_at = e.since, false)))
  AND NOT (e.cause = 'untouched' AND r.state IN ('received', 'verified', 'dispatched') AND r.state_since = e.since)
  AND NOT (e.cause = 'proof' AND e.acknowledged_at IS NOT NULL)
ORDER BY e.id
""")
_CLEAR = text("UPDATE escalation SET cleared_at = :now WHERE id = ANY(:ids) AND cleared_at IS NULL")
_ACKNOWLEDGE = text("""
UPDATE escalation SET acknowledged_at = :now, acknowledged_by = :username, acknowledged_name = :name, note = :note
WHERE id = :id AND acknowledged_at IS NULL AND cleared_at IS NULL RETURNING id
""")
_COLUMNS = """e.id, e.cause, e.since, e.level, e.recipient, e.agency, e.raised_at, e.acknowledged_at, e.acknowledged_by,
  e.acknowledged_name, e.note, e.cleared_at, r.code, r.category, r.due_at, r.area_name, r.state"""
# An escalation is for the heads of its agency, for the supervisors, or for the leaders. What became of a case that was
# taken from an agency is none of its business any more.
_MINE = """(e.recipient = :role OR (e.recipient = 'head' AND e.agency = :agency AND :agency = ANY(r.involved)
       AND EXISTS (SELECT FROM account a WHERE a.username = :username AND a.head AND a.active)))
  AND NOT (r.category = ANY(:hidden))"""
_LIST = text(f"""
SELECT {_COLUMNS} FROM escalation e JOIN report r ON r.id = e.report_id
WHERE {_MINE} AND (e.cleared_at IS NULL AND e.acknowledged_at IS NULL OR e.raised_at > :after)
ORDER BY (e.cleared_at IS NULL AND e.acknowledged_at IS NULL) DESC, e.raised_at DESC, e.id DESC LIMIT {MOST}
""")
_OPEN = text(f"""
SELECT count(*) FROM escalation e JOIN report r ON r.id = e.report_id
WHERE {_MINE} AND e.cleared_at IS NULL AND e.acknowledged_at IS NULL
""")
_ONE = text(f"SELECT {_COLUMNS} FROM escalation e JOIN report r ON r.id = e.report_id WHERE {_MINE} AND e.id = :id")

Episode = tuple[int, str, datetime]


async def candidates(conn: AsyncConnection, city: City, now: datetime) -> list[Any]:
    """Reports somebody may have to be called for, with what decides it, those that wait longest first."""
    lanes = {rules.lane for rules in (*city.categories.values(), *city.former_categories.values())}
    found = [
        one
        for code, calendar in city.calendars.items()
        for lane in sorted(lanes)
        for one in bounds(city.settings, lane, code, calendar, now)
    ]
    facts = {
        "now": now, "known": list(city.calendars),
        "calendars": [one.calendar for one in found], "lanes": [one.lane for one in found],
        "causes": [one.cause for one in found], "levels": [one.level for one in found],
        "tos": [one.to for one in found], "befores": [one.before for one in found],
    }  # fmt: skip
    ids = [row.id for row in await conn.execute(_CANDIDATES, facts)]
    known = await facts_of(conn, ids)
    return [known[one] for one in ids if one in known]


async def taken(conn: AsyncConnection, ids: Collection[int]) -> dict[Episode, list[Taken]]:
    """The rungs that were taken, by report, cause and beginning."""
    known: dict[Episode, list[Taken]] = {}
    for row in await conn.execute(_TAKEN, {"ids": list(ids)}) if ids else ():
        one = Taken(row.level, row.recipient, row.raised_at, row.acknowledged_at is not None)
        known.setdefault((row.report_id, row.cause, row.since), []).append(one)
    return known


async def agencies_with_head(conn: AsyncConnection) -> frozenset[str]:
    """Agencies somebody of whom can be called as their head."""
    return frozenset(row.agency for row in await conn.execute(_HEADS))


async def lock(conn: AsyncConnection, ids: Collection[int]) -> set[int]:
    """Lock those of the reports nobody else works on at this moment."""
    return {row.id for row in await conn.execute(_LOCK, {"ids": list(ids)})} if ids else set()


async def insert(conn: AsyncConnection, facts: dict[str, Any]) -> int | None:
    """Raise one; None when it was raised before."""
    return (await conn.execute(_INSERT, facts)).scalar_one_or_none()


async def standing(conn: AsyncConnection) -> list[Any]:
    """Escalations whose cause may have ended."""
    return list(await conn.execute(_STANDING))


async def facts_of(conn: AsyncConnection, ids: Collection[int]) -> dict[int, Any]:
    """What decides whether a cause still holds, by report."""
    return {row.id: row._mapping for row in await conn.execute(_FACTS, {"ids": list(ids)})} if ids else {}


async def clear(conn: AsyncConnection, ids: Sequence[int], now: datetime) -> None:
    """Their causes are gone."""
    await conn.execute(_CLEAR, {"ids": list(ids), "now": now})


async def acknowledge(conn: AsyncConnection, number: int, by: Caller, note: str | None, now: datetime) -> bool:
    """Somebody takes care of it; False when somebody else was first, or it is over."""
    facts = {"id": number, "username": by.username, "name": by.name, "note": note, "now": now}
    return (await conn.execute(_ACKNOWLEDGE, facts)).one_or_none() is not None


async def of(conn: AsyncConnection, caller: Caller, city: City, now: datetime) -> tuple[list[Any], int]:
    """Those that are for this person, open ones first, and how many are open."""
    facts = _whose(caller, city)
    rows = list(await conn.execute(_LIST, {**facts, "after": now - SHOWN_FOR}))
    return rows, int((await conn.execute(_OPEN, facts)).scalar_one())


async def one(conn: AsyncConnection, number: int, caller: Caller, city: City) -> Any | None:
    """One that is for this person."""
    return (await conn.execute(_ONE, {**_whose(caller, city), "id": number})).one_or_none()


def _whose(caller: Caller, city: City) -> dict[str, Any]:
    # An agency reads what it was given, of whatever lane; the center's people need a name in the restricted one.
    hidden = [] if caller.agency is not None else city.hidden_from(caller.id)
    role = caller.role if caller.role in ("supervisor", "leader") else ""
    return {"role": role, "agency": caller.agency, "username": caller.username, "hidden": hidden}
