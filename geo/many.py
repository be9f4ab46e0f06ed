"""Where many points lie, in one statement: for trying other areas or layers on what was located before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.nearest import MOST_M, NEAREST_SQL
from geo.places import CAP_M, LOCATE_SQL


@dataclass(frozen=True, slots=True)
class Spot:
    """A point (degrees, WGS 84) under a number of the caller's, and the version of the commune it was found in."""

    id: int
    lon: float
    lat: float
    area: str | None = None
    valid_from: date | None = None


def _of_row(statement: str) -> str:
    """A statement about one point, about the row `r`."""
    return statement.replace(":lon", "r.lon").replace(":lat", "r.lat")


_SPOTS = """
  SELECT id, lon, lat, area, valid_from, ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS location
  FROM unnest(CAST(:ids AS bigint[]), CAST(:lons AS float8[]), CAST(:lats AS float8[]), CAST(:areas AS text[]),
              CAST(:days AS date[])) AS s(id, lon, lat, area, valid_from)
"""


def _spots(spots: Sequence[Spot]) -> dict[str, list[Any]]:
    return {
        "ids": [spot.id for spot in spots],
        "lons": [spot.lon for spot in spots],
        "lats": [spot.lat for spot in spots],
        "areas": [spot.area for spot in spots],
        "days": [spot.valid_from for spot in spots],
    }


# Who lies in an area that is the same on that day stays there; the others are looked up, first inside, and only the
# few that lie in nothing by the dear way.
_AREAS = text(f"""
WITH spots AS MATERIALIZED ({_SPOTS}), old AS MATERIALIZED (
  SELECT r.id, r.lon, r.lat, r.location FROM spots r
  WHERE NOT EXISTS (
    SELECT FROM area a WHERE a.kind = 'commune' AND a.code = r.area AND a.valid_from = r.valid_from
      AND a.valid_from <= :at AND (a.valid_to IS NULL OR a.valid_to > :at))
), inside AS MATERIALIZED (
  SELECT DISTINCT ON (o.id) o.id, p.area_id FROM old o
  JOIN area_piece p ON ST_Intersects(p.geom, o.location) AND p.kind = 'commune'
    AND p.valid_from <= :at AND (p.valid_to IS NULL OR p.valid_to > :at)
  ORDER BY o.id, p.code, p.area_id
), outside AS MATERIALIZED (
  SELECT r.id, l.area_id FROM old r LEFT JOIN LATERAL ({_of_row(LOCATE_SQL)}) l ON true
  WHERE NOT EXISTS (SELECT FROM inside i WHERE i.id = r.id)
)
SELECT f.id, a.code, a.name, a.valid_from
FROM (SELECT * FROM inside UNION ALL SELECT * FROM outside) f LEFT JOIN area a ON a.id = f.area_id
""")


async def areas_on(conn: AsyncConnection, spots: Sequence[Spot], at: date) -> Sequence[Any]:
    """Rows (id, code, name, valid_from) of those spots whose commune has not the same version on the day `at`, as they
    lie then; code None for those beyond the cap.
    """
    facts = {**_spots(spots), "at": at, "cap_m": CAP_M, "kind": "commune"}
    return (await conn.execute(_AREAS, facts)).all()


_NEAREST = text(f"""
WITH asked AS MATERIALIZED (
  SELECT key AS layer, least(value::float8, {MOST_M}) AS within_m FROM jsonb_each_text(CAST(:asked AS jsonb))
), spots AS MATERIALIZED ({_SPOTS})
SELECT r.id, n.layer, n.code, n.name, n.owner, n.distance_m
FROM spots r, LATERAL ({_of_row(NEAREST_SQL)}) n
""")


async def nearest_of(conn: AsyncConnection, spots: Sequence[Spot], layers: Mapping[str, float]) -> Sequence[Any]:
    """Rows (id, layer, code, name, owner, distance_m): the nearest feature of each layer within the metres given."""
    facts = {**_spots(spots), "asked": orjson.dumps(dict(layers)).decode()}
    return (await conn.execute(_NEAREST, facts)).all()
