"""Map tiles of the published reports, with the filters of the list.

Without filters or with a category alone they are read from the cells (`reports.cells`). Under other filters reports are
counted by arithmetic alone: turning a hundred thousand points into geometries and these into cells took most of the
time, so the cell of a point is worked out from its degrees as plain numbers (the spherical Mercator of web maps), and
only what is drawn becomes a geometry.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.tiles import CLUSTER_BELOW, EXTENT, tile_address
from portal.filters import Filters, conditions, named
from portal.published import SHOWN_POINT, TABLES
from reports import cell_tiles
from reports.cell_standing import standing
from reports.cells import PUBLIC
from reports.shown_place import COARSE_DEGREES, SHOWN_LAT, SHOWN_LON, VISIBLE

CELLS = 32
"""Cells of a tile in each direction below CLUSTER_BELOW: 16 px, about half a fingertip."""

BOX_FROM = 11
"""From this zoom on the index narrows; below it a tile holds a city, and asking the index for everything is slower."""

_LON = f"CASE WHEN c.location_private THEN {SHOWN_LON} ELSE r.lon END"
_LAT = f"CASE WHEN c.location_private THEN {SHOWN_LAT} ELSE r.lat END"
_BOX = f"""AND r.location && ST_Expand(
    ST_Transform(ST_TileEnvelope(:z, :x, :y, margin => 0.02), 4326), {COARSE_DEGREES})"""


# The planner expects few rows of a tile and would sort a hundred thousand on disk; cells are few, so hashing is right.
_HASHED = text("SELECT set_config('enable_sort', 'off', true)")


def _sql(wanted: list[str], boxed: bool) -> str:
    narrowed = " ".join(f"AND {condition}" for condition in wanted)
    return f"""
    WITH shown AS (
        SELECT r.code, r.category, ({_LON} + 180) / 360 * (1 << :z) - :x AS across,
               (0.5 - ln(tan(pi() / 4 + radians({_LAT}) / 2)) / (2 * pi())) * (1 << :z) - :y AS down
          FROM {TABLES} WHERE {VISIBLE} {_BOX if boxed else ""} {narrowed}
    ), cells AS (
        SELECT count(*)::int AS count, avg(across) AS across, avg(down) AS down, min(code) AS code,
               min(category) AS category
          FROM shown WHERE across >= 0 AND across < 1 AND down >= 0 AND down < 1
         GROUP BY floor(across * :cells), floor(down * :cells)
    ), drawn AS (
        SELECT ST_MakePoint(floor(across * {EXTENT}), floor(down * {EXTENT})) AS geom, count,
               CASE WHEN count = 1 THEN code END AS code, 'done' AS public_status,
               CASE WHEN count = 1 THEN category END AS category
          FROM cells
    )
    SELECT ST_AsMVT(drawn, 'reports', {EXTENT}, 'geom') FROM drawn"""


def in_cells(filters: Filters) -> bool:
    """Whether the cells hold what these filters leave."""
    return filters == Filters(category=filters.category)


async def reports_tile(conn: AsyncConnection, z: int, x: int, y: int, filters: Filters, now: datetime) -> bytes:
    """The tile with layer `reports`: count, and code and category where a point is one report.

    A report is in exactly one tile (no buffer): drawn by two it would be counted twice. Raises geo's BadTile.
    """
    tile = tile_address(z, x, y)
    if in_cells(filters):
        facet = f"c:{filters.category}" if filters.category else ""
        wanted = cell_tiles.Wanted(scopes=(PUBLIC,), facets=(facet,))
        known = await standing(conn, tile, wanted.scopes)
        if known.usable:
            told = {"public": True, "crowded": known.crowded}
            return await cell_tiles.reports_tile(conn, tile, wanted, now=now, usable=True, **told)
    narrowed, values = conditions(filters, await named(conn, filters), shown=SHOWN_POINT, coarse=COARSE_DEGREES)
    await conn.execute(_HASHED)
    facts: dict[str, Any] = {"z": z, "x": x, "y": y, "cells": CELLS if z < CLUSTER_BELOW else EXTENT, **values}
    return bytes((await conn.execute(text(_sql(narrowed, z >= BOX_FROM)), facts)).scalar_one())
