"""The working calendar of a city: what it is as data, and working time laid on one axis for fast arithmetic.

As data (JSON) a calendar is

    {"zone": "Asia/Ho_Chi_Minh",
     "week": {"mon": [["07:30", "11:30"], ["13:30", "17:00"]], ..., "sun": []},
     "weeks": [{"from": "2026-06-01", "to": "2026-08-31", "name": "Giờ mùa hè", "week": {...}}],
     "special": [{"from": "2026-02-16", "to": "2026-02-20", "name": "Tết Nguyên đán", "work": []},
                 {"from": "2026-08-22", "to": "2026-08-22", "name": "Làm bù", "work": [["07:30", "11:30"]],
                  "provisional": true, "note": "...", "source": "holidays 0.109"}],
     "holidays": {"country": "VN"}}

`weeks` replaces the week on its days (no `to`: for good), `special` replaces both: no `work` is a holiday, some is a
swapped working day. Times are what the clock on the wall shows, "24:00" is midnight at the end of the day; any zone
will do, and `reports.wallclock` says what an hour that is skipped or doubled means. `holidays` says whose public
holidays are to be written into `special` (`reports.public_holidays`): counting never asks a library, so that a
new release of one moves no due time. The table that makes counting fast is built once and kept.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from reports.wallclock import MICROSECOND, UnknownZone, date_of, day_number, local_day, moment, time_of, zone_named
from reports.worktime import MINUTE, Interval, Season, Special, Table, Week

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIRST_YEAR, LAST_YEAR = 1976, 2200
"""A due time outside of these is a typing error, not a promise."""

__all__ = ["MICROSECOND", "WEEKDAYS", "Calendar", "CalendarError", "NoWorkingTime", "WorkingAxis"]


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
    """Working hours of a week, of other weeks while they hold, and of the days on which they differ, in one zone."""

    zone: str
    week: Week
    special: tuple[Special, ...] = ()
    weeks: tuple[Season, ...] = ()
    country: str | None = None
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _exceptions: dict[int, Special] = field(init=False, repr=False, compare=False)
    _kept: list[Table] = field(init=False, repr=False, compare=False, default_factory=list)

    def __post_init__(self) -> None:
        for week in (self.week, *(season.week for season in self.weeks)):
            if len(week) != 7:
                raise CalendarError("a week has seven days")
            for work in week:
                _check_intervals(work)
        for special in self.special:
            _check_intervals(special.work)
        _check_apart(self.special, "special day")
        _check_apart(self.weeks, "week")
        try:
            object.__setattr__(self, "_zone", zone_named(self.zone))
        except UnknownZone as error:
            raise CalendarError(str(error)) from error
        exceptions = {
            day: item for item in self.special for day in range(day_number(item.first), day_number(item.last) + 1)
        }
        object.__setattr__(self, "_exceptions", exceptions)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Calendar:
        """Read the JSON form; CalendarError says what is wrong with it."""
        try:
            country = (data.get("holidays") or {}).get("country")
            return cls(
                data["zone"],
                _week_in(data["week"]),
                tuple(_special_in(item) for item in data.get("special", [])),
                tuple(_season_in(item) for item in data.get("weeks", [])),
                str(country) if country is not None else None,
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise CalendarError(f"calendar data lack or mistype a part: {error}") from error

    def to_data(self) -> dict[str, Any]:
        """The JSON form; `from_data` of it is equal to this calendar."""
        data: dict[str, Any] = {"zone": self.zone, "week": _week_out(self.week)}
        if self.weeks:
            data["weeks"] = [_season_out(season) for season in self.weeks]
        data["special"] = [special_out(item) for item in self.special]
        return data | ({"holidays": {"country": self.country}} if self.country is not None else {})

    def moment(self, at: datetime) -> int:
        """Microseconds since 1970 of an aware time. ValueError for a naive one."""
        return moment(at)

    def time(self, moment: int) -> datetime:
        """The aware UTC time of a moment."""
        return time_of(moment)

    def local(self, at: datetime) -> datetime:
        """The time as the city's clocks show it."""
        return at.astimezone(self._zone)

    def day(self, moment: int) -> int:
        """The day the city's clocks show at that moment, as days since 1970."""
        return local_day(self._zone, moment)

    def special_on(self, on: date) -> Special | None:
        """The special day that day is, if it is one."""
        return self._exceptions.get(day_number(on))

    def work_on(self, on: date) -> Sequence[Interval]:
        """The working intervals of a day, in minutes of the city's wall clock."""
        special = self.special_on(on)
        if special is not None:
            return special.work
        return self.week_on(on)[on.weekday()]

    def week_on(self, on: date) -> Week:
        """The week that holds on a day that is not special."""
        return next((season.week for season in self.weeks if season.holds(on)), self.week)

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
        """Closing of the `count`th working day after the first one on or after the day (days since 1970)."""
        table = self._years_of(date_of(day).year)
        while True:
            index = bisect_left(table.days, day) + count
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

    @property
    def endless(self) -> bool:
        """Whether there will always be working time: in the week, or in one that holds for good."""
        return any(self.week) or any(any(season.week) for season in self.weeks if season.last is None)

    def is_open(self, moment: int) -> bool:
        """Whether it is working time: from the very moment of opening, no longer at that of closing."""
        table = self._cover(moment, moment)
        index = bisect_right(table.opens, moment) - 1
        return index >= 0 and moment < table.closes[index]

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
        return self._years_of(self._year(low), self._year(high))

    def _years_of(self, low: int, high: int | None = None) -> Table:
        """A table with these years and all that were asked for before."""
        high = high if high is not None else low
        kept = self._kept[0] if self._kept else None
        if kept and kept.years[0] <= low and high <= kept.years[1]:
            return kept
        return self._build(min(low, kept.years[0]), max(high, kept.years[1])) if kept else self._build(low, high)

    def _year(self, moment: int) -> int:
        try:
            return time_of(moment).astimezone(self._zone).year
        except OverflowError as error:
            raise CalendarError("the time lies beyond the years of the calendar") from error

    def _widen(self, table: Table, *, back: bool) -> Table:
        """A table that reaches further; NoWorkingTime where further on there is none, whatever the reach."""
        low, high = table.years
        known = [year for special in self.special if special.work for year in (special.first.year, special.last.year)]
        known += [year for season in self.weeks if any(season.week) for year in _years_of_season(season)]
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
        table = Table.build(self._zone, lambda day: self.work_on(date_of(day)), low, high)
        self._kept[:] = [table]
        return table


def _check_intervals(work: Sequence[Interval]) -> None:
    """Ascending, not empty, not overlapping, inside the day."""
    end = 0
    for opening, closing in work:
        if not end <= opening < closing <= 1440:
            raise CalendarError("working intervals must be ascending, apart and inside the day")
        end = closing


def _check_apart(items: Sequence[Special | Season], what: str) -> None:
    """A day that is listed twice would mean whatever the order of the list says: refused instead."""
    last = date.min
    for item in sorted(items, key=_first_day):
        until = item.last or date.max
        if until < item.first:
            raise CalendarError(f"{item.name!r} ends before it begins")
        if item.first <= last:
            raise CalendarError(f"{item.name!r} overlaps another {what} on {item.first}")
        if isinstance(item, Special) and (item.last - item.first).days > 366:
            raise CalendarError(f"{item.name!r} is longer than a year")
        last = until


def _first_day(item: Special | Season) -> date:
    return item.first


def _years_of_season(season: Season) -> tuple[int, int]:
    """The first and the last year with a day of it."""
    return season.first.year, (season.last.year if season.last is not None else LAST_YEAR)


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


def _week_in(week: Mapping[str, Any]) -> Week:
    if unknown := set(week) - set(WEEKDAYS):
        raise CalendarError(f"unknown weekday {min(unknown)!r}")
    return tuple(_intervals_in(week.get(day, ())) for day in WEEKDAYS)


def _week_out(week: Week) -> dict[str, Any]:
    return {day: _intervals_out(work) for day, work in zip(WEEKDAYS, week, strict=True)}


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CalendarError(f"special day: {error}") from error


def _season_in(item: Mapping[str, Any]) -> Season:
    last = item.get("to")
    until = _date(last) if last is not None else None
    return Season(_date(item["from"]), until, _week_in(item["week"]), str(item.get("name", "")))


def _season_out(item: Season) -> dict[str, Any]:
    last = {"to": item.last.isoformat()} if item.last is not None else {}
    name = {"name": item.name} if item.name else {}
    return {"from": item.first.isoformat(), **last, **name, "week": _week_out(item.week)}


def _special_in(item: Mapping[str, Any]) -> Special:
    first, last = _date(item["from"]), _date(item["to"])
    provisional, note, source = bool(item.get("provisional", False)), item.get("note", ""), item.get("source", "")
    return Special(first, last, item["name"], _intervals_in(item.get("work", ())), provisional, str(note), str(source))


def special_out(item: Special) -> dict[str, Any]:
    """The JSON form of a special day."""
    data: dict[str, Any] = {"from": item.first.isoformat(), "to": item.last.isoformat(), "name": item.name}
    data["work"] = _intervals_out(item.work)
    marked = {"provisional": True} if item.provisional else {}
    return data | marked | {name: said for name in ("note", "source") if (said := getattr(item, name))}
