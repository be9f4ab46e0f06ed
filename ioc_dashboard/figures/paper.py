"""Draws the monthly report as PDF, A4, in the form of an administrative document (Nghị định 30/2020/NĐ-CP, phụ lục I).

National heading, issuing office, number, place and date; page numbers in the upper margin from the second page on;
signature and recipients at the end of the text, the formulas in an appendix. The fonts are embedded; the same report
is the same bytes.
"""

import io
from functools import partial
from typing import Any

from reportlab.lib.enums import TA_JUSTIFY, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    KeepTogether,
    PageBreak,
    SimpleDocTemplate,
    Spacer,
    Table,
)

from ioc_dashboard.figures.bars import drawn
from ioc_dashboard.figures.monthly import Chart, Monthly, PaperTable, Signed
from ioc_dashboard.typeface import CENTERED, INK, LINE, SHADE, register, said, style

_LEFT, _RIGHT, _TOP, _BOTTOM = 30 * mm, 18 * mm, 20 * mm, 20 * mm
_PADDING = 6.0  # points, of every frame
WIDTH = A4[0] - _LEFT - _RIGHT - 2 * _PADDING
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


_TEXT = partial(style, 11.5, alignment=TA_JUSTIFY, spaceAfter=5, firstLineIndent=10 * mm)


class _Rule(Flowable):  # type: ignore[misc]
    """A line in the middle, `share` of the width it is given."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share, self.room = share, 0.0

    def wrap(self, room: float, _height: float) -> tuple[float, float]:
        """As wide as it may be, and the height of the line with its air."""
        self.room = room
        return room, 8.0

    def draw(self) -> None:
        """The line itself."""
        self.canv.setStrokeColor(INK)
        self.canv.setLineWidth(0.7)
        self.canv.line(self.room * (1 - self.share) / 2, 5, self.room * (1 + self.share) / 2, 5)


def pdf(report: Monthly, signed: Signed) -> bytes:
    """The report as a PDF file."""
    register()
    held = io.BytesIO()
    paper = SimpleDocTemplate(
        held, pagesize=A4, leftMargin=_LEFT, rightMargin=_RIGHT, topMargin=_TOP, bottomMargin=_BOTTOM,
        title=f"Báo cáo phản ánh hiện trường {report.month}", author=signed.office, lang="vi", invariant=1,
    )  # fmt: skip
    story: list[Flowable] = [*_heading(report, signed), *_title(report)]
    for place, section in enumerate(report.sections):
        title = said(
            f"{_ROMAN[place]}. {section.title}", style(12, "Bold", spaceBefore=10, spaceAfter=5, keepWithNext=1)
        )
        story.append(title)
        for part in section.parts:
            story += _part(part)
    story += [CondPageBreak(70 * mm), Spacer(0, 8 * mm), _signature(signed), PageBreak()]
    story.append(said("PHỤ LỤC", style(13, "Bold", **CENTERED)))
    story.append(said("Cách tính các chỉ tiêu", style(12, "Bold", spaceAfter=8, **CENTERED)))
    story.append(_table(report.appendix))
    paper.build(story, onLaterPages=_numbered)
    return held.getvalue()


def _numbered(canvas: Any, document: Any) -> None:
    canvas.setFont("Roboto-Regular", 11)
    canvas.drawCentredString(A4[0] / 2, A4[1] - 12 * mm, str(document.page))


def _heading(report: Monthly, signed: Signed) -> list[Flowable]:
    small, bold = style(10.5, **CENTERED), style(10.5, "Bold", **CENTERED)
    # The line below the office is a third of its width, the one below the motto as long as the motto.
    office = [
        said(signed.authority.upper(), small),
        said(signed.office.upper(), bold),
        _Rule(0.33),
        said("Số:" + "\u00a0" * 10 + "/BC-IOC", small),
    ]
    on = report.dated
    # The Regulation writes days below ten and the first two months with a leading nought.
    month = f"{on.month:02}" if on.month < 3 else str(on.month)
    nation = [
        said("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", style(10.5, "Bold", **CENTERED)),
        said("Độc lập - Tự do - Hạnh phúc", style(11.5, "Bold", **CENTERED)),
        _Rule(0.58),
        said(f"{signed.place}, ngày {on.day:02} tháng {month} năm {on.year}", style(11, "Italic", **CENTERED)),
    ]
    widths = [WIDTH * 0.45, WIDTH * 0.55]
    bare = [
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    return [Table([[office, nation]], widths, style=bare), Spacer(0, 8 * mm)]


def _title(report: Monthly) -> list[Flowable]:
    return [
        said("BÁO CÁO", style(14, "Bold", **CENTERED)),
        said("Kết quả tiếp nhận, xử lý phản ánh hiện trường", style(13, "Bold", **CENTERED)),
        said(report.month[0].upper() + report.month[1:], style(13, "Bold", **CENTERED)),
        _Rule(0.2),
        said(f"(Số liệu tính đến {report.made})", style(10.5, "Italic", spaceAfter=8, **CENTERED)),
    ]


def _part(part: str | PaperTable | Chart) -> list[Flowable]:
    if isinstance(part, str):
        return [said(part, _TEXT())]
    caption = said(part.caption, style(10.5, "Italic", spaceBefore=5, spaceAfter=3, **CENTERED))
    if isinstance(part, Chart):
        return [KeepTogether([caption, drawn(part, WIDTH), Spacer(0, 4 * mm)])]
    table = _table(part)
    # A short table stays whole; a long one begins where some of it fits, and repeats its heads.
    if len(part.rows) <= MOST_KEPT:
        return [KeepTogether([caption, table, Spacer(0, 3 * mm)])]
    return [CondPageBreak(50 * mm), caption, table, Spacer(0, 3 * mm)]


MOST_KEPT = 8


def _table(part: PaperTable) -> Table:
    text, right = style(9.5), style(9.5, alignment=TA_RIGHT)
    head = style(9.5, "Bold", **CENTERED)
    rows = [[said(one, head) for one in part.heads]]
    rows += [[said(one, text if place < part.texts else right) for place, one in enumerate(row)] for row in part.rows]
    look = [
        ("GRID", (0, 0), (-1, -1), 0.5, LINE), ("BACKGROUND", (0, 0), (-1, 0), SHADE),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ("LEFTPADDING", (0, 0), (-1, -1), 4), ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ]  # fmt: skip
    return Table(rows, [WIDTH * share for share in part.widths], style=look, repeatRows=1)


def _signature(signed: Signed) -> Flowable:
    to = [
        said("Nơi nhận:", style(10.5, "BoldItalic")),
        said(f"- {signed.authority};", style(9.5)),
        said("- Các cơ quan xử lý phản ánh;", style(9.5)),
        said("- Lưu: VT, IOC.", style(9.5)),
    ]
    sign = [
        said(signed.signer.upper(), style(11.5, "Bold", **CENTERED)),
        said("(Ký, ghi rõ họ tên và đóng dấu)", style(10, "Italic", **CENTERED)),
        Spacer(0, 26 * mm),
    ]
    bare = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, 0), 0)]
    return KeepTogether([Table([[to, sign]], [WIDTH * 0.5, WIDTH * 0.5], style=bare)])
