"""Where a report from one place would go by a city's rules: for somebody who changes them and wants to see."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from geo.distance import LonLat
from geo.nearest import nearest
from geo.places import locate
from reports.configuration import CategoryRules, City
from reports.routing import Asset, Facts, Neighbour, Place, Route


async def route_at(
    conn: AsyncConnection, city: City, category: CategoryRules, urgency: str, point: LonLat, at: datetime
) -> Route:
    """The proposal for a report of this kind from `point` (degrees, WGS 84) at `at` (aware): in the area of that day,
    by the rules that hold then. Nothing is written.
    """
    lon, lat = point
    found = await locate(conn, lon, lat, at.astimezone(ZoneInfo(city.calendar.zone)).date())
    place = None
    if found is not None:
        next_area = (
            Neighbour(found.boundary_code, found.boundary_name or found.boundary_code, found.boundary_m or 0.0)
            if found.boundary_code is not None
            else None
        )
        place = Place(found.code, found.name, found.valid_from.isoformat(), found.distance_m, next_area)
    near = await nearest(conn, lon, lat, city.index.layers())
    assets = {layer: Asset(one.code, one.name, one.owner, one.distance_m) for layer, one in near.items()}
    return city.index.choose(Facts(category.path, urgency, place, at, point, assets))
