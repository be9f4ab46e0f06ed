"""Distances in metres between points (lon, lat) in degrees, WGS 84."""

from functools import cache
from math import isfinite

from pyproj import Geod

from geo.problems import BadPoint
from geo.sentences import Sentence

SRID = 4326
"""WGS 84: what phones, browsers and GeoJSON (RFC 7946, section 4) speak."""

LonLat = tuple[float, float]


@cache
def _ellipsoid() -> Geod:
    return Geod(ellps="WGS84")


def check_point(lon: float, lat: float) -> LonLat:
    """The point itself; raises BadPoint for NaN, infinity, and degrees beyond ±180 / ±90 (RFC 7946 has no
    wrapped longitudes).
    """
    if not (isfinite(lon) and isfinite(lat)):
        raise BadPoint(Sentence("A coordinate is not a number.", "Có tọa độ không phải là số."))
    if not -180 <= lon <= 180:
        said = f"Longitude {lon} is not between -180 and 180."
        raise BadPoint(Sentence(said, f"Kinh độ {lon} không nằm giữa -180 và 180."), field="lon")
    if not -90 <= lat <= 90:
        said = f"Latitude {lat} is not between -90 and 90."
        raise BadPoint(Sentence(said, f"Vĩ độ {lat} không nằm giữa -90 và 90."), field="lat")
    return (float(lon), float(lat))


def is_fix(lon: float, lat: float) -> bool:
    """Whether (lon, lat) can be a measured position: a valid point that is not (0, 0).

    Cameras and phones without a fix write zeros; the spot itself lies in the open Gulf of Guinea, 600 km from
    land.
    """
    try:
        check_point(lon, lat)
    except BadPoint:
        return False
    return abs(lon) > 1e-6 or abs(lat) > 1e-6


def metres_between(one: LonLat, other: LonLat) -> float:
    """Length of the geodesic on the WGS 84 ellipsoid, across the antimeridian too. Raises BadPoint."""
    lon_1, lat_1 = check_point(*one)
    lon_2, lat_2 = check_point(*other)
    _, _, metres = _ellipsoid().inv(lon_1, lat_1, lon_2, lat_2)
    return float(metres)
