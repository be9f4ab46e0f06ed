"""The clock of one report: projected, started, paused, resumed, extended; and the honest share."""

from datetime import datetime, timedelta

import pytest

from reports.clocks import (
    Calendar,
    CalendarError,
    Clock,
    ClockError,
    on_time_share,
    pressure,
    resume,
)
from tests.reports.office import CITY, level, local

# the clock of a report


def test_a_clock_is_a_promise_first_and_counts_from_its_event() -> None:
    promise = level(1, "working_days", "dispatched")
    clock = Clock.project(local("2026-03-05T08:00"), promise, CITY)
    assert (clock.basis, clock.started_at, clock.due_at) == ("projected", None, local("2026-03-06T17:00"))
    started = clock.start(local("2026-03-06T09:00"), promise, CITY)
    assert (started.basis, started.due_at) == ("running", local("2026-03-09T17:00"))
    assert started.start(local("2026-03-10T09:00"), promise, CITY) is started
    assert Clock.project(local("2026-03-05T08:00"), level(1, "working_days"), CITY).basis == "running"


def test_a_question_before_dispatch_leaves_a_projection() -> None:
    promise = level(2, "working_hours", "dispatched")
    clock = Clock.project(local("2026-03-05T08:00"), promise, CITY)
    paused = clock.pause(local("2026-03-05T09:00"), promise, CITY)
    assert (paused.basis, paused.due_at, paused.remaining) == ("paused", clock.due_at, timedelta(hours=1))
    back = paused.resume(local("2026-03-05T14:00"), promise, CITY)
    assert (back.basis, back.due_at, back.remaining) == ("projected", local("2026-03-05T15:00"), None)


def test_a_late_clock_stays_as_late_as_it_was() -> None:
    promise = level(1, "working_hours")
    clock = Clock.project(local("2026-03-05T08:00"), promise, CITY)
    paused = clock.pause(local("2026-03-05T10:00"), promise, CITY)
    assert paused.remaining == timedelta(hours=-1)
    assert paused.resume(local("2026-03-05T15:00"), promise, CITY).due_at == local("2026-03-05T14:00")


def test_calendar_days_pause_by_elapsed_time_and_end_on_a_working_day() -> None:
    promise = level(1, "calendar_days")
    clock = Clock.project(local("2026-03-05T08:00"), promise, CITY).pause(local("2026-03-05T10:00"), promise, CITY)
    assert clock.resume(local("2026-03-06T10:00"), promise, CITY).due_at == local("2026-03-09T17:00")
    assert clock.resume(local("2026-03-08T08:00"), promise, CITY).due_at == local("2026-03-09T15:00")


def test_an_extension_is_exact_and_only_forward() -> None:
    promise = level(1, "working_days")
    clock = Clock.project(local("2026-03-05T08:00"), promise, CITY)
    assert clock.extend(local("2026-03-08T12:34")).due_at == local("2026-03-08T12:34")
    with pytest.raises(ClockError):
        clock.extend(clock.due_at)
    paused = clock.pause(local("2026-03-05T10:00"), promise, CITY)
    with pytest.raises(ClockError):
        paused.pause(clock.due_at, promise, CITY)
    with pytest.raises(ClockError):
        paused.extend(local("2026-04-08T12:34"))
    with pytest.raises(ClockError):
        clock.resume(clock.due_at, promise, CITY)


def test_pressure_and_the_honest_share() -> None:
    due = local("2026-03-05T12:00")
    assert pressure(local("2026-03-05T09:59"), due) == "calm"
    assert pressure(local("2026-03-05T10:00"), due) == "soon"
    assert pressure(due, due) == "soon"
    assert pressure(due + timedelta(microseconds=1), due) == "late"
    assert on_time_share(8, 10, 6) == 0.5
    assert on_time_share(0, 0, 0) is None
    with pytest.raises(ValueError, match="part of closed"):
        on_time_share(3, 2, 0)


def test_calendar_days_that_land_on_a_closing_hour_stay_there() -> None:
    promise = level(1, "calendar_days")
    closing = local("2026-03-06T17:00")
    assert resume(local("2026-03-05T17:00"), timedelta(days=1), promise, CITY) == closing
    assert resume(local("2026-03-05T17:00"), timedelta(days=1, seconds=1), promise, CITY) == local("2026-03-09T17:00")


def test_the_next_working_moment_is_now_or_an_opening() -> None:
    def opening(at: str) -> datetime:
        return CITY.time(CITY.opening(CITY.moment(local(at))))

    assert opening("2026-03-05T09:12") == local("2026-03-05T09:12")
    assert opening("2026-03-05T11:30") == local("2026-03-05T13:30")
    assert opening("2026-03-06T17:00") == local("2026-03-09T07:30")
    assert opening("2026-02-13T18:00") == local("2026-02-23T07:30")


def test_what_is_years_late_is_counted_back_over_the_years() -> None:
    fresh = Calendar("Asia/Ho_Chi_Minh", ((), (), (), (), (), (), ((480, 540),)))
    promise, now = level(1, "working_hours"), local("2026-03-01T10:00")
    weeks_ago = resume(now, timedelta(hours=-600), promise, fresh)
    assert weeks_ago == local("2026-03-01T09:00") - timedelta(weeks=600)
    with pytest.raises(CalendarError):
        resume(now, timedelta(hours=-60_000), promise, fresh)


def test_an_extension_into_a_sunday_survives_a_pause_in_which_nobody_worked() -> None:
    promise, sunday = level(1, "working_days"), local("2026-03-15T12:34")
    clock = Clock.project(local("2026-03-05T08:00"), promise, CITY).extend(sunday)
    asked = clock.pause(local("2026-03-06T18:00"), promise, CITY)
    assert asked.resume(local("2026-03-09T06:00"), promise, CITY).due_at == sunday
    # An hour of work in the pause, and the promise goes on after the weekend.
    assert asked.resume(local("2026-03-09T08:30"), promise, CITY).due_at == local("2026-03-16T08:30")
