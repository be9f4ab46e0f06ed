"""What is wrong with a city's rules before they are published: pure, and as data that screens put into words.

`error`: publishing would lose or misdirect reports. `warning`: somebody should look. Problems of one kind are grouped:
a missing rule for a hundred areas is one problem.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from reports.configuration import CategoryRules, City
from reports.routing import Relative, Rule
from reports.rule_regions import URGENCIES, Atlas, bits, gaps, overlaps, unreachable

MOST_NAMED = 200
"""So many areas are named in one problem; their number is always told."""
MOST_AGENCIES = 20
"""Above so many agencies without members they are one problem: a city that has just been set up has no accounts yet."""


@dataclass(frozen=True, slots=True)
class AreaName:
    """An area there is, or will be."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """One thing to mend. `section` and `code` say which item, `pointer` where in it (JSON pointer, "" for the whole);
    `kind` with `facts` is what screens put into words, `detail` the same in English.
    """

    severity: Literal["error", "warning"]
    section: str
    code: str
    pointer: str
    kind: str
    detail: str
    facts: dict[str, Any] = field(default_factory=dict)

    def as_document(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


def problems(
    city: City,
    places: Sequence[AreaName],
    members: Mapping[str, int],
    *,
    layers: Collection[str] | None = None,
    people: Collection[str] | None = None,
) -> list[RuleProblem]:
    """Everything to be said about the rules of `city`, errors first.

    `places`: the communes there are and those that will be; `members`: active accounts by agency; `layers` and `people`
    (usernames of operators), where the caller knows them.
    """
    atlas = Atlas.of(leaves_of(city), (place.code for place in places), city.rules, city.ground)
    known = frozenset(place.code for place in places)
    found = [
        *_desk(city),
        *(problem for rule in city.rules for problem in _of_rule(rule, city, known, layers, people)),
        *_of_sets(city, known),
        *_committees(city, places, atlas),
        *_without_members(city, members),
        *_reach(city.rules, atlas),
        *_holes(atlas),
    ]
    return sorted(found, key=lambda problem: problem.severity)


def leaves_of(city: City) -> dict[str, tuple[str, ...]]:
    """The categories that take reports, each with its ancestors."""
    return {code: category.path for code, category in city.categories.items() if category.leaf}


def _desk(city: City) -> Iterator[RuleProblem]:
    if city.default_desk is None or city.default_desk not in city.agencies:
        told = "There is no desk for reports that no rule answers."
        yield RuleProblem("error", "settings", "", "/default_desk", "no-desk", told, {"agency": city.default_desk})


def _of_rule(
    rule: Rule, city: City, known: Collection[str], layers: Collection[str] | None, people: Collection[str] | None
) -> Iterator[RuleProblem]:
    if rule.broken is not None:
        yield _error(rule, "", "broken", f"It cannot be read: {rule.broken}.", why=rule.broken)
        return
    yield from _names_in(rule, city)
    if rule.near is not None and layers is not None and rule.near.layer not in layers:
        layer = rule.near.layer
        yield _error(rule, "/near/layer", "unknown-layer", f"No layer {layer} was imported.", layer=layer)
    if rule.person is not None and people is not None and rule.person not in people:
        told = f"{rule.person} is no active operator."
        yield _error(rule, "/person", "unknown-person", told, person=rule.person)
    if rule.straight_through and any(_may_get(rule, category) for category in city.categories.values()):
        told = "Restricted reports never go out without a person."
        yield _error(rule, "/straight_through", "restricted-at-once", told)
    unknown = sorted(area for area in rule.areas or () if area not in known)
    if unknown and rule.area_set is None:
        told = f"{len(unknown)} of its areas do not exist."
        yield RuleProblem("warning", "rules", _code(rule), "/areas", "unknown-areas", told, _named(unknown))


def _names_in(rule: Rule, city: City) -> Iterator[RuleProblem]:
    """Agencies, the category and the calendar it names, where they do not exist or not any more."""
    for pointer, agency in _agencies(rule):
        if agency not in city.agencies:
            kind = "inactive-agency" if agency in city.former_agencies else "unknown-agency"
            yield _error(rule, pointer, kind, f"There is no agency {agency}, or not any more.", agency=agency)
    if rule.category is not None and rule.category not in city.categories:
        kind = "inactive-category" if rule.category in city.former_categories else "unknown-category"
        told = f"There is no category {rule.category}, or not any more."
        yield _error(rule, "/category", kind, told, category=rule.category)
    if rule.when is not None and rule.calendar not in city.ground.calendars:
        told = f"There is no calendar {rule.calendar}."
        yield _error(rule, "/calendar", "unknown-calendar", told, calendar=rule.calendar)


def _error(rule: Rule, pointer: str, kind: str, detail: str, **facts: Any) -> RuleProblem:
    return RuleProblem("error", "rules", _code(rule), pointer, kind, detail, facts)


def _may_get(rule: Rule, category: CategoryRules) -> bool:
    return category.leaf and category.restricted and rule.category in category.path


def _agencies(rule: Rule) -> Iterator[tuple[str, str]]:
    if rule.lead is not None:
        yield "/lead", rule.lead
    for place, one in enumerate(rule.supporting):
        if isinstance(one, str):
            yield f"/supporting/{place}", one


def _code(rule: Rule) -> str:
    return rule.code or str(rule.id)


def _named(areas: Sequence[str], **more: Any) -> dict[str, Any]:
    return {"areas": list(areas[:MOST_NAMED]), "count": len(areas), **more}


def _of_sets(city: City, known: Collection[str]) -> Iterator[RuleProblem]:
    for code, named in city.area_sets.items():
        if named.broken:
            yield RuleProblem("error", "area_sets", code, "/shape", "broken", named.broken, {"why": named.broken})
        unknown = sorted(area for area in named.areas if area not in known)
        if unknown:
            told = f"{len(unknown)} of its areas do not exist."
            yield RuleProblem("warning", "area_sets", code, "/areas", "unknown-areas", told, _named(unknown))


def _committees(city: City, places: Sequence[AreaName], atlas: Atlas) -> Iterator[RuleProblem]:
    """Areas that a relative rule asks for and that have no committee, or none so far up; areas with two committees."""
    for region in atlas.regions:
        rule = region.rule
        if rule.relative is None or rule.relative.to != "commune" or rule.broken:
            continue
        asked = atlas.known if rule.anywhere or rule.drawn else atlas.known & _bits_of(atlas, rule.areas or ())
        without = atlas.names(asked & ~region.may)
        if without:
            told = f"In {len(without)} areas nobody is the committee it means; the next rule answers there."
            yield RuleProblem("warning", "rules", _code(rule), "/relative", "no-committee", told, _named(without))
    by_area: dict[str, list[str]] = {}
    for agency in city.agencies.values():
        if agency.area_code is not None:
            by_area.setdefault(agency.area_code, []).append(agency.code)
    names = {place.code: place.name for place in places}
    for area, agencies in by_area.items():
        for second in agencies[1:]:
            told = f"{agencies[0]} is the committee of {names.get(area, area)} already."
            facts = {"area": area, "agencies": agencies}
            yield RuleProblem("warning", "agencies", second, "/area_code", "two-committees", told, facts)


def _bits_of(atlas: Atlas, areas: Iterable[str]) -> int:
    wanted = frozenset(areas)
    return bits(place for place, code in enumerate(atlas.areas) if code in wanted)


def _without_members(city: City, members: Mapping[str, int]) -> Iterator[RuleProblem]:
    asked: dict[str, list[str]] = {}
    for rule in city.rules:
        for agency in {agency for _, agency in _agencies(rule)} | _relatives(rule, city):
            asked.setdefault(agency, []).append(_code(rule))
    empty = [agency for agency in sorted(asked) if agency in city.agencies and not members.get(agency)]
    if len(empty) > MOST_AGENCIES:
        told = f"Rules send reports to {len(empty)} agencies in which nobody can sign in."
        facts = {"agencies": empty[:MOST_NAMED], "count": len(empty)}
        yield RuleProblem("warning", "agencies", "", "", "many-without-members", told, facts)
        return
    for agency in empty:
        told = f"{len(asked[agency])} rules send reports to it, and nobody can sign in there."
        facts = {"rules": asked[agency], "agency": agency}
        yield RuleProblem("warning", "agencies", agency, "", "no-members", told, facts)


def _relatives(rule: Rule, city: City) -> set[str]:
    """The agencies a rule's relative targets may mean."""
    found: set[str] = set()
    for one in (rule.relative, *rule.supporting):
        if isinstance(one, Relative) and one.to == "commune":
            here = city.ground.committees.values() if rule.areas is None else _of_areas(rule.areas, city)
            for agency in here:
                above: str | None = agency
                for _ in range(one.up):
                    above = city.ground.parents.get(above) if above is not None else None
                found |= {above} if above is not None else set()
    return found


def _of_areas(areas: Iterable[str], city: City) -> list[str]:
    return [city.ground.committees[area] for area in areas if area in city.ground.committees]


def _reach(rules: Sequence[Rule], atlas: Atlas) -> Iterator[RuleProblem]:
    dead = unreachable(atlas)
    for place, region in enumerate(atlas.regions):
        rule = rules[place]
        known = rule.category is None or region.leaves
        if known and not rule.broken and not (region.may and region.leaves):
            told = "No report can match it."
            yield RuleProblem("warning", "rules", _code(rule), "", "never-matches", told)
        elif place in dead:
            by = [_code(rules[other]) for other in dead[place]]
            told = f"Every report it could decide is decided before it, by {', '.join(by[:5])}."
            yield RuleProblem("warning", "rules", _code(rule), "", "unreachable", told, {"rules": by})
    for place, others in overlaps(atlas).items():
        left = [_code(rules[other]) for other in others if other not in dead]
        if left and place not in dead:
            told = f"Some of its reports are taken before it by {', '.join(left[:5])}; only the order decides."
            yield RuleProblem("warning", "rules", _code(rules[place]), "", "overlap", told, {"rules": left})


def _holes(atlas: Atlas) -> Iterator[RuleProblem]:
    for (areas, certain), cells in gaps(atlas).items():
        codes = atlas.names(areas)
        categories = sorted({atlas.leaves[leaf] for leaf, _ in cells})
        urgencies = sorted({URGENCIES[urgency] for _, urgency in cells})
        where = f"{len(categories)} categories in {len(codes)} areas"
        told = f"No rule answers for {where}." if certain else f"For {where} no rule may answer, as things lie."
        facts = _named(codes, categories=categories, urgencies=urgencies, cells=[_cell(atlas, cell) for cell in cells])
        yield RuleProblem("warning", "rules", "", "", "gap" if certain else "gap-sometimes", told, facts)


def _cell(atlas: Atlas, cell: tuple[int, int]) -> list[str]:
    return [atlas.leaves[cell[0]], URGENCIES[cell[1]]]
