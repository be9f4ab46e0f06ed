"""What time it is in the city."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from api.wiring import House, utc_now
from api.zones import zone_of
from reports.configuration import NoConfiguration


async def city_now(house: House, conn: AsyncConnection) -> datetime:
    """The moment in the city's zone; in UTC while there is no city yet."""
    try:
        return utc_now().astimezone(zone_of(await house.configurations.current(conn)))
    except NoConfiguration:
        return utc_now()
