"""Storms against a slow and obvious reference, and what must hold of their growing."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.storms import Density, Sighting, Storm, extent, find, goes_on, grow, neighbours, plane

T0 = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DENSITY = Density(radius_m=200.0, window=timedelta(minutes=30), least=4)
METRE = 1 / 111_195.0


def at(code: str, east_m: float = 0.0, north_m: float = 0.0, minutes: float = 0.0, *, open: bool = True) -> Sighting:
    """A sighting so many metres and minutes from the first, at 10 degrees north."""
    return Sighting(
        code, 107.0 + east_m * METRE / 0.9848, 10.0 + north_m * METRE, T0 + timedelta(minutes=minutes), open=open
    )


def reference(sightings: Sequence[Sighting], density: Density) -> list[tuple[str, ...]]:
    """Every pair compared; cores spread to what they reach until nothing changes."""
    ordered = sorted(sightings, key=lambda one: (one.at, one.code))
    points = plane(ordered)
    near = {
        number: {other for other in range(len(points)) if neighbours(points[number], points[other], density)}
        for number in range(len(points))
    }
    cores = [number for number in near if len(near[number]) >= density.least]
    groups: list[set[int]] = []
    for core in cores:
        if any(core in group for group in groups):
            continue
        group, waiting = set[int](), [core]
        while waiting:
            one = waiting.pop()
            if one not in group:
                group.add(one)
                waiting += [other for other in near[one] if other in cores]
        groups.append(group)
    for number in near:
        if number not in cores:
            reached = [core for core in cores if core in near[number]]
            if reached:
                next(group for group in groups if reached[0] in group).add(number)
    return [tuple(ordered[number].code for number in sorted(group)) for group in groups]


spots = st.tuples(
    st.floats(-900, 900, allow_nan=False), st.floats(-900, 900, allow_nan=False), st.floats(0, 120, allow_nan=False)
)
# Whole hundreds of metres and tens of minutes: many on one spot, and many exactly at a limit.
squares = st.tuples(
    st.integers(-4, 4).map(lambda n: n * 100.0), st.just(0.0), st.integers(0, 9).map(lambda n: n * 10.0)
)
crowds = st.lists(st.one_of(spots, squares), max_size=60).map(
    lambda places: [at(f"R{number:03}", *place) for number, place in enumerate(places)]
)


@settings(max_examples=150, deadline=None)
@given(crowds)
def test_they_are_those_of_the_obvious_reference(crowd: list[Sighting]) -> None:
    assert find(crowd, DENSITY) == reference(crowd, DENSITY)


@settings(max_examples=60, deadline=None)
@given(crowds, st.randoms(use_true_random=False))
def test_the_order_in_which_reports_are_read_changes_nothing(crowd: list[Sighting], chance: object) -> None:
    shuffled = list(crowd)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert find(shuffled, DENSITY) == find(crowd, DENSITY)


@settings(max_examples=60, deadline=None)
@given(crowds)
def test_growing_report_by_report_loses_nobody_and_never_splits(crowd: list[Sighting]) -> None:
    storms: list[Storm] = []
    ordered = sorted(crowd, key=lambda one: (one.at, one.code))
    for number in range(1, len(ordered) + 1):
        now = ordered[number - 1].at
        recent = [one for one in ordered[:number] if now - one.at <= 2 * DENSITY.window]
        before, storms = storms, grow(storms, find(recent, DENSITY))
        for one in before:
            holders = [storm for storm in storms if set(one.members) & set(storm.members)]
            assert len(holders) == 1 and set(one.members) <= set(holders[0].members)
        assert all(not set(one.members) & set(other.members) for one, other in combinations(storms, 2))
        assert all(len(storm.members) == len(set(storm.members)) for storm in storms)
    assert [storm.subject for storm in storms] == [storm.members[0] for storm in storms]


def test_a_thousand_reports_of_one_spot_are_one_storm() -> None:
    crowd = [at(f"R{number:04}", minutes=number / 50) for number in range(2000)]
    assert [len(group) for group in find(crowd, DENSITY)] == [2000]


def test_a_street_is_one_storm_and_two_streets_are_two() -> None:
    street = [at(f"A{number}", east_m=number * 90) for number in range(6)]
    other = [at(f"B{number}", east_m=number * 90, north_m=500) for number in range(6)]
    assert [len(group) for group in find([*street, *other], DENSITY)] == [6, 6]


def test_the_same_place_on_another_day_is_another_storm() -> None:
    first = [at(f"A{number}", minutes=number) for number in range(4)]
    later = [at(f"B{number}", minutes=24 * 60 + number) for number in range(4)]
    assert find([*first, *later], DENSITY) == [("A0", "A1", "A2", "A3"), ("B0", "B1", "B2", "B3")]


def test_two_storms_that_meet_go_on_under_the_older_name() -> None:
    storms = grow([Storm("A", ("A", "B")), Storm("C", ("C", "D"))], [("B", "C", "E"), ("X", "Y")])
    assert storms == [Storm("A", ("A", "B", "C", "D", "E")), Storm("X", ("X", "Y"))]


def test_a_storm_is_over_when_it_is_quiet_or_dealt_with() -> None:
    members = [at("A"), at("B", minutes=10), at("C", minutes=20)]
    assert goes_on(members, T0 + timedelta(minutes=80), DENSITY)
    assert not goes_on(members, T0 + timedelta(minutes=81), DENSITY)
    merged = [at("A"), at("B", minutes=10, open=False), at("C", minutes=20, open=False)]
    assert not goes_on(merged, T0 + timedelta(minutes=20), DENSITY)


def test_centre_and_radius() -> None:
    where = extent([at("A", east_m=-50), at("B", east_m=50), at("C", north_m=0)])
    assert (round(where.lon, 4), round(where.lat, 4)) == (107.0, 10.0)
    assert abs(where.radius_m - 50) < 0.5
