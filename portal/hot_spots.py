"""The hot spots of what was published, as GeoJSON; `reports.hot_spots` has the rule."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.published import TABLES
from reports.hot_spots import THE_RULE, Rule, grouped_sql
from reports.measures import DONE_AT
from reports.shown_place import VISIBLE

MOST = 500
NAMED_CODES = 30
"""Hot spots listed, those with most cases first; codes named with each, newest first."""


_CASES = f"""
    SELECT r.id, r.code, r.category, c.name, c.name_en, c.icon, r.lead, r.area_code, r.area_name, r.lon, r.lat,
           {DONE_AT} AS done_at
      FROM {TABLES}
     WHERE {VISIBLE} AND NOT c.location_private AND r.published_at > :since AND {DONE_AT} > :since"""
_SPOTS = text(f"""
WITH {grouped_sql(_CASES)}, spots AS (
    SELECT category, CASE WHEN :english THEN min(name_en) ELSE min(name) END AS category_name,
           min(icon) AS category_icon, count(*)::int AS count, min(done_at) AS since, max(done_at) AS last,
           mode() WITHIN GROUP (ORDER BY lead) AS lead, mode() WITHIN GROUP (ORDER BY area_code) AS area_code,
           mode() WITHIN GROUP (ORDER BY area_name) AS area_name, avg(lon) AS lon, avg(lat) AS lat,
           min(lon) AS west, min(lat) AS south, max(lon) AS east, max(lat) AS north,
           (array_agg(code ORDER BY done_at DESC, code))[1:{NAMED_CODES}] AS codes
      FROM grouped WHERE spot IS NOT NULL GROUP BY category, spot
     ORDER BY count(*) DESC, max(done_at) DESC, category LIMIT {MOST}
)
SELECT coalesce(jsonb_agg(jsonb_build_object('type', 'Feature', 'geometry',
        jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(
            round(spots.lon::numeric, 6), round(spots.lat::numeric, 6))),
        'properties', to_jsonb(spots) - ARRAY['lon', 'lat', 'west', 'south', 'east', 'north', 'area_code', 'area_name']
            || jsonb_build_object('lead_name', CASE WHEN :english THEN a.name_en ELSE a.name END,
                'area', CASE WHEN area_code IS NOT NULL THEN
                    jsonb_build_object('code', area_code, 'name', area_name) END,
                'bbox', jsonb_build_array(west, south, east, north)))
    ORDER BY spots.count DESC, spots.last DESC, spots.category), '[]'::jsonb)::text
  FROM spots LEFT JOIN agency a ON a.code = spots.lead
""")


async def hot_spots(
    conn: AsyncConnection, now: datetime, *, locale: str = "vi", rule: Rule = THE_RULE
) -> dict[str, Any]:
    """The hot spots as a GeoJSON FeatureCollection (RFC 7946) with the `rule` they were found by, most cases first.

    Properties: category, category_name, category_icon, count, since, last, lead, lead_name, area, codes (newest
    first), bbox (west, south, east, north of the cases). The point is the middle of the cases.
    """
    facts = {
        "since": now - timedelta(days=rule.days),
        "metres": rule.metres,
        "cases": rule.cases,
        "english": locale == "en",
    }
    features = json.loads((await conn.execute(_SPOTS, facts)).scalar_one())
    for feature in features:
        feature["properties"]["bbox"] = _widened(feature["properties"]["bbox"])
    return {"type": "FeatureCollection", "rule": asdict(rule), "features": features}


def _widened(box: list[float]) -> list[float]:
    """A box in the five digits of an address that holds all cases, with a metre around them."""
    west, south, east, north = box
    return [round(west - 1.5e-5, 5), round(south - 1.5e-5, 5), round(east + 1.5e-5, 5), round(north + 1.5e-5, 5)]
