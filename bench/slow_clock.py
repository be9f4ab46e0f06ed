"""Due times counted minute by minute: slow, obvious, and made of nothing that the fast way is made of.

Every minute of some years is looked at once, in the order in which time passes. For each the wall clock of the city
is asked what it shows; what counts is the furthest it has ever shown, so that an hour that comes twice is one long
hour and one that is skipped never comes. A minute is worked when the calendar's JSON says so for that furthest time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = timedelta(minutes=1)


def intervals_on(data: Mapping[str, Any], day: date) -> list[tuple[int, int]]:
    """The day's working intervals in minutes, read straight from the calendar's JSON."""
    on = day.isoformat()
    work = next((one["work"] for one in data.get("special", ()) if one["from"] <= on <= one["to"]), None)
    if work is None:
        week = data["week"]
        for season in data.get("weeks", ()):
            if season["from"] <= on and (season.get("to") is None or on <= season["to"]):
                week = season["week"]
        work = week.get(WEEKDAYS[day.weekday()], ())
    return [(_minute(opening), _minute(closing)) for opening, closing in work]


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


@dataclass
class Minutes:
    """Every minute from the start of one year to the end of another: is it worked, and as part of which day."""

    start: datetime
    zone: ZoneInfo
    working: bytearray
    days: list[int]

    @classmethod
    def of(cls, data: Mapping[str, Any], first: int, last: int) -> Minutes:
        """Look at every minute from January of `first` to December of `last`."""
        zone = ZoneInfo(data["zone"])
        start, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
        working, days = bytearray(), []
        furthest = (0, 0)
        today, work = 0, bytearray(1440)
        # Zones change their clocks at full quarters of an hour.
        for quarter in range(int((end - start) / MINUTE) // 15):
            wall = (start + 15 * quarter * MINUTE).astimezone(zone)
            for minute in range(15):
                shown = (wall.toordinal(), wall.hour * 60 + wall.minute + minute)
                furthest = max(furthest, shown)
                day, clock = furthest
                if day != today:
                    today, work = day, bytearray(1440)
                    for opening, closing in intervals_on(data, date.fromordinal(day)):
                        work[opening:closing] = b"\1" * (closing - opening)
                # A minute that comes again adds to the last one before it.
                working.append(work[clock])
                days.append(day)
        return cls(start, zone, working, days)

    def index(self, at: datetime) -> int:
        """Which minute that is."""
        return int((at - self.start) / MINUTE)

    def time(self, index: int) -> datetime:
        """When that minute begins."""
        return self.start + index * MINUTE

    def due(
        self, start: datetime, amount: int, unit: str, pauses: Sequence[tuple[datetime, datetime]] = ()
    ) -> datetime:
        """When a promise that begins to count at a full minute falls due, minutes of the pauses left out."""
        at = self.index(start)
        held = [(self.index(begin), self.index(end)) for begin, end in pauses]
        if unit == "minutes":
            return self.time(self._after(at, amount, held, every=True))
        if unit == "working_hours":
            return self.time(self._after(at, amount * 60, held))
        first = self._closing_day(at, amount) if unit == "working_days" else self._calendar_day(start, amount)
        if not held:
            return self.time(first)
        left = sum(self.working[at:first])
        return self.time(self._after(at, left, held))

    def _after(self, at: int, left: int, held: Sequence[tuple[int, int]], *, every: bool = False) -> int:
        """The first moment at which so many (working) minutes have passed outside of the pauses."""
        while left:
            paused = any(begin <= at < end for begin, end in held)
            left -= 0 if paused else (1 if every else self.working[at])
            at += 1
        return at

    def _closing_day(self, at: int, amount: int) -> int:
        while not self.working[at]:
            at += 1
        day, left = self.days[at], amount
        while left:
            at += 1
            if self.working[at] and self.days[at] != day:
                day, left = self.days[at], left - 1
        return self._end_of(at)

    def _calendar_day(self, start: datetime, amount: int) -> int:
        wanted = start.astimezone(self.zone).toordinal() + amount
        at = self.index(start)
        while not (self.days[at] >= wanted and self.working[at]):
            at += 1
        return self._end_of(at)

    def _end_of(self, at: int) -> int:
        """The end of the last worked minute of the day that minute belongs to."""
        day, last = self.days[at], at
        while self.days[at] == day:
            last = at if self.working[at] else last
            at += 1
        return last + 1
