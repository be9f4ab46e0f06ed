"""The ladder of escalation, against a slow count of its own: who is called when, and never twice."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.escalation import DEFAULTS, Call, Ladder, Promised, Rung, Taken, ladder
from tests.reports.office import CITY, HANOI

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def _sorted(found: list[tuple[int, Any]]) -> list[Rung]:
    return [Rung("late", amount, "minutes", to) for amount, to in sorted(found, key=lambda one: one[0])]


rungs = st.lists(
    st.tuples(st.integers(0, 900), st.sampled_from(["head", "supervisor", "leader"])), min_size=1, max_size=4
).map(_sorted)
looks = st.lists(st.integers(1, 1500), min_size=1, max_size=15)
# After which call, and how many minutes after it, somebody says that he takes care of it.
answers = st.dictionaries(st.integers(0, 2), st.integers(0, 1200), max_size=3)


Called = list[tuple[int, str, int]]


def slow(found: list[Rung], gaps: list[int], answered: dict[int, int], *, head: bool) -> Called:
    """(level, whom, minute), told minute by minute: whoever is next is called at the first look that is late enough
    after the last call, or after the last answer to one.
    """
    calls: Called = []
    looked_at = {sum(gaps[: place + 1]) for place in range(len(gaps))}
    last_amount, heard_at = 0, 0
    for minute in range(sum(gaps) + 1):
        if any(minute == calls[number][2] + late for number, late in answered.items() if number < len(calls)):
            heard_at = minute
        if minute not in looked_at:
            continue
        open_rungs = [
            (level, rung.amount, "supervisor" if rung.to == "head" and not head else rung.to)
            for level, rung in enumerate(found, 1)
        ]
        before = calls[-1][0] if calls else 0
        named = {whom for _, whom, _ in calls}
        following = next((one for one in open_rungs if one[0] > before and one[2] not in named), None)
        if following is None:
            continue
        level, amount, whom = following
        # Late is after the due time, and a look comes on the minute.
        if minute >= max(amount, 1) and (not calls or minute - heard_at >= amount - last_amount):
            calls.append((level, whom, minute))
            last_amount, heard_at = amount, minute
    return calls


@given(rungs, looks, answers, st.booleans())
@settings(max_examples=200, deadline=None)
def test_the_ladder_agrees_with_a_slow_count(
    found: list[Rung], gaps: list[int], answered: dict[int, int], head: bool
) -> None:
    began = at = datetime(2026, 3, 5, 8, tzinfo=HANOI)
    up = Ladder(found, began, CITY, head)
    calls: Called = []
    taken: list[Taken] = []
    for gap in gaps:
        at += gap * MINUTE
        made = up.following(_as_of(taken, answered, at))
        if made is not None and made.at <= at:
            calls.append((made.level, made.to, (at - began) // MINUTE))
            taken.append(Taken(made.level, made.to, at))
    assert calls == slow(found, gaps, answered, head=head)
    assert len({whom for _, whom, _ in calls}) == len(calls)


def _as_of(taken: list[Taken], answered: dict[int, int], now: datetime) -> list[Taken]:
    told = {number: one.raised_at + answered[number] * MINUTE for number, one in enumerate(taken) if number in answered}
    return [
        replace(one, acknowledged_at=told[number]) if number in told and told[number] <= now else one
        for number, one in enumerate(taken)
    ]


@given(st.sampled_from(["minutes", "working_hours", "percent"]), st.integers(100, 400), st.integers(0, 60 * 24 * 14))
@settings(max_examples=200, deadline=None)
def test_the_moment_of_a_call_is_the_first_at_which_its_time_has_passed(unit: str, amount: int, minute: int) -> None:
    """What is kept for the next look is neither early nor late, at night, at a weekend, in Tết."""
    began = datetime(2026, 2, 9, tzinfo=HANOI) + minute * MINUTE
    promised = Promised(10 * HOUR, True, CITY)
    up = Ladder([Rung("late", amount, unit, "leader")], began, CITY, False, promised)
    made = up.following([])
    assert made is not None and made.at > began
    span = {"minutes": amount * MINUTE, "working_hours": amount * HOUR, "percent": (amount - 100) * 6 * MINUTE}[unit]
    assert _passed(began, made.at, unit) >= span
    assert _passed(began, made.at - timedelta(microseconds=1), unit) < max(span, timedelta(microseconds=1))


def _passed(start: datetime, end: datetime, unit: str) -> timedelta:
    if unit == "minutes":
        return end - start
    return timedelta(microseconds=CITY.between(CITY.moment(start), CITY.moment(end)))


def test_per_cent_are_of_the_promise_and_counted_as_it_counts() -> None:
    """Ten working hours promised: half as long again is five working hours after the due time."""
    due = datetime(2026, 3, 6, 15, tzinfo=HANOI)
    found = [Rung("late", 100, "percent", "supervisor"), Rung("late", 150, "percent", "leader")]
    up = Ladder(found, due, CITY, False, Promised(10 * HOUR, True, CITY))
    assert up.following([]) == Call(1, "supervisor", due + timedelta(microseconds=1))
    # Friday 15:00: two hours, the lunch break not among them, and three on Monday from 07:30.
    called = [Taken(1, "supervisor", due + timedelta(microseconds=1))]
    leader = up.following(called)
    assert leader is not None and (leader.to, leader.at.replace(microsecond=0)) == (
        "leader", datetime(2026, 3, 9, 10, 30, tzinfo=HANOI))  # fmt: skip
    # Day and night where the promise counts so, and nobody where there is none to count in.
    minutes = Ladder(found, due, CITY, False, Promised(4 * HOUR, False, CITY)).following(called)
    assert minutes is not None and minutes.at.replace(microsecond=0) == due + 2 * HOUR
    assert Ladder(found, due, CITY, False).following([]) is None


def test_a_proof_is_brought_up_whatever_the_city_s_ladder_says_of_other_causes() -> None:
    for cause in ("proof", "unapproved"):
        kept = ladder({"escalation": {"standard": []}}, "standard", cause)
        assert [rung.to for rung in kept] == ["supervisor", "leader"]
    own = {"escalation": {"standard": [{"cause": "proof", "after": {"amount": 5, "unit": "minutes"}, "to": "leader"}]}}
    assert ladder(own, "standard", "proof") == (Rung("proof", 5, "minutes", "leader"),)
    assert ladder(own, "standard", "late") == ()


def test_working_hours_are_those_of_the_agency() -> None:
    found = ladder({}, "standard", "untouched")
    friday = datetime(2026, 3, 6, 15, tzinfo=HANOI)
    monday = datetime(2026, 3, 9, 9, 30, tzinfo=HANOI)
    assert Ladder(found, friday, CITY, head=True).following([]) == Call(1, "head", monday)


@pytest.mark.parametrize(
    "given",
    [None, [], {"standard": "x"}, {"standard": [{"cause": "late"}]}, {"instant": []},
     {"standard": [{"cause": "late", "after": {"amount": -1, "unit": "minutes"}, "to": "head"}]},
     {"standard": [{"cause": "late", "after": {"amount": 1, "unit": "minutes"}, "to": "mayor"}]}],
)  # fmt: skip
def test_nonsense_in_the_settings_leaves_the_usual_ladder(given: Any) -> None:
    assert ladder({"escalation": given}, "standard", "late") == tuple(
        r for r in DEFAULTS["standard"] if r.cause == "late"
    )


def test_a_city_may_switch_it_off() -> None:
    assert ladder({"escalation": {"standard": []}}, "standard", "late") == ()
