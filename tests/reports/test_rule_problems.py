"""What is said about rules before they are published is true of every report they could meet."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reports.configuration import AgencyName, City, city_of
from reports.models import Agency, Category, Configuration
from reports.routing import Facts, Near, Relative, Rule
from reports.rule_problems import AreaName, leaves_of, problems
from reports.rule_reading import AreaSet
from reports.rule_regions import Atlas, gaps, unreachable
from tests.reports.office import CITY as CALENDAR
from tests.reports.test_rules import FACTS, GROUND, RULES, rule

PLACES = [AreaName(code, f"Phường {code.upper()}") for code in "abc"]
LEVELS = {"normal": {"amount": 3, "unit": "working_days", "starts": "dispatched"}}


def _category(position: int, code: str, parent: str | None = None) -> dict[str, Any]:
    names: dict[str, Any] = {"code": code, "name": code, "name_en": code, "icon": "road", "parent_code": parent}
    return Category(**names, position=position, service_levels=LEVELS).model_dump()


def _agency(code: str, parent: str | None) -> dict[str, Any]:
    area = code[-1] if code.startswith("ubnd") else None
    return Agency(code=code, name=code, name_en=code, kind="x", parent_code=parent, area_code=area).model_dump()


TREE = (("road", None), ("pothole", "road"), ("order", None), ("noise", "order"))
ANY_CITY = city_of(
    {
        "configuration": [Configuration(default_desk="city", settings={}).model_dump()],
        "category": [_category(place, *kind) for place, kind in enumerate(TREE)],
        "agency": [_agency(*agency) for agency in GROUND.parents.items()],
        "calendar": [{"code": "default", "definition": CALENDAR.to_data()}],
        **dict.fromkeys(("routing_rule", "reason", "category_reader", "area_set"), ()),
    }
)


def city(*rules: Rule, **more: Any) -> City:
    """Two kinds of report, four agencies, and these rules."""
    return replace(ANY_CITY, rules=rules, ground=GROUND, **more)


def told(made: City, **more: Any) -> list[tuple[str, str, str]]:
    """(kind, code, pointer) of each problem."""
    members = dict.fromkeys(made.agencies, 1)
    return [(one.kind, one.code, one.pointer) for one in problems(made, PLACES, members, **more)]


def numbered(*rules: Rule) -> tuple[Rule, ...]:
    """The rules with codes of their own."""
    return tuple(replace(one, id=number, code=f"r{number}") for number, one in enumerate(rules))


def test_gaps_are_one_problem_for_all_that_has_the_same_hole() -> None:
    made = city(*numbered(rule("roads", category="road", areas=frozenset("ab"))))
    found = [one for one in problems(made, PLACES, {"roads": 1}) if one.kind == "gap"]
    assert [(one.facts["categories"], one.facts["areas"]) for one in found] == [
        (["pothole"], ["c"]),
        (["noise"], ["a", "b", "c"]),
    ]


def test_open_and_closed_together_leave_no_gap() -> None:
    by_day, by_night = rule("roads", when="open"), rule("city", when="closed")
    assert told(city(*numbered(by_day, by_night))) == []
    assert [kind for kind, _, _ in told(city(*numbered(by_day)))] == ["gap-sometimes"]


def test_a_rule_behind_those_that_take_all_its_reports() -> None:
    halves = rule("roads", areas=frozenset("ab")), rule("city", areas=frozenset("c"))
    rules = numbered(*halves, rule("ubnd-a", category="road", areas=frozenset("bc")), rule("ubnd-b"))
    found = [one for one in problems(city(*rules), PLACES, {}) if one.kind == "unreachable"]
    assert [(one.code, one.facts["rules"]) for one in found] == [("r2", ["r0", "r1"])]


def test_only_the_order_decides_between_rules_of_which_neither_is_the_more_special() -> None:
    by_kind, by_area = rule("roads", category="road"), rule("ubnd-a", areas=frozenset("a"))
    assert ("overlap", "r1", "") in told(city(*numbered(by_kind, by_area, rule("city"))))
    assert told(city(*numbered(rule("roads", category="road"), rule("city")))) == []


def test_what_rules_point_at_must_be_there() -> None:
    rules = numbered(
        rule("gone", category="nothing"),
        rule("roads", near=Near("rails", 30)),
        rule("roads", areas=frozenset({"a", "z"}), person="nobody"),
        rule("roads", broken="hỏng"),
    )
    made = city(*rules, area_sets={"s": AreaSet("s", "S", "S", frozenset({"z"}))}, default_desk=None)
    found = told(made, layers=["roads"], people=["operator1"])
    wanted = [
        ("unknown-agency", "r0", "/lead"),
        ("unknown-category", "r0", "/category"),
        ("unknown-layer", "r1", "/near/layer"),
        ("unknown-person", "r2", "/person"),
        ("unknown-areas", "r2", "/areas"),
        ("broken", "r3", ""),
        ("unknown-areas", "s", "/areas"),
        ("no-desk", "", "/default_desk"),
    ]
    assert set(wanted) <= set(found)


def test_committees_that_are_not_there_and_agencies_nobody_works_at() -> None:

    here = Rule(1, "x", None, relative=Relative("commune"), code="r0")
    found = problems(city(here), PLACES, {"ubnd-a": 1})
    facts = {(one.kind, one.code): one.facts for one in found}
    assert facts["no-committee", "r0"]["areas"] == ["c"]
    assert ("no-members", "ubnd-b") in facts and ("no-members", "ubnd-a") not in facts


def test_a_city_without_accounts_is_one_problem() -> None:
    many = {f"a{number}": AgencyName(f"a{number}", "x", "x", "x", None) for number in range(30)}
    rules = numbered(*(rule(code) for code in many))
    found = [one.facts["count"] for one in problems(city(*rules, agencies=many), PLACES, {}) if "members" in one.kind]
    assert found == [30]


@given(st.lists(RULES, max_size=9), st.lists(FACTS, min_size=1, max_size=12))
def test_what_is_called_unreachable_never_wins_and_a_gap_falls_through(rules: list[Rule], many: list[Facts]) -> None:
    rules = [
        replace(one, id=number, code=f"r{number}", lead=None if one.relative else one.code)
        for number, one in enumerate(rules)
    ]
    made = city(*rules)
    atlas = Atlas.of(leaves_of(made), [place.code for place in PLACES], rules, GROUND)
    dead, holes = unreachable(atlas), gaps(atlas)
    for facts in many:
        path = ("pothole", "road") if "road" in facts.category_path else ("noise", "order")
        facts = replace(facts, category_path=path)
        route = made.index.choose(facts)
        assert route.rule is None or route.rule.id not in dead
        if facts.place is not None and route.rule is not None:
            cell = atlas.leaves.index(path[0]), ("normal", "urgent").index(facts.urgency)
            for (areas, certain), cells in holes.items():
                assert not (certain and cell in cells and facts.place.code in atlas.names(areas))
