"""A work order (phiếu giao việc) on A4 for whoever goes out: what, where, until when, and where to sign.

It holds what the agency may know of the case, and nothing about who reported.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import segno
from reportlab.graphics.shapes import Circle, Drawing, Group, Line, Polygon, PolyLine, Rect, String
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Image, KeepTogether, SimpleDocTemplate, Spacer, Table

from geo.surroundings import Piece
from ioc_dashboard.typeface import CENTERED, INK, LINE, SHADE, register, said, style

MARGIN = 16 * mm
WIDTH = A4[0] - 2 * MARGIN - 12
MAP_METRES = 250.0
_MAP = 78 * mm


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task as it stands on the order."""

    what: str
    who: str
    due: str
    note: str


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """Everything on the sheet, as words. `address` is what the QR code opens; `photos` are pictures as files."""

    office: str
    agency: str
    code: str
    address: str
    printed: str
    facts: Sequence[tuple[str, str]]
    description: str
    lon: float
    lat: float
    surroundings: Sequence[Piece]
    photos: Sequence[bytes]
    tasks: Sequence[TaskLine]
    parts: Sequence[tuple[str, str]]


def pdf(order: WorkOrder) -> bytes:
    """The order as a PDF file; the same order is the same bytes."""
    register()
    held = io.BytesIO()
    paper = SimpleDocTemplate(
        held, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=14 * mm, bottomMargin=14 * mm,
        title=f"Phiếu giao việc {order.code}", author=order.agency, lang="vi", invariant=1,
    )  # fmt: skip
    paper.build(_story(order))
    return held.getvalue()


def _story(order: WorkOrder) -> list[Flowable]:
    story: list[Flowable] = [_head(order), Spacer(0, 3 * mm), _facts(order.facts), Spacer(0, 2 * mm)]
    if order.description:
        story += [_heading("Nội dung phản ánh"), said(order.description, style(10.5, spaceAfter=4))]
    story.append(KeepTogether([_heading("Địa điểm"), _place(order)]))
    story.append(_heading("Việc phải làm"))
    story.append(_tasks(order.tasks))
    if order.parts:
        story.append(
            KeepTogether([_heading("Cơ quan phối hợp"), _table(("Cơ quan", "Phần việc"), order.parts, (0.4, 0.6))])
        )
    story.append(KeepTogether([Spacer(0, 4 * mm), _result(), Spacer(0, 4 * mm), _signatures()]))
    return story


def _heading(words: str) -> Flowable:
    return said(words, style(11, "Bold", spaceBefore=7, spaceAfter=3, keepWithNext=1))


def _head(order: WorkOrder) -> Flowable:
    words = [
        said(order.office.upper(), style(9.5)),
        said(order.agency, style(10.5, "Bold")),
        Spacer(0, 3 * mm),
        said("PHIẾU GIAO VIỆC", style(17, "Bold")),
        said(f"Mã phản ánh {order.code}", style(12.5, "Bold")),
        said(f"In lúc {order.printed}", style(9, "Italic")),
    ]
    code = [_qr(order.address, 30 * mm), said("Quét để mở hồ sơ", style(8, alignment=TA_RIGHT))]
    look = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("ALIGN", (1, 0), (1, 0), "RIGHT"),
    ]
    return Table([[words, code]], [WIDTH * 0.74, WIDTH * 0.26], style=look)


def _qr(address: str, size: float) -> Drawing:
    dots = [list(row) for row in segno.make(address, error="m").matrix]
    unit = size / len(dots)
    drawing = Drawing(size, size, hAlign="RIGHT")
    for down, row in enumerate(dots):
        for along, dark in enumerate(row):
            if dark:
                at = (along * unit, size - (down + 1) * unit)
                # A hair wider than a dot: printers leave white lines between squares that only touch.
                drawing.add(Rect(*at, unit * 1.02, unit * 1.02, fillColor=colors.black, strokeColor=None))
    return drawing


def _facts(facts: Sequence[tuple[str, str]]) -> Flowable:
    rows = [[said(name, style(9.5)), said(value, style(10.5, "Bold"))] for name, value in facts]
    look = [
        ("GRID", (0, 0), (-1, -1), 0.5, LINE), ("BACKGROUND", (0, 0), (0, -1), SHADE),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]  # fmt: skip
    return Table(rows, [WIDTH * 0.25, WIDTH * 0.75], style=look)


def _place(order: WorkOrder) -> Flowable:
    side: list[Flowable] = []
    room = WIDTH - _MAP - 4 * mm
    for photo in order.photos[:2]:
        picture = Image(io.BytesIO(photo))
        scale = min(room / picture.imageWidth, 0.5 * _MAP / picture.imageHeight)
        picture.drawWidth, picture.drawHeight = picture.imageWidth * scale, picture.imageHeight * scale
        side += [picture, Spacer(0, 2 * mm)]
    if not side:
        side = [said("Phản ánh không có ảnh.", style(9.5, "Italic"))]
    drawn = [sketch(order.surroundings, _MAP), said(f"{order.lat:.5f}, {order.lon:.5f} (WGS 84)", style(9, **CENTERED))]
    look = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, 0), 0)]
    return Table([[drawn, side]], [_MAP + 4 * mm, room], style=look)


_FILLS = {"water": "#d5e4f0", "green": "#e2eedd", "buildings": "#e8e4df"}
_LATER = {"area": 3, "roads": 2, "buildings": 1}


def sketch(pieces: Sequence[Piece], size: float, metres: float = MAP_METRES) -> Drawing:
    """The surroundings as a drawing `size` points wide: north up, the place in the middle, a scale below."""
    drawing = Drawing(size, size)
    drawing.add(Rect(0, 0, size, size, fillColor=colors.white, strokeColor=LINE, strokeWidth=0.8))
    inside, unit = Group(), size / (2 * metres)

    def on_paper(path: Sequence[tuple[float, float]]) -> list[float]:
        return [value for east, north in path for value in (size / 2 + east * unit, size / 2 + north * unit)]

    for piece in sorted(pieces, key=lambda one: _LATER.get(one.what, 0)):
        for path in piece.paths:
            if piece.closed:
                fill = colors.HexColor(_FILLS.get(piece.what, "#f2f2f2"))
                inside.add(Polygon(on_paper(path), fillColor=fill, strokeColor=None, strokeWidth=0))
            else:
                inside.add(_line(piece.what, on_paper(path)))
    drawing.add(inside)
    _name_roads(drawing, pieces, size, unit)
    drawing.add(Circle(size / 2, size / 2, 5.5, fillColor=colors.white, strokeColor=INK, strokeWidth=2.2))
    drawing.add(Circle(size / 2, size / 2, 1.6, fillColor=INK, strokeWidth=0))
    _scale(drawing, size, unit)
    return drawing


def _line(what: str, points: list[float]) -> PolyLine:
    if what == "area":
        return PolyLine(points, strokeColor=INK, strokeWidth=1.1, strokeDashArray=[5, 2, 1, 2])
    tone, width = ("#b9c6d4", 0.8) if what == "water" else ("#8b95a1", 2.0)
    return PolyLine(points, strokeColor=colors.HexColor(tone), strokeWidth=width, strokeLineJoin=1, strokeLineCap=1)


def _name_roads(drawing: Drawing, pieces: Sequence[Piece], size: float, unit: float) -> None:
    """The largest roads by name, each once, where there is room between the names."""
    taken: list[tuple[float, float]] = []
    named: set[str] = set()
    for piece in pieces:
        if piece.what != "roads" or not piece.name or piece.name in named or len(named) >= 8:
            continue
        east, north = max(piece.paths, key=len)[len(max(piece.paths, key=len)) // 2]
        x, y = size / 2 + east * unit, size / 2 + north * unit
        edge = 30 < x < size - 30 and 12 < y < size - 12
        if edge and all(abs(x - a) > 46 or abs(y - b) > 10 for a, b in [(size / 2, size / 2), *taken]):
            drawing.add(
                String(
                    x, y, piece.name[:24], fontName="Roboto-Regular", fontSize=6.5, fillColor=INK, textAnchor="middle"
                )
            )
            taken.append((x, y))
            named.add(piece.name)


def _scale(drawing: Drawing, size: float, unit: float) -> None:
    long = 100 * unit
    drawing.add(Rect(4, 4, long + 34, 12, fillColor=colors.white, strokeColor=None, strokeWidth=0))
    drawing.add(Line(7, 8, 7 + long, 8, strokeColor=INK, strokeWidth=1.4))
    drawing.add(String(11 + long, 6, "100 m", fontName="Roboto-Regular", fontSize=7, fillColor=INK))
    drawing.add(String(size - 12, size - 14, "B", fontName="Roboto-Bold", fontSize=9, fillColor=INK))
    drawing.add(
        Polygon([size - 9, size - 4, size - 12, size - 9, size - 6, size - 9][:6], fillColor=INK, strokeWidth=0)
    )


def _tasks(tasks: Sequence[TaskLine]) -> Flowable:
    if not tasks:
        return _table(("Việc", "Người làm"), [("\n\n", "")], (0.7, 0.3))
    rows = [(task.what + (f"\n{task.note}" if task.note else ""), task.who, task.due) for task in tasks]
    return _table(("Việc", "Tổ, người làm", "Hạn"), rows, (0.52, 0.26, 0.22))


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> Table:
    cells = [[said(one, style(9.5, "Bold", **CENTERED)) for one in heads]]
    cells += [[said(one, style(10)) for one in row] for row in rows]
    look = [
        ("GRID", (0, 0), (-1, -1), 0.5, LINE), ("BACKGROUND", (0, 0), (-1, 0), SHADE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ]  # fmt: skip
    return Table(cells, [WIDTH * share for share in widths], style=look, repeatRows=1)


def _result() -> Flowable:
    blank = "Kết quả, vật tư đã dùng, giờ đến, giờ xong:"
    look = [("BOX", (0, 0), (-1, -1), 0.5, LINE), ("BOTTOMPADDING", (0, 0), (-1, -1), 22 * mm)]
    return Table([[said(blank, style(9.5, "Italic"))]], [WIDTH], style=look)


def _signatures() -> Flowable:
    names = ("Người giao việc", "Người thực hiện", "Người xác nhận")
    cells = [
        [said(name, style(10, "Bold", **CENTERED)), said("(Ký, ghi rõ họ tên)", style(8.5, "Italic", **CENTERED))]
        for name in names
    ]
    return Table([cells, [Spacer(0, 18 * mm)] * 3], [WIDTH / 3] * 3)
