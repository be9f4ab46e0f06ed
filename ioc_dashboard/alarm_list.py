"""The alarms the center sees: those that stand and those just over, as JSON, and which of them a person may see.

An alarm that names a report of a restricted lane is left out for whoever may not read that report.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ioc_dashboard.alarm_words import Names, words
from reports import drills
from reports.alarm_rows import COLUMNS
from reports.alarms import MOST_REPORTS
from reports.callers import Caller
from reports.configuration import City
from reports.rows import visible_facts, visible_sql
from reports.views import stamp

# So long an alarm that is over stays on the screens, for whoever looked away.
SHOWN_AFTER = timedelta(minutes=10)
MOST = 200

_LIST = text(f"""
SELECT {COLUMNS} FROM alarm a
WHERE a.id = ANY(ARRAY(SELECT id FROM alarm WHERE cleared_at IS NULL UNION ALL
                       SELECT id FROM alarm WHERE cleared_at IS NOT NULL AND cleared_at > :since))
ORDER BY (a.cleared_at IS NOT NULL), (a.acknowledged_at IS NOT NULL), a.drill, a.level DESC, a.raised_at, a.id
LIMIT {MOST}
""")
_GUARDED = text("SELECT code FROM report WHERE code = ANY(:codes) AND category = ANY(:restricted)")


@dataclass(frozen=True, slots=True)
class Board:
    """All alarms as JSON, the ones that wait for a person first; per alarm the codes only some may read; the drill."""

    alarms: list[dict[str, Any]]
    guarded: dict[int, frozenset[str]] = field(default_factory=dict)
    drill: dict[str, Any] | None = None


async def board(conn: AsyncConnection, city: City, now: datetime) -> Board:
    """Everything there is to show now, for nobody in particular."""
    rows = [dict(row) for row in (await conn.execute(_LIST, {"since": now - SHOWN_AFTER})).mappings()]
    closed = await guarded(conn, city, {code for row in rows for code in row["reports"]})
    held = {row["id"]: frozenset(row["reports"]) & closed for row in rows}
    drill = await drills.running(conn, now)
    return Board(
        [alarm_object(row, city) for row in rows],
        {alarm_id: codes for alarm_id, codes in held.items() if codes},
        drill_object(drill) if drill is not None else None,
    )


async def seen_by(conn: AsyncConnection, caller: Caller, city: City, all_of_it: Board) -> list[dict[str, Any]]:
    """The alarms of the board that this member of the center may see."""
    if not all_of_it.guarded:
        return all_of_it.alarms
    codes = {code for held in all_of_it.guarded.values() for code in held}
    readable = await readable_codes(conn, caller, city, codes)
    return [one for one in all_of_it.alarms if all_of_it.guarded.get(one["id"], frozenset()) <= readable]


async def readable_codes(conn: AsyncConnection, caller: Caller, city: City, codes: Iterable[str]) -> set[str]:
    """Those of the codes that the caller may read."""
    sql = f"SELECT r.code FROM report r WHERE r.code = ANY(:codes) AND {visible_sql(caller)}"
    found = await conn.execute(text(sql), {"codes": list(codes), **visible_facts(caller, city)})
    return {row.code for row in found}


async def guarded(conn: AsyncConnection, city: City, codes: set[str]) -> frozenset[str]:
    """Those of the codes that are of a restricted lane."""
    restricted = [code for code, rules in city.categories.items() if rules.restricted]
    if not codes or not restricted:
        return frozenset()
    facts = {"codes": list(codes), "restricted": restricted}
    return frozenset(row.code for row in await conn.execute(_GUARDED, facts))


def alarm_object(row: Any, city: City) -> dict[str, Any]:
    """One alarm as the screens get it; `reports` the first 200 of its codes, `count` all of them."""
    vi, en = words(row["kind"], row, _names(row, city), ZoneInfo(city.calendar.zone))
    has_place = row["lon"] is not None and row["lat"] is not None
    return {
        "id": row["id"],
        "kind": row["kind"],
        "level": row["level"],
        "raised_at": stamp(row["raised_at"]),
        "text_vi": vi,
        "text_en": en,
        "reports": list(row["reports"][:MOST_REPORTS]),
        "category": row["category"],
        "agency": row["agency"],
        "area": {"code": row["area_code"], "name": row["area_name"]} if row["area_code"] else None,
        "location": {"lon": row["lon"], "lat": row["lat"]} if has_place else None,
        "radius_m": row["radius_m"],
        "count": row["count"],
        "acknowledged": _acknowledged(row),
        "cleared_at": stamp(row["cleared_at"]),
        "drill": row["drill"],
    }


def drill_object(row: Any) -> dict[str, Any]:
    """The drill that runs: since when, by whom, and until when at the most."""
    return {
        "active": True,
        "since": stamp(row.began_at),
        "by": {"username": row.began_by, "name": row.began_name},
        "until": stamp(row.until),
        "scenario": row.scenario,
    }


def _acknowledged(row: Any) -> dict[str, Any] | None:
    if row["acknowledged_at"] is None:
        return None
    by = {"username": row["acknowledged_by"], "name": row["acknowledged_name"]}
    return {"by": by, "at": stamp(row["acknowledged_at"]), "note": row["note"]}


def _names(row: Any, city: City) -> Names:
    category = city.categories.get(row["category"] or "")
    agency = city.agencies.get(row["agency"] or "")
    return Names(
        category=(category.name, category.name_en) if category else None,
        agency=(agency.name, agency.name_en) if agency else None,
        area=row["area_name"],
    )
