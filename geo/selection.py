"""An area that somebody drew on a map to choose what lies in it: read from an address, checked, small."""

import json
from typing import Any

from shapely.geometry import box

from geo.problems import BadShape
from geo.shapes import from_geojson

MOST_CORNERS = 500
"""Nobody draws more by hand; each corner is looked at for each report near the area."""


def read_selection(text: str) -> str:
    """The area as WKT in degrees (lon, lat): of a GeoJSON Polygon or MultiPolygon, or of "west,south,east,north".

    A ring that crosses itself is repaired as imports are. Raises BadShape.
    """
    shape = _of_box(text) if not text.lstrip().startswith("{") else from_geojson(_document(text)).polygons
    return str(shape.wkt)


def _of_box(text: str) -> Any:
    try:
        west, south, east, north = (float(edge) for edge in text.split(","))
    except ValueError:
        raise BadShape("Give GeoJSON, or four numbers: west,south,east,north.", field="within") from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise BadShape("The edges are west,south,east,north in degrees, west before east.", field="within")
    return box(west, south, east, north)


def _document(text: str) -> Any:
    try:
        document = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        raise BadShape("It is not JSON.", field="within") from None
    if _numbers(document.get("coordinates")) > 2 * MOST_CORNERS:
        raise BadShape(f"It has more than {MOST_CORNERS} corners.", field="within")
    return document


def _numbers(value: Any) -> int:
    return sum(_numbers(one) for one in value) if isinstance(value, list) else 1
