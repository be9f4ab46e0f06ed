"""Things that stand about in streets, several pictures share them."""

from __future__ import annotations

import math
from random import Random

from media.street import VEHICLES, Canvas, Point


def blob(chance: Random, x: float, y: float, rx: float, ry: float, corners: int = 18) -> list[Point]:
    """An uneven round shape around (x, y)."""
    turns = [2 * math.pi * corner / corners for corner in range(corners)]
    reach = [chance.uniform(0.78, 1.12) for _ in turns]
    return [(x + rx * by * math.cos(turn), y + ry * by * math.sin(turn)) for turn, by in zip(turns, reach, strict=True)]


def cone(canvas: Canvas, x: float, foot: float) -> None:
    """A traffic cone."""
    canvas.area([(x, foot - 84), (x + 26, foot), (x - 26, foot)], (232, 110, 50))
    canvas.area([(x - 9, foot - 54), (x + 9, foot - 54), (x + 16, foot - 32), (x - 16, foot - 32)], (244, 240, 232))
    canvas.box(x - 34, foot - 4, 68, 10, (200, 92, 44), round_by=3)


def bins(canvas: Canvas, x: float, foot: float = 640) -> None:
    """Two wheeled bins."""
    for number, colour in enumerate(((70, 140, 96), (232, 176, 66))):
        left = x + number * 96
        canvas.area([(left, foot - 96), (left + 72, foot - 96), (left + 64, foot), (left + 8, foot)], colour)
        canvas.box(left - 5, foot - 110, 82, 16, tuple(int(part * 0.8) for part in colour), round_by=6)


def litter(canvas: Canvas, chance: Random, x: float, y: float, rx: float, ry: float, count: int) -> None:
    """Scraps of plastic and paper scattered around (x, y)."""
    for _ in range(count):
        left, top = x + chance.uniform(-rx, rx), y + chance.uniform(-ry, ry)
        colour = chance.choice(((240, 240, 236), (206, 84, 72), (90, 150, 196), (240, 200, 90)))
        canvas.area(blob(chance, left, top, 11, 6, 6), colour)


def car(canvas: Canvas, x: float, foot: float, colour: tuple[int, int, int]) -> None:
    """A parked car without a plate, its left wheel at x."""
    canvas.box(x - 30, foot - 66, 280, 52, colour, round_by=18)
    canvas.area([(x + 30, foot - 64), (x + 66, foot - 112), (x + 172, foot - 112), (x + 212, foot - 64)], colour)
    canvas.area(
        [(x + 48, foot - 68), (x + 74, foot - 104), (x + 116, foot - 104), (x + 116, foot - 68)],
        (150, 176, 190),
    )
    canvas.area(
        [(x + 126, foot - 68), (x + 126, foot - 104), (x + 164, foot - 104), (x + 192, foot - 68)],
        (150, 176, 190),
    )
    for wheel in (x + 26, x + 190):
        canvas.disc(wheel, foot - 14, 27, 27, (40, 42, 46))
        canvas.disc(wheel, foot - 14, 12, 12, (150, 152, 156))


def scooter(canvas: Canvas, x: float, foot: float, chance: Random) -> None:
    """A scooter with its rider, faceless, helmet on."""
    body = chance.choice(VEHICLES)
    for wheel in (x, x + 96):
        canvas.disc(wheel, foot, 24, 24, (40, 42, 46))
    canvas.area(
        [
            (x - 8, foot - 12),
            (x + 20, foot - 48),
            (x + 60, foot - 22),
            (x + 96, foot - 70),
            (x + 108, foot - 10),
        ],
        body,
    )
    canvas.line([(x + 96, foot - 66), (x + 88, foot - 100)], (60, 62, 66), 6)
    canvas.area([(x + 12, foot - 48), (x + 40, foot - 120), (x + 70, foot - 110), (x + 58, foot - 40)], (84, 110, 150))
    canvas.disc(x + 56, foot - 140, 19, 21, chance.choice(VEHICLES))
