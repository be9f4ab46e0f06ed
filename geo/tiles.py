"""Map tiles (Mapbox Vector Tiles 2.1) cut by PostGIS: areas, and points of whatever the caller selects."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.problems import BadTile

CONTENT_TYPE = "application/vnd.mapbox-vector-tile"

MAX_ZOOM = 22
"""Deepest zoom served; browsers overzoom beyond, and 2^22 columns are 10 m each at the equator."""

EXTENT = 4096
BUFFER = 64
"""Units of a tile, and how far outlines reach over its edge so that no seam shows."""

CLUSTER_BELOW = 14
"""Zooms below this one show points as counts per cell; from it on each point is itself."""

CELLS = 32
"""Cells of a clustered tile in each direction: 16 px on a 512 px tile, about a fingertip's half."""


@dataclass(frozen=True, slots=True)
class TileAddress:
    """Zoom, column from the west, row from the north, as in .../{z}/{x}/{y}.mvt."""

    z: int
    x: int
    y: int


def tile_address(z: int, x: int, y: int) -> TileAddress:
    """The address, if there is such a tile; raises BadTile."""
    if not 0 <= z <= MAX_ZOOM:
        raise BadTile(f"Zoom {z} is not between 0 and {MAX_ZOOM}.")
    if not (0 <= x < 1 << z and 0 <= y < 1 << z):
        raise BadTile(f"Zoom {z} has columns and rows 0 to {(1 << z) - 1}, not {x}, {y}.")
    return TileAddress(z, x, y)


async def areas_version(conn: AsyncConnection) -> int:
    """A number that grows with every change to any area; 0 without areas. With the day it is the ETag of area
    tiles.
    """
    return int((await conn.execute(text("SELECT coalesce(max(revision), 0) FROM area"))).scalar_one())


# The tile with its buffer in degrees. It is kept within the world: what lies beyond ±180 would be wrapped by
# the transformation, and the box would turn inside out. A hair is added for what stands exactly at ±180.
_AROUND = """ST_Expand(ST_Transform(ST_MakeEnvelope(
                   greatest(-20037508.342789244, ST_XMin(tile) - :buffer * unit),
                   greatest(-20037508.342789244, ST_YMin(tile) - :buffer * unit),
                   least(20037508.342789244, ST_XMax(tile) + :buffer * unit),
                   least(20037508.342789244, ST_YMax(tile) + :buffer * unit), 3857), 4326), 1e-9)"""

# Provinces from far, communes nearer, neighbourhoods in the street: who looks at a country does not want
# 3,300 outlines. A kind that is the only one present is shown at all zooms (a city with communes alone has
# them from zoom 0). Outlines are simplified to a quarter of a tile unit before they are cut, and areas
# smaller than two units left out.
_AREAS = text(
    f"""
    WITH bounds AS MATERIALIZED (
        SELECT tile, {_AROUND} AS around, unit
          FROM (SELECT ST_TileEnvelope(:z, :x, :y) AS tile,
                       40075016.68557849 / (1 << :z) / :extent AS unit) AS drawn
    ), present AS MATERIALIZED (
        SELECT kinds.kind FROM (VALUES ('province'), ('commune'), ('neighbourhood')) AS kinds(kind)
         WHERE EXISTS (SELECT FROM area WHERE area.kind = kinds.kind)
    ), wanted AS MATERIALIZED (
        SELECT kind FROM present
         WHERE kind = ANY (CAST(:kinds AS text[]))
            OR NOT EXISTS (SELECT FROM present WHERE kind = ANY (CAST(:kinds AS text[])))
    ), cut AS (
        SELECT a.code, a.name, a.name_en, a.kind, a.parent_code, a.official,
               ST_AsMVTGeom(ST_SimplifyPreserveTopology(ST_Transform(a.geom, 3857), unit / 4),
                            tile, :extent, :buffer, true) AS geom
          FROM bounds, area a
         WHERE a.geom && around AND a.kind IN (SELECT kind FROM wanted)
           AND a.valid_from <= :at AND (a.valid_to IS NULL OR a.valid_to > :at)
           AND greatest(ST_XMax(a.geom) - ST_XMin(a.geom), ST_YMax(a.geom) - ST_YMin(a.geom))
               > unit * 2 / 111319
         ORDER BY a.kind DESC, a.code
    )
    SELECT ST_AsMVT(cut, 'areas', :extent, 'geom') FROM cut WHERE geom IS NOT NULL
    """
)


def kinds_at(z: int) -> tuple[str, ...]:
    """The kinds of areas drawn at a zoom."""
    if z < 8:
        return ("province",)
    return ("province", "commune") if z < 14 else ("province", "commune", "neighbourhood")


async def areas_tile(conn: AsyncConnection, z: int, x: int, y: int, at: date) -> bytes:
    """The tile with layer `areas` (code, name, name_en, kind, parent_code, official) as valid on the day
    `at`.

    Empty bytes where there is nothing, which is a valid tile. Raises BadTile.
    """
    address = tile_address(z, x, y)
    parameters = _parameters(address) | {"at": at, "kinds": list(kinds_at(z))}
    return bytes((await conn.execute(_AREAS, parameters)).scalar_one())


def _parameters(address: TileAddress) -> dict[str, Any]:
    return {
        "z": address.z,
        "x": address.x,
        "y": address.y,
        "extent": EXTENT,
        "buffer": BUFFER,
    }


_NAME = re.compile(r"[a-z][a-z0-9_]*")


def points_tile_sql(layer: str, subselect: str, attributes: tuple[str, ...], clustered: bool) -> str:
    """SQL that cuts a tile of points out of `subselect`, for `points_tile` and for callers that bind it
    themselves.

    `subselect` is SQL of the caller (never of a user): it yields `geom` (Point, 4326) and the columns named
    in `attributes`, may have named parameters of its own, and should contain the word `{around}` where a box
    in 4326 narrows it by index, as in `WHERE location && {around}`. Parameters of the result besides its own:
    z, x, y, extent, buffer and, when clustered, cells (how many a tile has on each side). Clustered: one
    point per cell, at the mean of its points, with `count`, and each attribute only where all points of the
    cell agree; else every point with `count` 1.
    """
    for name in (layer, *attributes):
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name} is no name for a layer or an attribute.")
    around = "(SELECT around FROM bounds)"
    columns = "".join(f", {_agreed(name)}" if clustered else f", {name}" for name in attributes)
    cut = _CLUSTERED if clustered else _SINGLE
    return f"""
    WITH bounds AS MATERIALIZED (
        SELECT tile, {_AROUND} AS around
          FROM (SELECT ST_TileEnvelope(:z, :x, :y) AS tile,
                       40075016.68557849 / (1 << :z) / :extent AS unit) AS drawn
    ), points AS (
        {subselect.replace("{around}", around)}
    ), cut AS ({cut.format(columns=columns)})
    SELECT ST_AsMVT(cut, '{layer}', :extent, 'geom') FROM cut WHERE geom IS NOT NULL"""


def _agreed(name: str) -> str:
    return f"CASE WHEN min({name}) = max({name}) AND count(*) = count({name}) THEN min({name}) END AS {name}"


_SINGLE = """
        SELECT ST_AsMVTGeom(ST_Transform(points.geom, 3857), bounds.tile, :extent, :buffer, true) AS geom,
               1 AS count{columns}
          FROM points, bounds WHERE points.geom && bounds.around"""

# A point belongs to the cell of the one tile it lies in (no buffer): a cell drawn by two tiles would be
# counted twice. Which tile is worked out in one way for all of them (`across` and `down` are counted in tiles
# from the north-west corner of the world): edges of neighbouring tiles, each computed on its own, leave
# hairline gaps.
_CLUSTERED = """
        SELECT ST_AsMVTGeom(ST_Centroid(ST_Collect(there)), (SELECT tile FROM bounds),
                            :extent, :buffer, true) AS geom,
               count(*)::int AS count{columns}
          FROM (SELECT placed.*, (ST_X(there) + 20037508.342789244) / side AS across,
                       (20037508.342789244 - ST_Y(there)) / side AS down
                  FROM (SELECT points.*, ST_Transform(points.geom, 3857) AS there,
                               40075016.68557849 / (1 << :z) AS side
                          FROM points, bounds WHERE points.geom && bounds.around) AS placed) AS near
         WHERE least(floor(across), (1 << :z) - 1) = :x AND least(floor(down), (1 << :z) - 1) = :y
         GROUP BY floor(across * :cells), floor(down * :cells)"""


async def points_tile(
    conn: AsyncConnection,
    z: int,
    x: int,
    y: int,
    *,
    layer: str,
    subselect: str,
    attributes: tuple[str, ...] = (),
    parameters: dict[str, Any] | None = None,
    cluster_below: int = CLUSTER_BELOW,
) -> bytes:
    """The tile of points that `subselect` yields (see `points_tile_sql`), with `count`, as cells below
    `cluster_below`. Raises BadTile.
    """
    address = tile_address(z, x, y)
    clustered = z < cluster_below
    statement = text(points_tile_sql(layer, subselect, attributes, clustered))
    bound = {**(parameters or {}), **_parameters(address)} | ({"cells": CELLS} if clustered else {})
    return bytes((await conn.execute(statement, bound)).scalar_one())
