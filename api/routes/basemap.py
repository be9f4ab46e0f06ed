"""What lies below the reports: which basemap this city has, tiles of the imported one, pieces of a PMTiles file."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse

from api.deps import HouseDep
from api.routes.kept import finished, has, tag_of
from api.routes.tiles import kept_tiles
from geo.basemap_tiles import MAX_ZOOM, ground_tile, imported_ground
from geo.tiles import CONTENT_TYPE, tile_address
from reports.problems import NotFound

router = APIRouter(tags=["map"])

FOR_EVER = "public, max-age=2592000, immutable"
A_MINUTE = "public, max-age=60, must-revalidate"


@router.get("/api/v1/map/basemap")
async def which(house: HouseDep) -> dict[str, str | int | None]:
    """Addresses of our own origin, null where there is none: `style`, `pmtiles`, `tiles` (of what was imported).

    At most one is given. `attribution` must stand on every map that shows it.
    """
    settings = house.settings.map
    none: dict[str, str | int | None] = {"style": None, "pmtiles": None, "tiles": None, "max_zoom": MAX_ZOOM}
    if settings.style is not None:
        return {**none, "style": settings.style, "attribution": settings.attribution or ""}
    if settings.pmtiles is not None:
        return {**none, "pmtiles": "/tiles/basemap.pmtiles", "attribution": settings.attribution or ""}
    async with house.transactions.read() as conn:
        ground = await imported_ground(conn)
    tiles = f"/tiles/basemap/{{z}}/{{x}}/{{y}}.mvt?v={ground.version}" if ground.version else None
    return {**none, "tiles": tiles, "attribution": ground.attribution}


@router.get("/tiles/basemap/{z}/{x}/{y}.mvt")
async def of_the_ground(
    request: Request, house: HouseDep, z: int, x: int, y: int, v: Annotated[int | None, Query()] = None
) -> Response:
    """The imported ground: layers `water`, `green`, `roads`, `buildings`, `places` with kind, name, min_zoom."""
    tile_address(z, x, y)
    async with house.transactions.read() as conn:
        version = (await imported_ground(conn)).version
        tag = tag_of("ground", version, z, x, y)
        cache = FOR_EVER if v == version else A_MINUTE
        headers = {"ETag": tag, "Cache-Control": cache, "Vary": "Accept-Encoding"}
        if has(request, tag):
            return Response(status_code=304, headers=headers)
        key = ("ground", version, z, x, y)
        tile = kept_tiles(request).get(key)
        if tile is None:
            tile = kept_tiles(request).keep(key, await ground_tile(conn, z, x, y))
    made = finished(tile, CONTENT_TYPE)
    if made.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(made.packed, media_type=CONTENT_TYPE, headers={**headers, "Content-Encoding": "gzip"})
    return Response(made.plain, media_type=CONTENT_TYPE, headers=headers)


@router.get("/tiles/basemap.pmtiles")
async def of_the_file(house: HouseDep) -> Response:
    """The city's PMTiles file; browsers ask for pieces of it (Range, RFC 9110 section 14)."""
    path = house.settings.map.pmtiles
    if path is None:
        raise NotFound("This city has no PMTiles file.")
    return FileResponse(path, media_type="application/vnd.pmtiles", headers={"Cache-Control": A_MINUTE})
