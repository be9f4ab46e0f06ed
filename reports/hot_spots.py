"""Hot spots: places where the same problem is solved again and again. The rule, and how they live on. Pure.

The rule: cases of one category, done within the last `days`, of which at least `cases` (one of them included) lie
within `metres` of each other's neighbour, form one group (density clustering, DBSCAN: `grouped_sql`). A group is found
anew with every look; a hot spot is what lives on from look to look: `reconcile` says which group is which hot spot.

    open -> planned -> done          an owner with a plan; the owner says that the cause is mended
    done -> open                     a case that came after that was closed there: it is back
    open, done -> gone               too few cases are left; a plan does not end by waiting
    any -> merged                    another, older one took its cases

Categories of the restricted lane and those whose places are shown coarsely take part in none: several "cells" of a home
are no place to fix.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import cos, hypot, radians
from typing import Any

LIVING = ("open", "planned", "done")
LON_METRES, LAT_METRES = 111_319.49, 110_611.0


@dataclass(frozen=True)
class Rule:
    """How many done cases of one category, how near to each other, in how many days make a hot spot."""

    cases: int = 3
    metres: float = 50.0
    days: int = 180


THE_RULE = Rule()
"""What holds where the city has decided nothing else."""


def rule_of(settings: Mapping[str, Any]) -> Rule:
    """The city's rule, from `configuration.settings`; what is missing or makes no sense there takes the default."""
    said = settings.get("hot_spots")
    said = said if isinstance(said, Mapping) else {}

    def number(name: str, least: float, most: float, otherwise: float) -> float:
        value = said.get(name)
        good = isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most
        return value if good and value is not None else otherwise

    return Rule(
        int(number("cases", 2, 1000, THE_RULE.cases)),
        float(number("metres", 1, 5000, THE_RULE.metres)),
        int(number("days", 1, 3650, THE_RULE.days)),
    )


@dataclass(frozen=True, slots=True)
class Case:
    """A done case as hot spots see it. Degrees WGS 84; `spot`: the hot spot it was last counted to."""

    id: int
    code: str
    lon: float
    lat: float
    received_at: datetime
    done_at: datetime
    area: tuple[str, str] | None = None
    spot: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Cases of one category that lie together now."""

    category: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A hot spot as the last look left it, those that are gone too: a place may come back."""

    code: str
    state: str
    category: str
    lon: float
    lat: float
    radius_m: float
    found_at: datetime
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """Where and how large a hot spot is: the middle of its cases and how far the farthest lies from it."""

    lon: float
    lat: float
    radius_m: float
    area: tuple[str, str] | None
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A group with the hot spot it is (None: a new one), the state that is in now, and those it has taken over."""

    group: Group
    known: Known | None
    state: str
    back: bool
    merged: tuple[Known, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a look finds: the groups with who they are, and the hot spots that have none any more."""

    found: tuple[Found, ...]
    without: tuple[Known, ...]


def reconcile(groups: Iterable[Group], known: Iterable[Known], metres: float) -> Outcome:
    """Which group is which hot spot.

    A hot spot goes with the group that holds most of its cases. Where several go with one group they become one, under
    the name of the oldest. A group that none goes with may be the return of one that lay within `metres` of it.
    """
    groups, known = list(groups), sorted(known, key=lambda one: (one.found_at, one.code))
    follows: dict[int, list[Known]] = {}
    holds = _holds(groups)
    for one in known:
        place = _most_of(holds.get((one.code, one.category), {})) if one.state in LIVING else None
        if place is not None:
            follows.setdefault(place, []).append(one)
    taken = {one.code for several in follows.values() for one in several}
    found: list[Found] = []
    for place, group in enumerate(groups):
        names = follows.get(place)
        if names is None:
            back = _returned(group, [one for one in known if one.code not in taken], metres)
            taken |= {back.code} if back else set()
            names = [back] if back else []
        found.append(_found(group, names))
    without = tuple(one for one in known if one.state in LIVING and one.code not in taken)
    return Outcome(tuple(found), without)


def _holds(groups: Sequence[Group]) -> dict[tuple[str, str], dict[int, int]]:
    """How many cases of each hot spot, by its code and category, each group holds, by its place."""
    counted: dict[tuple[str, str], dict[int, int]] = {}
    for place, group in enumerate(groups):
        for case in group.cases:
            if case.spot is not None:
                shares = counted.setdefault((case.spot, group.category), {})
                shares[place] = shares.get(place, 0) + 1
    return counted


def _most_of(shares: Mapping[int, int]) -> int | None:
    """The group that holds most; of several the first."""
    return max(shares, key=lambda place: (shares[place], -place), default=None)


def _returned(group: Group, free: Sequence[Known], metres: float) -> Known | None:
    """The nearest free hot spot of the category on whose ground the group lies."""
    shape = shape_of(group)
    near = [
        (apart, one.code, one)
        for one in free
        if one.category == group.category
        and one.state != "merged"
        and (apart := _apart((one.lon, one.lat), (shape.lon, shape.lat))) <= max(one.radius_m, shape.radius_m) + metres
    ]
    return min(near)[2] if near else None


def _found(group: Group, names: Sequence[Known]) -> Found:
    if not names:
        return Found(group, None, "open", back=False)
    first = names[0]
    back = first.state == "gone" or (
        first.state == "done" and any(case.received_at > (first.done_at or case.received_at) for case in group.cases)
    )
    return Found(group, first, "open" if back else first.state, back, tuple(names[1:]))


def shape_of(group: Group) -> Shape:
    """The shape of a group: its middle, metres to its farthest case, the area most of it lies in, first and last."""
    cases = group.cases
    lon, lat = (sum(getattr(case, name) for case in cases) / len(cases) for name in ("lon", "lat"))
    areas = [case.area for case in cases]
    return Shape(
        round(lon, 6),
        round(lat, 6),
        round(max(_apart((lon, lat), (case.lon, case.lat)) for case in cases), 1),
        max(dict.fromkeys(areas), key=areas.count),
        min(case.done_at for case in cases),
        max(case.done_at for case in cases),
    )


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    shrink = cos(radians((one[1] + other[1]) / 2))
    return hypot((one[0] - other[0]) * LON_METRES * shrink, (one[1] - other[1]) * LAT_METRES)


def grouped_sql(cases: str) -> str:
    """CTEs ending in `grouped`: the rows of `cases` (a SELECT with id, category, lon, lat) with `place`, null outside.

    Parameters :metres and :cases. Metres on the ground around the middle of what is looked at: for a city the error is
    below one in a thousand. The order by id makes it certain which group a case between two falls to.
    """
    return f"""cases AS MATERIALIZED ({cases}), middle AS (
    SELECT cos(radians(avg(lat))) AS shrink FROM cases
), grouped AS (
    SELECT cases.*, ST_ClusterDBSCAN(
               ST_MakePoint(lon * {LON_METRES} * (SELECT shrink FROM middle), lat * {LAT_METRES}), :metres, :cases
           ) OVER (PARTITION BY category ORDER BY id) AS place
      FROM cases
)"""
