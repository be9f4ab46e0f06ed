"""Calendars of any zone, with seasons and public holidays: the fast axis against every minute looked at once."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.slow_clock import Minutes
from reports.calendars import Calendar, CalendarError
from reports.clocks import due_at
from reports.public_holidays import public_holidays, with_holidays
from tests.reports.office import CITY, UNITS, level

DAY = [["07:30", "11:30"], ["13:30", "17:00"]]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = dict.fromkeys(WEEKDAYS, DAY)
# Shifts that meet the change of clocks: New York and Berlin change at night, Lord Howe by half an hour, Santiago at
# midnight, Apia left out a whole day in 2011.
NIGHTS = {day: [["00:30", "01:30"], ["01:30", "02:30"], ["22:15", "24:00"]] for day in (*WEEKDAYS, "sat", "sun")}
SUMMER = {"from": "2026-06-01", "to": "2026-08-31", "week": {day: [["07:00", "13:00"]] for day in WEEKDAYS}}
FROM_2027 = {"from": "2027-01-01", "week": {**OFFICE, "sat": [["08:00", "11:00"]]}}
CALENDARS: dict[str, dict[str, Any]] = {
    "vung-tau": {"zone": "Asia/Ho_Chi_Minh", "week": OFFICE, "weeks": [SUMMER, FROM_2027]},
    "berlin": {"zone": "Europe/Berlin", "week": NIGHTS},
    "new-york": {"zone": "America/New_York", "week": NIGHTS},
    "santiago": {"zone": "America/Santiago", "week": NIGHTS},
    "lord-howe": {"zone": "Australia/Lord_Howe", "week": NIGHTS},
}


@cache
def minutes(name: str) -> Minutes:
    return Minutes.of(CALENDARS[name], 2026, 2027)


@cache
def calendar(name: str) -> Calendar:
    return Calendar.from_data(CALENDARS[name])


@pytest.mark.parametrize("name", CALENDARS)
def test_every_minute_of_the_axis_is_worked_when_the_slow_clock_works(name: str) -> None:
    slow, fast = minutes(name), calendar(name)
    at = slow.index(datetime(2026, 1, 1, tzinfo=UTC))
    for month in range(1, 13):
        to = slow.index(datetime(2026, month, 28, tzinfo=UTC))
        worked = fast.between(fast.moment(slow.time(at)), fast.moment(slow.time(to)))
        assert worked == sum(slow.working[at:to]) * 60_000_000


@given(
    st.sampled_from(sorted(CALENDARS)),
    # Every second start lies around a change of clocks.
    st.integers(0, 455_000) | st.integers(95_000, 130_000),
    st.integers(1, 9),
    st.sampled_from(UNITS),
)
@settings(max_examples=200, deadline=None)
def test_due_times_of_any_zone_agree_with_the_slow_clock(name: str, minute: int, amount: int, unit: str) -> None:
    start = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(minutes=minute)
    assert due_at(start, level(amount, unit), calendar(name)) == minutes(name).due(start, amount, unit)


def test_an_hour_that_is_skipped_or_comes_twice() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    night = Calendar.from_data(
        {"zone": "Europe/Berlin", "week": {"sun": [["01:00", "02:30"]], "mon": [["09:00", "10:00"]]}}
    )
    # 29 March 2026: from 02:00 the wall jumps to 03:00; a closing at 02:30 closes then.
    spring = datetime(2026, 3, 29, 1, 30, tzinfo=berlin)
    assert due_at(spring, level(1, "working_hours"), night) == datetime(2026, 3, 30, 9, 30, tzinfo=berlin)
    # 25 October 2026: 02:00 to 03:00 comes twice; a closing at 02:30 closes the first time.
    autumn = datetime(2026, 10, 25, 1, 0, tzinfo=berlin)
    assert due_at(autumn, level(1, "working_days"), night) == datetime(2026, 10, 26, 10, 0, tzinfo=berlin)
    assert due_at(autumn, level(1, "working_hours"), night) == datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    long = Calendar.from_data({"zone": "Europe/Berlin", "week": {"sun": [["01:00", "03:00"]]}})
    worked = long.between(long.moment(autumn), long.moment(datetime(2026, 10, 25, 12, tzinfo=berlin)))
    assert worked == 3 * 3600 * 1_000_000


def test_a_day_the_island_left_out_has_no_work() -> None:
    apia = Calendar.from_data({"zone": "Pacific/Apia", "week": {day: DAY for day in (*WEEKDAYS, "sat", "sun")}})
    there = ZoneInfo("Pacific/Apia")
    start = datetime(2011, 12, 29, 9, 0, tzinfo=there)
    assert due_at(start, level(1, "working_days"), apia) == datetime(2011, 12, 31, 17, 0, tzinfo=there)


@pytest.mark.parametrize(
    "change",
    [
        {"weeks": [{"from": "2026-02-01", "to": "2026-01-01", "week": OFFICE}]},
        {"weeks": [{"from": "2026-01-01", "week": OFFICE}, {"from": "2026-03-01", "to": "2026-04-01", "week": OFFICE}]},
        {"weeks": [{"from": "2026-01-01", "week": {"monday": DAY}}]},
        {"weeks": [{"to": "2026-01-01", "week": OFFICE}]},
        {"weeks": 5},
        {"holidays": "VN"},
        {"zone": 7},
    ],
)  # fmt: skip
def test_bad_seasons_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(CalendarError):
        Calendar.from_data(CITY.to_data() | change)


def test_seasons_and_the_country_survive_the_way_through_json() -> None:
    whole = Calendar.from_data({**CALENDARS["vung-tau"], "holidays": {"country": "VN"}})
    assert Calendar.from_data(whole.to_data()) == whole
    assert (whole.week_on(date(2026, 7, 1))[0], len(whole.week_on(date(2027, 5, 1))[5])) == (((420, 780),), 1)


def vietnam(years: range, special: list[dict[str, Any]]) -> Calendar:
    data = {"zone": "Asia/Ho_Chi_Minh", "week": OFFICE, "special": special, "holidays": {"country": "VN"}}
    return with_holidays(Calendar.from_data(data), years)


def test_public_holidays_become_special_days_and_swapped_saturdays_work() -> None:
    made = vietnam(range(2023, 2031), [])
    off = {day for day in (date(2023, 1, 20), date(2023, 5, 3), date(2024, 4, 29), date(2026, 8, 31), date(2027, 2, 8))}
    assert all(not made.work_on(day) for day in off)
    for saturday in (date(2024, 5, 4), date(2025, 4, 26), date(2026, 8, 22)):
        assert list(made.work_on(saturday)) == [(450, 690), (810, 1020)]
        assert made.special_on(saturday).source.startswith("holidays 0.")  # type: ignore[union-attr]
    assert made.special_on(date(2026, 4, 27)).name == "Ngày Giỗ Tổ Hùng Vương (nghỉ bù)"  # type: ignore[union-attr]
    again = with_holidays(made, range(2023, 2031))
    assert again == made
    assert Calendar.from_data(made.to_data()) == made


def test_the_citys_own_days_win_over_the_librarys() -> None:
    own: list[dict[str, Any]] = [
        {"from": "2026-01-01", "to": "2026-01-02", "name": "Tết Dương lịch"},
        {"from": "2026-01-10", "to": "2026-01-10", "name": "Làm bù cho 02/01", "work": DAY},
        {"from": "2026-08-22", "to": "2026-08-22", "name": "Nghỉ bão", "work": []},
    ]
    made = vietnam(range(2026, 2027), own)
    assert made.special_on(date(2026, 1, 1)).source == ""  # type: ignore[union-attr]
    assert made.work_on(date(2026, 1, 10)) == ((450, 690), (810, 1020))
    assert made.work_on(date(2026, 8, 22)) == ()


def test_names_in_english_swap_the_same_days() -> None:
    assert set(public_holidays("VN", range(2023, 2031), "en_US")) == set(public_holidays("VN", range(2023, 2031)))
    english = with_holidays(vietnam(range(2026, 2027), []), range(2026, 2027), "en_US")
    assert english.work_on(date(2026, 8, 22))
    with pytest.raises(CalendarError, match="no public holidays"):
        public_holidays("XX", range(2026, 2027))
    with pytest.raises(CalendarError, match="no country"):
        with_holidays(CITY, range(2026, 2027))
