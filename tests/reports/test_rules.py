"""Rules: which one wins, and that the index of rules decides as trying all of them in their order does."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.clocks import Calendar
from reports.drawn import Drawn
from reports.routing import REASONS, Asset, Facts, Ground, Near, Neighbour, Place, Relative, Rule, choose
from reports.rule_index import RuleIndex
from reports.rule_reading import rule_of
from tests.reports.office import CITY

WORDS = Path(__file__).parents[2] / "web/shared/words"
NIGHT = datetime(2026, 11, 24, 22, tzinfo=timezone(timedelta(hours=7)))
MORNING = NIGHT.replace(hour=9)
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]}
GROUND = Ground(
    committees={"a": "ubnd-a", "b": "ubnd-b"},
    parents={"ubnd-a": "city", "ubnd-b": None, "city": None, "roads": "city"},
    calendars={"default": CITY, "always": Calendar("Asia/Ho_Chi_Minh", (((0, 1440),),) * 7)},
)
PLACE = Place("a", "Phường A", "2025-07-01")
POTHOLE = Facts(("pothole", "road"), "normal", PLACE, MORNING, (1.0, 1.0))


def rule(code: str = "r", **parts: Any) -> Rule:
    """A rule that says what it must and what the test wants."""
    target = {} if "relative" in parts else {"lead": code}
    return Rule(**{"id": 1, "name": code, "code": code, "lead": None, **target, **parts})


def decided(rules: list[Rule], facts: Facts = POTHOLE) -> tuple[str | None, list[str]]:
    """The lead and the codes of its reasons."""
    route = RuleIndex.of(rules, GROUND, "desk").choose(facts)
    return route.lead, [reason.code for reason in route.because]


def test_hours_decide_which_rule_is_the_first() -> None:
    rules = [rule("by-day", when="open"), rule("by-night", when="closed")]
    assert decided(rules) == ("by-day", ["in-area", "open", "rule"])
    assert decided(rules, replace(POTHOLE, at=NIGHT)) == ("by-night", ["in-area", "closed", "rule"])
    assert decided([rule("never", when="closed", calendar="always")], replace(POTHOLE, at=NIGHT))[0] == "desk"


def test_the_moment_of_opening_is_open_and_that_of_closing_is_not() -> None:
    rules = [rule("by-day", when="open"), rule("by-night", when="closed")]
    moments = {(7, 30): "by-day", (11, 30): "by-night", (13, 30): "by-day", (17, 0): "by-night"}
    for (hour, minute), wanted in moments.items():
        at = MORNING.replace(hour=hour, minute=minute)
        assert decided(rules, replace(POTHOLE, at=at))[0] == wanted, at
        assert decided(rules, replace(POTHOLE, at=at - timedelta(microseconds=1)))[0] != wanted, at
    midnight = replace(POTHOLE, at=MORNING.replace(hour=0, minute=0))
    assert decided([rule("always", when="open", calendar="always")], midnight)[0] == "always"


def test_a_rule_counts_only_while_it_is_valid() -> None:
    bounded = rule("new", valid_from=NIGHT, valid_to=NIGHT + timedelta(days=1))
    moments = [NIGHT - timedelta(seconds=1), NIGHT, NIGHT + timedelta(days=1)]
    assert [decided([bounded], replace(POTHOLE, at=at))[0] for at in moments] == ["desk", "new", "desk"]


def test_the_committee_of_the_commune_and_those_above_it() -> None:
    here = rule("here", relative=Relative("commune"), supporting=("city", Relative("commune", 1), "ubnd-a"))
    route = RuleIndex.of([here], GROUND, "desk").choose(POTHOLE)
    assert (route.lead, route.supporting) == ("ubnd-a", ("city",))
    above = rule("above", relative=Relative("commune", 1))
    assert decided([above]) == ("city", ["in-area", "committee-above", "rule"])
    in_b = replace(POTHOLE, place=replace(PLACE, code="b"))
    # Nobody is above B's committee, and nobody is it in C: the next rule answers, and the reasons say so.
    assert decided([above, rule("rest")], in_b) == ("rest", ["in-area", "no-target", "rule"])
    assert decided([here], replace(POTHOLE, place=replace(PLACE, code="c")))[1] == ["in-area", "no-target", "no-rule"]
    assert decided([here], replace(POTHOLE, place=None))[0] == "desk"


def test_the_owner_of_the_road_it_lies_on() -> None:
    road = replace(POTHOLE, assets={"roads": Asset("ql51", "Quốc lộ 51", "roads", 12.0)})
    owned = rule("owned", relative=Relative("owner"), near=Near("roads", 15))
    assert decided([owned], road) == ("roads", ["in-area", "near-asset", "owner", "rule"])
    assert decided([owned])[0] == "desk"
    assert decided([rule("r", near=Near("roads", 10))], road)[0] == "desk"
    assert decided([rule("r", near=Near("roads", 15, "ubnd-a"))], road)[0] == "desk"


def test_drawn_and_listed_areas_are_one_set() -> None:
    both = rule("set", areas=frozenset({"b"}), drawn=Drawn.from_geojson(SQUARE), area_set="beach")
    assert decided([both]) == ("set", ["in-area", "drawn", "rule"])
    outside = replace(POTHOLE, point=(3.0, 1.0))
    assert decided([both], outside)[0] == "desk"
    assert decided([both], replace(outside, place=replace(PLACE, code="b")))[1] == ["in-area", "area-set", "rule"]


def test_near_a_boundary_nothing_goes_out_without_a_person() -> None:
    at_once = rule("once", areas=frozenset({"a"}), straight_through=True)
    route = RuleIndex.of([at_once], GROUND, "desk").choose(POTHOLE)
    assert (route.at_once, route.because[-1].code) == (True, "straight-through")
    close = replace(PLACE, neighbour=Neighbour("b", "Phường B", 12.0))
    route = RuleIndex.of([at_once], GROUND, "desk").choose(replace(POTHOLE, place=close))
    assert (route.at_once, route.because[-1].code) == (False, "second-look")


def test_a_rule_that_cannot_be_read_is_loud_where_it_would_decide() -> None:
    row = {"id": 7, "code": "x", "name": "x", "category": "pothole", "lead": "roads", "supporting": ["@nobody"]}
    broken = rule_of(row, {})
    assert broken.broken is not None
    assert decided([broken, rule("rest")]) == ("desk", ["in-area", "rule-failed"])
    assert decided([broken, rule("rest")], replace(POTHOLE, category_path=("light",)))[0] == "rest"
    both = rule_of({**row, "supporting": ["@commune^1"], "relative": {"to": "commune"}}, {})
    assert both.broken == "a rule names either a lead or a relative target"


AREAS = ("a", "b", "c")
TIMES = (MORNING, NIGHT, datetime(2026, 1, 1, tzinfo=UTC))
RULES = st.builds(
    rule,
    code=st.sampled_from(("roads", "ubnd-a", "city")),
    category=st.sampled_from((None, "road", "pothole", "light")),
    urgency=st.sampled_from((None, "normal", "urgent")),
    areas=st.none() | st.frozensets(st.sampled_from(AREAS)),
    drawn=st.sampled_from((None, None, Drawn.from_geojson(SQUARE))),
    when=st.sampled_from((None, None, "open", "closed")),
    calendar=st.sampled_from(("default", "always", "default", "missing")),
    near=st.none() | st.builds(Near, st.just("roads"), st.sampled_from((10.0, 30.0)), st.sampled_from((None, "roads"))),
    relative=st.none() | st.builds(Relative, st.sampled_from(("commune", "owner")), st.integers(0, 2)),
    valid_from=st.sampled_from((None, None, MORNING)),
    valid_to=st.sampled_from((None, None, NIGHT)),
    straight_through=st.booleans(),
    broken=st.sampled_from((*(None,) * 9, "hỏng")),
)
FACTS = st.builds(
    Facts,
    category_path=st.sampled_from((("pothole", "road"), ("light",), ("other",))),
    urgency=st.sampled_from(("normal", "urgent")),
    place=st.none() | st.builds(Place, st.sampled_from((*AREAS, "d")), st.just("x"), st.just("2025-07-01")),
    at=st.sampled_from(TIMES),
    point=st.tuples(st.sampled_from((1.0, 5.0)), st.just(1.0)),
    assets=st.sampled_from(({}, {"roads": Asset("q", "q", "roads", 20.0)}, {"roads": Asset("q", "q", None, 5.0)})),
)


@given(st.lists(RULES, max_size=12), FACTS)
def test_the_index_decides_as_trying_all_rules_does(rules: list[Rule], facts: Facts) -> None:
    rules = [replace(one, id=number, lead=None if one.relative else one.code) for number, one in enumerate(rules)]
    assert RuleIndex.of(rules, GROUND, "desk").choose(facts) == choose(rules, facts, GROUND, default_desk="desk")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_reason_has_words(language: str) -> None:
    words = (WORDS / f"{language}-routing.ts").read_text(encoding="utf-8")
    assert set(re.findall(r'"because\.([a-z-]+)": ".+"', words)) == set(REASONS)
