"""What rules cover, as sets: which kinds of report, in which areas, how urgent. Pure.

A rule's region is a product of three sets (leaf categories, areas, urgencies), each a whole number with a bit a value.
Two areas stand for all the others: a code nobody told us of, and no area at all. Conditions that are no sets (hours,
what lies near, drawn areas, validity) make a region doubtful: it may match there (`may`), it need not (`must`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from reports.routing import Ground, Rule

URGENCIES = ("normal", "urgent")
Cell = tuple[int, int]
"""A leaf category and an urgency, by number."""


@dataclass(frozen=True, slots=True)
class Region:
    """Where a rule may match, and where it does whenever its doubtful conditions hold. Bits as in `Atlas`."""

    rule: Rule
    leaves: int
    urgencies: int
    may: int
    must: int

    @property
    def doubtful(self) -> bool:
        """Whether it asks for something that no set says."""
        rule = self.rule
        asks = (rule.when, rule.near, rule.valid_from, rule.valid_to)
        return rule.broken is None and any(ask is not None for ask in asks)

    def has(self, cell: Cell) -> bool:
        """Whether the cell is in its region."""
        leaf, urgency = cell
        return bool(self.leaves >> leaf & 1 and self.urgencies >> urgency & 1)


@dataclass(frozen=True, slots=True)
class Atlas:
    """The sets of one city. `areas`: codes by bit; then come the other code and no area. `known`: those that exist."""

    leaves: tuple[str, ...]
    areas: tuple[str, ...]
    known: int
    regions: tuple[Region, ...]

    @classmethod
    def of(
        cls, paths: Mapping[str, Sequence[str]], places: Iterable[str], rules: Sequence[Rule], ground: Ground
    ) -> "Atlas":
        """`paths`: each leaf category with its ancestors; `places`: the codes of the areas there are."""
        known = frozenset(places)
        mentioned = (area for rule in rules for area in rule.areas or ())
        areas = tuple(sorted(known.union(mentioned, ground.committees)))
        number = {area: place for place, area in enumerate(areas)}
        leaves = tuple(paths)
        everywhere = (1 << len(areas) + 2) - 1

        def region(rule: Rule) -> Region:
            kinds = (place for place, leaf in enumerate(leaves) if rule.category in (None, *paths[leaf]))
            hurry = (place for place, name in enumerate(URGENCIES) if rule.urgency in (None, name))
            listed = bits(number[area] for area in rule.areas or ())
            may = everywhere if rule.anywhere or rule.drawn or rule.broken else listed
            must = everywhere if rule.anywhere or rule.broken else listed
            if rule.relative is not None and rule.relative.to == "commune":
                there = bits(number[area] for area in ground.committees if _reaches(area, rule.relative.up, ground))
                may, must = may & there, must & there
            return Region(rule, bits(kinds), bits(hurry), may, must)

        return cls(leaves, areas, bits(number[area] for area in known), tuple(map(region, rules)))

    def cells(self) -> Iterable[Cell]:
        """Every leaf category at every urgency."""
        return ((leaf, urgency) for leaf in range(len(self.leaves)) for urgency in range(len(URGENCIES)))

    def names(self, areas: int) -> list[str]:
        """The codes of these bits."""
        return [code for place, code in enumerate(self.areas) if areas >> place & 1]


def bits(numbers: Iterable[int]) -> int:
    """The set of these numbers."""
    return reduce(or_, (1 << number for number in numbers), 0)


def _reaches(area: str, up: int, ground: Ground) -> bool:
    agency: str | None = ground.committees[area]
    for _ in range(up):
        agency = ground.parents.get(agency) if agency is not None else None
    return agency is not None


def implies(rule: Rule, other: Rule) -> bool:
    """Whether `other`'s doubtful conditions hold whenever those of `rule` do, or it fails and nothing after it wins."""
    return (
        (other.valid_from is None or (rule.valid_from is not None and rule.valid_from >= other.valid_from))
        and (other.valid_to is None or (rule.valid_to is not None and rule.valid_to <= other.valid_to))
        and (other.when is None or (other.when, other.calendar) == (rule.when, rule.calendar))
        and _nearer(rule, other)
    )


def _nearer(rule: Rule, other: Rule) -> bool:
    to_owner = other.relative is not None and other.relative.to == "owner"
    if to_owner and rule.relative != other.relative:
        # Whose it is may be nobody's: the other then passes it on.
        return False
    if other.near is None:
        return True
    near = rule.near
    if near is None or near.layer != other.near.layer or near.within_m > other.near.within_m:
        return False
    return other.near.owner in (None, near.owner)


def unreachable(atlas: Atlas) -> dict[int, list[int]]:
    """The rules that never win, each with the earlier rules that take all its reports; by place in the order.

    Exact where conditions are sets; where they are not, a rule is called so only when it surely is.
    """
    left: dict[int, bool] = {place: False for place, _ in enumerate(atlas.regions)}
    by: dict[int, set[int]] = {place: set() for place in left}
    before = _earlier_alike(atlas.regions)
    for cell in atlas.cells():
        taken, takers = 0, list[tuple[int, int]]()
        for place, region in enumerate(atlas.regions):
            if not region.has(cell) or not region.may:
                continue
            alike = [(other, atlas.regions[other].must) for other in before[place] if atlas.regions[other].has(cell)]
            if region.may & ~reduce(or_, (must for _, must in alike), taken):
                left[place] = True
            elif not left[place]:
                by[place].update(other for other, must in (*takers, *alike) if must & region.may)
            if not _conditional(region):
                taken |= region.must
                takers.append((place, region.must))
    return {
        place: sorted(by[place])
        for place, wins in left.items()
        if not wins and by[place] and _region_is_somewhere(atlas.regions[place])
    }


def _conditional(region: Region) -> bool:
    relative = region.rule.relative
    return region.doubtful or (region.rule.broken is None and relative is not None and relative.to == "owner")


def _earlier_alike(regions: Sequence[Region]) -> list[list[int]]:
    """For each rule the earlier conditional ones whose conditions it implies."""
    conditional = [place for place, region in enumerate(regions) if _conditional(region)]
    return [
        [other for other in conditional if other < place and implies(region.rule, regions[other].rule)]
        if region.doubtful
        else []
        for place, region in enumerate(regions)
    ]


def _region_is_somewhere(region: Region) -> bool:
    return bool(region.leaves and region.urgencies and region.may)


def gaps(atlas: Atlas) -> dict[tuple[int, bool], list[Cell]]:
    """Where no rule answers: (areas, for certain) with the cells of which that is true.

    For certain: whatever the hour and whatever lies near, such a report falls through. Otherwise it does when the
    conditions of all rules that may answer fail.
    """
    found: dict[tuple[int, bool], list[Cell]] = {}
    for cell in atlas.cells():
        here = [region for region in atlas.regions if region.has(cell)]
        may = reduce(or_, (region.may for region in here), 0)
        must = _surely(here)
        for areas, certain in ((atlas.known & ~may, True), (atlas.known & may & ~must, False)):
            if areas:
                found.setdefault((areas, certain), []).append(cell)
    return found


def _surely(regions: Sequence[Region]) -> int:
    """The areas in which one of these rules answers whatever the hour is."""
    sure, hours = 0, dict[tuple[str, str], int]()
    for region in regions:
        rule = region.rule
        if not _conditional(region):
            sure |= region.must
        elif rule.when is not None and rule.near is None and rule.valid_from is None and rule.valid_to is None:
            hours[rule.calendar, rule.when] = hours.get((rule.calendar, rule.when), 0) | region.must
    for (calendar, when), areas in hours.items():
        if when == "open":
            sure |= areas & hours.get((calendar, "closed"), 0)
    return sure


def overlaps(atlas: Atlas) -> dict[int, list[int]]:
    """Rules that share reports with an earlier rule, send them elsewhere, and neither is the more special one."""
    found: dict[int, list[int]] = {}
    for place, region in enumerate(atlas.regions):
        shared = [other for other in range(place) if _order_decides(atlas, atlas.regions[other], region)]
        if shared:
            found[place] = shared
    return found


def _order_decides(atlas: Atlas, first: Region, second: Region) -> bool:
    if not (first.leaves & second.leaves and first.urgencies & second.urgencies):
        return False
    if not first.may & second.may & atlas.known or _exclude(first.rule, second.rule):
        return False
    if (first.rule.lead, first.rule.relative) == (second.rule.lead, second.rule.relative):
        return False
    return not (_within(atlas, first, second) or _within(atlas, second, first))


def _within(atlas: Atlas, small: Region, large: Region) -> bool:
    sets = ((small.leaves, large.leaves), (small.urgencies, large.urgencies))
    inside = all(one & ~other == 0 for one, other in sets) and not small.may & atlas.known & ~large.must
    return inside and implies(small.rule, large.rule)


def _exclude(one: Rule, other: Rule) -> bool:
    """Whether their hours or their validity never meet."""
    if one.when is not None and other.when is not None and one.calendar == other.calendar and one.when != other.when:
        return True
    return _ends_before(one, other) or _ends_before(other, one)


def _ends_before(one: Rule, other: Rule) -> bool:
    return one.valid_to is not None and other.valid_from is not None and one.valid_to <= other.valid_from
