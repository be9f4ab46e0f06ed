"""Map tiles: the outlines of areas and what was published for everybody, open cases for members of staff."""

from collections import OrderedDict
from typing import Any

from fastapi import APIRouter, Request, Response

from api.deps import HouseDep, Staff, Tx
from api.wiring import utc_now
from geo.tiles import CONTENT_TYPE, areas_tile, areas_version, points_tile, tile_address
from portal import published
from reports.rows import visible_facts, visible_sql

router = APIRouter(tags=["tiles"])

KEPT_TILES = 2048
"""Tiles of areas kept by one process; a city at all its zooms has a few hundred, 10 kB each."""

# What is visible, and where it is shown, is decided in `portal.published` alone. The box is asked of the true
# place, widened by the cell to whose middle a private place may be moved.
_PUBLISHED = f"""
    SELECT {published.SHOWN_POINT} AS geom, r.code, r.category, 'done' AS public_status
      FROM {published.TABLES}
     WHERE {published.VISIBLE} AND r.location && ST_Expand({{around}}, {published.COARSE_DEGREES})"""

_OPEN = """
    SELECT r.location AS geom, r.code, r.category, r.state, r.urgency, r.lead, (r.due_at < :now)::int AS late
      FROM report r
     WHERE r.open AND r.location && {around} AND """


class KeptTiles:
    """The tiles of areas asked for last, by version and day, so that a city's map is cut once and not for
    each reader.
    """

    def __init__(self, most: int = KEPT_TILES) -> None:
        self._most = most
        self._tiles: OrderedDict[tuple[Any, ...], bytes] = OrderedDict()

    def get(self, key: tuple[Any, ...]) -> bytes | None:
        """The tile, if it is kept."""
        if key in self._tiles:
            self._tiles.move_to_end(key)
        return self._tiles.get(key)

    def keep(self, key: tuple[Any, ...], tile: bytes) -> bytes:
        """Keep a tile; the one not asked for longest goes."""
        self._tiles[key] = tile
        while len(self._tiles) > self._most:
            self._tiles.popitem(last=False)
        return tile


def _kept(request: Request) -> KeptTiles:
    state = request.app.state
    if not hasattr(state, "kept_tiles"):
        state.kept_tiles = KeptTiles()
    kept: KeptTiles = state.kept_tiles
    return kept


@router.get("/tiles/areas/{z}/{x}/{y}.mvt")
async def of_areas(request: Request, house: HouseDep, z: int, x: int, y: int) -> Response:
    """The areas valid today: layer `areas` with code, name, name_en, kind, parent_code, official."""
    tile_address(z, x, y)
    day = house.today()
    async with house.transactions.read() as conn:
        version = await areas_version(conn)
        tag = f'"{version}-{day}"'
        headers = {"ETag": tag, "Cache-Control": "public, max-age=60, must-revalidate"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        key = (version, day, z, x, y)
        kept = _kept(request)
        tile = kept.get(key)
        if tile is None:
            tile = kept.keep(key, await areas_tile(conn, z, x, y, day))
    return Response(tile, media_type=CONTENT_TYPE, headers=headers)


@router.get("/tiles/reports/{z}/{x}/{y}.mvt")
async def of_published_reports(house: HouseDep, z: int, x: int, y: int) -> Response:
    """Published reports: layer `reports` with count and, where all of a cell agree, code, category,
    public_status.
    """
    async with house.transactions.read() as conn:
        tile = await points_tile(
            conn,
            z,
            x,
            y,
            layer="reports",
            subselect=_PUBLISHED,
            attributes=("code", "category", "public_status"),
        )
    return Response(tile, media_type=CONTENT_TYPE, headers={"Cache-Control": "public, max-age=5"})


@router.get("/api/v1/tiles/open/{z}/{x}/{y}.mvt")
async def of_open_reports(caller: Staff, conn: Tx, house: HouseDep, z: int, x: int, y: int) -> Response:
    """Open reports this member of staff may see: layer `reports` with count, code, category, state, urgency,
    lead, late.
    """
    city = await house.configurations.current(conn)
    tile = await points_tile(
        conn,
        z,
        x,
        y,
        layer="reports",
        subselect=_OPEN + visible_sql(caller),
        attributes=("code", "category", "state", "urgency", "lead", "late"),
        parameters={"now": utc_now(), **visible_facts(caller, city)},
    )
    return Response(tile, media_type=CONTENT_TYPE, headers={"Cache-Control": "private, no-store"})
