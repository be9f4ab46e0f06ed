"""The nearest feature of imported layers: which road, whose park lies here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.distance import check_point
from geo.plane import SPOT_SQL, plane_metres

MOST_M = 10_000.0
"""What lies farther away says nothing about a place."""

# On the plane, not on the ellipsoid: an edge of GeoJSON is straight in degrees (RFC 7946, 3.1.1), and over 20 km the
# geodesic between its ends passes two metres beside it.
# In two steps, as areas are found (`geo.places`): the index walks to the first feature by degrees, and only what lies
# no farther than that is compared in metres. So a dense layer costs what a thin one does, however far a rule looks.
_WITHIN = "1.01 * asked.within_m"
NEAREST_SQL = f"""
WITH spot AS MATERIALIZED ({SPOT_SQL})
SELECT asked.layer, found.code, found.name, found.owner, round(found.metres::numeric, 2)::float8 AS distance_m
  FROM asked, spot, LATERAL (
    SELECT f.geom <-> spot.g AS degrees FROM layer_feature f
     WHERE f.layer = asked.layer AND f.geom && ST_Expand(spot.g, {_WITHIN} / spot.x, {_WITHIN} / spot.y)
     ORDER BY f.geom <-> spot.g LIMIT 1) AS first, LATERAL (
    SELECT f.code, f.name, f.owner, {plane_metres("f.geom")} AS metres FROM layer_feature f
     WHERE f.layer = asked.layer AND f.geom && ST_Expand(spot.g,
           least({_WITHIN} / spot.x, 1e-7 + 1.02 * first.degrees * greatest(1, spot.y / spot.x)),
           least({_WITHIN} / spot.y, 1e-7 + 1.02 * first.degrees))
     ORDER BY round(100 * {plane_metres("f.geom")}), f.code, f.part LIMIT 1) AS found
 WHERE found.metres <= asked.within_m
"""
"""One row for each layer of `asked` (layer text, within_m float) that has a feature so near to :lon, :lat (degrees).

Fit to stand in a larger statement after a CTE `asked`. Columns: layer, code, name, owner, distance_m (0 inside).
"""

_NEAREST = text(f"""
WITH asked AS MATERIALIZED (
  SELECT key AS layer, least(value::float8, {MOST_M}) AS within_m FROM jsonb_each_text(CAST(:asked AS jsonb))
), found AS ({NEAREST_SQL}) SELECT layer, code, name, owner, distance_m FROM found
""")


@dataclass(frozen=True, slots=True)
class NearFeature:
    """A feature, whose it is, and the metres to it (0 inside)."""

    code: str
    name: str
    owner: str | None
    distance_m: float


async def nearest(conn: AsyncConnection, lon: float, lat: float, layers: Mapping[str, float]) -> dict[str, NearFeature]:
    """The nearest feature of each layer, within the metres given for it; layers that have none there are left out.

    Raises BadPoint.
    """
    if not layers:
        return {}
    lon, lat = check_point(lon, lat)
    rows = await conn.execute(_NEAREST, {"lon": lon, "lat": lat, "asked": json.dumps(dict(layers))})
    return {row.layer: NearFeature(row.code, row.name, row.owner, row.distance_m) for row in rows}
