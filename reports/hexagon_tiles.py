"""Hexagons over the map: the same reports as on the tiles, counted by equal fields whose size follows the zoom."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.quads import DEPTH, spans_around
from geo.tiles import EXTENT, TileAddress
from reports.cell_tiles import Wanted, level_for, parts_sql

HEXAGON_BITS = 4
"""Hexagons are a 16th of a tile apart: 32 px, so the ladder of sizes doubles with each zoom out."""

# Pointy-top hexagons of width 1 (in 16ths of a tile): rows are sqrt(3)/2 apart and every other one shifted by a half.
# The nearer centre of the two rows a point lies between is its hexagon. MVT wants y to the north, hence the minus.
_HEXAGONS = """, placed AS (
    SELECT n, urgent, u, v, floor(v)::bigint AS low, round(u - {low_odd}) + {low_odd} AS low_at,
           round(u - {high_odd}) + {high_odd} AS high_at
      FROM (SELECT sum(n)::int AS n, sum(urgent) AS urgent, sum(x)::float8 / sum(n) / {width} AS u,
                   sum(y)::float8 / sum(n) / {width} / 0.8660254037844386 AS v
              FROM parts GROUP BY quad >> {fine} HAVING sum(n) > 0) AS cells
), summed AS (
    SELECT CASE WHEN nearer_low THEN low ELSE low + 1 END AS row,
           CASE WHEN nearer_low THEN low_at ELSE high_at END AS shifted,
           sum(n)::int AS count, nullif(sum(urgent), 0)::int AS urgent
      FROM (SELECT n, urgent, low, low_at, high_at, (low_at - u) ^ 2 + (low - v) ^ 2 * 0.75
                   <= (high_at - u) ^ 2 + (low + 1 - v) ^ 2 * 0.75 AS nearer_low FROM placed) AS there
     GROUP BY 1, 2
), drawn AS (
    SELECT ST_AsMVTGeom(ST_MakePolygon(ST_MakeLine(ARRAY(
               SELECT ST_MakePoint((shifted + dx) * {width} - {west},
                                   {north} - (row * 0.8660254037844386 + dy) * {width})
                 FROM (VALUES (1, 0.0, 0.5773502692), (2, 0.5, 0.2886751346), (3, 0.5, -0.2886751346),
                              (4, 0.0, -0.5773502692), (5, -0.5, -0.2886751346), (6, -0.5, 0.2886751346),
                              (7, 0.0, 0.5773502692)) AS corner(at, dx, dy) ORDER BY at))),
               ST_MakeEnvelope(0, {south}, {side}, 0), {extent}, 64, true) AS geom,
           (row * 1000000 + (shifted * 2)::bigint)::bigint AS id, count, urgent
      FROM summed
)
SELECT ST_AsMVT(drawn, 'hexagons', {extent}, 'geom', 'id') FROM drawn WHERE geom IS NOT NULL"""

_SHIFT = "abs({row}) % 2 * 0.5"


async def hexagons_tile(
    conn: AsyncConnection, tile: TileAddress, wanted: Wanted, *, now: datetime, usable: bool
) -> bytes:
    """The tile with layer `hexagons`: `count` and `urgent` of each hexagon that reaches into the tile; those at the
    edge are counted whole, so neighbouring tiles say the same of them.
    """
    level = level_for(tile.z, wanted, HEXAGON_BITS + 1)
    parts, values = parts_sql(wanted, spans_around(tile), level, usable)
    side_bits = DEPTH - tile.z
    drawn = _HEXAGONS.format(
        width=float(2 ** (side_bits - HEXAGON_BITS)),
        fine=2 * (DEPTH - level) if level is not None else 0,
        low_odd=_SHIFT.format(row="floor(v)::bigint"),
        high_odd=_SHIFT.format(row="(floor(v)::bigint + 1)"),
        west=tile.x << side_bits,
        north=tile.y << side_bits,
        south=-(1 << side_bits),
        side=1 << side_bits,
        extent=EXTENT,
    )
    return bytes((await conn.execute(text(parts + drawn), {**values, **wanted.facts, "now": now})).scalar_one())
