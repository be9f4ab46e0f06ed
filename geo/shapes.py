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
from geo.sentences import Sentence

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
    notes: tuple[Sentence, ...] = ()


_EMPTY = Sentence("The geometry is empty.", "Hình rỗng.")
# What GEOS finds, in its own words.
_INVALID = {
    "Self-intersection": "tự cắt",
    "Ring Self-intersection": "vòng tự chạm",
    "Hole lies outside shell": "lỗ nằm ngoài vòng ngoài",
    "Holes are nested": "lỗ lồng nhau",
    "Nested shells": "vòng ngoài lồng nhau",
    "Interior is disconnected": "phần trong bị tách rời",
    "Duplicate Rings": "vòng trùng nhau",
    "Too few points in geometry component": "quá ít điểm",
}


def _invalid(shape: BaseGeometry) -> Sentence:
    found = explain_validity(shape)
    what, bracket, where = found.partition("[")
    return Sentence(found, f"{_INVALID.get(what, what)}{bracket}{where}")


def _no_area(kind: Any) -> Sentence:
    # Strangers' files may call a kind anything.
    kind = str(kind)[:40]
    return Sentence.told(
        "A {kind} is not an area; Polygon or MultiPolygon is needed.",
        "{kind} không phải là vùng; cần Polygon hoặc MultiPolygon.",
        kind=kind,
    )


def _named(where: Sentence, ring: int) -> Sentence:
    return Sentence.told("{where}ring {ring}", "{where}vòng {ring}", where=where, ring=ring)


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
        raise BadShape(Sentence("There is no geometry.", "Không có hình."))
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        members = geometry.get("geometries")
        if not isinstance(members, list):
            raise BadShape(Sentence("The collection has no list of geometries.", "Tập hợp không có danh sách hình."))
        return [rings for member in members for rings in rings_of_geojson(member)]
    if kind not in ("Polygon", "MultiPolygon"):
        raise BadShape(_no_area(kind))
    coordinates = geometry.get("coordinates")
    if not isinstance(coordinates, list | tuple) or not coordinates:
        raise BadShape(_EMPTY)
    depth = 2 if kind == "Polygon" else 3
    if not _is_nested(coordinates, depth):
        raise BadShape(
            Sentence.told("The coordinates are not those of a {kind}.", "Tọa độ không đúng dạng của {kind}.", kind=kind)
        )
    return [coordinates] if kind == "Polygon" else list(coordinates)


def _is_nested(value: Any, depth: int) -> bool:
    if not isinstance(value, list | tuple):
        return False
    return depth == 0 or all(_is_nested(member, depth - 1) for member in value)


def rings_of_shapely(geometry: BaseGeometry | None) -> Polygons:
    """The rings of a shapely geometry; raises BadShape where there are none."""
    if geometry is None or geometry.is_empty:
        raise BadShape(Sentence("There is no geometry, or it is empty.", "Không có hình, hoặc hình rỗng."))
    if isinstance(geometry, Polygon):
        return [[list(ring.coords) for ring in (geometry.exterior, *geometry.interiors)]]
    if isinstance(geometry, MultiPolygon | GeometryCollection):
        return [rings for part in geometry.geoms for rings in rings_of_shapely(part)]
    raise BadShape(_no_area(geometry.geom_type))


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
    raise BadShape(
        Sentence(
            "The area cannot be mended: it falls apart into threads.", "Không sửa được hình: nó vỡ thành các sợi mảnh."
        )
    )


def _read(polygons: Polygons) -> Shape:
    notes: list[Sentence] = []
    parts: list[BaseGeometry] = []
    for number, rings in enumerate(polygons, start=1):
        where = Sentence(f"polygon {number}, ", f"đa giác {number}, ") if len(polygons) > 1 else Sentence("", "")
        part = _polygon(rings, where, notes)
        if part is not None:
            parts.append(part)
    if not parts:
        raise BadShape(Sentence.joined(notes) or _EMPTY)
    return Shape(_joined(parts, notes), tuple(dict.fromkeys(notes)))


def _polygon(rings: Sequence[Ring], where: Sentence, notes: list[Sentence]) -> BaseGeometry | None:
    if not rings:
        notes.append(Sentence.told("{where}without rings, left out", "{where}không có vòng nào, bỏ qua", where=where))
        return None
    outer = _ring(rings[0], _named(where, 1), notes)
    if outer is None:
        return None
    holes = [_ring(ring, _named(where, index), notes) for index, ring in enumerate(rings[1:], start=2)]
    drawn = Polygon(outer, [hole for hole in holes if hole is not None])
    if drawn.is_valid:
        return drawn
    shell = _valid(Polygon(outer), _named(where, 1), notes)
    if shell is None:
        return None
    for index, hole in enumerate(holes, start=2):
        if hole is not None and shell is not None:
            shell = _without(shell, hole, _named(where, index), notes)
    return shell


def _ring(ring: Ring, where: Sentence, notes: list[Sentence]) -> list[tuple[float, float]] | None:
    """The corners of a closed ring without repetitions, or None for a ring that encloses nothing."""
    corners = [_corner(corner, where) for corner in ring]
    if len(corners) > MAX_CORNERS:
        raise BadShape(
            Sentence.told(
                "{where}: more than {most} corners.", "{where}: hơn {most} góc.", where=where, most=MAX_CORNERS
            )
        )
    if not corners:
        notes.append(Sentence.told("{where} is empty, left out", "{where} rỗng, bỏ qua", where=where))
        return None
    if corners[0] != corners[-1]:
        notes.append(Sentence.told("{where} was not closed", "{where} chưa khép kín", where=where))
        corners.append(corners[0])
    distinct = [corner for index, corner in enumerate(corners) if index == 0 or corner != corners[index - 1]]
    if len(set(distinct)) < 3:
        notes.append(
            Sentence.told(
                "{where} has fewer than three different corners, left out",
                "{where} có ít hơn ba góc khác nhau, bỏ qua",
                where=where,
            )
        )
        return None
    if _wraps(distinct):
        raise BadShape(
            Sentence.told(
                "{where} crosses the antimeridian; it has to be cut there (RFC 7946, section 3.1.9).",
                "{where} cắt kinh tuyến 180°; phải cắt đôi tại đó (RFC 7946, mục 3.1.9).",
                where=where,
            )
        )
    if _is_flat(distinct):
        notes.append(
            Sentence.told(
                "{where} encloses nothing (all corners on one line), left out",
                "{where} không bao quanh gì (mọi góc trên một đường thẳng), bỏ qua",
                where=where,
            )
        )
        return None
    return distinct


def _corner(corner: Sequence[float], where: Sentence) -> tuple[float, float]:
    try:
        return check_point(float(corner[0]), float(corner[1]))
    except BadPoint as problem:
        raise BadShape(
            Sentence.told(
                "{where}: {what} Is the file in another reference system?",
                "{where}: {what} Tệp có dùng hệ tọa độ khác không?",
                where=where,
                what=problem.detail,
            )
        ) from None
    except (TypeError, ValueError, LookupError, OverflowError):
        raise BadShape(
            Sentence.told(
                "{where}: a corner is not a pair of numbers.", "{where}: có góc không phải một cặp số.", where=where
            )
        ) from None


def _wraps(corners: list[tuple[float, float]]) -> bool:
    return any(abs(here[0] - there[0]) > 180 for here, there in pairwise(corners))


def _is_flat(corners: list[tuple[float, float]]) -> bool:
    # A figure of eight has a signed area of nothing too, so the hull is asked, not the ring.
    return float(LinearRing(corners).convex_hull.area) < 1e-14


def _valid(polygon: Polygon, where: Sentence, notes: list[Sentence]) -> BaseGeometry | None:
    if polygon.is_valid:
        return polygon
    reason = _invalid(polygon)
    mended = polygons_of(make_valid(polygon, method="structure", keep_collapsed=False))
    if mended.is_empty:
        notes.append(
            Sentence.told(
                "{where} collapses when mended ({reason}), left out",
                "{where} không còn gì khi sửa ({reason}), bỏ qua",
                where=where,
                reason=reason,
            )
        )
        return None
    if area_m2(mended) < LEFT_SHARE * area_m2(polygon.convex_hull):
        raise BadShape(
            Sentence.told(
                "{where}: {reason}; mending would leave next to nothing of it.",
                "{where}: {reason}; sửa thì gần như không còn gì.",
                where=where,
                reason=reason,
            )
        )
    notes.append(
        Sentence.told("{where} was mended: {reason}", "{where} đã được sửa: {reason}", where=where, reason=reason)
    )
    return mended


def _without(
    shell: BaseGeometry, hole: list[tuple[float, float]], where: Sentence, notes: list[Sentence]
) -> BaseGeometry | None:
    opening = _valid(Polygon(hole), where, notes)
    if opening is None:
        return shell
    if not shell.intersects(opening):
        notes.append(
            Sentence.told(
                "{where} is a hole outside its polygon, left out",
                "{where} là lỗ nằm ngoài đa giác, bỏ qua",
                where=where,
            )
        )
        return shell
    if not shell.covers(opening):
        notes.append(
            Sentence.told(
                "{where} is a hole that sticks out of its polygon, cut off",
                "{where} là lỗ thò ra ngoài đa giác, đã cắt phần thừa",
                where=where,
            )
        )
    rest = polygons_of(shell.difference(opening))
    if rest.is_empty:
        raise BadShape(
            Sentence.told(
                "{where}: the hole leaves nothing of its polygon.",
                "{where}: lỗ không để lại gì của đa giác.",
                where=where,
            )
        )
    return rest


def _joined(parts: list[BaseGeometry], notes: list[Sentence]) -> MultiPolygon:
    whole: BaseGeometry = MultiPolygon([piece for part in parts for piece in _pieces(part)])
    if not whole.is_valid:
        notes.append(Sentence("polygons that overlapped were joined", "các đa giác chồng nhau đã được ghép"))
        whole = make_valid(whole, method="structure", keep_collapsed=False)
    kept = [piece for piece in _pieces(whole) if area_m2(piece) >= SLIVER_M2]
    if not kept:
        raise BadShape(
            Sentence.told(
                "Less than {least:g} m² is left of the area.", "Hình còn lại dưới {least:g} m².", least=SLIVER_M2
            )
        )
    dropped = len(_pieces(whole)) - len(kept)
    if dropped:
        notes.append(
            Sentence.told(
                "{n} part(s) of less than {least:g} m² left out",
                "đã bỏ {n} mảnh dưới {least:g} m²",
                n=dropped,
                least=SLIVER_M2,
            )
        )
    result = orient_polygons(MultiPolygon(kept))
    if not isinstance(result, MultiPolygon) or not result.is_valid:
        raise BadShape(
            Sentence.told(
                "The area cannot be mended: {reason}.", "Không sửa được hình: {reason}.", reason=_invalid(result)
            )
        )
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
