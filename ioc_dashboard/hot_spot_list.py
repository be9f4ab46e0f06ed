"""Hot spots as the staff see them: the list, and one with its cases and its history. Nothing restricted is in any."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.configuration import City
from reports.hot_spot_rows import COLUMNS, TAKES_PART
from reports.hot_spots import rule_of

MOST = 500
MOST_CASES = 200

# The open ones inside are counted with each: they are why it is urgent.
_LIST = text(f"""
SELECT {COLUMNS}, p.name AS owner_account_name,
       (SELECT count(*) FROM report r WHERE r.hot_spot = h.code AND r.open) AS open_cases
FROM hot_spot h JOIN category c ON c.code = h.category LEFT JOIN account p ON p.username = h.owner_account
WHERE {TAKES_PART} AND h.state = ANY(:states)
ORDER BY array_position(ARRAY['open', 'planned', 'done', 'gone'], h.state), h.cases DESC, h.last_at DESC, h.code
LIMIT {MOST}
""")
_ONE = text(f"""
SELECT {COLUMNS}, p.name AS owner_account_name,
       (SELECT count(*) FROM report r WHERE r.hot_spot = h.code AND r.open) AS open_cases
FROM hot_spot h JOIN category c ON c.code = h.category LEFT JOIN account p ON p.username = h.owner_account
WHERE {TAKES_PART} AND h.code = :code
""")
_CASES = text(f"""
SELECT r.code, r.state, r.open, r.received_at, coalesce(r.resolved_at, r.published_at) AS done_at, r.lead, r.lon, r.lat
FROM report r WHERE r.hot_spot = :code ORDER BY r.open DESC, r.received_at DESC, r.id DESC LIMIT {MOST_CASES}
""")
_HISTORY = text("""
SELECT event, data, actor, at FROM journal
WHERE report_id IS NULL AND event IN ('hot_spot.found', 'hot_spot.changed') AND data ->> 'hot_spot' = :code
ORDER BY id DESC LIMIT 50
""")


async def listed(conn: AsyncConnection, city: City, states: list[str]) -> dict[str, Any]:
    """The city's rule and the hot spots in these states: what nobody has taken first, then by number of cases."""
    rows = (await conn.execute(_LIST, {"states": states})).mappings()
    return {"rule": asdict(rule_of(city.settings)), "hot_spots": [_document(row, city) for row in rows]}


async def one(conn: AsyncConnection, city: City, code: str) -> dict[str, Any] | None:
    """One hot spot with `reports` (its open ones first) and `history` (the latest first); None when there is none."""
    row = (await conn.execute(_ONE, {"code": code})).mappings().one_or_none()
    if row is None:
        return None
    cases = [
        {name: _plain(value) for name, value in case._mapping.items()}
        for case in await conn.execute(_CASES, {"code": code})
    ]
    history = [
        {"event": entry.event, "data": entry.data, "by": {"name": entry.actor.get("name")}, "at": _plain(entry.at)}
        for entry in await conn.execute(_HISTORY, {"code": code})
    ]
    return {**_document(row, city), "reports": cases, "history": history}


def _document(row: Any, city: City) -> dict[str, Any]:
    category = city.categories.get(row["category"])
    area = {"code": row["area_code"], "name": row["area_name"]} if row["area_code"] is not None else None
    told = {name: _plain(value) for name, value in row.items() if name not in ("lon", "lat", "area_code", "area_name")}
    return {
        **told,
        "category_name": category.name if category else row["category"],
        "category_name_en": category.name_en if category else row["category"],
        "owner_name": city.agency_name(row["owner_agency"]) or row["owner_account_name"],
        "area": area,
        "location": {"lon": row["lon"], "lat": row["lat"]},
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value
