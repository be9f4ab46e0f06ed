"""Map tiles for everybody: the outlines of areas, and what was published."""

from collections import OrderedDict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.deps import HouseDep
from api.routes.kept import kept_as, kitchen_of
from api.routes.public import ANYWHERE, Asked
from api.wiring import utc_now
from geo.tiles import CONTENT_TYPE, areas_tile, areas_version, tile_address
from portal.filters import address
from portal.tiles import BOX_FROM, in_cells, reports_tile

router = APIRouter(tags=["tiles"])

KEPT_TILES = 2048
"""Tiles of areas kept by one process; a city at all its zooms has a few hundred, 10 kB each."""

TILE_FOR_EVER = "public, max-age=86400, immutable"
TILE_FOR_NOW = "public, max-age=5, stale-while-revalidate=30"


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


def kept_tiles(request: Request) -> KeptTiles:
    """The tiles this process keeps."""
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
        kept = kept_tiles(request)
        tile = kept.get(key)
        if tile is None:
            tile = kept.keep(key, await areas_tile(conn, z, x, y, day))
    return Response(tile, media_type=CONTENT_TYPE, headers=headers)


@router.get("/tiles/reports/{z}/{x}/{y}.mvt")
async def of_published_reports(
    request: Request,
    house: HouseDep,
    filters: Asked,
    z: int,
    x: int,
    y: int,
    v: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """Published reports, narrowed like the list: layer `reports` with count, and code and category where they agree.

    `v` is the version of the public facts that a page was made with; the tile of the newest one never changes.
    """
    tile_address(z, x, y)
    kitchen = kitchen_of(request, house)
    version = await (kitchen.newest if z >= BOX_FROM or in_cells(filters) else kitchen.calm).version()

    async def make() -> bytes:
        async with house.transactions.read() as conn:
            return await reports_tile(conn, z, x, y, filters, utc_now())

    key = ("tile", z, x, y, address("", filters))
    cache = TILE_FOR_EVER if v == version else TILE_FOR_NOW
    headers = {**ANYWHERE, "Cache-Control": cache, "Vary": "Accept-Encoding"}
    return await kept_as(request, kitchen.shelf, (version,), key, make, media_type=CONTENT_TYPE, headers=headers)
