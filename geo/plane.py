"""Metres around a point without the ellipsoid: to choose the nearest of a few shapes, not to say how far it is."""

# The usual series for WGS 84.
SPOT_SQL = """
    SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS g,
           111132.954 - 559.822 * cos(2 * radians(:lat)) + 1.175 * cos(4 * radians(:lat)) AS y,
           greatest(1000, 111412.84 * cos(radians(:lat)) - 93.5 * cos(3 * radians(:lat))) AS x
"""
"""The point :lon, :lat as `g`, with the metres of a degree of longitude (x) and of latitude (y) there."""


def plane_metres(geom: str) -> str:
    """SQL: metres from the one row of `spot` to the shape `geom` on the plane that touches the Earth there.

    Off by 1 in 10,000 at 10 km, in which all shapes of one place share.
    """
    return (
        f"ST_Distance(ST_Affine({geom}, spot.x, 0, 0, spot.y, -spot.x * ST_X(spot.g), -spot.y * ST_Y(spot.g)), "
        "ST_SetSRID(ST_MakePoint(0, 0), 4326))"
    )
