"""Calendars of before: the one by which something was promised, found again when the promise is explained."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.calendars import Calendar

Named = int | datetime
"""A configuration's counter, as facts about due times name it; the moment of a fact that names none."""

_BY_COUNTER = text("""
SELECT w.named, e.counter, e.definition FROM unnest(CAST(:named AS int[])) AS w(named) CROSS JOIN LATERAL (
  SELECT counter, definition FROM calendar_edition
  WHERE code = :code AND counter <= w.named ORDER BY counter DESC LIMIT 1) e
""")
_BY_TIME = text("""
SELECT w.named, e.counter, e.definition FROM unnest(CAST(:named AS timestamptz[])) AS w(named) CROSS JOIN LATERAL (
  SELECT counter, definition FROM calendar_edition
  WHERE code = :code AND since <= w.named ORDER BY counter DESC LIMIT 1) e
""")


async def found(conn: AsyncConnection, code: str, named: Collection[Named]) -> dict[Named, Calendar]:
    """The calendar of this code in force under each counter or at each time; none for what is older than the first
    edition that was kept. Few statements, however many are asked for.
    """
    rows: list[Any] = []
    for query, kind in ((_BY_COUNTER, int), (_BY_TIME, datetime)):
        asked = [one for one in named if isinstance(one, kind)]
        if asked:
            rows += await conn.execute(query, {"code": code, "named": asked})
    calendars = {row.counter: Calendar.from_data(row.definition) for row in rows}
    return {row.named: calendars[row.counter] for row in rows}
