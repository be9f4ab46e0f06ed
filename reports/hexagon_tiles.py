"""Hexagons over the map: the same reports as on the tiles, counted by equal fields whose size follows the zoom."""

from datetime import datetime
from math import sqrt

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.quads import DEPTH, spans_around
from geo.tiles import BUFFER, EXTENT, TileAddress
from reports.cell_tiles import Wanted, fineness, level_for, parts_sql
from reports.cells import DAY_SPANS

HEXAGON_BITS = 4
"""Hexagons are a 16th of a tile apart: 32 px, so the ladder of sizes doubles with each zoom out. Larger where the
finest cells that have the answer are not half as wide.
"""

POINT_BITS = 2
"""Points are put together by a quarter of a hexagon before each is given one: a crowd is 26,000 of them."""

# Pointy-top hexagons of width 1 (in 16ths of a tile): rows are sqrt(3)/2 apart and every other one shifted by a half.
# The nearer centre of the two rows a point lies between is its hexagon.
# Plain float8 all along: numeric costs several times as much, and sums of columns and rows are whole and below 2^53.
_HEXAGONS = """, cells AS (
    SELECT sum(n) AS n, sum(urgent) AS urgent, sum(x::float8) / sum(n) / {width} AS u,
           sum(y::float8) / sum(n) / {height} AS v
      FROM parts GROUP BY quad >> {fine} HAVING sum(n) > 0
), placed AS (
    SELECT n, urgent, u, v, floor(v) AS low, CASE WHEN floor(v)::bigint % 2 = 0 THEN 0 ELSE 0.5::float8 END AS odd
      FROM cells OFFSET 0
), chosen AS (
    SELECT n, urgent, u, v, low, round(u - odd) + odd AS low_at, round(u - (0.5 - odd)) + (0.5 - odd) AS high_at
      FROM placed OFFSET 0
), nearest AS (
    SELECT n, urgent, low, low_at, high_at, (low_at - u) * (low_at - u) + (low - v) * (low - v) * 0.75::float8
               <= (high_at - u) * (high_at - u) + (low + 1 - v) * (low + 1 - v) * 0.75::float8 AS nearer_low
      FROM chosen OFFSET 0
), summed AS (
    SELECT CASE WHEN nearer_low THEN low ELSE low + 1 END AS row,
           CASE WHEN nearer_low THEN low_at ELSE high_at END AS shifted,
           sum(n)::int AS count, nullif(sum(urgent), 0)::int AS urgent
      FROM nearest GROUP BY 1, 2
), drawn AS (
    SELECT ST_MakePolygon(ST_MakeLine(ARRAY[{corners}])) AS geom,
           (row::bigint * 1000000 + (shifted * 2)::bigint)::bigint AS id, count, urgent
      FROM (SELECT count, urgent, row, shifted, shifted * {unit} - {west} AS across, row * {row_unit} - {north} AS down
              FROM summed OFFSET 0) AS centred
     WHERE across BETWEEN -{reach_x} AND {extent} + {reach_x} AND down BETWEEN -{reach_y} AND {extent} + {reach_y}
)
SELECT ST_AsMVT(drawn, 'hexagons', {extent}, 'geom', 'id') FROM drawn"""


def _corners(wide: float) -> str:
    """From the top on, clockwise as tiles want their outlines. They are drawn whole: a browser cuts a sixteenth of a
    tile off faster than the database does, and two tiles that share a hexagon draw the same.
    """
    return ", ".join(
        f"ST_MakePoint(round(across + {dx * wide / 2!r}), round(down + {dy * wide / (2 * sqrt(3))!r}))"
        for dx, dy in ((0, -2), (1, -1), (1, 1), (0, 2), (-1, 1), (-1, -1), (0, -2))
    )


def _bits(tile: TileAddress, wanted: Wanted) -> int:
    """2^bits hexagons beside each other. The finest cells of days leave most of a period to its points, half a month at
    each end: where the next coarser ones do for hexagons twice as wide, a whole city is not read so.
    """
    bits = fineness(tile.z, wanted, HEXAGON_BITS, finer=1)
    finest = level_for(tile.z, wanted, bits + 1) == max(DAY_SPANS)
    return bits - 1 if wanted.by_days and finest and tile.z + bits in DAY_SPANS else bits


async def hexagons_tile(
    conn: AsyncConnection, tile: TileAddress, wanted: Wanted, *, now: datetime, usable: bool
) -> bytes:
    """The tile with layer `hexagons`: `count` and `urgent` of each hexagon that reaches into the tile; those at the
    edge are counted whole, so neighbouring tiles say the same of them.
    """
    bits = _bits(tile, wanted)
    level = level_for(tile.z, wanted, bits + 1)
    # A hexagon whose middle is as far outside as half of itself and the buffer reaches as far again.
    parts, values = parts_sql(wanted, spans_around(tile, bits - 1), level, usable, now)
    width = float(2 ** (DEPTH - tile.z - bits))
    wide = EXTENT / 2**bits
    tall = 2 * wide / sqrt(3)
    drawn = _HEXAGONS.format(
        width=f"{width!r}::float8",
        height=f"{width * sqrt(3) / 2!r}::float8",
        fine=2 * max(0, DEPTH - (tile.z + bits + POINT_BITS if level is None else level)),
        corners=_corners(wide),
        unit=f"{wide!r}::float8",
        row_unit=f"{tall * 3 / 4!r}::float8",
        west=tile.x * EXTENT,
        north=tile.y * EXTENT,
        reach_x=wide / 2 + BUFFER,
        reach_y=tall / 2 + BUFFER,
        extent=EXTENT,
    )
    return bytes((await conn.execute(text(parts + drawn), {**values, **wanted.facts, "now": now})).scalar_one())
