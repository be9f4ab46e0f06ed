"""Shapes as they come in files, made fit for use: repaired with a note, or refused with a reason.

Everything here is a pure function on coordinates in degrees (lon, lat), WGS 84; no database, no files.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from pyproj import Geod
from shapely import make_valid, orient_polygons, to_wkb
from shapely.geometry import GeometryCollection, LinearRing, MultiPolygon, Polygon, mapping
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from geo.distance import check_point
from geo.problems import BadPoint, BadShape

SLIVER_M2 = 1.0
"""Parts below this many square metres are crumbs of a repair or of a clumsy cut: no report happens on one."""

LEFT_SHARE = 0.01
"""A repair that leaves less than this share of the ground a ring goes round is no repair but a guess."""

MAX_CORNERS = 1_000_000

MOST_MENDINGS = 4
"""After so many readings a shape that still changes is refused."""


Ring = Sequence[Sequence[float]]
Polygons = Sequence[Sequence[Ring]]
"""Polygons as lists of rings as lists of (lon, lat), the first ring of each the outer one."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A valid MultiPolygon in WGS 84 and what had to be done to get it (empty: nothing)."""

    polygons: MultiPolygon
    notes: tuple[str, ...] = ()


@cache
def _ellipsoid() -> Geod:
    return Geod(ellps="WGS84")


def area_m2(shape: BaseGeometry) -> float:
    """Area on the ellipsoid in square metres."""
    area, _ = _ellipsoid().geometry_area_perimeter(orient_polygons(shape))
    return abs(float(area))


def from_geojson(geometry: Mapping[str, Any] | None) -> Shape:
    """The shape of a GeoJSON Polygon, MultiPolygon or a GeometryCollection of these (RFC 7946, section 3.1).

    Raises BadShape with a sentence that says what is wrong and in which ring, counted from 1.
    """
    return from_rings(rings_of_geojson(geometry))


def from_shapely(geometry: BaseGeometry | None) -> Shape:
    """The shape of a polygonal shapely geometry in WGS 84; raises BadShape."""
    return from_rings(rings_of_shapely(geometry))


def to_geojson(polygons: BaseGeometry) -> dict[str, Any]:
    """RFC 7946: outer rings counter-clockwise, holes clockwise."""
    result: dict[str, Any] = mapping(orient_polygons(polygons))
    return result


def rings_of_geojson(geometry: Any) -> Polygons:
    """The rings of a GeoJSON geometry as drawn, unchecked; raises BadShape where there are none."""
    if not isinstance(geometry, Mapping):
        raise BadShape("There is no geometry.")
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        members = geometry.get("geometries")
        if not isinstance(members, list):
            raise BadShape("The collection has no list of geometries.")
        return [rings for member in members for rings in rings_of_geojson(member)]
    if kind not in ("Polygon", "MultiPolygon"):
        raise BadShape(f"A {kind} is not an area; Polygon or MultiPolygon is needed.")
    coordinates = geometry.get("coordinates")
    if not isinstance(coordinates, list | tuple) or not coordinates:
        raise BadShape("The geometry is empty.")
    depth = 2 if kind == "Polygon" else 3
    if not _is_nested(coordinates, depth):
        raise BadShape(f"The coordinates are not those of a {kind}.")
    return [coordinates] if kind == "Polygon" else list(coordinates)


def _is_nested(value: Any, depth: int) -> bool:
    if not isinstance(value, list | tuple):
        return False
    return depth == 0 or all(_is_nested(member, depth - 1) for member in value)


def rings_of_shapely(geometry: BaseGeometry | None) -> Polygons:
    """The rings of a shapely geometry; raises BadShape where there are none."""
    if geometry is None or geometry.is_empty:
        raise BadShape("There is no geometry, or it is empty.")
    if isinstance(geometry, Polygon):
        return [[list(ring.coords) for ring in (geometry.exterior, *geometry.interiors)]]
    if isinstance(geometry, MultiPolygon | GeometryCollection):
        return [rings for part in geometry.geoms for rings in rings_of_shapely(part)]
    raise BadShape(f"A {geometry.geom_type} is not an area; Polygon or MultiPolygon is needed.")


def from_rings(polygons: Polygons) -> Shape:
    """The shape of polygons given as lists of rings, the first of each the outer one; raises BadShape.

    What had to be mended is read once more as it will be stored: cutting leaves threads that are no area the next time,
    and a shape that cannot be read back must not be taken.
    """
    shape = _read(polygons)
    for _ in range(MOST_MENDINGS):
        if not shape.notes:
            return shape
        again = _read(rings_of_shapely(shape.polygons))
        if same_shape(again.polygons, shape.polygons):
            return shape
        shape = Shape(again.polygons, tuple(dict.fromkeys((*shape.notes, *again.notes))))
    raise BadShape("The area cannot be mended: it falls apart into threads.")


def _read(polygons: Polygons) -> Shape:
    notes: list[str] = []
    parts: list[BaseGeometry] = []
    for number, rings in enumerate(polygons, start=1):
        where = f"polygon {number}, " if len(polygons) > 1 else ""
        part = _polygon(rings, where, notes)
        if part is not None:
            parts.append(part)
    if not parts:
        raise BadShape("; ".join(notes) or "The geometry is empty.")
    return Shape(_joined(parts, notes), tuple(dict.fromkeys(notes)))


def _polygon(rings: Sequence[Ring], where: str, notes: list[str]) -> BaseGeometry | None:
    if not rings:
        notes.append(f"{where}without rings, left out")
        return None
    outer = _ring(rings[0], f"{where}ring 1", notes)
    if outer is None:
        return None
    holes = [_ring(ring, f"{where}ring {index}", notes) for index, ring in enumerate(rings[1:], start=2)]
    drawn = Polygon(outer, [hole for hole in holes if hole is not None])
    if drawn.is_valid:
        return drawn
    shell = _valid(Polygon(outer), f"{where}ring 1", notes)
    if shell is None:
        return None
    for index, hole in enumerate(holes, start=2):
        if hole is not None and shell is not None:
            shell = _without(shell, hole, f"{where}ring {index}", notes)
    return shell


def _ring(ring: Ring, where: str, notes: list[str]) -> list[tuple[float, float]] | None:
    """The corners of a closed ring without repetitions, or None for a ring that encloses nothing."""
    corners = [_corner(corner, where) for corner in ring]
    if len(corners) > MAX_CORNERS:
        raise BadShape(f"{where}: more than {MAX_CORNERS} corners.")
    if not corners:
        notes.append(f"{where} is empty, left out")
        return None
    if corners[0] != corners[-1]:
        notes.append(f"{where} was not closed")
        corners.append(corners[0])
    distinct = [corner for index, corner in enumerate(corners) if index == 0 or corner != corners[index - 1]]
    if len(set(distinct)) < 3:
        notes.append(f"{where} has fewer than three different corners, left out")
        return None
    if _wraps(distinct):
        raise BadShape(f"{where} crosses the antimeridian; it has to be cut there (RFC 7946, section 3.1.9).")
    if _is_flat(distinct):
        notes.append(f"{where} encloses nothing (all corners on one line), left out")
        return None
    return distinct


def _corner(corner: Sequence[float], where: str) -> tuple[float, float]:
    try:
        return check_point(float(corner[0]), float(corner[1]))
    except BadPoint as problem:
        raise BadShape(f"{where}: {problem.detail} Is the file in another reference system?") from None
    except (TypeError, ValueError, LookupError, OverflowError):
        raise BadShape(f"{where}: a corner is not a pair of numbers.") from None


def _wraps(corners: list[tuple[float, float]]) -> bool:
    return any(abs(here[0] - there[0]) > 180 for here, there in pairwise(corners))


def _is_flat(corners: list[tuple[float, float]]) -> bool:
    # A figure of eight has a signed area of nothing too, so the hull is asked, not the ring.
    return float(LinearRing(corners).convex_hull.area) < 1e-14


def _valid(polygon: Polygon, where: str, notes: list[str]) -> BaseGeometry | None:
    if polygon.is_valid:
        return polygon
    reason = explain_validity(polygon)
    mended = polygons_of(make_valid(polygon, method="structure", keep_collapsed=False))
    if mended.is_empty:
        notes.append(f"{where} collapses when mended ({reason}), left out")
        return None
    if area_m2(mended) < LEFT_SHARE * area_m2(polygon.convex_hull):
        raise BadShape(f"{where}: {reason}; mending would leave next to nothing of it.")
    notes.append(f"{where} was mended: {reason}")
    return mended


def _without(shell: BaseGeometry, hole: list[tuple[float, float]], where: str, notes: list[str]) -> BaseGeometry | None:
    opening = _valid(Polygon(hole), where, notes)
    if opening is None:
        return shell
    if not shell.intersects(opening):
        notes.append(f"{where} is a hole outside its polygon, left out")
        return shell
    if not shell.covers(opening):
        notes.append(f"{where} is a hole that sticks out of its polygon, cut off")
    rest = polygons_of(shell.difference(opening))
    if rest.is_empty:
        raise BadShape(f"{where}: the hole leaves nothing of its polygon.")
    return rest


def _joined(parts: list[BaseGeometry], notes: list[str]) -> MultiPolygon:
    whole: BaseGeometry = MultiPolygon([piece for part in parts for piece in _pieces(part)])
    if not whole.is_valid:
        notes.append("polygons that overlapped were joined")
        whole = make_valid(whole, method="structure", keep_collapsed=False)
    kept = [piece for piece in _pieces(whole) if area_m2(piece) >= SLIVER_M2]
    if not kept:
        raise BadShape(f"Less than {SLIVER_M2:g} m² is left of the area.")
    dropped = len(_pieces(whole)) - len(kept)
    if dropped:
        notes.append(f"{dropped} part(s) of less than {SLIVER_M2:g} m² left out")
    result = orient_polygons(MultiPolygon(kept))
    if not isinstance(result, MultiPolygon) or not result.is_valid:
        raise BadShape(f"The area cannot be mended: {explain_validity(result)}.")
    return result


def _pieces(shape: BaseGeometry) -> list[Polygon]:
    if isinstance(shape, Polygon):
        return [] if shape.is_empty else [shape]
    if isinstance(shape, MultiPolygon | GeometryCollection):
        return [piece for part in shape.geoms for piece in _pieces(part)]
    return []


def polygons_of(shape: BaseGeometry) -> MultiPolygon:
    """The polygons within any geometry; lines and points, as overlays leave them, are left out."""
    return MultiPolygon(_pieces(shape))


def same_shape(one: BaseGeometry, other: BaseGeometry) -> bool:
    """Whether two shapes cover the same ground to about a millimetre, whatever corner a ring starts with."""
    if to_wkb(one) == to_wkb(other):
        return True
    return area_m2(one.symmetric_difference(other)) < SLIVER_M2 and _same_extent(one, other)


def _same_extent(one: BaseGeometry, other: BaseGeometry) -> bool:
    return all(abs(a - b) < 1e-7 for a, b in zip(one.bounds, other.bounds, strict=True))
