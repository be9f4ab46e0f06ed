"""Where things are: the areas of the city, search by name, and which area a point lies in."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from api.deps import HouseDep
from geo.addresses import search_addresses
from geo.distance import LonLat
from geo.gazetteer import Found, list_areas
from geo.places import CAP_M, Located, locate
from geo.tiles import areas_version
from reports.problems import BadInput

router = APIRouter(prefix="/api/v1", tags=["places"])

Lon = Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)]
Lat = Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False)]


@router.get("/areas")
async def areas(
    request: Request,
    response: Response,
    house: HouseDep,
    kind: Literal["province", "commune", "neighbourhood"] | None = None,
) -> Any:
    """The areas valid today, without their outlines: those are at /tiles/areas/{z}/{x}/{y}.mvt."""
    day = house.today()
    async with house.transactions.read() as conn:
        tag = f'"{await areas_version(conn)}-{day}"'
        headers = {"ETag": tag, "Cache-Control": "public, max-age=0, must-revalidate"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        response.headers.update(headers)
        return {"areas": await list_areas(conn, day, kind)}


@router.get("/places")
async def places(
    house: HouseDep,
    q: Annotated[str, Query(max_length=200)] = "",
    lon: Lon | None = None,
    lat: Lat | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> dict[str, Any]:
    """Areas and places whose name resembles `q`, with or without accents; nearer ones first among equals.
    Addresses too: a house number is kept before its street, two streets are a crossing, a unit behind them comes first.
    """
    near = _near(lon, lat)
    async with house.transactions.read() as conn:
        found = await search_addresses(conn, q.replace("\x00", " "), house.today(), near, limit)
    return {"places": [_place(place) for place in found]}


def _near(lon: float | None, lat: float | None) -> LonLat | None:
    if lon is None and lat is None:
        return None
    if lon is None or lat is None:
        raise BadInput(("/lon" if lon is None else "/lat", "lon and lat come together"))
    return (lon, lat)


def _place(found: Found) -> dict[str, Any]:
    area = {"code": found.area_code, "name": found.area_name} if found.area_code is not None else None
    return {
        "name": found.name,
        "kind": found.kind,
        "area": area,
        "within": found.within,
        "location": {"lon": found.lon, "lat": found.lat},
        "distance_m": found.distance_m,
    }


@router.get("/locate")
async def which_area(house: HouseDep, lon: Lon, lat: Lat) -> dict[str, Any]:
    """The commune a point belongs to today: the one around it, else the nearest within the cap, else null."""
    async with house.transactions.read() as conn:
        found = await locate(conn, lon, lat, house.today(), CAP_M)
    if found is None:
        return {"area": None, "distance_m": None, "boundary": None}
    area = {"code": found.code, "name": found.name, "valid_from": found.valid_from}
    return {"area": area, "distance_m": found.distance_m, "boundary": _boundary(found)}


def _boundary(found: Located) -> dict[str, Any] | None:
    if found.boundary_code is None:
        return None
    area = {"code": found.boundary_code, "name": found.boundary_name}
    return {"distance_m": found.boundary_m, "area": area}
