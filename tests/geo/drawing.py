"""Invented areas to test with: rectangles on a grid of a hundredth of a degree from 107 E, 10 N."""

from datetime import date
from typing import Any

from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.areas import Incoming
from geo.importing import import_areas
from geo.report import ImportReport
from geo.shapes import Shape, from_shapely

WEST, SOUTH, SIDE = 107.0, 10.0, 0.01
FIRST_DAY = date(2025, 7, 1)
TODAY = date(2026, 1, 15)


def cell(column: float, row: float, width: float = 1, height: float = 1) -> Polygon:
    """A rectangle of cells, its lower left corner at (column, row)."""
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    return box(west, south, west + width * SIDE, south + height * SIDE)


def spot(column: float, row: float) -> tuple[float, float]:
    """A point at (column, row) of the grid, as (lon, lat)."""
    return (WEST + column * SIDE, SOUTH + row * SIDE)


def area(code: str, name: str, *shapes: BaseGeometry, number: int = 1, **more: Any) -> Incoming:
    """A feature as it comes out of a file."""
    polygons = [part for shape in shapes for part in getattr(shape, "geoms", [shape])]
    return Incoming(number, code, name, from_shapely(MultiPolygon(polygons)), **more)


async def put(conn: AsyncConnection, *areas: Incoming, day: date = FIRST_DAY, **options: Any) -> ImportReport:
    """Store areas as valid from `day` on."""
    return await import_areas(conn, areas, options.pop("kind", "commune"), day, **options)


def feature(geometry: dict[str, Any] | None, **properties: Any) -> dict[str, Any]:
    """A GeoJSON feature."""
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: dict[str, Any]) -> dict[str, Any]:
    """A GeoJSON feature collection."""
    return {"type": "FeatureCollection", "features": list(features)}


def polygon(*rings: list[list[Any]]) -> dict[str, Any]:
    """A GeoJSON polygon with exactly these rings."""
    return {"type": "Polygon", "coordinates": list(rings)}


def whole(shape: Shape) -> BaseGeometry:
    """The polygons of a shape, to compare by shapely."""
    return shape.polygons
