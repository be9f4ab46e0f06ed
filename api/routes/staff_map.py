"""The desk's map: tiles of reports and hexagons under the desk's filters, and how loaded each area is."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.deps import Glance, HouseDep, Staff, Token, Tx, staff_found
from api.routes.kept import has, tag_of
from api.wiring import House, utc_now
from geo.tiles import CONTENT_TYPE, TileAddress, tile_address
from ioc_dashboard.area_load import area_loads
from ioc_dashboard.map_filters import MapFilters, scopes_of, wanted_by
from reports.cell_standing import Standing, asked_by
from reports.cell_tiles import Wanted, reports_tile
from reports.hexagon_tiles import hexagons_tile
from reports.lifecycle import State
from reports.problems import BadInput

router = APIRouter(prefix="/api/v1", tags=["map"])

OWN = "private, no-cache"
"""Kept by the one browser, which asks each time whether it still holds: what a colleague sees may be something else."""

LATE_SECONDS = 30
"""How long a tile of late reports may say what was late; nothing happens when time passes."""

Group = Literal["waiting", "handling", "approving", "done"]


async def _filters(
    group: Annotated[list[Group] | None, Query()] = None,
    state: Annotated[list[State] | None, Query()] = None,
    category: Annotated[str | None, Query(max_length=64)] = None,
    agency: Annotated[str | None, Query(max_length=64)] = None,
    area: Annotated[str | None, Query(max_length=64)] = None,
    urgent: bool = False,
    late: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
) -> MapFilters:
    """The filters as they stand in the address of a tile. Times need an offset."""
    for name, moment in (("since", since), ("until", until)):
        if moment is not None and moment.tzinfo is None:
            raise BadInput((f"/{name}", "needs an offset from UTC, as in 2026-11-24T00:00:00+07:00"))
    return MapFilters(
        groups=tuple(sorted(set(group or ()))),
        states=tuple(sorted({str(one) for one in state or ()})),
        category=category,
        agency=agency,
        area=area,
        urgent=urgent,
        late=late,
        since=since,
        until=until,
    )


Asked = Annotated[MapFilters, Depends(_filters)]


async def _question(
    conn: AsyncConnection, house: House, token: str, filters: MapFilters, request: Request, tile: TileAddress
) -> tuple[Wanted, Standing, dict[str, str], bool]:
    """What is asked, how the cells can answer, the headers, and whether the browser has the answer already."""
    scopes, now = scopes_of(filters), utc_now()
    found, known = await asked_by(conn, token, tile, scopes, now)
    caller = staff_found(found)
    # The city as last read is as good as any until the same statement that says how true the cells are says otherwise.
    city = house.configurations.held
    if city is None or known.city_version != city.version:
        city = await house.configurations.current(conn)
        found, known = await asked_by(conn, token, tile, scopes, now)
        caller = staff_found(found)
    wanted = wanted_by(caller, city, filters)
    mark = known.mark if wanted.restricted is None else known.mark_with_restricted
    # A late case says so on its mark, and lateness comes by itself.
    moment = int(now.timestamp()) // LATE_SECONDS if filters.late or tile.z >= 14 else 0
    reader = (caller.role, caller.agency) if caller.role == "agency" else (caller.role, caller.id)
    tag = tag_of(mark, city.version, reader, filters, moment, request.url.path)
    return wanted, known, {"ETag": tag, "Cache-Control": OWN, "Vary": "Authorization, Cookie"}, has(request, tag)


@router.get("/tiles/open/{z}/{x}/{y}.mvt")
async def of_reports(
    request: Request, token: Token, conn: Glance, house: HouseDep, filters: Asked, z: int, x: int, y: int
) -> Response:
    """Reports this member of staff may see, open ones unless the filters say otherwise: layer `reports`.

    `count`, `waiting`, `handling`, `approving`, `done`, `urgent` of each cell; a single report has `code`, `category`,
    `state`, `urgency`, `lead`, `late`.
    """
    tile = tile_address(z, x, y)
    wanted, cells, headers, known = await _question(conn, house, token, filters, request, tile)
    if known:
        return Response(status_code=304, headers=headers)
    made = await reports_tile(conn, tile, wanted, now=utc_now(), usable=cells.usable, crowded=cells.crowded)
    return Response(made, media_type=CONTENT_TYPE, headers=headers)


@router.get("/tiles/hexagons/{z}/{x}/{y}.mvt")
async def of_hexagons(
    request: Request, token: Token, conn: Glance, house: HouseDep, filters: Asked, z: int, x: int, y: int
) -> Response:
    """The same reports counted by hexagons: layer `hexagons` with `count` and `urgent`; their size follows the zoom."""
    tile = tile_address(z, x, y)
    wanted, cells, headers, known = await _question(conn, house, token, filters, request, tile)
    if known:
        return Response(status_code=304, headers=headers)
    made = await hexagons_tile(conn, tile, wanted, now=utc_now(), usable=cells.usable)
    return Response(made, media_type=CONTENT_TYPE, headers=headers)


@router.get("/map/areas")
async def of_areas(caller: Staff, conn: Tx, house: HouseDep) -> dict[str, dict[str, dict[str, int]]]:
    """Open, overdue and urgent reports by the code of the area valid today, of what this member of staff may see.

    Outlines are at /tiles/areas/{z}/{x}/{y}.mvt: they stay as they are while the numbers change.
    """
    city = await house.configurations.current(conn)
    loads = await area_loads(conn, caller, city, now=utc_now(), day=house.today())
    return {"areas": {code: load.as_dict() for code, load in loads.items()}}
