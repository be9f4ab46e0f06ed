"""Due times that anybody can recompute by hand from a published calendar. Pure: no database, no own clock.

Let W(t) be the working time that has passed up to the moment t, by the calendar. Then

    minutes        due = start + N minutes, day and night
    working_hours  due = the first t with W(t) = W(start) + N hours
    working_days   due = the closing hour of the Nth working day after the day of s,
                   where s = the first working moment at or after start
    calendar_days  due = the closing hour of the day start + N days or, when that is a day off,
                   of the first working day after it

Source: Bộ luật Dân sự 91/2015/QH13. A term in minutes or hours begins at once (Điều 147.1); of a term in
days the first day does not count (Điều 147.2); a term that ends on a day off ends with the next working day
(Điều 148.5). Điều 148.6 ends a day at 24:00; we take its closing hour, the stricter of the two, because
nobody accepts a result after it. What arrives at night, at a weekend or in Tết counts as arrived at the
next opening, as dossiers sent by network do: one working day from a Saturday is the Tuesday evening, since
Monday is the first day and does not count.

Times go in aware and come out aware, in UTC. ValueError for a naive one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from reports.calendars import MICROSECOND, Calendar, CalendarError, NoWorkingTime
from reports.worktime import MINUTE

__all__ = [
    "Calendar", "CalendarError", "Clock", "ClockError", "NoWorkingTime", "ServiceLevel",
    "due_at", "on_time_share", "passed", "pressure", "remaining", "resume",
]  # fmt: skip

Unit = Literal["minutes", "working_hours", "working_days", "calendar_days"]
Start = Literal["received", "dispatched", "accepted"]
Basis = Literal["projected", "running", "paused"]
Pressure = Literal["calm", "soon", "late"]

LONGEST = {"minutes": 527_040, "working_hours": 8_784, "working_days": 1_000, "calendar_days": 1_096}
"""Above this an amount is a slip of the keyboard; one to three years."""


class ClockError(ValueError):
    """The clock cannot do this in its present state."""


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """A promise: so many units, counted from an event in the life of a report."""

    amount: int
    unit: Unit
    starts: Start

    def __post_init__(self) -> None:
        if self.unit not in LONGEST:
            raise ValueError(f"unknown unit of a service level: {self.unit!r}")
        if self.starts not in ("received", "dispatched", "accepted"):
            raise ValueError(f"unknown start of a service level: {self.starts!r}")
        if type(self.amount) is not int or not 1 <= self.amount <= LONGEST[self.unit]:
            raise ValueError(f"a service level of {self.amount!r} {self.unit} is outside 1..{LONGEST[self.unit]}")

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ServiceLevel:
        """Read {"amount": 3, "unit": "working_days", "starts": "dispatched"}; else a ValueError says why."""
        try:
            return cls(data["amount"], data["unit"], data["starts"])
        except (KeyError, TypeError) as error:
            raise ValueError(f"service level data lack or mistype a part: {error}") from error

    @property
    def working(self) -> bool:
        """Whether it counts working time only."""
        return self.unit in ("working_hours", "working_days")

    def to_data(self) -> dict[str, Any]:
        """The JSON form, as the report object shows it under clock.level."""
        return {"amount": self.amount, "unit": self.unit, "starts": self.starts}


def due_at(start: datetime, level: ServiceLevel, calendar: Calendar) -> datetime:
    """When a promise that began to count at `start` falls due (the formulas are at the top of this file).

    Later than start, never later for an earlier start or a smaller amount, and inside working time (or at
    its closing hour) for all units but minutes. NoWorkingTime when the calendar offers none to end in.
    """
    moment = calendar.moment(start)
    if level.unit == "minutes":
        due = moment + level.amount * MINUTE
    elif level.unit == "working_hours":
        due = calendar.advance(moment, level.amount * 60 * MINUTE)
    elif level.unit == "working_days":
        due = calendar.closing(calendar.day(calendar.opening(moment)), level.amount)
    else:
        due = calendar.closing(calendar.day(moment) + level.amount)
    return calendar.time(due)


def remaining(now: datetime, due: datetime, level: ServiceLevel, calendar: Calendar) -> timedelta:
    """What is left: working time for the working units, elapsed time for the others. Negative when late."""
    if not level.working:
        return due - now
    return calendar.between(calendar.moment(now), calendar.moment(due)) * MICROSECOND


def resume(now: datetime, remaining: timedelta, level: ServiceLevel, calendar: Calendar) -> datetime:
    """The new due time of a promise that counts again from now, with that much of it left.

    Working units: a pause of X working hours moves the due time by exactly X working hours. calendar_days:
    by the elapsed time, and then on to the next closing hour if that falls outside working time. minutes:
    by the elapsed time.
    """
    moment = calendar.moment(now)
    if level.working:
        return calendar.time(calendar.advance(moment, remaining // MICROSECOND))
    due = moment + remaining // MICROSECOND
    if level.unit == "calendar_days" and not calendar.is_working(due):
        due = calendar.closing(calendar.day(calendar.opening(due)))
    return calendar.time(due)


def passed(now: datetime, time: timedelta, level: ServiceLevel, calendar: Calendar) -> datetime:
    """The moment at which so much time of the level's kind has passed since now."""
    if not level.working:
        return now + time
    return calendar.time(calendar.advance(calendar.moment(now), time // MICROSECOND))


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of one report. `due_at` is never empty; `remaining` is set only while paused.

    projected: the promise as it would be if its clock had started at once, shown until it starts;
    running: it counts; paused: it waits for the resident, and `due_at` shows where it stood.
    """

    basis: Basis
    due_at: datetime
    started_at: datetime | None = None
    remaining: timedelta | None = None

    @classmethod
    def project(cls, received_at: datetime, level: ServiceLevel, calendar: Calendar) -> Clock:
        """The clock of a new report: it runs at once when the level starts at `received`, else projected."""
        due = due_at(received_at, level, calendar)
        return cls("running", due, received_at) if level.starts == "received" else cls("projected", due)

    def start(self, now: datetime, level: ServiceLevel, calendar: Calendar) -> Clock:
        """The start event has come. A clock once started goes on: passing a case round wins no time."""
        if self.started_at is not None:
            return self
        if self.basis == "paused":
            raise ClockError("a paused clock cannot start")
        return Clock("running", due_at(now, level, calendar), now)

    def pause(self, now: datetime, level: ServiceLevel, calendar: Calendar) -> Clock:
        """Stop counting; what is left is kept."""
        if self.basis == "paused":
            raise ClockError("the clock is paused already")
        return replace(self, basis="paused", remaining=remaining(now, self.due_at, level, calendar))

    def resume(self, now: datetime, level: ServiceLevel, calendar: Calendar) -> Clock:
        """Count again. If no time of the promise's kind passed in the pause, the due time stays as it was."""
        if self.basis != "paused" or self.remaining is None:
            raise ClockError("only a paused clock can resume")
        due = self.due_at
        if remaining(now, due, level, calendar) != self.remaining:
            due = resume(now, self.remaining, level, calendar)
        return Clock("projected" if self.started_at is None else "running", due, self.started_at)

    def no_later_than(self, due: datetime, now: datetime, level: ServiceLevel, calendar: Calendar) -> Clock:
        """The same clock, falling due at `due` at the latest; a paused one has correspondingly less left."""
        if due >= self.due_at:
            return self
        if self.remaining is None:
            return replace(self, due_at=due)
        return replace(self, due_at=due, remaining=min(self.remaining, remaining(now, due, level, calendar)))

    def extend(self, until: datetime) -> Clock:
        """Move the due time to exactly `until`, which must be later. Who and why is the journal's to keep."""
        if self.basis == "paused":
            raise ClockError("a paused clock cannot be extended")
        if until <= self.due_at:
            raise ClockError("an extension must end later than the due time it replaces")
        return replace(self, due_at=until)


def pressure(now: datetime, due: datetime, soon: timedelta = timedelta(hours=2)) -> Pressure:
    """How close a due time is: late from the first moment after it, soon within `soon` before it."""
    if now > due:
        return "late"
    return "soon" if due - now <= soon else "calm"


def on_time_share(on_time: int, closed: int, open_overdue: int) -> float | None:
    """on time / (closed + open overdue), 0..1; None when there is nothing to judge.

    Cases that are open and late count against the agency: leaving them out would reward never closing a
    late case.
    """
    if on_time < 0 or open_overdue < 0 or on_time > closed:
        raise ValueError("on time is part of closed, and no count is negative")
    judged = closed + open_overdue
    return on_time / judged if judged else None
