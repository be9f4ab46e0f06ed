"""The demo city's own configuration: what an administrator would have typed in, from the data files."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, bindparam, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from api.demo.reading import AREAS_FILE, ROADS_FILE, read
from geo.area_reading import ImportOptions
from geo.gazetteer import NewPlace, add_places
from geo.importing import run_import
from geo.layer_importing import import_layer
from geo.layer_reading import LayerOptions
from reports.calendars import Calendar as WorkingCalendar
from reports.clocks import ServiceLevel
from reports.models import Agency, AreaSet, Calendar, Category, Reason, RoutingRule
from reports.people import save_account

VALID_FROM = date(2025, 7, 1)
"""The day the five communes took the place of the city of Vũng Tàu and its wards."""


class NotADemoCity(Exception):
    """The database holds another city's configuration; the demo goes into an empty one only."""


async def found(conn: AsyncConnection, now: datetime) -> None:
    """Write agencies, categories, rules, reasons, calendar, areas and places; what is there already stays.

    Raises NotADemoCity when the database holds agencies or categories that are not of the demo.
    """
    await check_ours(conn)
    _check_data()
    await _add(conn, Agency, [_agency(row) for row in read("agencies")["agencies"]])
    await _add(conn, Category, [_category(row, place) for place, row in enumerate(read("categories")["categories"])])
    await _add(conn, Reason, [_reason(row, place) for place, row in enumerate(read("reasons")["reasons"])])
    calendar = read("calendar")
    await _add(conn, Calendar, [{key: calendar[key] for key in ("code", "name", "definition")}])
    await _add(conn, AreaSet, [AreaSet(**row).model_dump() for row in read("rules")["area_sets"]])
    if not (await conn.execute(text("SELECT EXISTS (SELECT FROM routing_rule)"))).scalar_one():
        await _add(conn, RoutingRule, [_rule(row, place) for place, row in enumerate(read("rules")["rules"], 1)])
    desk = {"desk": read("rules")["default_desk"]}
    await conn.execute(text("INSERT INTO configuration (id, version) VALUES (1, 1) ON CONFLICT (id) DO NOTHING"))
    await conn.execute(
        text("UPDATE configuration SET default_desk = :desk, version = version + 1 WHERE default_desk IS NULL"),
        desk,
    )
    await _add_areas(conn, now)
    if not (await conn.execute(text("SELECT EXISTS (SELECT FROM layer_feature WHERE layer = 'roads')"))).scalar_one():
        await import_layer(conn, ROADS_FILE, LayerOptions("roads"))
    places = [NewPlace(p["name"], p["kind"], p["lon"], p["lat"], p["area_code"]) for p in read("places")["places"]]
    await add_places(conn, places)


def accounts() -> list[dict[str, Any]]:
    """Every demo account: username, name, role, agency."""
    named = [{**account, "agency": None} for account in read("accounts")["accounts"]]
    officers = [
        {
            "username": f"agency-{row['code']}",
            "name": f"Cán bộ {row['name']}",
            "role": "agency",
            "agency": row["code"],
        }
        for row in read("agencies")["agencies"]
    ]
    return [*named, *officers]


async def save_accounts(conn: AsyncConnection, password_hash: str) -> dict[str, str]:
    """Make every demo account, or give it this password again; ids by username."""
    ids = {}
    for account in accounts():
        ids[account["username"]] = str(await save_account(conn, **account, password_hash=password_hash))
    # Each agency of the demo has one officer, who is also the one to be called when something is left lying.
    officers = [f"agency-{row['code']}" for row in read("agencies")["agencies"]]
    await conn.execute(text("UPDATE account SET head = true WHERE username = ANY(:officers)"), {"officers": officers})
    return ids


_READERS = text("""
INSERT INTO category_reader (account_id, category, named_by, named_at)
SELECT a.id, c.code, 'demo', :now FROM account a, category c
WHERE a.username IN ('supervisor', 'leader') AND c.lane = 'restricted' AND c.parent_code IS NULL
  AND NOT EXISTS (SELECT FROM category_reader)
""")


async def name_readers(conn: AsyncConnection, now: datetime) -> None:
    """The supervisor and the leader read the restricted lane, unless somebody was named already."""
    await conn.execute(_READERS, {"now": now})


async def check_ours(conn: AsyncConnection) -> None:
    """NotADemoCity when there is an agency or a category that the demo does not know."""
    ours = {
        "agencies": [row["code"] for row in read("agencies")["agencies"]],
        "categories": [row["code"] for row in read("categories")["categories"]],
    }
    statement = text("""
        SELECT code FROM agency WHERE code NOT IN :agencies UNION ALL
        SELECT code FROM category WHERE code NOT IN :categories LIMIT 1
    """).bindparams(bindparam("agencies", expanding=True), bindparam("categories", expanding=True))
    if (await conn.execute(statement, ours)).first() is not None:
        raise NotADemoCity(NotADemoCity.__doc__)


def _check_data() -> None:
    """The database takes any JSON; a slip in the data files must fail here and not with the first report."""
    WorkingCalendar.from_data(read("calendar")["definition"])
    for row in read("categories")["categories"]:
        for level in (row.get("service_levels") or {}).values():
            ServiceLevel.from_data(level)


async def _add(conn: AsyncConnection, model: Any, rows: Sequence[dict[str, Any]]) -> None:
    table: Table = model.__table__
    await conn.execute(insert(table).on_conflict_do_nothing(), list(rows))


def _agency(row: dict[str, Any]) -> dict[str, Any]:
    return Agency(**row).model_dump()


def _category(row: dict[str, Any], position: int) -> dict[str, Any]:
    """The row with the model's defaults filled in, so that all rows have the same columns."""
    return Category(**row, position=position).model_dump()


def _reason(row: dict[str, Any], position: int) -> dict[str, Any]:
    return {**row, "position": position}


def _rule(row: dict[str, Any], position: int) -> dict[str, Any]:
    return RoutingRule(**row, position=position * 10).model_dump(exclude={"id"})


async def _add_areas(conn: AsyncConnection, now: datetime) -> None:
    known = text("SELECT EXISTS (SELECT FROM area WHERE kind = 'commune' AND code = '26506' AND valid_from = :day)")
    if (await conn.execute(known, {"day": VALID_FROM})).scalar_one():
        return
    options = ImportOptions(
        kind="commune", valid_from=VALID_FROM, source="ranh giới vẽ tay, không chính thức", official=False
    )
    report = await run_import(conn, AREAS_FILE, options, now)
    if report.refused:
        raise ValueError(f"areas.json: {report.refused}")
