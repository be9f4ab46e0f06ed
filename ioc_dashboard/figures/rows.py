"""The reports behind a number: the same cases by the same condition, so that their count is the number."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ioc_dashboard.cursors import read_cursor, write_cursor
from ioc_dashboard.figures.asked import NONE, Asked
from ioc_dashboard.figures.cases import STEP_OF, facts_sql, facts_values, minutes, working_minutes
from ioc_dashboard.figures.definitions import CONDITIONS, FIGURES
from ioc_dashboard.figures.reading import RETURNS_SQL
from ioc_dashboard.figures.spots import spots_sql, spots_values
from reports.callers import Caller
from reports.configuration import City
from reports.problems import BadInput


@dataclass(frozen=True, slots=True)
class Rows:
    """How many reports are behind the number, one page of them (newest receipt first), and the next page's cursor."""

    count: int
    rows: list[dict[str, Any]]
    next: str | None


async def rows_page(
    conn: AsyncConnection,
    caller: Caller,
    city: City,
    asked: Asked,
    figure: str,
    now: datetime,
    *,
    after: str | None = None,
    limit: int = 50,
) -> Rows:
    """One page of the reports behind `figure`. `took_min` is what a step took: working minutes where that is asked."""
    if figure not in FIGURES:
        raise BadInput(("/figure", f"is not a figure; there are {', '.join(FIGURES)}"))
    ctes, values = _picked(caller, city, asked, figure, now)
    beyond = ""
    if after is not None:
        beyond = "WHERE (p.received_at, p.id) < (CAST(:after_at AS timestamptz), CAST(:after_id AS bigint))"
        values.update(read_cursor(after))
    statement = f"""
    WITH {ctes}, page AS (
        SELECT * FROM picked p {beyond} ORDER BY p.received_at DESC, p.id DESC LIMIT :limit
    )
    SELECT (SELECT count(*) FROM picked)::int AS count, p.id, r.code, r.state, r.urgency, r.category,
           c.name AS category_name, c.name_en AS category_name_en, r.area_name, r.lead, a.name AS lead_name,
           a.name_en AS lead_name_en, r.channel, r.received_at, r.due_at, r.resolved_at, r.published_at,
           r.rating ->> 'rating' AS rating, p.took_min
      FROM (SELECT) nothing LEFT JOIN page p ON true LEFT JOIN report r ON r.id = p.id
      LEFT JOIN category c ON c.code = r.category LEFT JOIN agency a ON a.code = r.lead
     ORDER BY p.received_at DESC, p.id DESC
    """
    found = [dict(row) for row in (await conn.execute(text(statement), {**values, "limit": limit + 1})).mappings()]
    count = found[0].pop("count")
    told = [row for row in found[:limit] if row["id"] is not None]
    more = write_cursor(told[-1]["received_at"], told[-1]["id"]) if len(found) > limit else None
    return Rows(count, [_row(row) for row in told], more)


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
        for name, value in row.items()
        if name not in ("id", "count")
    }


def _picked(caller: Caller, city: City, asked: Asked, figure: str, now: datetime) -> tuple[str, dict[str, Any]]:
    """CTEs ending in `picked` (id, received_at, took_min), and their parameters."""
    if figure == "hot_spot":
        return _of_spot(caller, city, asked, now)
    step = STEP_OF.get(figure.removesuffix("_working"))
    values = facts_values(caller, asked, city, now, steps=step is not None)
    facts = f"facts AS MATERIALIZED ({facts_sql(caller, asked, city, steps=step is not None)})"
    where, more = _narrowed(asked, figure)
    values.update(more)
    if figure == "returns":
        return f"{facts}, {_of_returns(asked, where, values)}", values
    took = "CAST(NULL AS float8)"
    if step is not None:
        took = working_minutes(step) if figure.endswith("_working") else minutes(step)
    conditions = " AND ".join([f"({CONDITIONS[figure]})", *where])
    return f"{facts}, picked AS (SELECT id, received_at, {took} AS took_min FROM facts WHERE {conditions})", values


def _narrowed(asked: Asked, figure: str) -> tuple[list[str], dict[str, Any]]:
    """The row of the table that the number stands in."""
    where, values = [], {}
    for name in ("hour", "weekday"):
        if getattr(asked, name) is not None:
            where.append(f"{name} = :at_{name}")
            values[f"at_{name}"] = getattr(asked, name)
    if asked.day is not None:
        where.append("finished_day = :on_day" if figure == "finished" else "day = :on_day")
        values["on_day"] = asked.day
    return where, values


def _of_returns(asked: Asked, where: list[str], values: dict[str, Any]) -> str:
    asks = []
    for field in ("returned_by", "proposed", "went_to"):
        wanted = getattr(asked, field)
        if wanted == NONE:
            asks.append(f"g.{field} IS NULL")
        elif wanted is not None:
            asks.append(f"g.{field} = :{field}")
            values[field] = wanted
    conditions = " AND ".join(["true", *asks])
    return f"""picked AS (
        SELECT f.id, f.received_at, CAST(NULL AS float8) AS took_min FROM facts f
         WHERE f.id IN (SELECT g.id FROM ({RETURNS_SQL}) g WHERE {conditions})
           {"".join(f" AND f.{one}" for one in where)})"""


def _of_spot(caller: Caller, city: City, asked: Asked, now: datetime) -> tuple[str, dict[str, Any]]:
    if asked.spot is None:
        raise BadInput(("/spot", "is needed: the code of one of the hot spot's reports"))
    picked = """picked AS (
        SELECT r.id, r.received_at, CAST(NULL AS float8) AS took_min FROM grouped g JOIN report r ON r.id = g.id
         WHERE (g.category, g.spot) = (SELECT category, spot FROM grouped WHERE code = :of_spot))"""
    values = {**spots_values(caller, asked, city, now), "of_spot": asked.spot}
    return f"{spots_sql(caller, asked, city)}, {picked}", values
