"""Street scenes as PNG, drawn without any library: every one differs, so none can prove two cases.

>>> street(seed=1)[:8]
b'\\x89PNG\\r\\n\\x1a\\n'
"""

from __future__ import annotations

import random
import struct
import zlib

WIDTH, HEIGHT = 480, 320
SKY, WALL, ROAD = (176, 205, 226), (214, 196, 160), (96, 98, 102)


def street(seed: int, repaired: bool = False) -> bytes:
    """A PNG of sky, house fronts and a road, with a dark spot in the road unless `repaired`."""
    chance = random.Random(seed)
    rows = [_row(SKY, chance) for _ in range(HEIGHT // 3)]
    rows += [_fronts(chance)] * (HEIGHT // 3)
    rows += [_row(ROAD, chance) for _ in range(HEIGHT - len(rows))]
    if not repaired:
        _spot(rows, chance)
    return _png(b"".join(b"\x00" + bytes(row) for row in rows))


def _row(colour: tuple[int, int, int], chance: random.Random) -> bytearray:
    shift = chance.randint(-8, 8)
    return bytearray(bytes(max(0, min(255, part + shift)) for part in colour) * WIDTH)


def _fronts(chance: random.Random) -> bytearray:
    row = bytearray()
    while len(row) < WIDTH * 3:
        shade = chance.randint(-40, 30)
        house = bytes(max(0, min(255, part + shade)) for part in WALL)
        row += house * chance.randint(40, 90)
    return row[: WIDTH * 3]


def _spot(rows: list[bytearray], chance: random.Random) -> None:
    middle_x, middle_y = chance.randint(120, WIDTH - 120), chance.randint(HEIGHT * 3 // 4, HEIGHT - 30)
    wide, high = chance.randint(30, 80), chance.randint(8, 20)
    for y in range(middle_y - high, middle_y + high):
        half = int(wide * (1 - ((y - middle_y) / high) ** 2) ** 0.5)
        rows[y][(middle_x - half) * 3 : (middle_x + half) * 3] = bytes((38, 34, 30)) * (2 * half)


def _png(raw: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(raw, 6)) + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
