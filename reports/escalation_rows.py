"""Queries about escalations: what decides them, what was raised, and the list of the person it is for."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.callers import Caller
from reports.configuration import City
from reports.escalation import Taken

# What is over stays in the list for a week, so that a colleague sees who took care of it.
SHOWN_FOR = timedelta(days=7)
MOST = 200

_FACTS = text("""
SELECT r.id, r.category, r.state, r.open, r.lead, r.due_at, r.due_basis, r.holders, r.holder_due_at,
       r.state_since, r.received_at, r.resolved_at, r.urgency, r.level, r.clock_total_s, r.clock_started_at,
       CASE WHEN r.level IS NULL THEN r.route END AS route,
       CASE WHEN r.state IN ('published', 'closed') THEN r.proof END AS proof, r.audit, r.returns
FROM report r WHERE r.id = ANY(:ids)
""")
_RAISED = text("""
SELECT id, report_id, cause, since, level, recipient, raised_at, acknowledged_at, cleared_at FROM escalation
WHERE report_id = ANY(:ids) ORDER BY report_id, level
""")
_HEADS = text("SELECT DISTINCT agency FROM account WHERE head AND active AND agency IS NOT NULL")
_LOCK = text("SELECT id FROM report WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED")
_INSERT = text("""
INSERT INTO escalation (report_id, cause, since, level, recipient, agency, raised_at)
VALUES (:report_id, :cause, :since, :level, :to, :agency, :now)
ON CONFLICT ON CONSTRAINT escalation_once DO NOTHING RETURNING id
""")
_CLEAR = text("UPDATE escalation SET cleared_at = :now WHERE id = ANY(:ids) AND cleared_at IS NULL")
_ACKNOWLEDGE = text("""
UPDATE escalation SET acknowledged_at = :now, acknowledged_by = :username, acknowledged_name = :name, note = :note
WHERE id = :id AND acknowledged_at IS NULL AND cleared_at IS NULL RETURNING id
""")
_COLUMNS = """e.id, e.cause, e.since, e.level, e.recipient, e.agency, e.raised_at, e.acknowledged_at, e.acknowledged_by,
  e.acknowledged_name, e.note, e.cleared_at, e.report_id, r.code, r.category, r.due_at, r.area_name, r.state"""
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


async def raised(conn: AsyncConnection, ids: Collection[int]) -> list[Any]:
    """What was raised for these reports, what is over too."""
    return list(await conn.execute(_RAISED, {"ids": list(ids)})) if ids else []


def taken(found: Collection[Any]) -> dict[Episode, list[Taken]]:
    """The rungs that were taken, by report, cause and beginning."""
    known: dict[Episode, list[Taken]] = {}
    for row in found:
        one = Taken(row.level, row.recipient, row.raised_at, row.acknowledged_at)
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


async def facts_of(conn: AsyncConnection, ids: Collection[int]) -> dict[int, Any]:
    """What decides who is called for it when, by report."""
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
