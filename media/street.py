"""A street drawn by code: sky, hills, tube houses, pavement and road. The stage on which `media.drawing`
plays.

Everything is drawn at twice its size and reduced once, which is what makes edges smooth. Coordinates are
those of the finished picture, 1200 x 900, origin at the top left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1200, 900
SCALE = 2
KERB, ROAD = 560, 640
"""Where the pavement and the road begin."""

Colour = tuple[int, int, int]
Point = tuple[float, float]

PLASTER: tuple[Colour, ...] = (
    (244, 214, 160), (226, 160, 126), (166, 200, 198), (240, 232, 214),
    (196, 212, 160), (236, 190, 182), (178, 190, 216), (250, 224, 130),
)  # fmt: skip
AWNINGS: tuple[Colour, ...] = ((196, 72, 64), (52, 120, 140), (228, 160, 60), (86, 140, 96))
LEAVES: tuple[Colour, ...] = ((74, 140, 84), (92, 158, 92), (60, 122, 80))
VEHICLES: tuple[Colour, ...] = ((210, 70, 60), (60, 110, 180), (240, 240, 240), (70, 80, 92), (230, 180, 60))


@dataclass(slots=True)
class Canvas:
    """A picture in the making. `night` darkens every colour but those that shine."""

    night: bool
    image: Image.Image
    pen: ImageDraw.ImageDraw

    @classmethod
    def blank(cls, night: bool) -> Canvas:
        """An empty canvas."""
        image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE))
        return cls(night, image, ImageDraw.Draw(image, "RGBA"))

    def tone(self, colour: Sequence[int]) -> tuple[int, ...]:
        """The colour under this light; a fourth number is opacity and stays."""
        if not self.night:
            return tuple(colour)
        red, green, blue = colour[:3]
        return (int(red * 0.32), int(green * 0.36), int(blue * 0.48 + 14), *colour[3:])

    def area(self, points: Sequence[Point], colour: Sequence[int], *, shines: bool = False) -> None:
        """A filled polygon."""
        corners = [(x * SCALE, y * SCALE) for x, y in points]
        self.pen.polygon(corners, fill=tuple(colour) if shines else self.tone(colour))

    def box(
        self, x: float, y: float, width: float, height: float, colour: Sequence[int], *,
        shines: bool = False, round_by: float = 0,
    ) -> None:  # fmt: skip
        """A filled rectangle, its corners rounded by so many pixels."""
        fill = tuple(colour) if shines else self.tone(colour)
        frame = (x * SCALE, y * SCALE, (x + width) * SCALE, (y + height) * SCALE)
        self.pen.rounded_rectangle(frame, round_by * SCALE, fill=fill)

    def disc(self, x: float, y: float, rx: float, ry: float, colour: Sequence[int], *, shines: bool = False) -> None:
        """A filled ellipse around (x, y)."""
        fill = tuple(colour) if shines else self.tone(colour)
        frame = ((x - rx) * SCALE, (y - ry) * SCALE, (x + rx) * SCALE, (y + ry) * SCALE)
        self.pen.ellipse(frame, fill=fill)

    def line(self, points: Sequence[Point], colour: Sequence[int], width: float) -> None:
        """A line through the points."""
        corners = [(x * SCALE, y * SCALE) for x, y in points]
        self.pen.line(corners, fill=self.tone(colour), width=max(1, round(width * SCALE)), joint="curve")

    def fade(self, top: float, bottom: float, first: Colour, last: Colour) -> None:
        """A band from edge to edge that goes from one colour to another; colours are taken as they are."""
        height = round((bottom - top) * SCALE)
        mask = Image.linear_gradient("L").resize((1, height))
        column = Image.composite(Image.new("RGB", mask.size, last), Image.new("RGB", mask.size, first), mask)
        band = column.resize((WIDTH * SCALE, height), Image.Resampling.NEAREST)
        self.image.paste(band, (0, round(top * SCALE)))

    def finished(self) -> Image.Image:
        """The picture at its own size."""
        return self.image.reduce(SCALE)


def draw_sky(canvas: Canvas, chance: Random) -> None:
    """Sky with sun, clouds or moon and stars, and the hills behind the town."""
    if canvas.night:
        canvas.fade(0, KERB, (16, 22, 48), (58, 60, 96))
        for _ in range(40):
            x, y = chance.uniform(0, WIDTH), chance.uniform(0, 260)
            canvas.disc(x, y, 1.3, 1.3, (230, 230, 255), shines=True)
        canvas.disc(chance.uniform(120, 1080), 110, 30, 30, (244, 240, 214), shines=True)
    else:
        warm = chance.random() < 0.35
        canvas.fade(
            0,
            KERB,
            (112, 178, 226) if not warm else (240, 176, 130),
            (226, 240, 246) if not warm else (252, 228, 190),
        )
        canvas.disc(chance.uniform(140, 1060), 120, 38, 38, (255, 240, 190), shines=True)
        for _ in range(chance.randint(2, 4)):
            _cloud(canvas, chance.uniform(0, WIDTH), chance.uniform(50, 190), chance.uniform(0.7, 1.3))
    left = chance.uniform(-200, 500)
    canvas.area([(left, 420), (left + 260, 230), (left + 420, 290), (left + 700, 420)], (134, 168, 150))
    canvas.area([(left + 380, 420), (left + 640, 280), (left + 900, 420)], (116, 152, 140))


def _cloud(canvas: Canvas, x: float, y: float, size: float) -> None:
    for dx, dy, radius in ((-46, 6, 28), (-14, -8, 38), (28, 0, 32), (60, 10, 22)):
        canvas.disc(x + dx * size, y + dy * size, radius * size * 1.3, radius * size * 0.8, (255, 255, 255, 190))


def draw_street(canvas: Canvas, chance: Random) -> None:
    """Houses shoulder to shoulder, trees, pavement and road."""
    x = chance.uniform(-90, -10)
    while x < WIDTH:
        width = chance.uniform(110, 180)
        _house(canvas, chance, x, width)
        x += width + 3
    canvas.box(0, KERB - 8, WIDTH, ROAD - KERB + 8, (206, 196, 182))
    for x in range(-40, WIDTH, 44):
        canvas.line([(x, ROAD), (x + 26, KERB - 8)], (188, 176, 162), 1.5)
    canvas.line([(0, 598), (WIDTH, 598)], (188, 176, 162), 1.5)
    canvas.box(0, ROAD - 12, WIDTH, 12, (170, 164, 156))
    for place in sorted(chance.sample(range(80, 1120, 150), 3)):
        draw_tree(canvas, place + chance.uniform(-30, 30), KERB + 14, chance.uniform(0.8, 1.1), chance)
    asphalt = (98, 100, 106)
    canvas.box(0, ROAD, WIDTH, HEIGHT - ROAD, asphalt)
    canvas.box(0, ROAD, WIDTH, 10, (82, 84, 90))
    for x in range(chance.randint(-120, 0), WIDTH, 230):
        canvas.area([(x, 772), (x + 120, 772), (x + 112, 784), (x - 8, 784)], (232, 230, 220))


def _house(canvas: Canvas, chance: Random, x: float, width: float) -> None:
    """A tube house: narrow, tall, a shop below and balconies above."""
    storeys = chance.randint(1, 3)
    top = KERB - 130 - storeys * 84
    wall = chance.choice(PLASTER)
    canvas.box(x, top, width, KERB - top, wall)
    canvas.box(x, top - 12, width, 16, tuple(int(part * 0.82) for part in wall))
    for storey in range(storeys):
        _windows(canvas, chance, x, top + 18 + storey * 84, width)
    lit = canvas.night and chance.random() < 0.5
    canvas.box(x + 12, KERB - 96, width - 24, 92, (250, 206, 120) if lit else (118, 112, 110), shines=lit)
    if chance.random() < 0.6:
        for stripe in range(int((width - 24) // 14)):
            canvas.box(x + 12 + stripe * 14, KERB - 98, 12, 12, (236, 236, 232))
    awning = chance.choice(AWNINGS)
    canvas.area(
        [(x + 4, KERB - 102), (x + width - 4, KERB - 102), (x + width + 8, KERB - 74), (x - 8, KERB - 74)],
        awning,
    )


def _windows(canvas: Canvas, chance: Random, x: float, y: float, width: float) -> None:
    count = 2 if width < 150 else 3
    gap = width / (count + 1)
    for number in range(1, count + 1):
        lit = canvas.night and chance.random() < 0.4
        colour = (252, 214, 130) if lit else (122, 152, 172)
        canvas.box(x + number * gap - 14, y, 28, 44, colour, shines=lit, round_by=3)
    canvas.box(x + 8, y + 44, width - 16, 5, (120, 116, 112))
    for rail in range(int(x) + 12, int(x + width) - 10, 9):
        canvas.line([(rail, y + 44), (rail, y + 62)], (120, 116, 112), 1.5)
    canvas.box(x + 6, y + 60, width - 12, 4, (140, 134, 130))


def draw_tree(canvas: Canvas, x: float, foot: float, size: float, chance: Random) -> None:
    """A standing street tree, its foot at (x, foot)."""
    canvas.box(x - 7 * size, foot - 130 * size, 14 * size, 130 * size, (112, 84, 62))
    for _ in range(9):
        dx, dy = chance.uniform(-56, 56) * size, chance.uniform(-78, 10) * size
        radius = chance.uniform(30, 48) * size
        canvas.disc(x + dx, foot - 140 * size + dy, radius, radius * 0.85, chance.choice(LEAVES))


def draw_shore(canvas: Canvas, chance: Random) -> None:
    """The beach instead of the street: sea, foam, sand, parasols."""
    canvas.box(0, 400, WIDTH, 200, (70, 150, 176))
    for y in range(412, 590, 22):
        x = chance.uniform(0, 200)
        canvas.line([(x, y), (x + chance.uniform(120, 700), y)], (130, 192, 206), 2)
    canvas.box(0, 560, WIDTH, HEIGHT - 560, (236, 214, 168))
    for x in range(-60, WIDTH, 120):
        canvas.disc(x + chance.uniform(0, 60), 566, 110, 14, (246, 248, 246))
    for x in (chance.uniform(80, 300), chance.uniform(820, 1100)):
        canvas.line([(x, 520), (x, 660)], (150, 120, 90), 6)
        canvas.area([(x - 90, 540), (x, 480), (x + 90, 540)], chance.choice(AWNINGS))
