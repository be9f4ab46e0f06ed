"""Number plates of Viet Nam, drawn: one line and two, white, yellow, blue, red, with dirt and from the side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]
_WHITE, _YELLOW, _BLUE, _RED, _BLACK = (244, 244, 240), (248, 200, 40), (24, 84, 170), (190, 24, 30), (16, 16, 16)
_PROVINCES = (29, 30, 43, 50, 51, 59, 61, 72, 75, 92)
_LETTERS = "ABCDEFGHKLMNPSTUVXYZ"
# Width by height of the sheets in millimetres: long car plate, short car plate, motorcycle plate.
_SHEETS = {"long": (520, 110), "short": (330, 165), "motorcycle": (190, 140)}


@dataclass(frozen=True)
class Sign:
    """What stands on a plate, its sheet and its colours."""

    lines: tuple[str, ...]
    sheet: str
    ground: Colour
    ink: Colour


def sign(chance: Random) -> Sign:
    """Any of the series that are seen on the road, the common ones more often."""
    return chance.choice(
        (_car, _car, _car_short, _motorcycle, _motorcycle, _new_motorcycle, _state, _taxi, _army, _diplomat)
    )(chance)


def draw(what: Sign, width: int) -> Image.Image:
    """The plate as RGBA, `width` pixels wide, seen from the front. The letters fill what they fill on real ones."""
    broad, tall = _SHEETS[what.sheet]
    scale = 4
    size = (width * scale, round(width * scale * tall / broad))
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    rim = max(1, size[0] // 90)
    pen.rounded_rectangle(
        (0, 0, size[0] - 1, size[1] - 1), size[0] // 40, fill=what.ground, outline=what.ink, width=rim
    )
    band = size[1] / len(what.lines)
    for number, line in enumerate(what.lines):
        _letters(pen, line, (size[0], band), band * (number + 0.5), what.ink)
    return image.resize((width, max(1, size[1] // scale)), Image.Resampling.LANCZOS)


def seen_aside(plate: Image.Image, turn: float) -> Image.Image:
    """The plate from the side: `turn` 0 is the front, 0.5 squeezes its far end to a half."""
    width, height = plate.size
    far = height * abs(turn) / 2
    near_x, far_x = 0.0, width * (1 - abs(turn) * 0.4)
    corners = [(near_x, 0.0), (far_x, far), (far_x, height - far), (near_x, float(height))]
    if turn < 0:
        corners = [(width - x, y) for x, y in (corners[1], corners[0], corners[3], corners[2])]
    whole = ((0, 0), (width, 0), (width, height), (0, height))
    return plate.transform(
        plate.size, Image.Transform.PERSPECTIVE, _coefficients(corners, whole), Image.Resampling.BICUBIC
    )


def _letters(pen: ImageDraw.ImageDraw, line: str, room: tuple[float, float], middle: float, ink: Colour) -> None:
    size = room[1] * 0.86
    font = ImageFont.load_default(size)
    while pen.textlength(line, font) > room[0] * 0.88:
        size *= 0.95
        font = ImageFont.load_default(size)
    pen.text(
        (room[0] / 2, middle),
        line,
        fill=ink,
        font=font,
        anchor="mm",
        stroke_width=max(0, int(size / 28)),
        stroke_fill=ink,
    )


def _coefficients(source: Sequence[tuple[float, float]], target: Sequence[tuple[float, float]]) -> list[float]:
    """The eight numbers of the perspective that puts `target` onto `source`, by elimination."""
    rows = []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for column in range(8):
        pivot = max(range(column, 8), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [part / rows[column][column] for part in rows[column]]
        for row in range(8):
            if row != column:
                factor = rows[row][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    return [row[8] for row in rows]


def _dotted(chance: Random) -> str:
    return f"{chance.randint(100, 999)}.{chance.randint(0, 99):02}"


def _province(chance: Random) -> int:
    return chance.choice(_PROVINCES)


def _car(chance: Random) -> Sign:
    return Sign((f"{_province(chance)}{chance.choice('ABCDEFGHKL')}-{_dotted(chance)}",), "long", _WHITE, _BLACK)


def _car_short(chance: Random) -> Sign:
    return Sign((f"{_province(chance)}{chance.choice('ABCDEFGHKL')}", _dotted(chance)), "short", _WHITE, _BLACK)


def _motorcycle(chance: Random) -> Sign:
    series = f"{chance.choice(_LETTERS)}{chance.randint(1, 9)}"
    return Sign((f"{_province(chance)}-{series}", _dotted(chance)), "motorcycle", _WHITE, _BLACK)


def _new_motorcycle(chance: Random) -> Sign:
    series = chance.choice(_LETTERS) + chance.choice(_LETTERS)
    return Sign((f"{_province(chance)}-{series}", _dotted(chance)), "motorcycle", _WHITE, _BLACK)


def _state(chance: Random) -> Sign:
    return Sign((f"{_province(chance)}A-{_dotted(chance)}",), "long", _BLUE, _WHITE)


def _taxi(chance: Random) -> Sign:
    return Sign((f"{_province(chance)}{chance.choice('BEFH')}-{_dotted(chance)}",), "long", _YELLOW, _BLACK)


def _army(chance: Random) -> Sign:
    unit = chance.choice(("AB", "KA", "QA", "TM", "PP", "BT"))
    return Sign((f"{unit}-{chance.randint(10, 99)}-{chance.randint(10, 99)}",), "long", _RED, _WHITE)


def _diplomat(chance: Random) -> Sign:
    people = chance.choice(("NG", "NN", "QT"))
    return Sign((f"80-{chance.randint(100, 999)}-{people}-{chance.randint(1, 99):02}",), "long", _WHITE, (190, 24, 30))
