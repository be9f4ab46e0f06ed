"""What lies around a place somebody is about to report from: the same problem already known, the nearest name,
and what is usually reported there. Nothing here says what was written or photographed by anybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.configuration import City
from reports.residents import OWN_DEVICES
from reports.views import status_of

NEAR_M = 50.0
ROUGH_M = 200.0
"""A point known less exactly than this says nothing about fifty metres, neither of the asker nor of a report."""

PUBLISHED_FOR = timedelta(days=7)
"""How long a finished report is still shown: what was mended yesterday and is broken again belongs to it."""

MOST = 5
STACK = 5
"""So many reports of more than one kind at exactly one point: a default coordinate (a town hall, the middle of a
ward), where distance means nothing.
"""

NAMED_M = 250.0
AROUND_M = 1500.0
NAMES = 12
LIKELY_FOR = timedelta(days=90)

_NEAR = text(f"""
WITH spot AS MATERIALIZED (SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS g),
alike AS MATERIALIZED (
  SELECT r.id, r.code, r.category, r.state, r.resume_state, r.received_at, r.location, r.lon, r.lat,
         ST_Distance(r.location::geography, spot.g::geography) AS metres
  FROM spot, report r JOIN category c ON c.code = r.category
  WHERE r.category = ANY(:categories) AND c.public AND c.lane <> 'restricted' AND NOT c.location_private
    AND (r.open OR (r.state IN ('published', 'closed') AND r.published_at > :since))
    AND coalesce(r.accuracy_m, 0) <= :rough_m
    -- Degrees wide enough for the metres at any inhabited latitude; the exact distance is asked of the few left.
    AND r.location && ST_Expand(spot.g, :metres / 55000.0)
    AND ST_DWithin(r.location::geography, spot.g::geography, :metres)
)
SELECT a.code, a.category, a.state, a.resume_state, a.received_at, NULL AS lead_state,
       round(a.metres::numeric)::int AS distance_m,
       (SELECT count(*) + 1 FROM report m WHERE m.merged_into = a.id) AS reporter_count,
       (SELECT count(*) FROM follow f WHERE f.report_id = a.id) AS followers,
       EXISTS (SELECT FROM reporter p WHERE p.report_id = a.id
               AND coalesce(p.held_by, p.device_id) = ANY(ARRAY({OWN_DEVICES}))) AS mine
FROM alike a
WHERE NOT (SELECT count(*) >= :stack AND count(DISTINCT s.category) > 1 FROM (
    SELECT o.category FROM report o WHERE o.location && a.location AND o.lon = a.lon AND o.lat = a.lat LIMIT 200) s)
ORDER BY a.metres, a.received_at DESC LIMIT :most
""")

_NAMED = text("""
SELECT p.name, p.kind, ST_X(p.point) AS lon, ST_Y(p.point) AS lat,
       round(ST_Distance(p.point::geography, spot.g::geography)::numeric)::int AS distance_m
FROM (SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS g) AS spot, place p
WHERE p.point && ST_Expand(spot.g, :metres / 55000.0) AND ST_DWithin(p.point::geography, spot.g::geography, :metres)
ORDER BY distance_m, p.name LIMIT :names
""")

# The last 5,000 say what is usual as well as all would, and cost the same in a city of any size. The hour is the
# city's own, and three hours to either side of now count.
_USUAL = text("""
WITH recent AS (
  SELECT category, received_at FROM report WHERE received_at > :since ORDER BY received_at DESC LIMIT 5000)
SELECT category, count(*)::float8 AS n, (count(*) FILTER (WHERE
  abs(mod(extract(hour FROM received_at AT TIME ZONE :zone)::int - CAST(:hour AS int) + 36, 24) - 12) <= 3))::float8
  AS at_this_hour FROM recent GROUP BY category
""")
_AROUND = text("""
SELECT category, count(*)::float8 AS n FROM (
  SELECT category FROM report WHERE received_at > :since
    AND location && ST_Expand(ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), 0.003)
  ORDER BY received_at DESC LIMIT 300) AS there GROUP BY category
""")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where somebody stands: degrees of WGS 84, metres of doubt if the phone said."""

    lon: float
    lat: float
    accuracy_m: float | None = None


async def alike(
    conn: AsyncConnection, city: City, category: str, spot: Spot, now: datetime, *, device: str | None = None
) -> list[dict[str, Any]]:
    """Open or just published reports of this category (or below it) within NEAR_M, nearest first, at most MOST:
    {code, category, public_status, distance_m, received_at, reporter_count, followers, mine}.

    `mine`: sent by this `device`. Empty for a category that is private in any way, and where the place is too rough
    to tell.
    """
    if (spot.accuracy_m or 0) > ROUGH_M:
        return []
    asked = {
        "categories": list(city.subtree(category)),
        "lon": spot.lon,
        "lat": spot.lat,
        "metres": NEAR_M,
        "device_id": device,
    }
    bounds = {"since": now - PUBLISHED_FOR, "rough_m": ROUGH_M, "stack": STACK, "most": MOST}
    rows = (await conn.execute(_NEAR, {**asked, **bounds})).mappings()
    shown = ("code", "category", "distance_m", "received_at", "reporter_count", "followers", "mine")
    return [{**{name: row[name] for name in shown}, "public_status": status_of(dict(row))} for row in rows]


async def named(conn: AsyncConnection, spot: Spot) -> list[dict[str, Any]]:
    """The names of the gazetteer within AROUND_M, nearest first, at most NAMES: {name, kind, lon, lat, distance_m}.

    One within NAMED_M is near enough to say "near ...".
    """
    asked = {"lon": spot.lon, "lat": spot.lat, "metres": AROUND_M, "names": NAMES}
    return [dict(row) for row in (await conn.execute(_NAMED, asked)).mappings()]


async def usual(conn: AsyncConnection, city: City, now: datetime, hour: int) -> dict[str, float]:
    """How usual each kind is in the city these months, and at this `hour` of its day: shares that add up to 2."""
    zone = city.calendar.zone
    rows = (await conn.execute(_USUAL, {"since": now - LIKELY_FOR, "zone": zone, "hour": hour})).all()
    return _summed(_shares({r.category: r.n for r in rows}), _shares({r.category: r.at_this_hour for r in rows}))


async def around(conn: AsyncConnection, spot: Spot, now: datetime) -> dict[str, float]:
    """How usual each kind is within some 300 m: shares that add up to 1, or nothing."""
    asked = {"since": now - LIKELY_FOR, "lon": spot.lon, "lat": spot.lat}
    return _shares({row.category: row.n for row in (await conn.execute(_AROUND, asked)).all()})


def likely(city: City, *weights: Mapping[str, float], most: int = 6) -> list[str]:
    """The kinds to show first, by the sum of the weights; the city's own order decides between equals.

    Kinds of the restricted lane never come first: what is usual there is nobody's business.
    """
    kinds = [one for one in city.categories.values() if one.leaf and not one.restricted]
    total = _summed(*weights)
    return [one.code for one in sorted(kinds, key=lambda one: -total.get(one.code, 0.0))[:most]]


def _shares(counts: Mapping[str, float]) -> dict[str, float]:
    total = sum(counts.values())
    return {code: count / total for code, count in counts.items()} if total else {}


def _summed(*weights: Mapping[str, float]) -> dict[str, float]:
    codes: Sequence[str] = list(dict.fromkeys(code for one in weights for code in one))
    return {code: sum(one.get(code, 0.0) for one in weights) for code in codes}
