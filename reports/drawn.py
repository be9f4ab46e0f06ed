"""An area that somebody drew: whether a point lies in it. Pure; the corners are degrees (lon, lat), WGS 84."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

Corner = tuple[float, float]

MOST_CORNERS = 10_000
"""Each report inside the box is tested against all of them; what has more is an official outline: an area."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Polygons as closed rings, the outer one and its holes alike, with the box around all of them."""

    rings: tuple[tuple[Corner, ...], ...]
    west: float
    south: float
    east: float
    north: float

    @classmethod
    def from_geojson(cls, shape: Mapping[str, Any]) -> Self:
        """Of a GeoJSON Polygon or MultiPolygon; ValueError says what is wrong with it."""
        kind, coordinates = shape.get("type"), shape.get("coordinates")
        if kind not in ("Polygon", "MultiPolygon") or not isinstance(coordinates, Sequence) or not coordinates:
            raise ValueError("a drawn area is a GeoJSON Polygon or MultiPolygon with coordinates")
        polygons = [coordinates] if kind == "Polygon" else coordinates
        try:
            rings = tuple(_ring(ring) for polygon in polygons for ring in polygon)
        except (TypeError, LookupError, OverflowError) as error:
            raise ValueError(f"the coordinates of a drawn area are not those of a {kind}") from error
        if not rings:
            raise ValueError("a drawn area has at least one ring")
        if sum(map(len, rings)) > MOST_CORNERS:
            raise ValueError(f"a drawn area has at most {MOST_CORNERS} corners; import larger ones as areas")
        xs, ys = zip(*(corner for ring in rings for corner in ring), strict=True)
        return cls(rings, min(xs), min(ys), max(xs), max(ys))

    def holds(self, lon: float, lat: float) -> bool:
        """Whether the point lies inside: whether a line from it to the east crosses the rings an odd number of times.

        In degrees: over the size of a city a straight edge on the map and one on the ground differ by centimetres.
        """
        if not (self.west <= lon <= self.east and self.south <= lat <= self.north):
            return False
        return sum(_crosses(ring, lon, lat) for ring in self.rings) % 2 == 1


def _ring(corners: Sequence[Sequence[float]]) -> tuple[Corner, ...]:
    ring = [(_degrees(corner[0], 180.0), _degrees(corner[1], 90.0)) for corner in corners]
    if len(ring) < 3:
        raise ValueError("a ring of a drawn area has at least three corners")
    return tuple(ring if ring[0] == ring[-1] else [*ring, ring[0]])


def _degrees(number: float, most: float) -> float:
    # Texts too would become numbers, "nan" among them, and true would be 1.
    if type(number) not in (int, float) or not -most <= number <= most:
        raise ValueError(f"{number!r} is no degree of longitude or latitude")
    return float(number)


def _crosses(ring: Sequence[Corner], lon: float, lat: float) -> int:
    crossed = 0
    for (x, y), (to_x, to_y) in pairwise(ring):
        if (y > lat) != (to_y > lat) and lon < x + (lat - y) * (to_x - x) / (to_y - y):
            crossed += 1
    return crossed
