"""The surroundings of a place as a drawing on paper: north up, the place in the middle, roads by name, a scale."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reportlab.graphics.shapes import Circle, Drawing, Group, Line, Polygon, PolyLine, Rect, String
from reportlab.lib import colors
from reportlab.pdfbase.pdfmetrics import stringWidth

from geo.surroundings import Piece
from ioc_dashboard.typeface import INK, LINE

MAP_METRES = 250.0
"""From the middle to each edge."""

_FILLS = {"water": "#d5e4f0", "green": "#e2eedd", "buildings": "#e8e4df"}
_LATER = {"area": 3, "roads": 2, "buildings": 1}
_LETTERS, _MOST_NAMES, _LONGEST = 6.5, 8, 28

Box = tuple[float, float, float, float]


def sketch(pieces: Sequence[Piece], size: float, metres: float = MAP_METRES) -> Drawing:
    """The square of twice `metres` as a drawing `size` points wide."""
    drawing = Drawing(size, size)
    drawing.add(Rect(0, 0, size, size, fillColor=colors.white, strokeColor=None))
    inside, unit = Group(), size / (2 * metres)

    def on_paper(path: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(size / 2 + east * unit, size / 2 + north * unit) for east, north in path]

    for piece in sorted(pieces, key=lambda one: _LATER.get(one.what, 0)):
        for path in piece.paths:
            points = [value for point in on_paper(path) for value in point]
            if piece.closed:
                fill = colors.HexColor(_FILLS.get(piece.what, "#f2f2f2"))
                inside.add(Polygon(points, fillColor=fill, strokeColor=None, strokeWidth=0))
            else:
                inside.add(_line(piece.what, points))
    drawing.add(inside)
    roads = [(one.name, [on_paper(path) for path in one.paths]) for one in pieces if one.what == "roads" and one.name]
    for label in _names(roads, size):
        drawing.add(label)
    drawing.add(Circle(size / 2, size / 2, 5.5, fillColor=colors.white, strokeColor=INK, strokeWidth=2.2))
    drawing.add(Circle(size / 2, size / 2, 1.6, fillColor=INK, strokeWidth=0))
    _scale(drawing, 100 * unit)
    _north(drawing, size)
    drawing.add(Rect(0, 0, size, size, fillColor=None, strokeColor=LINE, strokeWidth=0.8))
    return drawing


def _line(what: str, points: list[float]) -> PolyLine:
    if what == "area":
        return PolyLine(points, strokeColor=INK, strokeWidth=1.1, strokeDashArray=[5, 2, 1, 2])
    tone, width = ("#b9c6d4", 0.8) if what == "water" else ("#8b95a1", 2.0)
    return PolyLine(points, strokeColor=colors.HexColor(tone), strokeWidth=width, strokeLineJoin=1, strokeLineCap=1)


Paths = list[list[tuple[float, float]]]


def _names(roads: Sequence[tuple[str, Paths]], size: float) -> list[Group]:
    """The largest roads by name, each once, along its longest straight piece that has room for the letters."""
    middle = size / 2
    # The mark, the scale, the arrow.
    taken: list[Box] = [
        (middle - 8, middle - 8, middle + 8, middle + 8),
        (0, 0, 90, 18),
        (size - 20, size - 28, size, size),
    ]
    labels: list[Group] = []
    named: set[str] = set()
    for whole, paths in roads:
        name = whole[:_LONGEST]
        if name in named or len(labels) >= _MOST_NAMES:
            continue
        wide = stringWidth(name, "Roboto-Regular", _LETTERS)
        room = next((spot for spot in _spots(paths, wide) if _free(spot, taken, size)), None)
        if room is not None:
            labels.append(_label(name, room, wide))
            taken.append(room.box)
            named.add(name)
    return labels


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a name could stand: its middle, its direction, the box around the letters."""

    x: float
    y: float
    degrees: float
    box: Box


def _spots(paths: Paths, wide: float) -> Iterator[_Spot]:
    """Places along the longest straight pieces, the middle of each first."""
    straight = sorted((pair for path in paths for pair in pairwise(path)), key=_length)
    for start, end in reversed(straight[-6:]):
        angle = _readable(math.degrees(math.atan2(end[1] - start[1], end[0] - start[0])))
        for share in (0.5, 0.25, 0.75):
            x, y = start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
            yield _Spot(x, y, angle, _box(x, y, wide, angle))


def _free(spot: _Spot, taken: Sequence[Box], size: float) -> bool:
    return _inside(spot.box, size) and not any(_meet(spot.box, one) for one in taken)


def _length(pair: tuple[tuple[float, float], tuple[float, float]]) -> float:
    return math.dist(*pair)


def _readable(degrees: float) -> float:
    """The same direction, never upside down."""
    return degrees - 180 if degrees > 90 else degrees + 180 if degrees <= -90 else degrees


def _box(x: float, y: float, wide: float, degrees: float) -> Box:
    turn = math.radians(degrees)
    across = (abs(math.cos(turn)) * wide + abs(math.sin(turn)) * _LETTERS) / 2 + 1.5
    up = (abs(math.sin(turn)) * wide + abs(math.cos(turn)) * _LETTERS) / 2 + 1.5
    return x - across, y - up, x + across, y + up


def _inside(box: Box, size: float) -> bool:
    return box[0] > 2 and box[1] > 2 and box[2] < size - 2 and box[3] < size - 2


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _label(name: str, spot: _Spot, wide: float) -> Group:
    label = Group()
    label.add(
        Rect(-wide / 2 - 1, -_LETTERS / 2 - 0.5, wide + 2, _LETTERS + 1, fillColor=colors.white, strokeColor=None)
    )
    look = {"fontName": "Roboto-Regular", "fontSize": _LETTERS, "fillColor": INK, "textAnchor": "middle"}
    label.add(String(0, -_LETTERS * 0.32, name, **look))
    label.translate(spot.x, spot.y)
    label.rotate(spot.degrees)
    return label


def _scale(drawing: Drawing, long: float) -> None:
    drawing.add(Rect(3, 3, long + 34, 12, fillColor=colors.white, strokeColor=None, strokeWidth=0))
    drawing.add(Line(7, 8, 7 + long, 8, strokeColor=INK, strokeWidth=1.4))
    drawing.add(String(11 + long, 6, "100 m", fontName="Roboto-Regular", fontSize=7, fillColor=INK))


def _north(drawing: Drawing, size: float) -> None:
    """An arrow above the letter B (bắc)."""
    middle, top = size - 10, size - 4
    drawing.add(Rect(size - 17, size - 25, 14, 22, fillColor=colors.white, strokeColor=None))
    drawing.add(Polygon([middle, top, middle - 4, top - 9, middle + 4, top - 9], fillColor=INK, strokeWidth=0))
    drawing.add(String(middle, top - 18, "B", fontName="Roboto-Bold", fontSize=8, fillColor=INK, textAnchor="middle"))
