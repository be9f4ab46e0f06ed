"""The hot spots everybody may see, as GeoJSON: what the sweep of `reports.hot_spotting` found, and what people plan."""

import json
from collections import Counter
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.published import TABLES
from reports.hot_spots import LIVING, Rule, rule_of
from reports.measures import DONE_AT
from reports.shown_place import VISIBLE

MOST = 500
NAMED_CODES = 30
"""Hot spots listed, those with most cases first; codes named with each, newest first."""

_RULE = text("SELECT settings FROM configuration")
# Only cases that everybody sees count, and they are looked at now: what was taken back since the sweep is gone at once.
_COUNTS = f"""h.state IN ('open', 'planned', 'done') AND {VISIBLE} AND NOT c.location_private
       AND r.published_at > :since AND {DONE_AT} > :since"""
_SPOTS = text(f"""
WITH shown AS (
    SELECT h.code AS spot_code, h.category, CASE WHEN :english THEN c.name_en ELSE c.name END AS category_name,
           c.icon AS category_icon, r.code, r.lead, r.area_code, r.area_name, r.lon, r.lat, {DONE_AT} AS done_at
      FROM hot_spot h JOIN {TABLES} ON r.hot_spot = h.code
     WHERE {_COUNTS}
), spots AS (
    SELECT spot_code, min(category) AS category, min(category_name) AS category_name,
           min(category_icon) AS category_icon, count(*)::int AS count, min(done_at) AS since, max(done_at) AS last,
           mode() WITHIN GROUP (ORDER BY lead) AS lead, mode() WITHIN GROUP (ORDER BY area_code) AS area_code,
           mode() WITHIN GROUP (ORDER BY area_name) AS area_name, avg(lon) AS lon, avg(lat) AS lat,
           min(lon) AS west, min(lat) AS south, max(lon) AS east, max(lat) AS north,
           (array_agg(code ORDER BY done_at DESC, code))[1:{NAMED_CODES}] AS codes
      FROM shown GROUP BY spot_code ORDER BY count(*) DESC, max(done_at) DESC, spot_code LIMIT {MOST}
)
SELECT coalesce(jsonb_agg(jsonb_build_object('type', 'Feature', 'geometry',
        jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(
            round(spots.lon::numeric, 6), round(spots.lat::numeric, 6))),
        'properties', to_jsonb(spots) - ARRAY['lon', 'lat', 'west', 'south', 'east', 'north', 'area_code', 'area_name',
                                              'spot_code']
            || jsonb_build_object('hot_spot', h.code, 'state', h.state, 'recurrences', h.recurrences,
                'lead_name', CASE WHEN :english THEN a.name_en ELSE a.name END,
                'owner', h.owner_agency, 'owner_name', CASE WHEN :english THEN o.name_en ELSE o.name END,
                'center_owns', h.owner_account IS NOT NULL, 'plan', public_text(h.plan), 'target_on', h.target_on,
                'area', CASE WHEN spots.area_code IS NOT NULL THEN
                    jsonb_build_object('code', spots.area_code, 'name', spots.area_name) END,
                'bbox', jsonb_build_array(west, south, east, north)))
    ORDER BY spots.count DESC, spots.last DESC, h.code), '[]'::jsonb)::text
  FROM spots JOIN hot_spot h ON h.code = spots.spot_code LEFT JOIN agency a ON a.code = spots.lead
  LEFT JOIN agency o ON o.code = h.owner_agency
""")


_OF_REPORT = text(f"""
WITH own AS (
    SELECT r.hot_spot FROM {TABLES} WHERE r.code = :code AND {VISIBLE} AND NOT c.location_private
), counted AS (
    SELECT count(*)::int AS count, mode() WITHIN GROUP (ORDER BY r.area_name) AS area_name
      FROM own JOIN hot_spot h ON h.code = own.hot_spot JOIN {TABLES} ON r.hot_spot = h.code WHERE {_COUNTS}
)
SELECT h.code AS hot_spot, h.state, counted.count, counted.area_name, public_text(h.plan) AS plan,
       CAST(h.target_on AS text) AS target_on,
       CASE WHEN :english THEN o.name_en ELSE o.name END AS owner_name, h.owner_account IS NOT NULL AS center_owns
  FROM own JOIN hot_spot h ON h.code = own.hot_spot CROSS JOIN counted LEFT JOIN agency o ON o.code = h.owner_agency
 WHERE counted.count > 0
""")


async def of_report(conn: AsyncConnection, code: str, now: datetime, *, locale: str = "vi") -> dict[str, Any] | None:
    """The hot spot in which a published report lies, if the list of hot spots has it: hot_spot (its code), state,
    count, area_name, plan, target_on, owner_name, center_owns. None for every report that is not public, or whose
    place is not.
    """
    facts = {"code": code, "since": now - timedelta(days=(await _rule(conn)).days), "english": locale == "en"}
    row = (await conn.execute(_OF_REPORT, facts)).mappings().one_or_none()
    return dict(row) if row is not None else None


async def _rule(conn: AsyncConnection) -> Rule:
    return rule_of((await conn.execute(_RULE)).scalar_one_or_none() or {})


async def hot_spots(conn: AsyncConnection, now: datetime, *, locale: str = "vi") -> dict[str, Any]:
    """The hot spots as a GeoJSON FeatureCollection (RFC 7946), most cases first, with the `rule` they were found by and
    the `counts` by state.

    Properties: hot_spot (its code), state, category, category_name, category_icon, count, since, last, lead, lead_name,
    owner and owner_name (an agency; none where the center itself owns it: `center_owns`), plan, target_on, recurrences,
    area, codes (newest first), bbox (west, south, east, north of the cases). The point is the middle of the cases.
    """
    rule = await _rule(conn)
    facts = {"since": now - timedelta(days=rule.days), "english": locale == "en"}
    features = json.loads((await conn.execute(_SPOTS, facts)).scalar_one())
    for feature in features:
        feature["properties"]["bbox"] = _widened(feature["properties"]["bbox"])
    states = Counter(feature["properties"]["state"] for feature in features)
    counts = {state: states[state] for state in LIVING}
    return {"type": "FeatureCollection", "rule": asdict(rule), "counts": counts, "features": features}


def _widened(box: list[float]) -> list[float]:
    """A box in the five digits of an address that holds all cases, with a metre around them."""
    west, south, east, north = box
    return [round(west - 1.5e-5, 5), round(south - 1.5e-5, 5), round(east + 1.5e-5, 5), round(north + 1.5e-5, 5)]
