"""Queries about hot spots: their cases, the hot spots themselves, and the open reports that lie in them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.hot_spots import LIVING, Case, Group, Known, Rule, grouped_sql
from reports.measures import DONE, DONE_AT

TAKES_PART = "NOT c.location_private AND c.lane <> 'restricted'"
"""Over alias c of `category`: whether its cases make hot spots."""

# Most were published not long after they were done; the index on it finds them.
_CASES = f"""
SELECT r.id, r.code, r.category, r.lon, r.lat, r.received_at, {DONE_AT} AS done_at, r.area_code, r.area_name, r.hot_spot
  FROM report r JOIN category c ON c.code = r.category
 WHERE {DONE} AND {TAKES_PART} AND r.published_at > :since AND {DONE_AT} > :since AND {DONE_AT} <= :now"""
_GROUPS = text(f"""
WITH {grouped_sql(_CASES)} SELECT * FROM grouped WHERE place IS NOT NULL ORDER BY category, place, id
""")
COLUMNS = """h.code, h.version, h.state, h.category, h.lon, h.lat, h.radius_m, h.area_code, h.area_name, h.cases,
  h.first_at, h.last_at, h.found_at, h.recurrences, h.owner_agency, h.owner_account, h.plan, h.target_on, h.done_at,
  h.merged_into, h.changed_at, h.changed_by"""
_KNOWN = text(
    "SELECT code, state, category, lon, lat, radius_m, found_at, done_at FROM hot_spot WHERE state <> 'merged'"
)
_LOCK = text(f"SELECT {COLUMNS} FROM hot_spot h WHERE code = :code FOR UPDATE")
_LOCK_ALL = text("SELECT code FROM hot_spot WHERE state <> 'merged' ORDER BY code FOR UPDATE")
_SHAPE = """lon = :lon, lat = :lat, radius_m = :radius_m, area_code = :area_code, area_name = :area_name,
  cases = :cases, first_at = :first_at, last_at = :last_at"""
_INSERT = text("""
INSERT INTO hot_spot (code, version, state, category, lon, lat, radius_m, area_code, area_name, cases, first_at,
  last_at, found_at, recurrences, changed_at)
VALUES (:code, 1, 'open', :category, :lon, :lat, :radius_m, :area_code, :area_name, :cases, :first_at,
  :last_at, :now, 0, :now)
""")
_GROW = text(f"""
UPDATE hot_spot SET {_SHAPE} WHERE code = :code AND (lon, lat, radius_m, cases, first_at, last_at, area_code)
  IS DISTINCT FROM (CAST(:lon AS float8), CAST(:lat AS float8), CAST(:radius_m AS float8), CAST(:cases AS int),
    CAST(:first_at AS timestamptz), CAST(:last_at AS timestamptz), CAST(:area_code AS varchar))
""")
_TURN = text("""
UPDATE hot_spot SET state = :state, version = version + 1, recurrences = recurrences + :back, changed_at = :now,
  changed_by = NULL, merged_into = :merged_into,
  target_on = CASE WHEN CAST(:back AS int) = 1 THEN NULL ELSE target_on END
WHERE code = :code
""")
_PLAN = text("""
UPDATE hot_spot SET state = :state, version = version + 1, owner_agency = :owner_agency, owner_account = :owner_account,
  plan = :plan, target_on = :target_on, done_at = :done_at, changed_at = :now, changed_by = :by WHERE code = :code
""")
# One statement for all members: those that joined, moved from one to another, or belong to none any more.
_COUNT = text("""
WITH wanted AS (SELECT * FROM jsonb_to_recordset(CAST(:members AS jsonb)) AS m(id bigint, spot text))
UPDATE report r SET hot_spot = w.spot
FROM (SELECT k.id, w.spot FROM report k LEFT JOIN wanted w ON w.id = k.id
      WHERE (k.hot_spot IS NOT NULL AND NOT k.open OR w.id IS NOT NULL) AND k.hot_spot IS DISTINCT FROM w.spot) w
WHERE r.id = w.id
""")
# Degrees that hold the metres anywhere between the polar circles; the index finds what lies in the box.
_INSIDE = text(f"""
SELECT DISTINCT ON (r.id) r.id, h.code, h.cases
FROM hot_spot h JOIN category c ON c.code = h.category
JOIN report r ON r.category = h.category AND r.open
  AND r.location && ST_Expand(ST_SetSRID(ST_MakePoint(h.lon, h.lat), 4326), greatest(h.radius_m, :metres) / 45000)
  AND ST_DWithin(r.location::geography, ST_SetSRID(ST_MakePoint(h.lon, h.lat), 4326)::geography,
                 greatest(h.radius_m, :metres))
WHERE h.state = ANY(:living) AND {TAKES_PART}
ORDER BY r.id, ST_Distance(r.location::geography, ST_SetSRID(ST_MakePoint(h.lon, h.lat), 4326)::geography), h.code
""")
_MARKED = text("SELECT id, hot_spot FROM report WHERE hot_spot IS NOT NULL AND open")
_MARK = text("""
UPDATE report r SET hot_spot = m.spot FROM jsonb_to_recordset(CAST(:marks AS jsonb)) AS m(id bigint, spot text)
WHERE r.id = m.id AND r.open AND r.hot_spot IS DISTINCT FROM m.spot RETURNING r.id
""")


async def groups(conn: AsyncConnection, rule: Rule, now: datetime) -> list[Group]:
    """The groups of done cases as they lie now, by category and first case."""
    facts = {"since": now - timedelta(days=rule.days), "now": now, "metres": rule.metres, "cases": rule.cases}
    rows = (await conn.execute(_GROUPS, facts)).all()
    made = [
        Group(category, tuple(_case(row) for row in several))
        for (category, _), several in groupby(rows, key=lambda row: (str(row.category), row.place))
    ]
    # At the edge of another a group may be left with fewer than the rule asks for.
    return [group for group in made if len(group.cases) >= rule.cases]


def _case(row: Any) -> Case:
    area = (row.area_code, row.area_name or row.area_code) if row.area_code is not None else None
    return Case(row.id, row.code, row.lon, row.lat, row.received_at, row.done_at, area, row.hot_spot)


async def known(conn: AsyncConnection) -> list[Known]:
    """Every hot spot that was not merged into another, locked to the end of the transaction."""
    await conn.execute(_LOCK_ALL)
    return [Known(**row._mapping) for row in await conn.execute(_KNOWN)]


async def lock(conn: AsyncConnection, code: str) -> dict[str, Any] | None:
    """The row of one hot spot, locked; None when there is none."""
    row = (await conn.execute(_LOCK, {"code": code})).mappings().one_or_none()
    return dict(row) if row is not None else None


async def insert(conn: AsyncConnection, code: str, category: str, shape: Mapping[str, Any], now: datetime) -> None:
    """A new hot spot. `shape`: the columns of where and how large it is."""
    await conn.execute(_INSERT, {"code": code, "category": category, "now": now, **shape})


async def grow(conn: AsyncConnection, code: str, shape: Mapping[str, Any]) -> bool:
    """It is so large now; writes only what changed, and answers whether anything did."""
    return (await conn.execute(_GROW, {"code": code, **shape})).rowcount > 0


async def turn(
    conn: AsyncConnection, code: str, state: str, now: datetime, *, back: bool = False, merged_into: str | None = None
) -> None:
    """The sweep changes its state; `back`: it came back after it had been done or gone."""
    facts = {"code": code, "state": state, "now": now, "back": int(back), "merged_into": merged_into}
    await conn.execute(_TURN, facts)


async def plan(conn: AsyncConnection, code: str, fields: Mapping[str, Any], by: str, now: datetime) -> None:
    """A person changes its state, owner and plan."""
    await conn.execute(_PLAN, {"code": code, **fields, "by": by, "now": now})


async def count(conn: AsyncConnection, members: Iterable[tuple[int, str]]) -> bool:
    """Exactly these done cases belong to these hot spots, and no other done case does to any; whether that is news."""
    rows = [{"id": case, "spot": spot} for case, spot in members]
    return (await conn.execute(_COUNT, {"members": orjson.dumps(rows).decode()})).rowcount > 0


async def inside(conn: AsyncConnection, metres: float) -> dict[int, tuple[str, int]]:
    """Open reports of the same category on the ground of a living hot spot: the nearest one and its cases, by id."""
    rows = await conn.execute(_INSIDE, {"metres": metres, "living": list(LIVING)})
    return {row.id: (row.code, row.cases) for row in rows}


async def marked(conn: AsyncConnection) -> dict[int, str]:
    """The open reports that are marked, with their hot spot, by id."""
    return {row.id: row.hot_spot for row in await conn.execute(_MARKED)}


async def mark(conn: AsyncConnection, marks: Mapping[int, str | None]) -> Collection[int]:
    """Mark these open reports; answers the ids of those that were and changed. None takes the mark away."""
    if not marks:
        return ()
    rows: Sequence[dict[str, Any]] = [{"id": report, "spot": spot} for report, spot in sorted(marks.items())]
    return {row.id for row in await conn.execute(_MARK, {"marks": orjson.dumps(rows).decode()})}
