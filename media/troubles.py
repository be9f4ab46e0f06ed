"""What can be wrong in a street, drawn on its stage, and the same place after somebody has put it right."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

from media.props import bins, blob, car, cone, litter, scooter
from media.street import KERB, LEAVES, ROAD, VEHICLES, WIDTH, Canvas

Painter = Callable[[Canvas, Random, bool], None]

ASPHALT = (98, 100, 106)
FRESH = (66, 68, 74)
WATER = (126, 166, 186)


def pothole(canvas: Canvas, chance: Random, after: bool) -> None:
    """A hole full of rain; after: a square patch of fresh asphalt."""
    x, y = chance.uniform(430, 760), chance.uniform(720, 780)
    if after:
        canvas.area([(x - 190, y - 50), (x + 170, y - 50), (x + 200, y + 66), (x - 220, y + 66)], FRESH)
        cone(canvas, x + 250, y + 30)
        return
    for _ in range(7):
        turn = chance.uniform(0, 2 * math.pi)
        end = (x + 250 * math.cos(turn), y + 80 * math.sin(turn))
        middle = (x + 150 * math.cos(turn) + chance.uniform(-20, 20), y + 50 * math.sin(turn))
        canvas.line([(x, y), middle, end], (72, 72, 76), 3)
    canvas.area(blob(chance, x, y, 170, 52), (74, 70, 68))
    canvas.area(blob(chance, x, y + 5, 145, 42), (50, 46, 46))
    canvas.area(blob(chance, x + 5, y + 12, 105, 25), WATER)
    for _ in range(12):
        canvas.disc(x + chance.uniform(-230, 230), y + chance.uniform(-60, 70), 7, 5, (122, 120, 118))


def pavement(canvas: Canvas, chance: Random, after: bool) -> None:
    """Tiles gone and earth in their place; after: a clean field of new tiles."""
    x = chance.uniform(420, 700)
    if after:
        for column in range(8):
            for row in range(2):
                colour = (222, 150, 120) if (column + row) % 2 else (232, 176, 146)
                canvas.box(x + column * 34, KERB + 8 + row * 30, 32, 28, colour)
        return
    canvas.area(blob(chance, x + 130, KERB + 36, 150, 30), (142, 116, 92))
    for _ in range(14):
        left, top = x + chance.uniform(-30, 290), KERB + chance.uniform(0, 62)
        canvas.area(
            [
                (left, top),
                (left + 30, top + chance.uniform(-9, 9)),
                (left + 26, top + 18),
                (left - 5, top + 15),
            ],
            (214, 170, 146),
        )


def lamp(canvas: Canvas, chance: Random, after: bool) -> None:
    """A street light that does not shine; after: it does."""
    x = chance.uniform(480, 740)
    if after:
        canvas.area([(x + 96, 196), (x + 124, 196), (x + 360, 890), (x - 120, 890)], (255, 226, 150, 70), shines=True)
        canvas.disc(x + 112, 800, 250, 60, (255, 230, 160, 60), shines=True)
    canvas.box(x - 6, 170, 12, KERB + 60 - 170, (124, 130, 136))
    canvas.line([(x, 176), (x + 60, 158), (x + 112, 176)], (124, 130, 136), 9)
    canvas.box(x + 84, 172, 60, 18, (96, 100, 106), round_by=6)
    canvas.box(x + 90, 188, 48, 9, (255, 240, 190) if after else (60, 62, 68), shines=after, round_by=4)
    if not after:
        canvas.line([(x + 100, 197), (x + 96, 222)], (60, 60, 60), 2)


def garbage(canvas: Canvas, chance: Random, after: bool) -> None:
    """Bags and boxes in a heap; after: two bins with lids."""
    x = chance.uniform(420, 700)
    if after:
        bins(canvas, x)
        return
    canvas.disc(x + 110, 668, 220, 26, (80, 78, 74, 150))
    for row, (count, y) in enumerate(((6, 640), (5, 612), (3, 584))):
        for number in range(count):
            bag = chance.choice(((48, 50, 56), (70, 74, 70), (206, 206, 200), (60, 90, 120), (178, 70, 60)))
            left = x - 20 + number * 52 + row * 30 + chance.uniform(-8, 8)
            canvas.area(blob(chance, left, y, 38, 30, 12), bag)
            canvas.disc(left, y - 30, 6, 8, bag)
    litter(canvas, chance, x + 110, 690, 300, 40, 22)


def rubble(canvas: Canvas, chance: Random, after: bool) -> None:
    """A load of broken brick; after: swept, with a cone."""
    x = chance.uniform(430, 720)
    if after:
        cone(canvas, x + 60, 700)
        return
    canvas.area([(x - 170, 720), (x - 60, 610), (x + 60, 580), (x + 170, 630), (x + 260, 722)], (178, 166, 152))
    for _ in range(60):
        left = x + chance.uniform(-190, 270)
        top = 716 - max(0.0, 120 - abs(left - x - 40) * 0.62) * chance.random()
        colour = chance.choice(((190, 108, 84), (206, 196, 184), (150, 140, 132), (204, 132, 100)))
        tilt = chance.uniform(-8, 8)
        canvas.area([(left, top), (left + 28, top + tilt), (left + 26, top + 15 + tilt), (left - 2, top + 14)], colour)


def tree(canvas: Canvas, chance: Random, after: bool) -> None:
    """A tree across the road; after: a stump, sawn logs and a free way."""
    x = chance.uniform(240, 380)
    if after:
        canvas.box(x - 20, KERB + 30, 40, 34, (120, 88, 64))
        canvas.disc(x, KERB + 30, 20, 8, (206, 170, 124))
        for number in range(3):
            canvas.box(x + 90 + number * 44, KERB + 44, 40, 18, (130, 98, 70), round_by=8)
        return
    canvas.area([(x, KERB + 40), (x + 26, KERB + 24), (x + 560, 740), (x + 548, 772)], (112, 84, 62))
    for _ in range(26):
        left, top = x + chance.uniform(380, 720), chance.uniform(660, 820)
        canvas.disc(left, top, chance.uniform(34, 62), chance.uniform(26, 44), chance.choice(LEAVES))
    canvas.area(blob(chance, x, KERB + 46, 46, 24, 12), (128, 98, 72))


def flood(canvas: Canvas, chance: Random, after: bool) -> None:
    """Brown water from kerb to kerb; after: a wet road and a cleared drain."""
    if after:
        x = chance.uniform(480, 700)
        canvas.box(x, ROAD + 4, 130, 26, (60, 62, 66), round_by=3)
        for bar in range(9):
            canvas.line([(x + 10 + bar * 14, ROAD + 8), (x + 10 + bar * 14, ROAD + 26)], (130, 132, 136), 4)
        canvas.disc(x - 120, 800, 160, 16, (116, 122, 130))
        return
    canvas.area([(0, ROAD - 26), (WIDTH, ROAD - 18), (WIDTH, 900), (0, 900)], (150, 138, 112, 232))
    for _ in range(34):
        left, top = chance.uniform(-40, WIDTH), chance.uniform(ROAD, 890)
        canvas.line([(left, top), (left + chance.uniform(60, 220), top)], (190, 180, 156), 2.5)
    scooter(canvas, chance.uniform(300, 760), 760, chance)
    canvas.area([(200, 742), (1000, 742), (1000, 800), (200, 800)], (150, 138, 112, 170))
    litter(canvas, chance, 600, 840, 500, 40, 14)


def leak(canvas: Canvas, chance: Random, after: bool) -> None:
    """A jet out of the pavement; after: a repaired strip."""
    x = chance.uniform(460, 720)
    if after:
        canvas.box(x - 120, KERB + 16, 240, 34, (176, 170, 164))
        canvas.disc(x, KERB + 33, 18, 9, (70, 96, 130))
        return
    canvas.area(blob(chance, x - 40, 716, 330, 46, 26), (140, 176, 196, 220))
    for number in range(16):
        lean = (number - 8) * chance.uniform(7, 12)
        height = 230 - abs(number - 8) * 15
        canvas.line(
            [
                (x, KERB + 40),
                (x + lean * 0.6, KERB + 40 - height),
                (x + lean * 1.6, KERB + 90 - height * 0.3),
            ],
            (196, 226, 240, 210),
            5,
        )
    canvas.area(blob(chance, x, KERB + 42, 46, 16, 14), (96, 84, 74))


def signal(canvas: Canvas, chance: Random, after: bool) -> None:
    """A traffic signal that is dark; after: it shows green."""
    x = chance.uniform(520, 720)
    canvas.box(x - 7, 250, 14, KERB + 60 - 250, (120, 126, 130))
    canvas.box(x - 38, 150, 76, 196, (46, 50, 54), round_by=14)
    colours = ((206, 62, 54), (236, 186, 60), (70, 196, 110))
    for number, colour in enumerate(colours):
        shines = after and number == 2
        dark = tuple(int(part * 0.22 + 20) for part in colour)
        canvas.disc(x, 184 + number * 62, 24, 24, colour if shines else dark, shines=shines)
    for stripe in range(9):
        canvas.area(
            [
                (x - 330 + stripe * 66, 660),
                (x - 290 + stripe * 66, 660),
                (x - 300 + stripe * 70, 740),
                (x - 346 + stripe * 70, 740),
            ],
            (228, 226, 218),
        )
    if not after:
        scooter(canvas, x - 260, 800, chance)
        scooter(canvas, x + 130, 840, chance)


def parking(canvas: Canvas, chance: Random, after: bool) -> None:
    """Cars on the pavement; after: a free pavement with a painted line."""
    if after:
        canvas.box(0, ROAD + 12, WIDTH, 9, (232, 190, 70))
        return
    x = chance.uniform(60, 160)
    for _ in range(3):
        car(canvas, x, 650 + chance.uniform(-6, 10), chance.choice(VEHICLES))
        x += chance.uniform(320, 360)


def wire(canvas: Canvas, chance: Random, after: bool) -> None:
    """A bundle of cables hanging into the way; after: bound and high."""
    left, right = chance.uniform(120, 220), chance.uniform(960, 1080)
    for x in (left, right):
        canvas.box(x - 9, 130, 18, KERB + 60 - 130, (150, 146, 140))
        canvas.box(x - 44, 160, 88, 10, (130, 126, 120))
    for number in range(5 if after else 13):
        sag = 26 if after else chance.uniform(60, 430)
        lift = number * 3
        path = [
            (left + (right - left) * step / 24, 172 + lift + sag * 4 * (step / 24) * (1 - step / 24))
            for step in range(25)
        ]
        canvas.line(path, (40, 40, 44), 3)
    if not after:
        canvas.line([(left + 300, 400), (left + 330, 560), (left + 310, 640), (left + 350, 700)], (36, 36, 40), 4)


def beach(canvas: Canvas, chance: Random, after: bool) -> None:
    """Rubbish on the sand; after: raked sand and a bin."""
    if after:
        for y in range(650, 890, 18):
            canvas.line([(0, y), (WIDTH, y + 6)], (226, 202, 154), 2)
        bins(canvas, 560, foot=700)
        return
    litter(canvas, chance, 600, 740, 560, 130, 70)
    for _ in range(6):
        bottle = (chance.uniform(120, 1080), chance.uniform(640, 860))
        canvas.box(*bottle, 46, 14, (120, 186, 170), round_by=6)


PAINTERS: dict[str, Painter] = {
    painter.__name__: painter
    for painter in (pothole, pavement, lamp, garbage, rubble, tree, flood, leak, signal, parking, wire, beach)
}
