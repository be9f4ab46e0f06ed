"""Places as numbers: columns and rows of the web map, and both in one number in which every tile is one range.

The world (spherical Mercator) is a square of 2^26 units on each side, 0.6 m each at the equator, counted from the
north-west corner. Interleaving the bits of column and row (Morton order) makes the units of any tile of any zoom
consecutive, so an ordinary index finds the content of a tile.
"""

from geo.tiles import TileAddress

DEPTH = 26
"""Bits of a column and of a row; the database's quad() and web_x(), web_y() have the same (migration 0010)."""


def interleaved(x: int, y: int) -> int:
    """Column and row in one number: bits of x at even places, of y at odd ones."""
    return _spread(x) | _spread(y) << 1


def _spread(v: int) -> int:
    v = (v | v << 16) & 0x0000FFFF0000FFFF
    v = (v | v << 8) & 0x00FF00FF00FF00FF
    v = (v | v << 4) & 0x0F0F0F0F0F0F0F0F
    v = (v | v << 2) & 0x3333333333333333
    return (v | v << 1) & 0x5555555555555555


def span(tile: TileAddress) -> tuple[int, int]:
    """The first and the last number of a tile."""
    bits = 2 * (DEPTH - tile.z)
    first = interleaved(tile.x, tile.y) << bits
    return first, first + (1 << bits) - 1


def spans_around(tile: TileAddress) -> list[tuple[int, int]]:
    """The ranges of the tile and of its neighbours, as far as there are any (none beyond the poles, and the world is
    not closed at 180 degrees).
    """
    last = (1 << tile.z) - 1
    return [
        span(TileAddress(tile.z, x, y))
        for x in range(max(0, tile.x - 1), min(last, tile.x + 1) + 1)
        for y in range(max(0, tile.y - 1), min(last, tile.y + 1) + 1)
    ]
