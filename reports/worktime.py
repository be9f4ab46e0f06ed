"""Working time of some whole years laid on one axis, so that counting is a bisection.

A moment is a whole number of microseconds of local time since 1970: nothing is ever rounded.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

MINUTE = 60_000_000
DAY = 1440 * MINUTE
EPOCH_DAY = date(1970, 1, 1).toordinal()

Interval = tuple[int, int]
"""Opening and closing minute of a day, 0..1440."""


@dataclass(frozen=True, slots=True)
class Special:
    """Days on which the week does not hold: a holiday (no work) or a swapped working day."""

    first: date
    last: date
    name: str
    work: tuple[Interval, ...] = ()
    provisional: bool = False
    note: str = ""


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
    def build(cls, week: Sequence[Sequence[Interval]], special: Sequence[Special], low: int, high: int) -> Table:
        """The table from 1 January of `low` to 31 December of `high`."""
        first, end = _day(date(low, 1, 1)), _day(date(high + 1, 1, 1))
        exceptions = {day: item.work for item in special for day in range(_day(item.first), _day(item.last) + 1)}
        table = cls((low, high), first * DAY, end * DAY, [], [], [], [], [])
        done = 0
        for day in range(first, end):
            work = exceptions.get(day)
            # 1 January 1970 was a Thursday.
            for opening, closing in week[(day + 3) % 7] if work is None else work:
                table.opens.append(day * DAY + opening * MINUTE)
                table.closes.append(day * DAY + closing * MINUTE)
                table.worked.append(done)
                done += (closing - opening) * MINUTE
            if table.closes and table.closes[-1] > day * DAY:
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


def _day(on: date) -> int:
    return on.toordinal() - EPOCH_DAY
