"""Working time of some whole years laid on one axis, so that counting is a bisection.

A moment is a whole number of microseconds since 1970 in UTC: nothing is ever rounded, and an hour of work is an hour
that passed, whatever the clock on the wall did meanwhile (`reports.wallclock`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from reports.wallclock import DAY, MINUTE, Wall, day_number

__all__ = ["DAY", "MINUTE", "Interval", "Season", "Special", "Table", "Week"]

Interval = tuple[int, int]
"""Opening and closing minute of a day, 0..1440."""

Week = tuple[tuple[Interval, ...], ...]
"""Seven days from Monday."""


@dataclass(frozen=True, slots=True)
class Special:
    """Days on which the week does not hold: a holiday (no work) or a swapped working day.

    `source`: what it was taken from, where it is not the city's own decision; `provisional`: not announced yet.
    """

    first: date
    last: date
    name: str
    work: tuple[Interval, ...] = ()
    provisional: bool = False
    note: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Season:
    """Days on which another week holds: summer hours, or new hours from a date on (`last` None: for good)."""

    first: date
    last: date | None
    week: Week
    name: str = ""

    def holds(self, on: date) -> bool:
        """Whether that day lies in it."""
        return self.first <= on and (self.last is None or on <= self.last)


@dataclass(frozen=True, slots=True)
class Table:
    """Openings, closings, work done before each opening; the working days and the closing of each."""

    years: tuple[int, int]
    start: int
    end: int
    opens: list[int]
    closes: list[int]
    worked: list[int]
    days: list[int]
    day_closes: list[int]

    @classmethod
    def build(cls, zone: ZoneInfo, work_on: Callable[[int], Sequence[Interval]], low: int, high: int) -> Table:
        """The table from 1 January of `low` to 31 December of `high`; `work_on` says the intervals of a day."""
        first, end = day_number(date(low, 1, 1)), day_number(date(high + 1, 1, 1))
        wall = Wall(zone)
        table = cls((low, high), wall.moment_of(first, 0), wall.moment_of(end, 0), [], [], [], [], [])
        done = 0
        for day in range(first, end):
            worked = False
            for opening, closing in work_on(day):
                opens, closes = wall.moment_of(day, opening), wall.moment_of(day, closing)
                if opens == closes:
                    # All of it in an hour that was skipped.
                    continue
                table.opens.append(opens)
                table.closes.append(closes)
                table.worked.append(done)
                done += closes - opens
                worked = True
            if worked:
                table.days.append(day)
                table.day_closes.append(table.closes[-1])
        return table

    def worked_until(self, moment: int) -> int:
        """Working microseconds from the start of the table to a moment inside it."""
        index = bisect_right(self.opens, moment) - 1
        if index < 0:
            return 0
        return self.worked[index] + min(moment, self.closes[index]) - self.opens[index]

    def reach(self, work: int) -> int | None:
        """The earliest moment at which that much work is done; None when it lies outside the table."""
        index = bisect_left(self.worked, work) - 1
        if index < 0:
            return None
        moment = self.opens[index] + work - self.worked[index]
        return moment if moment <= self.closes[index] else None
