"""Hot spots in the figures: those the sweep has found, with the cases that the caller may count."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ioc_dashboard.figures.asked import Asked, conditions
from reports.callers import Caller
from reports.configuration import City
from reports.hot_spot_rows import TAKES_PART
from reports.hot_spots import rule_of
from reports.measures import AGENCY, DONE, DONE_AT, OWN_CASE
from reports.rows import visible_facts, visible_sql

MOST = 100
"""Hot spots listed, those with most cases first."""


def spots_sql(caller: Caller, asked: Asked, city: City) -> str:
    """A CTE `grouped`: the done cases of the rule's days that belong to a living hot spot, each with its `spot`."""
    where = [visible_sql(caller), OWN_CASE, DONE, TAKES_PART, f"{DONE_AT} > :since", f"{DONE_AT} <= :now"]
    where.append("h.state IN ('open', 'planned', 'done')")
    where += conditions(asked, city)[0]
    if caller.role == "agency":
        where.append(f"{AGENCY} = :agency")
    return f"""grouped AS MATERIALIZED (
        SELECT r.id, r.code, r.category, r.area_code, r.area_name, {AGENCY} AS agency, r.lon, r.lat,
               {DONE_AT} AS done_at, h.code AS spot
          FROM hot_spot h JOIN report r ON r.hot_spot = h.code JOIN category c ON c.code = r.category
         WHERE {" AND ".join(where)})"""


def spots_values(caller: Caller, asked: Asked, city: City, now: datetime) -> dict[str, Any]:
    """The parameters of `spots_sql`."""
    values = {**visible_facts(caller, city), **conditions(asked, city)[1]}
    values.update(now=now, since=now - timedelta(days=rule_of(city.settings).days))
    return values


async def hot_spots(conn: AsyncConnection, caller: Caller, city: City, asked: Asked, now: datetime) -> dict[str, Any]:
    """The rule and its hot spots up to now, most cases first: category, area, agency, point, count, first and last day.

    The period does not narrow them: what comes back is seen over months. `code` is the first case of each, `spot` the
    hot spot's own.
    """
    statement = f"""
    WITH {spots_sql(caller, asked, city)}, found AS (
        SELECT category, spot, (array_agg(code ORDER BY id))[1] AS code, count(*)::int AS count, min(done_at) AS since,
               max(done_at) AS last, mode() WITHIN GROUP (ORDER BY area_name) AS area_name,
               mode() WITHIN GROUP (ORDER BY agency) AS agency, round(avg(lon)::numeric, 6)::float8 AS lon,
               round(avg(lat)::numeric, 6)::float8 AS lat
          FROM grouped GROUP BY category, spot
         ORDER BY count(*) DESC, max(done_at) DESC, category, min(id) LIMIT {MOST}
    )
    SELECT f.*, k.name, k.name_en, a.name AS agency_name, a.name_en AS agency_name_en, h.state, o.name AS owner_name,
           o.name_en AS owner_name_en
      FROM found f JOIN category k ON k.code = f.category LEFT JOIN agency a ON a.code = f.agency
      JOIN hot_spot h ON h.code = f.spot LEFT JOIN agency o ON o.code = h.owner_agency
     ORDER BY f.count DESC, f.last DESC, f.category, f.code
    """
    rows = (await conn.execute(text(statement), spots_values(caller, asked, city, now))).mappings()
    return {"rule": asdict(rule_of(city.settings)), "spots": [_spot(asked, dict(row)) for row in rows]}


def _spot(asked: Asked, row: dict[str, Any]) -> dict[str, Any]:
    moments = {name: row[name].isoformat(timespec="seconds") for name in ("since", "last")}
    return {**row, **moments, "rows": f"/api/v1/figures/rows?{asked.query(spot=row['code'])}"}
