"""Places as numbers: what is read around a tile is the tile and a part of it on each side, once."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from geo.quads import DEPTH, interleaved, spans_around
from geo.tiles import TileAddress

ZOOMS = st.integers(min_value=0, max_value=20)


@given(zoom=ZOOMS, bits=st.integers(1, 3), data=st.data())
def test_the_tile_and_its_margin_are_read_and_nothing_else(zoom: int, bits: int, data: st.DataObject) -> None:
    tile = TileAddress(zoom, *(data.draw(st.integers(0, (1 << zoom) - 1)) for _ in "xy"))
    side = 1 << DEPTH - zoom
    margin = side >> bits
    around = st.integers(-2 * margin, side + 2 * margin - 1)
    column, row = (place * side + data.draw(around) for place in (tile.x, tile.y))
    if not (0 <= column < 1 << DEPTH and 0 <= row < 1 << DEPTH):
        return
    near = all(-margin <= at - place * side < side + margin for at, place in ((column, tile.x), (row, tile.y)))
    number = interleaved(column, row)
    assert sum(first <= number <= last for first, last in spans_around(tile, bits)) == near


@given(zoom=ZOOMS, bits=st.integers(1, 3))
def test_ranges_are_in_order_and_none_touches_the_next(zoom: int, bits: int) -> None:
    middle = (1 << zoom) // 2
    ranges = spans_around(TileAddress(zoom, middle, middle), bits)
    assert all(first <= last for first, last in ranges)
    assert all(one[1] + 1 < other[0] for one, other in itertools.pairwise(ranges))
