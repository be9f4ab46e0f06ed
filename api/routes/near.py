"""What the report form asks about a place: what is already known there, what it is called, what is usual there."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlalchemy.ext.asyncio import AsyncConnection

from api.deps import HouseDep, find_caller
from api.routes.places import Lat, Lon, which_area
from api.wiring import House, utc_now
from api.zones import zone_of
from portal import near
from reports.configuration import City
from reports.problems import BadInput, NoCredential

router = APIRouter(prefix="/api/v1", tags=["places"])

Accuracy = Annotated[float | None, Query(ge=0, le=1_000_000, allow_inf_nan=False)]


@router.get("/near")
async def near_you(
    request: Request,
    house: HouseDep,
    category: Annotated[str, Query(max_length=64)],
    lon: Lon,
    lat: Lat,
    accuracy_m: Accuracy = None,
) -> dict[str, Any]:
    """Reports like the one somebody is about to send, within 50 m: to be followed instead of sent again."""
    async with house.transactions.read() as conn:
        city = await house.configurations.current(conn)
        rules = city.categories.get(category)
        if rules is None:
            raise BadInput(("/category", "is not one of the city's categories"))
        device = await _device(conn, request)
        found = await near.alike(conn, city, category, near.Spot(lon, lat, accuracy_m), utc_now(), device=device)
    names = {code: (one.name, one.name_en) for code, one in city.categories.items()}
    return {
        "reports": [
            {**one, "category_name": names[one["category"]][0], "category_name_en": names[one["category"]][1]}
            for one in found
        ]
    }


async def _device(conn: AsyncConnection, request: Request) -> str | None:
    """The asking device, if one asks; a dead credential is nobody's, for nothing here needs one."""
    try:
        caller = await find_caller(conn, request, ("device",))
    except NoCredential:
        return None
    return caller.id if caller.kind == "device" else None


@router.get("/spot")
async def spot(house: HouseDep, lon: Lon, lat: Lat) -> dict[str, Any]:
    """A point in words, in one answer: its area and boundary (as /locate), the names around it, the likely kinds.

    `near` is the nearest name if it is near enough to be said, else null.
    """
    located = await which_area(house, lon, lat)
    here = near.Spot(lon, lat)
    async with house.transactions.read() as conn:
        city = await house.configurations.current(conn)
        usual = await near.usual(conn, city, utc_now(), city_hour(city))
        around = {code: 3 * share for code, share in (await near.around(conn, here, utc_now())).items()}
        names = await near.named(conn, here)
    said = next((one for one in names if one["distance_m"] <= near.NAMED_M), None)
    return {**located, "near": said, "around": names, "likely": near.likely(city, usual, around)}


def city_hour(city: City) -> int:
    """The hour it is in the city, 0 to 23."""
    return utc_now().astimezone(zone_of(city)).hour


async def likely_here(house: House, city: City) -> list[str]:
    """The kinds the form shows first before anything is known of the place."""
    async with house.transactions.read() as conn:
        return near.likely(city, await near.usual(conn, city, utc_now(), city_hour(city)))
