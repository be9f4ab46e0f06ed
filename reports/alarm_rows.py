"""Queries about alarms: what the rules look at, what stands, and the row of one alarm.

The restricted lane takes no part in storms and in what is said of agencies, so that no count gives it away; an urgent
report of it has an alarm that only its readers see (`ioc_dashboard.alarm_list`).
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.alarms import MOST_REPORTS, Cause, Standing, Untouched, Waiting
from reports.storms import Sighting

# One look at storms compares at most so many, the newest.
MOST_SIGHTINGS = 2000

COLUMNS = """a.id, a.kind, a.subject, a.level, a.raised_at, a.level_at, a.reports, a.count, a.category, a.agency,
  a.area_code, a.area_name, a.lon, a.lat, a.radius_m, a.facts, a.acknowledged_at, a.acknowledged_by,
  a.acknowledged_name, a.note, a.cleared_at, a.drill"""

_STANDING = text(f"SELECT {COLUMNS} FROM alarm a WHERE cleared_at IS NULL AND kind = ANY(:kinds) ORDER BY id")
_ONE = text(f"SELECT {COLUMNS} FROM alarm a WHERE id = :id")

# A touch is whatever staff did with it, and the end of a hold that lapsed; then the count begins anew.
_UNTOUCHED = text("""
SELECT r.code, r.category, r.area_code, r.area_name, r.lon, r.lat, greatest(r.received_at, t.at) AS since
FROM report r CROSS JOIN LATERAL (
  SELECT max(j.at) AS at FROM journal j WHERE j.report_id = r.id
    AND (j.actor ->> 'kind' = 'staff' OR j.event = 'report.released')
) t
WHERE r.urgency = 'urgent' AND r.state IN ('received', 'verified')
  AND (r.claimed_by IS NULL OR r.claimed_until <= :now) AND r.received_at <= :before
""")
_WAITING = text("""
SELECT r.lead, count(*) AS number,
       (array_agg(r.code ORDER BY d.at, r.id))[1:CAST(:most AS int)] AS codes,
       (array_agg(d.at ORDER BY d.at, r.id))[1:CAST(:most AS int)] AS times
FROM report r CROSS JOIN LATERAL (
  SELECT max(j.at) AS at FROM journal j WHERE j.report_id = r.id AND j.event = 'report.dispatched'
) d
WHERE r.state = 'dispatched' AND r.lead IS NOT NULL AND d.at IS NOT NULL AND NOT (r.category = ANY(:restricted))
GROUP BY r.lead ORDER BY r.lead
""")
_ACCEPTED = text("""
SELECT agency.code, (SELECT max(j.at) FROM journal j
                     WHERE j.event = 'report.accepted' AND j.actor ->> 'agency' = agency.code) AS at
FROM unnest(CAST(:agencies AS text[])) AS agency(code)
""")
_SIGHTING = "SELECT r.code, r.lon, r.lat, r.received_at, r.category, r.area_code, r.area_name, r.open FROM report r"
_RECENT = text(f"""
{_SIGHTING} WHERE r.received_at >= :since AND r.open AND NOT (r.category = ANY(:restricted))
  AND coalesce(r.accuracy_m, 0) <= :metres
ORDER BY r.received_at DESC, r.id DESC LIMIT {MOST_SIGHTINGS}
""")
_MEMBERS = text(f"{_SIGHTING} WHERE r.code = ANY(:codes)")
_UNSEALED = text("SELECT min(at) FROM (SELECT at FROM journal WHERE seq IS NULL ORDER BY id LIMIT 100) AS j")
_LOOKED = text("SELECT looked_at, awake_since FROM alarm_watch WHERE id = 1")
_LOOK = text("""
INSERT INTO alarm_watch (id, looked_at, awake_since) VALUES (1, :now, :awake_since)
ON CONFLICT (id) DO UPDATE SET looked_at = excluded.looked_at, awake_since = excluded.awake_since
""")

_CAUSE = """CAST(:reports AS text[]), :count, :category, :agency, :area_code, :area_name, :lon, :lat, :radius_m,
  CAST(:facts AS jsonb)"""
_INSERT = text(f"""
INSERT INTO alarm (kind, subject, level, raised_at, level_at, drill, reports, count, category, agency, area_code,
  area_name, lon, lat, radius_m, facts)
VALUES (:kind, :subject, 1, :now, :now, :drill, {_CAUSE})
ON CONFLICT DO NOTHING RETURNING id
""")
_CHANGE = text(f"""
UPDATE alarm SET (reports, count, category, agency, area_code, area_name, lon, lat, radius_m, facts) = ({_CAUSE})
WHERE id = :id
""")
_ESCALATE = text("""
UPDATE alarm SET level = :level, level_at = :now
WHERE id = :id AND level = :level - 1 AND acknowledged_at IS NULL AND cleared_at IS NULL RETURNING id
""")
_CLEAR = text("UPDATE alarm SET cleared_at = :now WHERE id = :id AND cleared_at IS NULL RETURNING id")
_ACKNOWLEDGE = text("""
UPDATE alarm SET acknowledged_at = :now, acknowledged_by = :username, acknowledged_name = :name, note = :note
WHERE id = :id AND acknowledged_at IS NULL AND cleared_at IS NULL RETURNING id
""")


async def standing(conn: AsyncConnection, kinds: Sequence[str]) -> list[Standing]:
    """The alarms of these kinds that have not been cleared, oldest first."""
    return [_standing(row) for row in await conn.execute(_STANDING, {"kinds": list(kinds)})]


def _standing(row: Any) -> Standing:
    cause = Cause(
        row.kind, row.subject, tuple(row.reports), row.count, row.category, row.agency,
        area=_area(row), lon=row.lon, lat=row.lat, radius_m=row.radius_m, facts=row.facts,
    )  # fmt: skip
    return Standing(row.id, row.level, row.level_at, row.acknowledged_at is not None, cause)


def _area(row: Any) -> tuple[str, str] | None:
    return (row.area_code, row.area_name or row.area_code) if row.area_code is not None else None


async def one(conn: AsyncConnection, alarm_id: int) -> Any | None:
    """The row of one alarm."""
    return (await conn.execute(_ONE, {"id": alarm_id})).one_or_none()


async def untouched(conn: AsyncConnection, now: datetime, before: datetime) -> list[Untouched]:
    """Urgent reports not dispatched yet and held by nobody that came before that moment."""
    return [
        Untouched(row.code, row.since, row.category, _area(row), row.lon, row.lat)
        for row in await conn.execute(_UNTOUCHED, {"now": now, "before": before})
    ]


async def waiting(conn: AsyncConnection, restricted: Sequence[str]) -> list[Waiting]:
    """What each agency has not accepted yet. The oldest are named; all are counted."""
    facts = {"restricted": list(restricted), "most": MOST_REPORTS}
    rows = (await conn.execute(_WAITING, facts)).all()
    accepted = await conn.execute(_ACCEPTED, {"agencies": [row.lead for row in rows]})
    last = {row.code: row.at for row in accepted}
    return [
        Waiting(row.lead, tuple(zip(row.codes, row.times, strict=True)), row.number, last[row.lead]) for row in rows
    ]


async def recent(conn: AsyncConnection, since: datetime, restricted: Sequence[str], metres: float) -> list[Sighting]:
    """The open reports that came since then, their place at least so exact, those of the restricted lane left out."""
    facts = {"since": since, "restricted": list(restricted), "metres": metres}
    return [_sighting(row) for row in await conn.execute(_RECENT, facts)]


async def members(conn: AsyncConnection, codes: Collection[str]) -> dict[str, Sighting]:
    """These reports by code, whatever became of them."""
    return {row.code: _sighting(row) for row in await conn.execute(_MEMBERS, {"codes": list(codes)})} if codes else {}


def _sighting(row: Any) -> Sighting:
    return Sighting(row.code, row.lon, row.lat, row.received_at, row.category, _area(row), row.open)


async def oldest_unsealed(conn: AsyncConnection) -> datetime | None:
    """When the oldest entry that waits to be sealed was written."""
    at: datetime | None = (await conn.execute(_UNSEALED)).scalar_one()
    return at


async def last_look(conn: AsyncConnection) -> tuple[datetime, datetime] | None:
    """When a worker last looked, and since when it has without a gap; None before the first look."""
    row = (await conn.execute(_LOOKED)).one_or_none()
    return (row.looked_at, row.awake_since) if row is not None else None


async def look(conn: AsyncConnection, now: datetime, awake_since: datetime) -> None:
    """Write down that a worker looks now."""
    await conn.execute(_LOOK, {"now": now, "awake_since": awake_since})


async def insert(conn: AsyncConnection, cause: Cause, now: datetime, *, drill: bool) -> int | None:
    """A new alarm; None when one of this kind and subject stands already."""
    facts = {**_values(cause), "kind": cause.kind, "subject": cause.subject, "now": now, "drill": drill}
    return (await conn.execute(_INSERT, facts)).scalar_one_or_none()


async def change(conn: AsyncConnection, alarm_id: int, cause: Cause) -> None:
    """The alarm is about this now."""
    await conn.execute(_CHANGE, {"id": alarm_id, **_values(cause)})


async def escalate(conn: AsyncConnection, alarm_id: int, level: int, now: datetime) -> bool:
    """One level up; False when somebody has acknowledged it meanwhile."""
    facts = {"id": alarm_id, "level": level, "now": now}
    return (await conn.execute(_ESCALATE, facts)).one_or_none() is not None


async def clear(conn: AsyncConnection, alarm_id: int, now: datetime) -> bool:
    """The alarm is over; False when it was already."""
    return (await conn.execute(_CLEAR, {"id": alarm_id, "now": now})).one_or_none() is not None


async def acknowledge(
    conn: AsyncConnection, alarm_id: int, username: str, name: str, note: str | None, now: datetime
) -> bool:
    """Somebody takes care of it; False when somebody else was first, or it is over."""
    facts = {"id": alarm_id, "username": username, "name": name, "note": note, "now": now}
    return (await conn.execute(_ACKNOWLEDGE, facts)).one_or_none() is not None


def _values(cause: Cause) -> dict[str, Any]:
    code, name = cause.area or (None, None)
    named = asdict(cause)
    columns = ("count", "category", "agency", "lon", "lat", "radius_m")
    return {
        **{column: named[column] for column in columns},
        "reports": list(cause.reports),
        "area_code": code,
        "area_name": name,
        "facts": orjson.dumps(dict(cause.facts)).decode(),
    }
