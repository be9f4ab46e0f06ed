"""What the clock on a wall of the city shows, and the moment at which it first shows it. Pure.

A moment is a whole number of microseconds since 1970 in UTC: elapsed time, which no zone can skip or double. For any
zone the one rule is

    moment_of(day, minute) = the first moment at which the wall shows that minute of that day, or a later one

so an hour that is skipped in spring is the moment of the change (a closing at 02:30 closes when the wall jumps from
02:00 to 03:00), and an hour that comes twice in autumn begins when it first comes (an opening at 01:30 opens the
first time; work from 00:30 to 02:00 then lasts two and a half hours). Because the rule never decreases, intervals that
are apart on the wall never overlap in time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = 60_000_000
DAY = 1440 * MINUTE
EPOCH_DAY = date(1970, 1, 1).toordinal()


class UnknownZone(ValueError):
    """There is no such zone in the tables of time zones."""


def zone_named(name: str) -> ZoneInfo:
    """The zone of that IANA name; UnknownZone when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise UnknownZone(f"unknown zone {name!r}") from error


def moment(at: datetime) -> int:
    """Microseconds since 1970 of an aware time. ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be counted from")
    return (at - EPOCH) // MICROSECOND


def time_of(moment: int) -> datetime:
    """The aware UTC time of a moment."""
    return EPOCH + timedelta(microseconds=moment)


def day_number(on: date) -> int:
    """Days since 1970."""
    return on.toordinal() - EPOCH_DAY


def date_of(day: int) -> date:
    """The date so many days after 1970 began."""
    return date.fromordinal(day + EPOCH_DAY)


def local_day(zone: ZoneInfo, moment: int) -> int:
    """The day the wall shows at that moment, as days since 1970."""
    return time_of(moment).astimezone(zone).toordinal() - EPOCH_DAY


class Wall:
    """Moments of wall-clock times in one zone. Knows the offset of the day it was last asked for."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._day, self._offset = 0, self._steady_offset(0)

    def moment_of(self, day: int, minute: int) -> int:
        """The first moment at which the wall shows that minute (0..1440) of that day, or a later one."""
        if day != self._day:
            self._day, self._offset = day, self._steady_offset(day)
        wall = day * DAY + minute * MINUTE
        return wall - self._offset if self._offset is not None else _first(self._zone, wall)

    def _steady_offset(self, day: int) -> int | None:
        """The zone's offset on that day; None when it changes on it."""
        first = datetime.fromordinal(day + EPOCH_DAY)
        last = first + timedelta(days=1)
        offsets = {one.replace(tzinfo=self._zone, fold=fold).utcoffset() for one in (first, last) for fold in (0, 1)}
        only = offsets.pop()
        return only // MICROSECOND if not offsets and only is not None else None


def _first(zone: ZoneInfo, wall: int) -> int:
    naive = datetime(1970, 1, 1) + timedelta(microseconds=wall)
    before, after = (_offset(naive.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    if before >= after:
        # One offset, or an hour that comes twice: the first time is that of the offset before the change.
        return wall - before
    # Skipped: the change lies between these two, and the offset tells on which side of it a moment is.
    low, high = wall - after, wall - before
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(time_of(middle).astimezone(zone)) == before:
            low = middle
        else:
            high = middle
    return high


def _offset(at: datetime) -> int:
    offset = at.utcoffset()
    return offset // MICROSECOND if offset is not None else 0
