"""Many reports in one place and time are one incident: how they are found, and how an incident grows. Pure.

A report has as neighbours those at most `radius_m` away that came at most `window` before or after it, itself
included. One with at least `least` neighbours is a core. Cores that are neighbours belong together, and so does
whoever has a core for a neighbour (density clustering after Ester et al. 1996, with time as a further condition).
So a chain of reports along a flooded street is one incident, and two streets apart are two.

Distances are taken on a plane laid at the middle latitude of what is compared: right to some tenths of a per cent
over a province.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from math import cos, floor, hypot, radians, sqrt

METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class Density:
    """What makes a storm: so many reports within so many metres and so much time of one another."""

    radius_m: float = 200.0
    window: timedelta = timedelta(minutes=30)
    least: int = 5


@dataclass(frozen=True, slots=True)
class Sighting:
    """One report as storms see it. Degrees WGS 84; `open`: it still waits for its end."""

    code: str
    lon: float
    lat: float
    at: datetime
    category: str = ""
    area: tuple[str, str] | None = None
    open: bool = True


@dataclass(frozen=True, slots=True)
class Storm:
    """An incident: `subject` is its first report and its name for good; `members` only ever grow."""

    subject: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a storm is: the mean of its places, and how far the farthest lies from it."""

    lon: float
    lat: float
    radius_m: float


Point = tuple[float, float, float]
"""x and y in metres on the plane, seconds."""
Cell = tuple[int, int, int]


def plane(sightings: Sequence[Sighting]) -> list[Point]:
    """The sightings in metres and seconds from the first of them."""
    if not sightings:
        return []
    origin = sightings[0]
    lats = [one.lat for one in sightings]
    across = METRES_PER_DEGREE * cos(radians((min(lats) + max(lats)) / 2))
    return [
        (
            (one.lon - origin.lon) * across,
            (one.lat - origin.lat) * METRES_PER_DEGREE,
            (one.at - origin.at).total_seconds(),
        )
        for one in sightings
    ]


def neighbours(one: Point, other: Point, density: Density) -> bool:
    """Whether two points are close enough in place and in time."""
    return (
        abs(one[2] - other[2]) <= density.window.total_seconds()
        and hypot(one[0] - other[0], one[1] - other[1]) <= density.radius_m
    )


@dataclass(slots=True)
class _Grid:
    """The points in cells so small that all of one cell are neighbours: a thousand reports of one spot cost no
    million comparisons.
    """

    points: list[Point]
    density: Density
    cells: dict[Cell, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        # A little less than the diagonal allows, so that rounding cannot make two of one cell strangers.
        side, depth = self.density.radius_m / sqrt(2) * 0.999, self.density.window.total_seconds() * 0.999
        for number, (x, y, seconds) in enumerate(self.points):
            self.cells[floor(x / side), floor(y / side), floor(seconds / depth)].append(number)

    def around(self, cell: Cell) -> Iterator[tuple[Cell, list[int]]]:
        """The other cells that can hold neighbours of this one's points."""
        for dx, dy, dt in product((-2, -1, 0, 1, 2), (-2, -1, 0, 1, 2), (-2, -1, 0, 1, 2)):
            near = (cell[0] + dx, cell[1] + dy, cell[2] + dt)
            if near != cell and near in self.cells:
                yield near, self.cells[near]

    def close(self, one: int, other: int) -> bool:
        return neighbours(self.points[one], self.points[other], self.density)

    def cores(self) -> set[int]:
        """The points with enough neighbours."""
        found: set[int] = set()
        for cell, inside in self.cells.items():
            if len(inside) >= self.density.least:
                found.update(inside)
                continue
            others = [number for _, numbers in self.around(cell) for number in numbers]
            for number in inside:
                count = len(inside) + sum(self.close(number, other) for other in others)
                if count >= self.density.least:
                    found.add(number)
        return found


class _Sets:
    """Which points belong together; the smallest number of a set stands for it."""

    def __init__(self, size: int) -> None:
        self._above = list(range(size))

    def root(self, number: int) -> int:
        while self._above[number] != number:
            self._above[number] = self._above[self._above[number]]
            number = self._above[number]
        return number

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.root(one), self.root(other)))
        self._above[second] = first


def find(sightings: Iterable[Sighting], density: Density) -> list[tuple[str, ...]]:
    """The groups of at least `least` sightings that belong together: codes, oldest first, oldest group first.

    A sighting at the edge of two groups goes with the one whose core came first.
    """
    ordered = sorted(sightings, key=lambda one: (one.at, one.code))
    if len(ordered) < density.least:
        return []
    grid = _Grid(plane(ordered), density)
    cores = grid.cores()
    sets = _Sets(len(ordered))
    for cell, inside in grid.cells.items():
        mine = [number for number in inside if number in cores]
        for number in mine[1:]:
            sets.join(mine[0], number)
        for near, numbers in grid.around(cell):
            theirs = [number for number in numbers if number in cores] if near > cell else []
            if mine and theirs and sets.root(mine[0]) != sets.root(theirs[0]) and _touch(grid, mine, theirs):
                sets.join(mine[0], theirs[0])
    groups: dict[int, list[int]] = defaultdict(list)
    for cell, inside in grid.cells.items():
        for number in inside:
            core = number if number in cores else _core_of(grid, cell, number, cores)
            if core is not None:
                groups[sets.root(core)].append(number)
    return [tuple(ordered[number].code for number in sorted(groups[root])) for root in sorted(groups)]


def _touch(grid: _Grid, mine: list[int], theirs: list[int]) -> bool:
    return any(grid.close(one, other) for one in mine for other in theirs)


def _core_of(grid: _Grid, cell: Cell, number: int, cores: set[int]) -> int | None:
    """The first core that this point is a neighbour of."""
    near = [other for other in grid.cells[cell] if other in cores]
    near += [other for _, others in grid.around(cell) for other in others if other in cores]
    return min((other for other in near if grid.close(number, other)), default=None)


def grow(storms: Sequence[Storm], groups: Iterable[Sequence[str]]) -> list[Storm]:
    """The storms after these groups were found: a group joins the storm it shares a report with, or is a new one.

    Oldest first, and the result too. Nothing ever leaves a storm. A group that touches several makes them one: the
    oldest takes the others in, and those are not in the result.
    """
    members = {storm.subject: list(storm.members) for storm in storms}
    for group in groups:
        codes = set(group)
        touching = [subject for subject, held in members.items() if codes & set(held)]
        if not touching:
            members[group[0]] = list(group)
            continue
        oldest, *others = touching
        joined = [code for other in others for code in members.pop(other)]
        members[oldest] = list(dict.fromkeys([*members[oldest], *joined, *group]))
    return [Storm(subject, tuple(held)) for subject, held in members.items()]


def goes_on(members: Sequence[Sighting], now: datetime, density: Density) -> bool:
    """Whether an incident still is one: two reports of it are open, and the last came within two windows."""
    return sum(one.open for one in members) >= 2 and now - max(one.at for one in members) <= 2 * density.window


def extent(members: Sequence[Sighting]) -> Extent:
    """Centre and radius of a storm that has members."""
    points = plane(members)
    x, y = sum(point[0] for point in points) / len(points), sum(point[1] for point in points) / len(points)
    return Extent(
        lon=sum(one.lon for one in members) / len(members),
        lat=sum(one.lat for one in members) / len(members),
        radius_m=round(max(hypot(point[0] - x, point[1] - y) for point in points), 1),
    )
