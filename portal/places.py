"""The city's areas as pages need them: names to choose from, the frame of a map, a point for "somewhere in
this ward".
"""

from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_VALID = "kind = 'commune' AND valid_from <= :day AND (valid_to IS NULL OR valid_to > :day)"

_AREAS = text(f"""
SELECT coalesce(jsonb_agg(jsonb_build_object('code', code, 'name', name) ORDER BY name), '[]'::jsonb) AS
areas, ST_XMin(ST_Extent(geom)) AS west, ST_YMin(ST_Extent(geom)) AS south, ST_XMax(ST_Extent(geom)) AS east,
ST_YMax(ST_Extent(geom)) AS north FROM area WHERE {_VALID}
""")
_INSIDE = text(f"""
SELECT ST_X(p) AS lon, ST_Y(p) AS lat, ST_Distance(p::geography, ST_Boundary(geom)::geography) AS accuracy_m
FROM area, ST_PointOnSurface(geom) AS p WHERE {_VALID} AND code = :code
""")


async def areas(conn: AsyncConnection, day: date) -> dict[str, Any]:
    """The communes valid on `day`: {areas: [{code, name}], bounds: [west, south, east, north] in degrees or
    None}.
    """
    row = (await conn.execute(_AREAS, {"day": day})).one()
    bounds = None if row.west is None else [round(edge, 5) for edge in (row.west, row.south, row.east, row.north)]
    return {"areas": row.areas, "bounds": bounds}


async def inside(conn: AsyncConnection, code: str, day: date) -> dict[str, float] | None:
    """A point in the area, {lon, lat, accuracy_m}: as inaccurate as it is far from the area's edge; None for
    no area.
    """
    row = (await conn.execute(_INSIDE, {"code": code, "day": day})).mappings().one_or_none()
    return None if row is None else {name: float(value) for name, value in row.items()}
