"""The city's time zone, as its calendar names it."""

from functools import lru_cache
from zoneinfo import ZoneInfo

from reports.configuration import City


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def zone_of(city: City) -> ZoneInfo:
    """The zone in which the city counts days."""
    return _zone(city.calendar.zone)
