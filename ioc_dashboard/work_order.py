"""A work order (phiếu giao việc) on A4 for whoever goes out: what, where, until when, and where to sign.

It holds what the agency may know of the case, and nothing about who reported. An ordinary case takes one sheet; of
several each says which of how many it is.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import segno
from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, Flowable, Image, KeepTogether, SimpleDocTemplate, Spacer, Table

from geo.surroundings import Piece
from ioc_dashboard.sketch import sketch
from ioc_dashboard.typeface import CENTERED, INK, LINE, SHADE, register, said, style

MARGIN = 16 * mm
WIDTH = A4[0] - 2 * MARGIN - 12
MOST_PHOTOS = 4
"""So many stand beside the map; of the others the sheet says that they are there."""

PHOTO_PIXELS = 1000
_MAP, _GAP = 60 * mm, 4 * mm
# Two facts whose values are no longer than this share a line.
_SHORT = 30
_BARE = (
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
)


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task as it stands on the order."""

    what: str
    who: str
    due: str
    note: str


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """Everything on the sheet, as words. `address` is what the QR code opens; `photos` are pictures as files (JPEG),
    at most `MOST_PHOTOS`, and `more_photos` how many the case has beside them.
    """

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
    more_photos: int = 0


class _Numbered(Canvas):  # type: ignore[misc]
    """Pages that say which of how many they are: the number is known when all are there."""

    def __init__(self, *args: Any, code: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.code, self.sheets = code, list[dict[str, Any]]()

    def showPage(self) -> None:
        """Keep the page until the last is known."""
        self.sheets.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Write the pages with their numbers."""
        of = len(self.sheets)
        for number, sheet in enumerate(self.sheets, 1):
            self.__dict__.update(sheet)
            self.setFont("Roboto-Regular", 8.5)
            self.setFillColor(INK)
            self.drawString(MARGIN + 6, 8 * mm, f"Phiếu giao việc {self.code}")
            self.drawRightString(A4[0] - MARGIN - 6, 8 * mm, f"Tờ {number}/{of}")
            super().showPage()
        super().save()


def pdf(order: WorkOrder) -> bytes:
    """The order as a PDF file; the same order is the same bytes."""
    register()
    held = io.BytesIO()
    paper = SimpleDocTemplate(
        held, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=11 * mm, bottomMargin=13 * mm,
        title=f"Phiếu giao việc {order.code}", author=order.agency, lang="vi", invariant=1,
    )  # fmt: skip
    paper.build(_story(order), canvasmaker=partial(_Numbered, code=order.code))
    return held.getvalue()


def _story(order: WorkOrder) -> list[Flowable]:
    story: list[Flowable] = [_head(order), Spacer(0, 3 * mm), _facts(order.facts)]
    if order.description:
        # Begins where it stands and goes on overleaf: a long story must not leave half a sheet empty.
        story += [CondPageBreak(20 * mm), _heading("Nội dung phản ánh"), said(order.description, style(10))]
    story.append(KeepTogether([_heading("Địa điểm"), _place(order)]))
    story += [CondPageBreak(24 * mm), _heading("Việc phải làm"), _tasks(order.tasks)]
    if order.parts:
        parts = _table(("Cơ quan", "Phần việc"), order.parts, (0.4, 0.6))
        story.append(KeepTogether([_heading("Cơ quan phối hợp"), parts]))
    story.append(KeepTogether([_heading("Kết quả"), _result(), Spacer(0, 3 * mm), _signatures()]))
    return story


def _heading(words: str) -> Flowable:
    return said(words, style(11, "Bold", spaceBefore=6, spaceAfter=2))


def _head(order: WorkOrder) -> Flowable:
    words = [
        said(order.office.upper(), style(9.5)),
        said(order.agency, style(10.5, "Bold")),
        Spacer(0, 2 * mm),
        said("PHIẾU GIAO VIỆC", style(17, "Bold")),
        said(f"Mã phản ánh {order.code}", style(12.5, "Bold")),
        said(f"In lúc {order.printed}", style(9, "Italic")),
    ]
    code = [_qr(order.address, 28 * mm), said("Quét để mở hồ sơ", style(8.5, spaceBefore=2))]
    return Table([[words, code]], [WIDTH - 28 * mm, 28 * mm], style=list(_BARE))


def _qr(address: str, size: float) -> Drawing:
    dots = [list(row) for row in segno.make(address, error="m").matrix]
    unit = size / len(dots)
    drawing = Drawing(size, size, hAlign="LEFT")
    for down, row in enumerate(dots):
        for along, dark in enumerate(row):
            if dark:
                at = (along * unit, size - (down + 1) * unit)
                # A hair wider than a dot: printers leave white lines between squares that only touch.
                drawing.add(Rect(*at, unit * 1.02, unit * 1.02, fillColor=colors.black, strokeColor=None))
    return drawing


def _facts(facts: Sequence[tuple[str, str]]) -> Flowable:
    """Names and values; two short ones beside each other, a long one over the whole line."""
    rows: list[list[Any]] = []
    look: list[Any] = [
        ("GRID", (0, 0), (-1, -1), 0.5, LINE), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 1), ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]  # fmt: skip
    left = list(facts)
    while left:
        line = [left.pop(0)]
        if left and len(line[0][1]) <= _SHORT and len(left[0][1]) <= _SHORT:
            line.append(left.pop(0))
        at = len(rows)
        look += [("BACKGROUND", (2 * place, at), (2 * place, at), SHADE) for place in range(len(line))]
        if len(line) == 1:
            look.append(("SPAN", (1, at), (3, at)))
        cells = [part for name, value in line for part in (said(name, style(9)), said(value, style(10, "Bold")))]
        rows.append(cells + [""] * (4 - len(cells)))
    return Table(rows, [WIDTH * share for share in (0.15, 0.35, 0.15, 0.35)], style=look)


def _place(order: WorkOrder) -> Flowable:
    where = f"{order.lat:.5f}, {order.lon:.5f} (WGS 84)"
    if order.surroundings:
        drawn: list[Flowable] = [sketch(order.surroundings, _MAP), said(where, style(8.5, **CENTERED))]
    else:
        # Without a map of the surroundings the phone's own shows the way.
        drawn = [
            _qr(f"geo:{order.lat:.6f},{order.lon:.6f}", 30 * mm),
            said("Quét để xem vị trí trên bản đồ của điện thoại", style(8.5, spaceBefore=2)),
            said(where, style(10, "Bold", spaceBefore=2)),
        ]
    pictures = _photos(order, _MAP if order.surroundings else 46 * mm)
    return Table([[drawn, pictures]], [_MAP + _GAP, WIDTH - _MAP - _GAP], style=list(_BARE))


def _photos(order: WorkOrder, tall: float) -> list[Flowable]:
    """Up to four, as large as the room beside the map lets them be."""
    files = order.photos[:MOST_PHOTOS]
    if not files:
        return [said("Phản ánh không có ảnh.", style(9.5, "Italic"))]
    columns = 1 if len(files) == 1 else 2
    lines = -(-len(files) // columns)
    room = ((WIDTH - _MAP - _GAP) / columns - 2 * mm, tall / lines - 2 * mm)
    cells: list[Any] = [_picture(file, room) for file in files]
    cells += [""] * (columns * lines - len(cells))
    grid = [cells[at : at + columns] for at in range(0, len(cells), columns)]
    look = [*_BARE, ("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 2 * mm)]
    shown: list[Flowable] = [Table(grid, [room[0] + 2 * mm] * columns, style=look, hAlign="LEFT")]
    if order.more_photos:
        shown.append(said(f"Còn {order.more_photos} ảnh khác trong hồ sơ.", style(8.5, "Italic")))
    return shown


def _picture(file: bytes, room: tuple[float, float]) -> Flowable:
    picture = Image(io.BytesIO(file), hAlign="LEFT")
    scale = min(room[0] / picture.imageWidth, room[1] / picture.imageHeight)
    picture.drawWidth, picture.drawHeight = picture.imageWidth * scale, picture.imageHeight * scale
    return picture


def _tasks(tasks: Sequence[TaskLine]) -> Flowable:
    heads, widths = ("Việc", "Tổ, người làm", "Hạn"), (0.54, 0.26, 0.2)
    if not tasks:
        # Room to write by hand what was said on the way out.
        return _table(heads, [("", "", "")] * 2, widths, tall=10 * mm)
    return _table(
        heads, [(one.what + (f"\n{one.note}" if one.note else ""), one.who, one.due) for one in tasks], widths
    )


def _table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], tall: float | None = None
) -> Table:
    cells = [[said(one, style(9.5, "Bold", **CENTERED)) for one in heads]]
    cells += [[said(one, style(10)) for one in row] for row in rows]
    look = [
        ("GRID", (0, 0), (-1, -1), 0.5, LINE), ("BACKGROUND", (0, 0), (-1, 0), SHADE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 1), ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]  # fmt: skip
    return Table(cells, [WIDTH * share for share in widths], [None, *[tall] * len(rows)], style=look, repeatRows=1)


def _result() -> Flowable:
    """Lines to write on: when they came and went, what was done, what was used."""
    small = style(9.5, "Italic")
    rows = [[said("Giờ đến:", small), said("Giờ xong:", small)], [said("Việc đã làm, vật tư đã dùng:", small), ""]]
    rows += [["", ""]] * 2
    look = [
        ("BOX", (0, 0), (-1, -1), 0.5, LINE), ("LINEBELOW", (0, 0), (-1, -2), 0.4, LINE, None, (1, 2)),
        ("LINEBEFORE", (1, 0), (1, 0), 0.4, LINE), *[("SPAN", (0, row), (1, row)) for row in (1, 2, 3)],
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 1),
    ]  # fmt: skip
    return Table(rows, [WIDTH / 2] * 2, [6.5 * mm] * 4, style=look)


def _signatures() -> Flowable:
    names = ("Người giao việc", "Người thực hiện", "Người xác nhận")
    cells = [
        [said(name, style(10, "Bold", **CENTERED)), said("(Ký, ghi rõ họ tên)", style(8.5, "Italic", **CENTERED))]
        for name in names
    ]
    return Table([cells, [Spacer(0, 18 * mm)] * 3], [WIDTH / 3] * 3)
