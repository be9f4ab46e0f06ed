"""Draws the monthly report as PDF, A4, in the form of an administrative document (Nghị định 30/2020/NĐ-CP, phụ lục I).

National heading, issuing office, number, place and date; page numbers in the upper margin from the second page on;
signature and recipients at the end of the text, the formulas in an appendix. The fonts are embedded; the same report
is the same bytes.
"""

import io
from functools import lru_cache, partial
from typing import Any
from xml.sax.saxutils import escape

import font_roboto
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    KeepTogether,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
)

from ioc_dashboard.figures.bars import drawn
from ioc_dashboard.figures.monthly import Chart, Monthly, PaperTable, Signed

_LEFT, _RIGHT, _TOP, _BOTTOM = 30 * mm, 18 * mm, 20 * mm, 20 * mm
_PADDING = 6.0  # points, of every frame
WIDTH = A4[0] - _LEFT - _RIGHT - 2 * _PADDING
_INK, _LINE, _SHADE = colors.HexColor("#14181d"), colors.HexColor("#858e9a"), colors.HexColor("#eceef1")
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


@lru_cache
def _register() -> None:
    for weight, file in (("Regular", ""), ("Bold", "Bold"), ("Italic", "Italic"), ("BoldItalic", "BoldItalic")):
        pdfmetrics.registerFont(TTFont(f"Roboto-{weight}", font_roboto.font_files[f"Roboto{file}"]))


def _style(size: float, font: str = "Regular", **more: Any) -> ParagraphStyle:
    given = {"leading": size * 1.35, "textColor": _INK, **more}
    return ParagraphStyle(f"{font}{size}{sorted(more)}", fontName=f"Roboto-{font}", fontSize=size, **given)


_TEXT = partial(_style, 11.5, alignment=TA_JUSTIFY, spaceAfter=5, firstLineIndent=10 * mm)
_CENTER = {"alignment": TA_CENTER}


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
        self.canv.setStrokeColor(_INK)
        self.canv.setLineWidth(0.7)
        self.canv.line(self.room * (1 - self.share) / 2, 5, self.room * (1 + self.share) / 2, 5)


def _said(words: str, style: ParagraphStyle) -> Paragraph:
    # Roboto has no arrow.
    return Paragraph(escape(words.replace("→", "–")), style)


def pdf(report: Monthly, signed: Signed) -> bytes:
    """The report as a PDF file."""
    _register()
    held = io.BytesIO()
    paper = SimpleDocTemplate(
        held, pagesize=A4, leftMargin=_LEFT, rightMargin=_RIGHT, topMargin=_TOP, bottomMargin=_BOTTOM,
        title=f"Báo cáo phản ánh hiện trường {report.month}", author=signed.office, lang="vi", invariant=1,
    )  # fmt: skip
    story: list[Flowable] = [*_heading(report, signed), *_title(report)]
    for place, section in enumerate(report.sections):
        title = _said(
            f"{_ROMAN[place]}. {section.title}", _style(12, "Bold", spaceBefore=10, spaceAfter=5, keepWithNext=1)
        )
        story.append(title)
        for part in section.parts:
            story += _part(part)
    story += [CondPageBreak(70 * mm), Spacer(0, 8 * mm), _signature(signed), PageBreak()]
    story.append(_said("PHỤ LỤC", _style(13, "Bold", **_CENTER)))
    story.append(_said("Cách tính các chỉ tiêu", _style(12, "Bold", spaceAfter=8, **_CENTER)))
    story.append(_table(report.appendix))
    paper.build(story, onLaterPages=_numbered)
    return held.getvalue()


def _numbered(canvas: Any, document: Any) -> None:
    canvas.setFont("Roboto-Regular", 11)
    canvas.drawCentredString(A4[0] / 2, A4[1] - 12 * mm, str(document.page))


def _heading(report: Monthly, signed: Signed) -> list[Flowable]:
    small, bold = _style(10.5, **_CENTER), _style(10.5, "Bold", **_CENTER)
    # The line below the office is a third of its width, the one below the motto as long as the motto.
    office = [
        _said(signed.authority.upper(), small),
        _said(signed.office.upper(), bold),
        _Rule(0.33),
        _said("Số:" + "\u00a0" * 10 + "/BC-IOC", small),
    ]
    on = report.dated
    # The Regulation writes days below ten and the first two months with a leading nought.
    month = f"{on.month:02}" if on.month < 3 else str(on.month)
    nation = [
        _said("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", _style(10.5, "Bold", **_CENTER)),
        _said("Độc lập - Tự do - Hạnh phúc", _style(11.5, "Bold", **_CENTER)),
        _Rule(0.58),
        _said(f"{signed.place}, ngày {on.day:02} tháng {month} năm {on.year}", _style(11, "Italic", **_CENTER)),
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
        _said("BÁO CÁO", _style(14, "Bold", **_CENTER)),
        _said("Kết quả tiếp nhận, xử lý phản ánh hiện trường", _style(13, "Bold", **_CENTER)),
        _said(report.month[0].upper() + report.month[1:], _style(13, "Bold", **_CENTER)),
        _Rule(0.2),
        _said(f"(Số liệu tính đến {report.made})", _style(10.5, "Italic", spaceAfter=8, **_CENTER)),
    ]


def _part(part: str | PaperTable | Chart) -> list[Flowable]:
    if isinstance(part, str):
        return [_said(part, _TEXT())]
    caption = _said(part.caption, _style(10.5, "Italic", spaceBefore=5, spaceAfter=3, **_CENTER))
    if isinstance(part, Chart):
        return [KeepTogether([caption, drawn(part, WIDTH), Spacer(0, 4 * mm)])]
    table = _table(part)
    # A short table stays whole; a long one begins where some of it fits, and repeats its heads.
    if len(part.rows) <= MOST_KEPT:
        return [KeepTogether([caption, table, Spacer(0, 3 * mm)])]
    return [CondPageBreak(50 * mm), caption, table, Spacer(0, 3 * mm)]


MOST_KEPT = 8


def _table(part: PaperTable) -> Table:
    text, right = _style(9.5), _style(9.5, alignment=TA_RIGHT)
    head = _style(9.5, "Bold", **_CENTER)
    rows = [[_said(one, head) for one in part.heads]]
    rows += [[_said(one, text if place < part.texts else right) for place, one in enumerate(row)] for row in part.rows]
    style = [
        ("GRID", (0, 0), (-1, -1), 0.5, _LINE), ("BACKGROUND", (0, 0), (-1, 0), _SHADE),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ("LEFTPADDING", (0, 0), (-1, -1), 4), ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ]  # fmt: skip
    return Table(rows, [WIDTH * share for share in part.widths], style=style, repeatRows=1)


def _signature(signed: Signed) -> Flowable:
    to = [
        _said("Nơi nhận:", _style(10.5, "BoldItalic")),
        _said(f"- {signed.authority};", _style(9.5)),
        _said("- Các cơ quan xử lý phản ánh;", _style(9.5)),
        _said("- Lưu: VT, IOC.", _style(9.5)),
    ]
    sign = [
        _said(signed.signer.upper(), _style(11.5, "Bold", **_CENTER)),
        _said("(Ký, ghi rõ họ tên và đóng dấu)", _style(10, "Italic", **_CENTER)),
        Spacer(0, 26 * mm),
    ]
    bare = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, 0), 0)]
    return KeepTogether([Table([[to, sign]], [WIDTH * 0.5, WIDTH * 0.5], style=bare)])
