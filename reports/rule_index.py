"""The rules of a city made ready once, so that deciding does not try all of them.

A rule is a bit. For each category, urgency and area stands the set of rules that do not rule it out, as one whole
number; the three numbers of a report, and-ed, are the rules worth trying, in their order. What a number cannot say
(drawn areas, hours, what lies near, validity) is looked at by `routing.matches`, as it would be without the index: the
index leaves out only what cannot match. A test compares the two.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reports.routing import Facts, Found, Ground, Route, Rule, choose, winner


@dataclass(frozen=True, slots=True)
class _Sets:
    """Rules by the value they ask for, and those that ask for none."""

    by_value: Mapping[str, int]
    any: int

    def of(self, *values: str) -> int:
        bits = self.any
        for value in values:
            bits |= self.by_value.get(value, 0)
        return bits


@dataclass(frozen=True, slots=True)
class RuleIndex:
    """A city's rules in their order, ready to decide."""

    rules: tuple[Rule, ...] = ()
    ground: Ground = field(default_factory=Ground)
    default_desk: str | None = None
    _category: _Sets = field(default=_Sets({}, 0), repr=False)
    _urgency: _Sets = field(default=_Sets({}, 0), repr=False)
    _area: _Sets = field(default=_Sets({}, 0), repr=False)
    _near: int = field(default=0, repr=False)

    @classmethod
    def of(cls, rules: Sequence[Rule], ground: Ground, default_desk: str | None) -> "RuleIndex":
        """Make these rules ready; `ground` is what they point at."""
        category = _sets([_one(rule.category) for rule in rules])
        urgency = _sets([_one(rule.urgency) for rule in rules])
        # What was drawn may lie in any area, and a rule that cannot be read must fail wherever it would be tried.
        area = _sets([None if rule.drawn or rule.broken else rule.areas for rule in rules])
        near = sum(1 << place for place, rule in enumerate(rules) if rule.near is not None)
        return cls(tuple(rules), ground, default_desk, category, urgency, area, near)

    def choose(self, facts: Facts) -> Route:
        """The proposal with its reasons: `routing.choose` over the rules worth trying."""
        return choose(self._candidates(facts), facts, self.ground, default_desk=self.default_desk)

    def winner(self, facts: Facts) -> Found:
        """The rule alone, for deciding many."""
        return winner(self._candidates(facts), facts, self.ground)

    def layers(self) -> dict[str, float]:
        """The layers that rules ask, and how many metres around a report each has to be looked through."""
        asked: dict[str, float] = {}
        for rule in self.rules:
            if rule.near is not None:
                asked[rule.near.layer] = max(rule.near.within_m, asked.get(rule.near.layer, 0.0))
        return asked

    def asks_layers(self, facts: Facts) -> bool:
        """Whether what lies near can make a difference for such a report."""
        return bool(self._bits(facts) & self._near)

    def _bits(self, facts: Facts) -> int:
        bits = self._category.of(*facts.category_path) & self._urgency.of(facts.urgency)
        return bits & (self._area.of(facts.place.code) if facts.place is not None else self._area.any)

    def _candidates(self, facts: Facts) -> Iterator[Rule]:
        bits = self._bits(facts)
        while bits:
            lowest = bits & -bits
            yield self.rules[lowest.bit_length() - 1]
            bits ^= lowest


def _one(value: str | None) -> frozenset[str] | None:
    # Only plain texts can be looked up; with anything else the rule is tried, and may fail, as without the index.
    return frozenset((value,)) if type(value) is str else None


def _sets(asked: Sequence[frozenset[str] | None]) -> _Sets:
    by_value: dict[str, int] = {}
    unasked = 0
    for place, values in enumerate(asked):
        if values is None:
            unasked |= 1 << place
            continue
        for value in values:
            by_value[value] = by_value.get(value, 0) | 1 << place
    return _Sets(by_value, unasked)
