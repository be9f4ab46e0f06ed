"""Column types for places and shapes; the only module that knows GeoAlchemy2.

A table says `Field(sa_type=GeoPoint)` and declares its own GiST index: an index that the type creates behind
the back of the metadata is invisible to the comparison of models with migrations, so `spatial_index` is off
in both types.
"""

from typing import Any

from geoalchemy2 import Geometry, WKBElement
from geoalchemy2.shape import to_shape
from shapely.geometry.base import BaseGeometry

from geo.distance import SRID


class GeoPoint(Geometry):
    """geometry(Point, 4326), coordinates (lon, lat) in degrees."""

    cache_ok = True
    inherit_cache = True

    def __init__(self, **kwargs: Any) -> None:
        # Metadata copies call the constructor with every attribute; ours are fixed, so what comes in is
        # ignored.
        super().__init__(geometry_type="POINT", srid=SRID, spatial_index=False)


class GeoPolygon(Geometry):
    """geometry(Polygon, 4326)."""

    cache_ok = True
    inherit_cache = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(geometry_type="POLYGON", srid=SRID, spatial_index=False)


class GeoMultiPolygon(Geometry):
    """geometry(MultiPolygon, 4326)."""

    cache_ok = True
    inherit_cache = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(geometry_type="MULTIPOLYGON", srid=SRID, spatial_index=False)


class GeoShape(Geometry):
    """geometry(Geometry, 4326): whatever a layer holds."""

    cache_ok = True
    inherit_cache = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(geometry_type="GEOMETRY", srid=SRID, spatial_index=False)


class GeoMercator(Geometry):
    """geometry(Geometry, 3857): web Mercator in metres, only for what is drawn and never measured."""

    cache_ok = True
    inherit_cache = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(geometry_type="GEOMETRY", srid=3857, spatial_index=False)


def point_value(lon: float, lat: float) -> str:
    """The value to insert into a GeoPoint column (EWKT); lon and lat in degrees."""
    return f"SRID={SRID};POINT({float(lon)!r} {float(lat)!r})"


def shape_value(shape: BaseGeometry) -> str:
    """The value to insert into a column of this module for a shapely geometry in WGS 84 (EWKT, all digits
    kept).
    """
    return f"SRID={SRID};{shape.wkt}"


def as_shape(value: WKBElement) -> BaseGeometry:
    """What a select of such a column answered, as a shapely geometry."""
    return to_shape(value)


def as_lon_lat(value: WKBElement) -> tuple[float, float]:
    """What a select of a GeoPoint column answered, as (lon, lat) in degrees."""
    point: Any = to_shape(value)
    return (float(point.x), float(point.y))
