"""Many shapes on their way into the database, so many corners at a time: one huge statement holds up everybody."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from shapely import get_num_coordinates
from shapely.geometry.base import BaseGeometry

MOST = 1_000
MOST_CORNERS = 50_000
One = TypeVar("One")


def in_portions(all_of_them: Sequence[One], shape: Callable[[One], BaseGeometry]) -> Iterator[list[One]]:
    """At most MOST at a time, of MOST_CORNERS corners together where one alone does not have more."""
    some: list[One] = []
    corners = 0
    for one in all_of_them:
        more = int(get_num_coordinates(shape(one)))
        if some and (len(some) >= MOST or corners + more > MOST_CORNERS):
            yield some
            some, corners = [], 0
        some.append(one)
        corners += more
    if some:
        yield some
