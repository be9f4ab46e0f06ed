"""Tiles of the imported ground: layers `water`, `green`, `roads`, `buildings`, `places` in one tile."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.tiles import BUFFER, EXTENT, tile_address

LAYERS = ("water", "green", "roads", "buildings", "places")
MAX_ZOOM = 15
"""Finer than this nothing is added; browsers draw the last ones larger."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What was imported: a version that grows with each import (0: nothing), and what every map must say."""

    version: int
    attribution: str


async def imported_ground(conn: AsyncConnection) -> Imported:
    """What there is now."""
    row = (
        await conn.execute(
            text("""SELECT coalesce(max(revision), 0) AS version,
                           coalesce(string_agg(DISTINCT attribution, ' · ' ORDER BY attribution), '') AS attribution
                      FROM basemap_source WHERE attribution <> '' OR features > 0""")
        )
    ).one()
    return Imported(int(row.version), row.attribution)


# Shapes are simplified to half a unit of the tile, and polygons smaller than two pixels left out: a far tile holds what
# can be seen and no more. Names are cut from one another by the browser.
_LAYER = """
(SELECT coalesce(ST_AsMVT(cut, '{layer}', :extent, 'geom'), ''::bytea) FROM (
    SELECT kind, name, min_zoom, ST_AsMVTGeom(ST_Simplify(f.geom, unit / 2, true), tile, :extent, :buffer, true) AS geom
      FROM near f, bounds WHERE f.layer = '{layer}') AS cut WHERE geom IS NOT NULL)"""
_TILE = text(
    f"""
WITH bounds AS MATERIALIZED (
    SELECT ST_TileEnvelope(:z, :x, :y) AS tile, 40075016.68557849 / (1 << :z) / :extent AS unit
), near AS MATERIALIZED (
    SELECT layer, kind, name, min_zoom, geom FROM basemap_feature, bounds
     WHERE geom && ST_Expand(tile, :buffer * unit) AND min_zoom <= :z
       AND (layer NOT IN ('water', 'green') OR GeometryType(geom) NOT LIKE '%POLYGON'
            OR greatest(ST_XMax(geom) - ST_XMin(geom), ST_YMax(geom) - ST_YMin(geom)) > unit * 16)
     ORDER BY min_zoom DESC
)
SELECT {" || ".join(_LAYER.format(layer=layer) for layer in LAYERS)}"""
)


async def ground_tile(conn: AsyncConnection, z: int, x: int, y: int) -> bytes:
    """The tile, empty bytes where there is nothing. Properties: kind, name, min_zoom. Raises BadTile."""
    address = tile_address(z, x, y)
    facts = {"z": address.z, "x": address.x, "y": address.y, "extent": EXTENT, "buffer": BUFFER}
    return bytes((await conn.execute(_TILE, facts)).scalar_one())
