"""Which agency is competent for this kind of problem at that place, and why. Pure: decides on values.

Rules are tried in their order; the first that matches proposes the agency. A rule that raises is loud (it is logged,
named in the reasons and the report goes to the default desk): a broken rule must never drop or block a report, nor let
a later rule answer in its place as if nothing had happened.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

log = logging.getLogger(__name__)

# Closer than this to the next area the operator is warned: phones are often wrong by this much.
NEAR_BOUNDARY_M = 30.0


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
class Facts:
    """What routing looks at. `category_path`: the leaf and its ancestors."""

    category_path: tuple[str, ...]
    urgency: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Rule:
    """Category subtree x area set x urgency -> lead, supporting; None means any."""

    id: int
    name: str
    lead: str
    supporting: tuple[str, ...] = ()
    category: str | None = None
    areas: frozenset[str] | None = None
    urgency: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence of the explanation: a stable code and the facts that fill it."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """The proposal. `fallback`: no rule matched (or one failed), so it goes to the default desk."""

    lead: str | None
    supporting: tuple[str, ...]
    rule: Rule | None
    because: tuple[Reason, ...]
    fallback: bool = False

    def as_document(self) -> dict[str, Any]:
        """As stored on the report and shown to staff."""
        return {
            "lead": self.lead,
            "supporting": list(self.supporting),
            "rule": {"id": self.rule.id, "name": self.rule.name} if self.rule else None,
            "because": [{"code": reason.code, **reason.facts} for reason in self.because],
            "fallback": self.fallback,
        }


def matches(rule: Rule, facts: Facts) -> bool:
    """Whether every condition of the rule holds."""
    if rule.category is not None and rule.category not in facts.category_path:
        return False
    if rule.urgency is not None and rule.urgency != facts.urgency:
        return False
    return rule.areas is None or (facts.place is not None and facts.place.code in rule.areas)


def choose(rules: Sequence[Rule], facts: Facts, *, default_desk: str | None) -> Route:
    """The first matching rule's proposal with its reasons; the default desk if there is none or one raises."""
    for rule in rules:
        try:
            matched = matches(rule, facts)
        except Exception as error:
            log.exception("routing rule %s (%s) failed", rule.id, rule.name)
            broken = Reason("rule-failed", {"rule": rule.name, "error": f"{type(error).__name__}: {error}"})
            return Route(default_desk, (), None, (*_place_reasons(facts.place), broken), fallback=True)
        if matched:
            return Route(rule.lead, rule.supporting, rule, _reasons(rule, facts))
    return Route(default_desk, (), None, (*_place_reasons(facts.place), Reason("no-rule")), fallback=True)


def _reasons(rule: Rule, facts: Facts) -> tuple[Reason, ...]:
    reasons = list(_place_reasons(facts.place))
    if rule.category is not None:
        reasons.append(Reason("category", {"category": rule.category}))
    if rule.urgency is not None:
        reasons.append(Reason("urgency", {"urgency": rule.urgency}))
    if rule.areas is not None and facts.place is not None:
        reasons.append(Reason("area-of-rule", {"area": facts.place.code}))
    reasons.append(Reason("rule", {"rule": rule.name, "id": rule.id}))
    return tuple(reasons)


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
