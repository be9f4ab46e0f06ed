"""Which agency is competent for this kind of problem at that place, and why. Pure: decides on values.

Rules are tried in their order; the first that matches proposes the agency. A rule that raises is loud (it is logged,
named in the reasons and the report goes to the default desk): a broken rule must never drop or block a report, nor let
a later rule answer in its place as if nothing had happened. `rule_index` finds the few rules worth trying.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from reports.calendars import Calendar
from reports.clocks import ServiceLevel
from reports.drawn import Drawn

log = logging.getLogger(__name__)

# Closer than this to the next area the operator is warned: phones are often wrong by this much.
NEAR_BOUNDARY_M = 30.0

REASONS = (
    *("in-area", "nearest-area", "beyond-areas", "boundary", "near-boundary", "category", "urgency", "area-of-rule"),
    *("area-set", "drawn", "open", "closed", "near-asset", "committee", "committee-above", "owner", "no-target"),
    *("rule", "service-level", "straight-through", "second-look", "person", "no-rule", "rule-failed"),
)
"""Every code of a reason; a test asks for words in both languages."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The nearest other area of the same kind, and how far its edge is."""

    code: str
    name: str
    distance_m: float


@dataclass(frozen=True, slots=True)
class Place:
    """The area of the point: `distance_m` is 0 inside it, else how far off the nearest one is."""

    code: str
    name: str
    valid_from: str
    distance_m: float = 0.0
    neighbour: Neighbour | None = None


@dataclass(frozen=True, slots=True)
class Asset:
    """The nearest feature of an imported layer (a road, a park, a pole) and whose it is."""

    code: str
    name: str
    owner: str | None
    distance_m: float


@dataclass(frozen=True, slots=True)
class Facts:
    """What routing looks at. `category_path`: the leaf and its ancestors; `at`: the moment, for rules with hours or
    a validity; `point`: (lon, lat); `assets`: the nearest feature by layer, as far as somebody looked; `in_force_at`:
    another moment for which rules' validity is asked, where they are tried out.
    """

    category_path: tuple[str, ...]
    urgency: str
    place: Place | None
    at: datetime | None = None
    point: tuple[float, float] | None = None
    assets: Mapping[str, Asset] = field(default_factory=dict)
    in_force_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """The nearest feature of this layer is at most so many metres away, and of this owner where one is named."""

    layer: str
    within_m: float
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Relative:
    """An agency found from the place. `commune`: the committee of the area it lies in, and `up` levels above that in
    the tree of agencies; `owner`: the agency that owns the nearest feature of the rule's layer.
    """

    to: Literal["commune", "owner"]
    up: int = 0


class BrokenRule(ValueError):
    """A rule that cannot be read."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Category subtree x areas x urgency x hours x what lies near -> lead, supporting; None means any.

    A place is in the rule's areas when it lies in one of `areas` (those of a named set among them) or in what was
    `drawn`. A rule with a relative target matches only where there is one. `broken`: why it cannot be read.
    """

    id: int
    name: str
    lead: str | None
    supporting: tuple[str | Relative, ...] = ()
    category: str | None = None
    areas: frozenset[str] | None = None
    urgency: str | None = None
    code: str = ""
    relative: Relative | None = None
    area_set: str | None = None
    set_name: str | None = None
    drawn: Drawn | None = None
    calendar: str = "default"
    when: Literal["open", "closed"] | None = None
    near: Near | None = None
    levels: Mapping[str, ServiceLevel] | None = None
    straight_through: bool = False
    person: str | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    broken: str | None = None

    @property
    def anywhere(self) -> bool:
        """Whether the rule does not ask for the area."""
        return self.areas is None and self.drawn is None

    def level(self, urgency: str) -> ServiceLevel | None:
        """The promise that takes the place of the category's; None: the category's stands."""
        levels = self.levels or {}
        return levels.get(urgency) or levels.get("normal")


@dataclass(frozen=True, slots=True)
class Ground:
    """What the city knows and rules point at: the committee of an area, the agency above another, calendars."""

    committees: Mapping[str, str] = field(default_factory=dict)
    parents: Mapping[str, str | None] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence of the explanation: a stable code and the facts that fill it."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """The proposal. `fallback`: no rule matched (or one failed), so it goes to the default desk. `level`: the promise
    of the rule; `at_once`: it goes to the agency without waiting for a person; `configuration`: which version decided.
    """

    lead: str | None
    supporting: tuple[str, ...]
    rule: Rule | None
    because: tuple[Reason, ...]
    fallback: bool = False
    level: ServiceLevel | None = None
    at_once: bool = False
    configuration: int | None = None
    facts: Facts | None = None

    def as_document(self) -> dict[str, Any]:
        """As stored on the report and shown to staff: enough to know years later who decided what, by which rule."""
        place = self.facts.place if self.facts else None
        return {
            "lead": self.lead,
            "supporting": list(self.supporting),
            "rule": {"id": self.rule.id, "code": self.rule.code, "name": self.rule.name} if self.rule else None,
            "because": [{"code": reason.code, **reason.facts} for reason in self.because],
            "fallback": self.fallback,
            "configuration": self.configuration,
            "area": {"code": place.code, "valid_from": place.valid_from} if place else None,
            "level": self.level.to_data() if self.level else None,
            "straight_through": self.at_once,
            "person": self.rule.person if self.rule else None,
        }


def matches(rule: Rule, facts: Facts, ground: Ground) -> bool:
    """Whether every condition of the rule holds; raises for a rule that cannot be tried."""
    if rule.category is not None and rule.category not in facts.category_path:
        return False
    if rule.urgency is not None and rule.urgency != facts.urgency:
        return False
    if rule.broken is not None:
        raise BrokenRule(rule.broken)
    return (
        _in_areas(rule, facts) and _in_force(rule, facts) and _hours_fit(rule, facts, ground) and _is_near(rule, facts)
    )


def _in_areas(rule: Rule, facts: Facts) -> bool:
    if rule.anywhere:
        return True
    if rule.areas is not None and facts.place is not None and facts.place.code in rule.areas:
        return True
    return rule.drawn is not None and facts.point is not None and rule.drawn.holds(*facts.point)


def _in_force(rule: Rule, facts: Facts) -> bool:
    if rule.valid_from is None and rule.valid_to is None:
        return True
    at = facts.in_force_at or _moment(facts)
    return (rule.valid_from is None or rule.valid_from <= at) and (rule.valid_to is None or at < rule.valid_to)


def _hours_fit(rule: Rule, facts: Facts, ground: Ground) -> bool:
    if rule.when is None:
        return True
    calendar = ground.calendars.get(rule.calendar)
    if calendar is None:
        raise BrokenRule(f"there is no calendar {rule.calendar}")
    return calendar.is_open(calendar.moment(_moment(facts))) == (rule.when == "open")


def _moment(facts: Facts) -> datetime:
    if facts.at is None:
        raise BrokenRule("the rule depends on the time, and none is known")
    return facts.at


def _is_near(rule: Rule, facts: Facts) -> bool:
    if rule.near is None:
        return True
    asset = facts.assets.get(rule.near.layer)
    if asset is None or asset.distance_m > rule.near.within_m:
        return False
    return rule.near.owner is None or rule.near.owner == asset.owner


def target(relative: Relative, rule: Rule, facts: Facts, ground: Ground) -> str | None:
    """The agency a relative target means here; None where there is none."""
    if relative.to == "owner":
        asset = facts.assets.get(rule.near.layer) if rule.near else None
        agency = asset.owner if asset else None
        agency = agency if agency in ground.parents else None
    else:
        agency = ground.committees.get(facts.place.code) if facts.place else None
    for _ in range(relative.up):
        agency = ground.parents.get(agency) if agency is not None else None
    return agency


def choose(rules: Iterable[Rule], facts: Facts, ground: Ground, *, default_desk: str | None) -> Route:
    """The first matching rule's proposal with its reasons; the default desk if there is none or one raises."""
    found = winner(rules, facts, ground)
    before = (*_place_reasons(facts.place), *found.passed)
    if found.rule is None:
        return Route(default_desk, (), None, (*before, found.failed or Reason("no-rule")), fallback=True, facts=facts)
    return _route(found.rule, found.lead, facts, ground, before)


@dataclass(frozen=True, slots=True)
class Found:
    """The rule that decides and the lead it means; `failed`: one could not be tried, `passed`: which had no target."""

    rule: Rule | None
    lead: str | None = None
    passed: tuple[Reason, ...] = ()
    failed: Reason | None = None


def winner(rules: Iterable[Rule], facts: Facts, ground: Ground) -> Found:
    """The first rule that matches and has a target here; no reasons are made, so this is what many are decided with."""
    passed: tuple[Reason, ...] = ()
    for rule in rules:
        try:
            if not matches(rule, facts, ground):
                continue
            lead = rule.lead if rule.relative is None else target(rule.relative, rule, facts, ground)
        except Exception as error:
            log.exception("routing rule %s (%s) failed", rule.id, rule.name)
            told = {"rule": rule.name, "error": f"{type(error).__name__}: {error}"}
            return Found(None, passed=passed, failed=Reason("rule-failed", told))
        if lead is not None:
            return Found(rule, lead, passed)
        passed = (*passed, Reason("no-target", {"rule": rule.name}))
    return Found(None, passed=passed)


def supporting(rule: Rule, lead: str | None, facts: Facts, ground: Ground) -> tuple[str, ...]:
    """The supporting agencies the rule means here, each once and never the lead; those not to be found are left out."""
    meant = (target(one, rule, facts, ground) if isinstance(one, Relative) else one for one in rule.supporting)
    return tuple(dict.fromkeys(one for one in meant if one is not None and one != lead))


def _route(rule: Rule, lead: str | None, facts: Facts, ground: Ground, before: tuple[Reason, ...]) -> Route:
    doubtful = rule.straight_through and _depends_on_place(rule) and _near_boundary(facts.place)
    reasons = (*before, *_conditions(rule, facts), *_target_reasons(rule, facts))
    reasons = (*reasons, Reason("rule", {"rule": rule.name, "id": rule.id}))
    level = rule.level(facts.urgency)
    if level is not None:
        reasons = (*reasons, Reason("service-level", level.to_data()))
    if rule.straight_through:
        reasons = (*reasons, Reason("second-look" if doubtful else "straight-through"))
    if rule.person is not None:
        reasons = (*reasons, Reason("person", {"person": rule.person}))
    at_once = rule.straight_through and not doubtful
    helpers = supporting(rule, lead, facts, ground)
    return Route(lead, helpers, rule, reasons, level=level, at_once=at_once, facts=facts)


def _depends_on_place(rule: Rule) -> bool:
    return not rule.anywhere or (rule.relative is not None and rule.relative.to == "commune")


def _near_boundary(place: Place | None) -> bool:
    near = place.neighbour if place else None
    return near is not None and near.distance_m < NEAR_BOUNDARY_M


def _conditions(rule: Rule, facts: Facts) -> tuple[Reason, ...]:
    reasons: list[Reason] = []
    if rule.category is not None:
        reasons.append(Reason("category", {"category": rule.category}))
    if rule.urgency is not None:
        reasons.append(Reason("urgency", {"urgency": rule.urgency}))
    if not rule.anywhere:
        reasons.append(_area_reason(rule, facts))
    if rule.when is not None:
        reasons.append(Reason(rule.when))
    asset = facts.assets.get(rule.near.layer) if rule.near else None
    if asset is not None:
        told = {"asset": asset.code, "name": asset.name, "owner": asset.owner, "distance_m": round(asset.distance_m, 1)}
        reasons.append(Reason("near-asset", told))
    return tuple(reasons)


def _area_reason(rule: Rule, facts: Facts) -> Reason:
    place = facts.place
    if rule.areas is None or place is None or place.code not in rule.areas:
        return Reason("drawn", {"name": rule.set_name or rule.area_set})
    if rule.area_set is not None:
        return Reason("area-set", {"name": rule.set_name or rule.area_set, "area": place.code})
    return Reason("area-of-rule", {"area": place.code})


def _target_reasons(rule: Rule, facts: Facts) -> tuple[Reason, ...]:
    if rule.relative is None:
        return ()
    if rule.relative.to == "owner":
        return (Reason("owner"),)
    name = facts.place.name if facts.place else None
    return (Reason("committee-above" if rule.relative.up else "committee", {"name": name}),)


def _place_reasons(place: Place | None) -> tuple[Reason, ...]:
    if place is None:
        return (Reason("beyond-areas"),)
    if place.distance_m > 0:
        where = Reason("nearest-area", {"area": place.code, "name": place.name, "distance_m": round(place.distance_m)})
    else:
        where = Reason("in-area", {"area": place.code, "name": place.name, "valid_from": place.valid_from})
    near = place.neighbour
    if near is None:
        return (where,)
    code = "near-boundary" if near.distance_m < NEAR_BOUNDARY_M else "boundary"
    facts = {"area": near.code, "name": near.name, "distance_m": round(near.distance_m, 1)}
    return (where, Reason(code, facts))
