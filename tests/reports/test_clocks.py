"""Due times: cases worked out by hand, laws for every calendar, and a second way of counting."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from reports.clocks import (
    Calendar,
    CalendarError,
    Clock,
    NoWorkingTime,
    ServiceLevel,
    due_at,
    remaining,
    resume,
)
from reports.worktime import Special
from tests.reports.office import CITY, HANOI, NEVER, OFFICE, UNITS, WORKING, level, local


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due"),
    [
        # Minutes do not care for nights.
        ("2026-03-06T23:50", 20, "minutes", "2026-03-07T00:10"),
        # Hours step over lunch, night and weekend; 4 hours from the morning's first minute end with it.
        ("2026-03-05T10:30", 4, "working_hours", "2026-03-05T16:30"),
        ("2026-03-06T16:00", 4, "working_hours", "2026-03-09T10:30"),
        ("2026-03-06T07:30", 4, "working_hours", "2026-03-06T11:30"),
        ("2026-03-07T02:00", 1, "working_hours", "2026-03-09T08:30"),
        # The day of arrival does not count; Saturday arrives on Monday.
        ("2026-03-05T08:00", 1, "working_days", "2026-03-06T17:00"),
        ("2026-03-05T16:59", 1, "working_days", "2026-03-06T17:00"),
        ("2026-03-05T17:00", 1, "working_days", "2026-03-09T17:00"),
        ("2026-03-05T12:00", 1, "working_days", "2026-03-06T17:00"),
        ("2026-03-07T09:00", 1, "working_days", "2026-03-10T17:00"),
        ("2026-03-08T23:00", 1, "working_days", "2026-03-10T17:00"),
        ("2026-03-09T05:00", 1, "working_days", "2026-03-10T17:00"),
        # Seven working days over Tết: 12, 13, (14-22 off) 23, 24, 25, 26, 27 February.
        ("2026-02-11T09:00", 7, "working_days", "2026-02-27T17:00"),
        # A working Saturday counts, a swapped Monday does not.
        ("2026-08-21T09:00", 1, "working_days", "2026-08-22T17:00"),
        ("2026-08-28T09:00", 1, "working_days", "2026-09-03T17:00"),
        # Calendar days count on through days off but do not end in one.
        ("2026-03-05T09:00", 1, "calendar_days", "2026-03-06T17:00"),
        ("2026-03-05T23:59", 2, "calendar_days", "2026-03-09T17:00"),
        ("2026-02-13T09:00", 3, "calendar_days", "2026-02-23T17:00"),
    ],
)
def test_due_times_worked_out_by_hand(start: str, amount: int, unit: str, due: str) -> None:
    assert due_at(local(start), level(amount, unit), CITY) == local(due)


def test_results_are_utc_and_naive_times_are_refused() -> None:
    assert due_at(local("2026-03-05T08:00"), level(1, "minutes"), CITY).tzinfo is UTC
    with pytest.raises(ValueError, match="zone"):
        due_at(datetime(2026, 3, 5), level(1, "minutes"), CITY)


# every calendar

moments = st.datetimes(datetime(2024, 1, 1), datetime(2029, 12, 31)).map(lambda at: at.replace(tzinfo=HANOI))
amounts = st.integers(1, 60)
pauses = st.timedeltas(timedelta(0), timedelta(days=40))


@st.composite
def days(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """A day's intervals: none to three, cut anywhere, midnight to midnight and touching ones included."""
    cuts = sorted(draw(st.lists(st.integers(0, 1440), max_size=6)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return tuple((opening, closing) for opening, closing in pairs if opening < closing)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Any week with some work in it, with up to six runs of special days."""
    week = tuple(draw(days()) for _ in range(7))
    assume(any(week))
    first, special = date(2024, 1, 1), []
    for _ in range(draw(st.integers(0, 6))):
        first += timedelta(days=draw(st.integers(1, 300)))
        last = first + timedelta(days=draw(st.integers(0, 12)))
        special.append(Special(first, last, "x", draw(st.just(()) | days())))
        first = last
    return Calendar("Asia/Ho_Chi_Minh", week, tuple(special))


offices = st.just(CITY) | calendars()
laws = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def working(at: datetime, calendar: Calendar) -> bool:
    """Whether the minute that begins at `at` is worked, straight from the definition."""
    here = at.astimezone(HANOI)
    work = calendar.week[here.weekday()]
    for special in calendar.special:
        if special.first <= here.date() <= special.last:
            work = special.work
    minute = here.hour * 60 + here.minute
    return any(opening <= minute < closing for opening, closing in work)


def works_on(day: date, calendar: Calendar) -> bool:
    noon = datetime(day.year, day.month, day.day, tzinfo=HANOI)
    return any(working(noon + timedelta(minutes=minute), calendar) for minute in range(1440))


def closing_of(day: date, calendar: Calendar) -> datetime:
    midnight = datetime(day.year, day.month, day.day, tzinfo=HANOI)
    worked = [minute for minute in range(1440) if working(midnight + timedelta(minutes=minute), calendar)]
    return midnight + timedelta(minutes=worked[-1] + 1)


def slow_due(start: datetime, promise: ServiceLevel, calendar: Calendar) -> datetime:
    """The definitions read out loud, one minute or one day after the other. Start is a whole minute."""
    if promise.unit == "minutes":
        return start + timedelta(minutes=promise.amount)
    at, one = start, timedelta(minutes=1)
    if promise.unit == "working_hours":
        left = promise.amount * 60
        while left:
            left -= working(at, calendar)
            at += one
        return at
    if promise.unit == "working_days":
        while not working(at, calendar):
            at += one
        day, left = at.astimezone(HANOI).date(), promise.amount
        while left:
            day += timedelta(days=1)
            left -= works_on(day, calendar)
        return closing_of(day, calendar)
    day = start.astimezone(HANOI).date() + timedelta(days=promise.amount)
    while not works_on(day, calendar):
        day += timedelta(days=1)
    return closing_of(day, calendar)


@given(moments, st.integers(1, 9), st.sampled_from(UNITS))
@settings(max_examples=40, deadline=None)
def test_a_slow_count_agrees_on_the_city_calendar(start: datetime, amount: int, unit: str) -> None:
    start = start.replace(second=0, microsecond=0)
    assert due_at(start, level(amount, unit), CITY) == slow_due(start, level(amount, unit), CITY)


@given(moments, st.integers(1, 4), st.sampled_from(UNITS), calendars())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_slow_count_agrees_on_any_calendar(start: datetime, amount: int, unit: str, calendar: Calendar) -> None:
    start = start.replace(second=0, microsecond=0)
    week = sum(closing - opening for day in calendar.week for opening, closing in day)
    assume(week >= 600)
    assert due_at(start, level(amount, unit), calendar) == slow_due(start, level(amount, unit), calendar)


@given(moments, moments, amounts, st.integers(0, 40), st.sampled_from(UNITS), offices)
@laws
def test_later_starts_and_larger_amounts_are_never_due_earlier(
    one: datetime, two: datetime, amount: int, more: int, unit: str, calendar: Calendar
) -> None:
    early, late = sorted((one, two))
    assert due_at(early, level(amount, unit), calendar) <= due_at(late, level(amount, unit), calendar)
    assert due_at(early, level(amount, unit), calendar) <= due_at(early, level(amount + more, unit), calendar)


@given(moments, amounts, st.sampled_from(UNITS[1:]), offices)
@laws
def test_due_is_after_the_start_and_in_working_time(
    start: datetime, amount: int, unit: str, calendar: Calendar
) -> None:
    due = due_at(start, level(amount, unit), calendar)
    assert due > start
    just_before = due - timedelta(microseconds=1)
    assert working(just_before, calendar)


@given(moments, moments, amounts, st.sampled_from(UNITS), offices)
@laws
def test_resuming_at_once_changes_nothing(
    start: datetime, now: datetime, amount: int, unit: str, calendar: Calendar
) -> None:
    promise = level(amount, unit)
    clock = Clock.project(start, promise, calendar)
    assert clock.pause(now, promise, calendar).resume(now, promise, calendar) == clock


@given(moments, moments, amounts, pauses, st.sampled_from(WORKING), offices)
@laws
def test_a_pause_of_x_working_hours_moves_the_due_time_by_x(
    start: datetime, now: datetime, amount: int, pause: timedelta, unit: str, calendar: Calendar
) -> None:
    promise = level(amount, unit)
    due = due_at(start, promise, calendar)
    again = now + pause
    moved = resume(again, remaining(now, due, promise, calendar), promise, calendar)
    assert remaining(due, moved, promise, calendar) == remaining(now, again, promise, calendar)


@given(moments, moments, amounts, pauses, st.sampled_from(UNITS), offices)
@laws
def test_a_pause_never_brings_the_due_time_forward(
    start: datetime, now: datetime, amount: int, pause: timedelta, unit: str, calendar: Calendar
) -> None:
    promise = level(amount, unit)
    clock = Clock.project(start, promise, calendar).extend(datetime(2031, 3, 1, 23, 17, tzinfo=UTC))
    after = clock.pause(now, promise, calendar).resume(now + pause, promise, calendar)
    assert after.due_at >= clock.due_at
    if unit == "minutes":
        assert after.due_at == clock.due_at + pause


@given(moments, moments, st.sampled_from(WORKING), offices)
@laws
def test_what_is_left_is_what_was_promised(start: datetime, other: datetime, unit: str, calendar: Calendar) -> None:
    promise = level(5, "working_hours")
    assert remaining(start, due_at(start, promise, calendar), promise, calendar) == timedelta(hours=5)
    assert remaining(start, other, promise, calendar) == -remaining(other, start, promise, calendar)


@given(calendars())
@laws
def test_a_calendar_survives_the_way_through_json(calendar: Calendar) -> None:
    assert Calendar.from_data(calendar.to_data()) == calendar


# borders


@pytest.mark.parametrize("unit", UNITS[1:])
def test_a_calendar_without_work_is_an_error_not_a_loop(unit: str) -> None:
    began = time.process_time()
    with pytest.raises(NoWorkingTime):
        due_at(local("2026-03-05T08:00"), level(1, unit), NEVER)
    assert time.process_time() - began < 5
    assert due_at(local("2026-03-05T08:00"), level(5, "minutes"), NEVER) == local("2026-03-05T08:05")


def test_a_calendar_that_works_on_one_special_day_only_serves_until_then() -> None:
    once = Calendar("Asia/Ho_Chi_Minh", ((),) * 7, (Special(date(2031, 5, 1), date(2031, 5, 1), "x", OFFICE),))
    start = local("2026-03-05T08:00")
    assert due_at(start, level(2, "working_hours"), once) == local("2031-05-01T09:30")
    assert due_at(start, level(1, "calendar_days"), once) == local("2031-05-01T17:00")
    with pytest.raises(NoWorkingTime):
        due_at(start, level(1, "working_days"), once)


def test_a_minute_a_week_for_years_ends_in_an_answer_or_an_error() -> None:
    sliver = Calendar("Asia/Ho_Chi_Minh", (((480, 481),),) + ((),) * 6)
    began = time.process_time()
    assert due_at(local("2026-03-02T08:00"), level(1000, "working_days"), sliver) == local("2045-05-01T08:01")
    with pytest.raises(CalendarError, match="beyond"):
        due_at(local("2026-03-02T08:00"), level(8784, "working_hours"), sliver)
    assert time.process_time() - began < 10


def test_round_the_clock_shifts_touch_at_midnight() -> None:
    always = Calendar("Asia/Ho_Chi_Minh", (((0, 1440),),) * 7)
    assert due_at(local("2026-03-05T22:30"), level(3, "working_hours"), always) == local("2026-03-06T01:30")
    assert due_at(local("2026-03-05T22:30"), level(1, "working_days"), always) == local("2026-03-07T00:00")


def test_a_due_time_is_cheap() -> None:
    start, promise = local("2026-11-20T16:40"), level(7, "working_days")
    due_at(start, promise, CITY)
    best = min(_seconds(start, promise) for _ in range(5))
    assert best / 1000 < 200e-6


def _seconds(start: datetime, promise: ServiceLevel) -> float:
    began = time.process_time()
    for _ in range(1000):
        due_at(start, promise, CITY)
    return time.process_time() - began


@pytest.mark.parametrize(
    "change",
    [
        {"zone": "Vũng Tàu"},
        {"week": {"mon": [["09:00", "08:00"]]}},
        {"week": {"mon": [["08:00", "10:00"], ["09:00", "11:00"]]}},
        {"week": {"mon": [["08:00", "24:01"]]}},
        {"week": {"mon": [["8:00", "9:00"]]}},
        {"week": {"mon": [["08:00"]]}},
        {"week": {"monday": []}},
        {"week": None},
        {"special": [{"from": "2026-01-02", "to": "2026-01-01", "name": "x"}]},
        {"special": [{"from": "2026-01-01", "to": "2026-01-02", "name": "x"}] * 2},
        {"special": [{"from": "2026-02-30", "to": "2026-03-01", "name": "x"}]},
        {"special": [{"from": "2026-02-01", "to": "2126-03-01", "name": "x"}]},
        {"special": [{"from": "2026-02-01"}]},
    ],
)  # fmt: skip
def test_bad_calendars_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(CalendarError):
        Calendar.from_data(CITY.to_data() | change)


@pytest.mark.parametrize(
    "data",
    [
        {"amount": 0, "unit": "minutes", "starts": "received"},
        {"amount": True, "unit": "minutes", "starts": "received"},
        {"amount": 2.5, "unit": "working_hours", "starts": "received"},
        {"amount": 10**9, "unit": "working_days", "starts": "received"},
        {"amount": 1, "unit": "weeks", "starts": "received"},
        {"amount": 1, "unit": "minutes", "starts": "someday"},
        {"amount": 1, "unit": "minutes"},
    ],
)
def test_bad_service_levels_are_refused(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="service level"):
        ServiceLevel.from_data(data)


def test_a_service_level_keeps_its_form() -> None:
    data = {"amount": 3, "unit": "working_days", "starts": "dispatched"}
    assert ServiceLevel.from_data(data).to_data() == data
