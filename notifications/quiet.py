"""Quiet hours: until when a push waits. Pure: decides on values."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def quiet_until(now: datetime, start: time, end: time, zone: ZoneInfo) -> datetime | None:
    """The end of the quiet hours that `now` lies in, in UTC; None outside them.

    `start` and `end` are times of day in `zone`; where `end` is not after `start` the hours go over midnight. A time
    that a change of clocks leaves out is that much later on that day; one that comes twice is meant the first time.
    """
    today = now.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        over_midnight = timedelta(days=1 if end <= start else 0)
        begins, ends = _instant(day, start, zone), _instant(day + over_midnight, end, zone)
        if begins <= now < ends:
            return ends
    return None


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
