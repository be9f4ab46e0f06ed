"""The working calendar of a city: what it is as data, and working time laid on one axis for fast arithmetic.

As data (JSON) a calendar is

    {"zone": "Asia/Ho_Chi_Minh",
     "week": {"mon": [["07:30", "11:30"], ["13:30", "17:00"]], ..., "sun": []},
     "special": [{"from": "2026-02-16", "to": "2026-02-20", "name": "Tết Nguyên đán", "work": []},
                 {"from": "2026-08-22", "to": "2026-08-22", "name": "Làm bù", "work": [["07:30", "11:30"]],
                  "provisional": true, "note": "..."}]}

`special` replaces the week on its days: no `work` is a holiday, some is a swapped working day. Times are
local, "24:00" is midnight at the end of the day. The table that makes counting fast is built once and kept.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reports.worktime import DAY, MINUTE, Interval, Special, Table

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_YEAR, LAST_YEAR = 1976, 2200
"""Vietnam has kept one clock since 1975; a due time beyond 2200 is a typing error, not a promise."""


class CalendarError(ValueError):
    """The working calendar is not usable."""


class NoWorkingTime(CalendarError):
    """The working calendar has no working time where some is needed."""


@dataclass(frozen=True, slots=True)
class WorkingAxis:
    """Working time laid on one axis: each interval's opening and closing, and the minutes worked before it opens.

    With i the last interval that opened by t, W(t) = worked[i] + min(t, closes[i]) - opens[i].
    """

    opens: list[datetime]
    closes: list[datetime]
    worked: list[float]


@dataclass(frozen=True)
class Calendar:
    """Working hours of a week with the days on which they differ, in a zone without daylight saving."""

    zone: str
    week: tuple[tuple[Interval, ...], ...]
    special: tuple[Special, ...] = ()
    _offset: int = field(init=False, repr=False, compare=False, default=0)
    _kept: list[Table] = field(init=False, repr=False, compare=False, default_factory=list)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise CalendarError("a week has seven days")
        for work in (*self.week, *(special.work for special in self.special)):
            _check_intervals(work)
        _check_special(self.special)
        object.__setattr__(self, "_offset", _fixed_offset(self.zone))

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Calendar:
        """Read the JSON form; CalendarError says what is wrong with it."""
        try:
            week, special = data["week"], data.get("special", [])
            if unknown := set(week) - set(WEEKDAYS):
                raise CalendarError(f"unknown weekday {min(unknown)!r}")
            days = tuple(_intervals_in(week.get(day, ())) for day in WEEKDAYS)
            return cls(data["zone"], days, tuple(_special_in(item) for item in special))
        except (KeyError, TypeError, AttributeError) as error:
            raise CalendarError(f"calendar data lack or mistype a part: {error}") from error

    def to_data(self) -> dict[str, Any]:
        """The JSON form; `from_data` of it is equal to this calendar."""
        return {
            "zone": self.zone,
            "week": {day: _intervals_out(work) for day, work in zip(WEEKDAYS, self.week, strict=True)},
            "special": [_special_out(item) for item in self.special],
        }

    def moment(self, at: datetime) -> int:
        """Local microseconds of an aware time. ValueError for a naive one."""
        if at.tzinfo is None:
            raise ValueError("a time without a zone cannot be counted from")
        return (at - EPOCH) // MICROSECOND + self._offset

    def time(self, moment: int) -> datetime:
        """The aware UTC time of a local moment."""
        return EPOCH + timedelta(microseconds=moment - self._offset)

    def between(self, start: int, end: int) -> int:
        """Working microseconds from start to end; negative when end lies before start."""
        table = self._cover(start, end)
        return table.worked_until(end) - table.worked_until(start)

    def advance(self, start: int, work: int) -> int:
        """The earliest moment t with between(start, t) = work; work in microseconds, negative goes back."""
        table = self._cover(start, start)
        while True:
            moment = table.reach(table.worked_until(start) + work)
            if moment is not None:
                return moment
            table = self._widen(table, back=work <= 0)

    def closing(self, day: int, count: int = 0) -> int:
        """Closing of the `count`th working day after the first one on or after the moment's day."""
        floor = day // DAY
        table = self._cover(day, day)
        while True:
            index = bisect_left(table.days, floor) + count
            if index < len(table.days):
                return table.day_closes[index]
            table = self._widen(table, back=False)

    def opening(self, start: int) -> int:
        """The first working moment at or after start. A closing hour is no longer working time."""
        table = self._cover(start, start)
        while True:
            index = bisect_right(table.closes, start)
            if index < len(table.opens):
                return max(start, table.opens[index])
            table = self._widen(table, back=False)

    def working_axis(self, first: datetime, last: datetime) -> WorkingAxis:
        """W(t) as three lists, for the database to count with; good for moments between `first` and `last`."""
        begin, end = self.moment(first), self.moment(last)
        table = self._cover(begin, end)
        low, high = max(0, bisect_right(table.closes, begin)), bisect_right(table.opens, end)
        spans = range(low, max(low, high))
        return WorkingAxis(
            [self.time(table.opens[index]) for index in spans],
            [self.time(table.closes[index]) for index in spans],
            [(table.worked[index] - table.worked[low]) / MINUTE for index in spans],
        )

    def is_working(self, moment: int) -> bool:
        """Whether something can be due at the moment: in working time, or at a closing hour."""
        table = self._cover(moment, moment)
        index = bisect_left(table.opens, moment) - 1
        return index >= 0 and moment <= table.closes[index]

    def _cover(self, first: int, last: int) -> Table:
        """A table that holds both moments; kept, so that all but the first call cost a comparison."""
        low, high = min(first, last), max(first, last)
        kept = self._kept[0] if self._kept else None
        if kept and kept.start <= low and high < kept.end:
            return kept
        years = (_year(low), _year(high))
        return self._build(min(years[0], kept.years[0]), max(years[1], kept.years[1])) if kept else self._build(*years)

    def _widen(self, table: Table, *, back: bool) -> Table:
        """A table that reaches further; NoWorkingTime where further on there is none, whatever the reach."""
        low, high = table.years
        known = [year for special in self.special if special.work for year in (special.first.year, special.last.year)]
        if not any(self.week) and not any(year < low if back else year > high for year in known):
            raise NoWorkingTime("the working calendar has no working time left in this direction")
        if (low <= FIRST_YEAR) if back else (high >= LAST_YEAR):
            raise CalendarError("the time lies beyond the years of the calendar")
        reach = max(4, high - low)
        return (
            self._build(max(FIRST_YEAR, low - reach), high) if back else self._build(low, min(LAST_YEAR, high + reach))
        )

    def _build(self, low: int, high: int) -> Table:
        if low < FIRST_YEAR or high > LAST_YEAR:
            raise CalendarError("the time lies beyond the years of the calendar")
        table = Table.build(self.week, self.special, low, high)
        self._kept[:] = [table]
        return table


def _year(moment: int) -> int:
    try:
        return (EPOCH + timedelta(microseconds=moment)).year
    except OverflowError as error:
        raise CalendarError("the time lies beyond the years of the calendar") from error


def _fixed_offset(zone: str) -> int:
    """The zone's offset in microseconds. An hour that comes twice has no place on one axis: refused."""
    try:
        info = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CalendarError(f"unknown zone {zone!r}") from error
    offsets = {
        datetime(year, month, 1, tzinfo=info).utcoffset() for year in range(2020, 2041) for month in range(1, 13)
    }
    only = offsets.pop()
    if offsets or only is None:
        raise CalendarError(f"the zone {zone!r} changes its clock; a working calendar needs one that does not")
    return only // MICROSECOND


def _check_intervals(work: Sequence[Interval]) -> None:
    """Ascending, not empty, not overlapping, inside the day."""
    end = 0
    for opening, closing in work:
        if not end <= opening < closing <= 1440:
            raise CalendarError("working intervals must be ascending, apart and inside the day")
        end = closing


def _check_special(special: Sequence[Special]) -> None:
    """A day that is listed twice would mean whatever the order of the list says: refused instead."""
    last = date.min
    for item in sorted(special, key=lambda item: item.first):
        if item.last < item.first:
            raise CalendarError(f"{item.name!r} ends before it begins")
        if item.first <= last:
            raise CalendarError(f"{item.name!r} overlaps another special day on {item.first}")
        if (item.last - item.first).days > 366:
            raise CalendarError(f"{item.name!r} is longer than a year")
        last = item.last


def _minute(text: str) -> int:
    match = re.fullmatch(r"([01]\d|2[0-4]):([0-5]\d)", text)
    minute = int(match[1]) * 60 + int(match[2]) if match else -1
    if not 0 <= minute <= 1440:
        raise CalendarError(f"{text!r} is not a time of day like 07:30")
    return minute


def _intervals_in(pairs: Sequence[Sequence[str]]) -> tuple[Interval, ...]:
    if any(len(pair) != 2 for pair in pairs):
        raise CalendarError("a working interval has an opening and a closing time")
    return tuple((_minute(opening), _minute(closing)) for opening, closing in pairs)


def _intervals_out(work: Sequence[Interval]) -> list[list[str]]:
    return [[f"{minute // 60:02}:{minute % 60:02}" for minute in interval] for interval in work]


def _special_in(item: Mapping[str, Any]) -> Special:
    try:
        first, last = date.fromisoformat(item["from"]), date.fromisoformat(item["to"])
    except ValueError as error:
        raise CalendarError(f"special day: {error}") from error
    provisional, note = bool(item.get("provisional", False)), str(item.get("note", ""))
    return Special(first, last, item["name"], _intervals_in(item.get("work", ())), provisional, note)


def _special_out(item: Special) -> dict[str, Any]:
    data: dict[str, Any] = {"from": item.first.isoformat(), "to": item.last.isoformat(), "name": item.name}
    data["work"] = _intervals_out(item.work)
    return data | ({"provisional": True} if item.provisional else {}) | ({"note": item.note} if item.note else {})
