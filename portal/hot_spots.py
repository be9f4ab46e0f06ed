"""Hot spots: places where the same problem was solved again and again.

The rule: cases of one category, done within the last `days`, of which at least `cases` (one of them included) lie
within `metres` of each other's neighbour, form one hot spot. A hot spot grows with every further case that lies within
`metres` of one that has that many neighbours (density clustering, DBSCAN). Categories whose places are shown coarsely
take part in none: several "cells" of a home are no place to fix.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.published import DONE_AT, TABLES
from reports.shown_place import VISIBLE

MOST = 500
NAMED_CODES = 30
"""Hot spots listed, those with most cases first; codes named with each, newest first."""


@dataclass(frozen=True)
class Rule:
    """How many done cases of one category, how near to each other, in how many days make a hot spot."""

    cases: int = 3
    metres: float = 50.0
    days: int = 180


THE_RULE = Rule()
"""The one place where the figures of the rule stand; pages, data and texts read them from here."""

# Metres on the ground around the middle of what is looked at: for a city the error is below one in a thousand.
_SPOTS = text(f"""
WITH cases AS MATERIALIZED (
    SELECT r.code, r.category, c.name, c.name_en, c.icon, r.lead, r.area_code, r.area_name, r.lon, r.lat,
           {DONE_AT} AS done_at
      FROM {TABLES}
     WHERE {VISIBLE} AND NOT c.location_private AND r.published_at > :since AND {DONE_AT} > :since
), middle AS (
    SELECT cos(radians(avg(lat))) AS shrink FROM cases
), grouped AS (
    SELECT cases.*, ST_ClusterDBSCAN(
               ST_MakePoint(lon * 111319.49 * (SELECT shrink FROM middle), lat * 110611.0), :metres, :cases
           ) OVER (PARTITION BY category) AS spot
      FROM cases
), spots AS (
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
