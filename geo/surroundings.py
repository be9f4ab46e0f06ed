"""What lies around a point, as lines and shapes in metres from it, for a drawing on paper that needs no tiles."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

MOST_SHAPES = 1500


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the surroundings. `what`: area, water, green, roads or buildings. `paths`: points (east, north) in
    metres from the middle; closed ones are surfaces.
    """

    what: str
    kind: str
    name: str | None
    closed: bool
    paths: tuple[tuple[tuple[float, float], ...], ...]


# Web Mercator stretches by 1 / cos(lat): a circle of 200 m is wider in it than 200 units.
_AROUND = text("""
WITH here AS (
  SELECT ST_X(p) AS x, ST_Y(p) AS y, ST_Expand(p, :half) AS box
  FROM (SELECT ST_Transform(ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), 3857) AS p) middle
), found AS (
  SELECT 'area' AS what, a.kind, a.name, 0 AS rank,
         ST_Intersection(ST_Boundary(ST_Transform(a.geom, 3857)), here.box) AS geom
  FROM area a, here WHERE a.kind = 'commune' AND a.valid_from <= :day AND (a.valid_to IS NULL OR a.valid_to > :day)
    AND a.geom && ST_Transform(here.box, 4326)
  UNION ALL
  (SELECT f.layer, f.kind, f.name, f.min_zoom,
          ST_Intersection(ST_MakeValid(f.geom), here.box)
   FROM basemap_feature f, here WHERE f.layer IN ('water', 'green', 'roads', 'buildings') AND f.geom && here.box
   ORDER BY f.min_zoom, f.id LIMIT :most)
)
SELECT what, kind, name,
       ST_AsGeoJSON(ST_Scale(ST_Translate(ST_Simplify(found.geom, 1), -here.x, -here.y), :shrink, :shrink), 1) AS shape
FROM found, here WHERE NOT ST_IsEmpty(found.geom) ORDER BY rank
""")


async def around(conn: AsyncConnection, lon: float, lat: float, metres: float, day: date) -> list[Piece]:
    """What lies in the square of twice `metres` around the point, areas as they are on `day`."""
    shrink = math.cos(math.radians(lat))
    facts = {"lon": lon, "lat": lat, "half": metres / shrink, "shrink": shrink, "day": day, "most": MOST_SHAPES}
    pieces = []
    for row in await conn.execute(_AROUND, facts):
        closed, paths = _paths(json.loads(row.shape)) if row.shape else (False, [])
        if paths:
            pieces.append(Piece(row.what, row.kind, row.name, closed, tuple(paths)))
    return pieces


def _paths(shape: Any) -> tuple[bool, list[tuple[tuple[float, float], ...]]]:
    """The lines or outer rings of a GeoJSON geometry; points have none."""
    kind, at = shape["type"], shape.get("coordinates", ())
    if kind == "LineString":
        return False, [_path(at)]
    if kind == "MultiLineString":
        return False, [_path(one) for one in at]
    if kind == "Polygon":
        return True, [_path(at[0])]
    if kind == "MultiPolygon":
        return True, [_path(one[0]) for one in at]
    return False, []


def _path(points: Sequence[Sequence[float]]) -> tuple[tuple[float, float], ...]:
    return tuple((east, north) for east, north, *_ in points)
