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


def spans_around(tile: TileAddress, margin_bits: int = 3) -> list[tuple[int, int]]:
    """The ranges of the tile and of a margin around it, 2^-margin_bits of it wide, as far as there is any (none beyond
    the poles, and the world is not closed at 180 degrees); ranges that follow each other are one.
    """
    side, last = 1 << margin_bits, (1 << tile.z + margin_bits) - 1
    west, north = tile.x * side - 1, tile.y * side - 1
    rim = [
        span(TileAddress(tile.z + margin_bits, x, y))
        for x in range(max(0, west), min(last, west + side + 1) + 1)
        for y in range(max(0, north), min(last, north + side + 1) + 1)
        if x in (west, west + side + 1) or y in (north, north + side + 1)
    ]
    joined: list[tuple[int, int]] = []
    for first, end in sorted([span(tile), *rim]):
        if joined and joined[-1][1] + 1 == first:
            first = joined.pop()[0]
        joined.append((first, end))
    return joined
