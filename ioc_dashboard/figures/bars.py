"""Charts of the monthly report as vector drawings; told apart by tone, so that a black and white copy still says it."""

from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth

from ioc_dashboard.figures.monthly import Chart
from ioc_dashboard.figures.wording import number

_FONT = "Roboto-Regular"
_SIZE = 8.0
_TONES = ("#0b5cad", "#9cc3ea", "#3b4148")
_LINE = colors.HexColor("#c9ced6")
_INK = colors.HexColor("#4a545f")
_LEGEND = 7 * mm


def drawn(chart: Chart, width: float) -> Drawing:
    """The chart as wide as the text (points), with its legend below."""
    return _stacked(chart, width) if chart.stacked else _columns(chart, width)


def _words(x: float, y: float, text: str, anchor: str = "start") -> String:
    return String(x, y, text, fontName=_FONT, fontSize=_SIZE, fillColor=_INK, textAnchor=anchor)


def _bar(x: float, y: float, width: float, height: float, tone: str) -> Rect:
    return Rect(x, y, width, height, fillColor=colors.HexColor(tone), strokeColor=colors.white, strokeWidth=0.4)


def _legend(drawing: Drawing, chart: Chart, x: float) -> None:
    for name, tone in zip(chart.series, _TONES, strict=False):
        drawing.add(_bar(x, 1, 8, 8, tone))
        drawing.add(_words(x + 11, 2, name))
        x += 11 + stringWidth(name, _FONT, _SIZE) + 14


def ticks(most: float) -> list[int]:
    """Round values of an axis from 0 to at least `most`, four or five of them."""
    step = 1
    while step * 4 < most:
        step = step * 2 if str(step)[0] in "15" else step // 2 * 5
    return [step * place for place in range(max(2, -(-int(most) // step) + 1))]


def _columns(chart: Chart, width: float) -> Drawing:
    height, left, base = 46 * mm, 9 * mm, _LEGEND + 4 * mm
    drawing = Drawing(width, height + base + 3 * mm)
    axis = ticks(max((value for series in chart.values for value in series), default=0))
    for tick in axis:
        y = base + height * tick / axis[-1]
        drawing.add(Line(left, y, width, y, strokeColor=_LINE, strokeWidth=0.5))
        drawing.add(_words(left - 4, y - 3, number(tick), "end"))
    room = (width - left) / max(1, len(chart.labels))
    bar = room * 0.78 / len(chart.series)
    for place, label in enumerate(chart.labels):
        for which, series in enumerate(chart.values):
            tall = height * series[place] / axis[-1]
            if tall:
                drawing.add(_bar(left + room * (place + 0.11) + bar * which, base, bar, tall, _TONES[which]))
        drawing.add(_words(left + room * (place + 0.5), base - 9, label, "middle"))
    _legend(drawing, chart, left)
    return drawing


def _stacked(chart: Chart, width: float) -> Drawing:
    line, left, right = 6 * mm, width * 0.36, 0.0
    drawing = Drawing(width, line * len(chart.labels) + _LEGEND + 3 * mm)
    room = width - left - right
    for place, label in enumerate(chart.labels):
        y = drawing.height - line * (place + 1)
        drawing.add(_words(left - 5, y + 4, _short(label, left - 8), "end"))
        x = left
        for which, series in enumerate(chart.values):
            wide = room * series[place]
            if wide:
                drawing.add(_bar(x, y + 1, wide, line - 4, _TONES[which]))
            x += wide
    _legend(drawing, chart, left)
    return drawing


def _short(label: str, room: float) -> str:
    if stringWidth(label, _FONT, _SIZE) <= room:
        return label
    while label and stringWidth(label + "…", _FONT, _SIZE) > room:
        label = label[:-1]
    return label.rstrip() + "…"
