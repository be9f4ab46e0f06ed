"""How much is open in each area of today, and how much of it is late: what the map tints areas by."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.callers import Caller
from reports.cells import LEVELS, RULES
from reports.configuration import City
from reports.rows import visible_facts, visible_sql


@dataclass(frozen=True, slots=True)
class Load:
    """Open reports of one area, and how many of these are overdue and urgent."""

    open: int
    late: int
    urgent: int

    def as_dict(self) -> dict[str, int]:
        """For JSON."""
        return asdict(self)


# An area is named by its code and the day since when it has been one: codes are used again with a new meaning.
_COUNTED = text(f"""
SELECT substr(facet, 3) AS area, sum(n)::int AS open, sum(urgent)::int AS urgent
  FROM map_cell WHERE facet LIKE 'r:%' AND level = {LEVELS[0]} AND scope IN (1, 2, 3) AND n <> 0 GROUP BY 1
""")
_USABLE = text(f"SELECT rules = {RULES} FROM map_cursor")
_TODAY = text("""
SELECT code || '@' || valid_from AS area, code FROM area
 WHERE valid_from <= :day AND (valid_to IS NULL OR valid_to > :day)
""")


async def area_loads(conn: AsyncConnection, caller: Caller, city: City, *, now: datetime, day: date) -> dict[str, Load]:
    """By the code of the area valid on `day`; areas without open reports are left out.

    Reports of an area that has ended since count where they lie now. For the center the numbers come from the cells and
    may be a moment old; an agency's own are counted.
    """
    today = {row.area: row.code for row in await conn.execute(_TODAY, {"day": day})}
    counted = caller.oversight and bool((await conn.execute(_USABLE)).scalar_one_or_none())
    sums: dict[str, list[int]] = {}
    if counted:
        for row in await conn.execute(_COUNTED):
            sums[row.area] = [row.open, 0, row.urgent]
    for row in await _asked(conn, caller, city, now, counted):
        found = sums.setdefault(row.area, [0, 0, 0])
        for place, value in enumerate((row.open, row.late, row.urgent)):
            found[place] += value
    gone = [area for area in sums if area not in today]
    loads: dict[str, list[int]] = {}
    for area, found in sums.items():
        if area in today:
            _add(loads, today[area], found)
    if gone:
        for row in await _moved(conn, caller, city, now, day, gone):
            _add(loads, row.area, [row.open, row.late, row.urgent])
    return {code: Load(*found) for code, found in sorted(loads.items()) if found[0] > 0}


def _add(loads: dict[str, list[int]], code: str, found: list[int]) -> None:
    known = loads.setdefault(code, [0, 0, 0])
    for place, value in enumerate(found):
        known[place] += value


_AREA = "coalesce(r.area_code || '@' || r.area_valid_from, '')"
_SUMS = """count(*)::int AS open, (count(*) FILTER (WHERE r.due_at < :now))::int AS late,
       (count(*) FILTER (WHERE r.urgency = 'urgent'))::int AS urgent"""


async def _asked(conn: AsyncConnection, caller: Caller, city: City, now: datetime, counted: bool) -> list[Any]:
    """What the cells do not hold: the late ones, and what this reader may see of the restricted lane; everything where
    there are no cells.
    """
    seen = visible_sql(caller)
    facts = {**visible_facts(caller, city), "now": now}
    if not counted:
        sql = f"SELECT {_AREA} AS area, {_SUMS} FROM report r WHERE r.open AND {seen} GROUP BY 1"
        return list(await conn.execute(text(sql), facts))
    sql = f"""
    SELECT area, sum(open)::int AS open, sum(late)::int AS late, sum(urgent)::int AS urgent FROM (
        SELECT {_AREA} AS area, 0 AS open, count(*) AS late, 0 AS urgent
          FROM report r JOIN category c ON c.code = r.category
         WHERE r.open AND r.due_at < :now AND c.lane <> 'restricted' GROUP BY 1
        UNION ALL
        SELECT {_AREA}, {_SUMS} FROM report r
         WHERE r.open AND r.category IN (SELECT code FROM category WHERE lane = 'restricted') AND {seen} GROUP BY 1
    ) AS parts GROUP BY 1"""
    return list(await conn.execute(text(sql), facts))


async def _moved(
    conn: AsyncConnection, caller: Caller, city: City, now: datetime, day: date, gone: list[str]
) -> list[Any]:
    """Open reports of areas that are none today, by the area that has their place now."""
    sql = f"""
    SELECT a.code AS area, {_SUMS} FROM report r
      JOIN area a ON a.kind = 'commune' AND a.valid_from <= :day AND (a.valid_to IS NULL OR a.valid_to > :day)
       AND a.geom && r.location AND ST_Covers(a.geom, r.location)
     WHERE r.open AND {_AREA} = ANY(CAST(:gone AS text[])) AND {visible_sql(caller)} GROUP BY 1"""
    facts = {**visible_facts(caller, city), "now": now, "day": day, "gone": gone}
    return list(await conn.execute(text(sql), facts))
