"""How hot spots live on from look to look: found, grown, joined, split, gone, back. Pure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.hot_spots import LIVING, THE_RULE, Case, Group, Known, Outcome, Rule, reconcile, rule_of, shape_of

T0 = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def case(number: int, spot: str | None = None, *, east: float = 0, days: float = 10) -> Case:
    """A case so many metres east, received so many days ago and done a day later."""
    return Case(number, f"R{number}", 107.0 + east / 109_500, 10.35, T0 - days * DAY, T0 - (days - 1) * DAY, None, spot)


def group(*cases: Case, category: str = "pothole") -> Group:
    return Group(category, cases)


def spot(code: str, state: str = "open", *, days: float = 30, east: float = 0, done: float | None = None) -> Known:
    """A hot spot found so many days ago, and done so many days ago."""
    done_at = T0 - done * DAY if done is not None else None
    return Known(code, state, "pothole", 107.0 + east / 109_500, 10.35, 20.0, T0 - days * DAY, done_at)


def names(outcome: Outcome) -> list[tuple[str | None, str, list[str]]]:
    return [
        (one.known.code if one.known else None, one.state, [old.code for old in one.merged]) for one in outcome.found
    ]


def test_a_new_group_is_a_new_hot_spot_and_a_grown_one_stays_who_it_is() -> None:
    assert names(reconcile([group(case(1), case(2), case(3))], [], 50)) == [(None, "open", [])]
    grown = group(case(1, "A"), case(2, "A"), case(3, "A"), case(4, east=400))
    assert names(reconcile([grown], [spot("A", "planned")], 50)) == [("A", "planned", [])]


def test_two_that_grow_together_become_the_older_one() -> None:
    both = group(case(1, "Y"), case(2, "Y"), case(3, "Y"), case(4, "O"))
    outcome = reconcile([both], [spot("Y", "planned", days=1), spot("O", days=9)], 50)
    assert names(outcome) == [("O", "open", ["Y"])] and outcome.without == ()


def test_one_that_falls_apart_goes_with_the_larger_part() -> None:
    less, more = group(case(1, "A"), case(2, "A"), case(9)), group(case(3, "A"), case(4, "A"), case(5, "A"))
    far = replace(more, cases=tuple(replace(one, lon=one.lon + 0.01) for one in more.cases))
    assert names(reconcile([less, far], [spot("A")], 50)) == [(None, "open", []), ("A", "open", [])]


def test_what_has_too_few_cases_is_without_a_group() -> None:
    outcome = reconcile([], [spot("A"), spot("B", "planned"), spot("C", "done"), spot("D", "gone")], 50)
    assert [one.code for one in outcome.without] == ["A", "B", "C"]


def test_done_stays_done_until_a_case_comes_that_was_sent_later() -> None:
    before = (case(1, "A", days=20), case(2, "A", days=20), case(3, "A", days=20))
    mended = spot("A", "done", done=10)
    # Sent before it was mended, closed after: no return.
    late = replace(case(4, days=11), done_at=T0)
    assert names(reconcile([group(*before, late)], [mended], 50)) == [("A", "done", [])]
    (back,) = reconcile([group(*before, case(5, days=9))], [mended], 50).found
    assert (back.state, back.back) == ("open", True)


@pytest.mark.parametrize(("east", "who"), [(60, "A"), (200, None)])
def test_a_place_that_had_calmed_down_comes_back_under_its_name(east: float, who: str | None) -> None:
    again = group(case(7, east=east), case(8, east=east), case(9, east=east))
    (found,) = reconcile([again], [spot("A", "gone")], 50).found
    assert (found.known.code if found.known else None, found.back) == (who, who is not None)
    (other,) = reconcile([replace(again, category="light")], [spot("A", "gone")], 50).found
    assert other.known is None


KNOWN = ["A", "B", "C", "D"]
CASES = st.lists(st.tuples(st.integers(0, 3), st.sampled_from([*KNOWN, None]), st.integers(0, 500)), max_size=25)
STATES = st.lists(st.sampled_from([*LIVING, "gone"]), min_size=4, max_size=4)


@given(CASES, STATES)
def test_whatever_there_was_nobody_is_lost_or_doubled(
    told: list[tuple[int, str | None, int]], states: list[str]
) -> None:
    """Each group has one name at most, each living hot spot one fate, and looking again changes nothing."""
    cases = [(place, case(number, name, east=place * 1000 + east)) for number, (place, name, east) in enumerate(told)]
    groups = [group(*(one for at, one in cases if at == place)) for place in sorted({at for at, _ in cases})]
    known = [
        spot(code, state, days=place + 1, done=5) for place, (code, state) in enumerate(zip(KNOWN, states, strict=True))
    ]
    outcome = reconcile(groups, known, 50)
    assert [one.group for one in outcome.found] == groups
    named = [one.known.code for one in outcome.found if one.known] + [
        old.code for one in outcome.found for old in one.merged
    ]
    fates = named + [one.code for one in outcome.without]
    assert len(fates) == len(set(fates))
    assert {one.code for one in known if one.state in LIVING} <= set(fates)
    assert all(one.state in LIVING for one in outcome.found)
    # What the sweep then writes: each case with its group's name.
    after = [
        replace(one.group, cases=tuple(replace(case, spot=f"N{place}") for case in one.group.cases))
        for place, one in enumerate(outcome.found)
    ]
    shapes = [shape_of(one.group) for one in outcome.found]
    settled = [
        Known(f"N{place}", one.state, "pothole", shape.lon, shape.lat, shape.radius_m, T0)
        for place, (one, shape) in enumerate(zip(outcome.found, shapes, strict=True))
    ]
    again = reconcile(after, settled, 50)
    assert [one.known.code for one in again.found if one.known] == [one.code for one in settled]
    assert not again.without and not any(one.back or one.merged for one in again.found)


def test_the_shape_holds_all_cases() -> None:
    shape = shape_of(group(case(1, east=0, days=5), case(2, east=40, days=9), case(3, east=80, days=7)))
    assert 39 < shape.radius_m < 41 and (shape.first_at, shape.last_at) == (T0 - 8 * DAY, T0 - 4 * DAY)


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({}, THE_RULE),
        ({"hot_spots": {"cases": 5, "metres": 80, "days": 90}}, Rule(5, 80.0, 90)),
        ({"hot_spots": {"cases": 1, "metres": "far", "days": True}}, THE_RULE),
        ({"hot_spots": {"days": 90}}, Rule(3, 50.0, 90)),
        ({"hot_spots": None}, THE_RULE),
        ({"hot_spots": [3]}, THE_RULE),
    ],
)
def test_the_citys_rule(said: dict[str, object], rule: Rule) -> None:
    assert rule_of(said) == rule
