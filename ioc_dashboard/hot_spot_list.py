"""Hot spots as the staff see them: the list, and one with its cases and its history. Nothing restricted is in any.

The center sees all of them; an agency those it is to mend, and those in which a case of its own lies.
"""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.callers import Caller
from reports.configuration import City
from reports.hot_spot_rows import COLUMNS, TAKES_PART
from reports.hot_spots import rule_of
from reports.measures import DONE_AT
from reports.rows import visible_facts, visible_sql
from reports.shown_place import VISIBLE

MOST = 500
MOST_CASES = 200

# The open ones inside are counted with each: they are why it is urgent. What everybody may read of it is counted apart.
_SPOTS = f"""
SELECT {COLUMNS}, p.name AS owner_account_name, inside.*
FROM hot_spot h JOIN category c ON c.code = h.category LEFT JOIN account p ON p.username = h.owner_account
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE r.open) AS open_cases,
           count(*) FILTER (WHERE {VISIBLE} AND {DONE_AT} > :since) AS public_cases
    FROM report r WHERE r.hot_spot = h.code) inside
WHERE {TAKES_PART}"""
_ORDER = f"""
ORDER BY array_position(ARRAY['open', 'planned', 'done', 'gone'], h.state), h.cases DESC, h.last_at DESC, h.code
LIMIT {MOST}"""
_HISTORY = text("""
SELECT event, data, actor, at FROM journal
WHERE report_id IS NULL AND event IN ('hot_spot.found', 'hot_spot.changed') AND data ->> 'hot_spot' = :code
ORDER BY id DESC LIMIT 50
""")


def _concerns(caller: Caller) -> str:
    """Whether hot spot h is this caller's business."""
    if caller.oversight:
        return "true"
    own = f"EXISTS (SELECT FROM report r WHERE r.hot_spot = h.code AND {visible_sql(caller)})"
    return f"(h.owner_agency = :agency OR {own})" if caller.role == "agency" else "false"


def _facts(caller: Caller, city: City, now: datetime) -> dict[str, Any]:
    return {**visible_facts(caller, city), "since": now - timedelta(days=rule_of(city.settings).days)}


async def listed(conn: AsyncConnection, caller: Caller, city: City, states: list[str], now: datetime) -> dict[str, Any]:
    """The city's rule and the hot spots in these states: what nobody has taken first, then by number of cases."""
    asked = text(f"{_SPOTS} AND {_concerns(caller)} AND h.state = ANY(:states) {_ORDER}")
    rows = (await conn.execute(asked, {**_facts(caller, city, now), "states": states})).mappings()
    return {"rule": asdict(rule_of(city.settings)), "hot_spots": [_document(row, city) for row in rows]}


async def one(conn: AsyncConnection, caller: Caller, city: City, code: str, now: datetime) -> dict[str, Any] | None:
    """One hot spot with `reports` (its open ones first) and `history` (the latest first).

    None when there is none, or none of the caller's business. An agency is told of its own cases only.
    """
    facts = {**_facts(caller, city, now), "code": code}
    asked = text(f"{_SPOTS} AND {_concerns(caller)} AND h.code = :code")
    row = (await conn.execute(asked, facts)).mappings().one_or_none()
    if row is None:
        return None
    lying = text(f"""
        SELECT r.code, r.state, r.open, r.received_at, coalesce(r.resolved_at, r.published_at) AS done_at, r.lead,
               r.lon, r.lat
        FROM report r WHERE r.hot_spot = :code AND {visible_sql(caller)}
        ORDER BY r.open DESC, r.received_at DESC, r.id DESC LIMIT {MOST_CASES}""")
    cases = [
        {name: _plain(value) for name, value in case.items()} for case in (await conn.execute(lying, facts)).mappings()
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
