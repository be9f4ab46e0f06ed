"""Times in plain words. All times are aware; they are shown in the city's zone, to the minute."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from portal.wording import Translate

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def parsed(moment: datetime | str | None) -> datetime | None:
    """Read models carry RFC 3339 text, rows carry datetimes; both become an aware datetime."""
    if moment is None or moment == "":
        return None
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def span(length: timedelta, t: Translate) -> str:
    """A length of time in its two largest units: "2 ngày 3 giờ"; under a minute is one minute."""
    seconds = max(int(abs(length.total_seconds())), _MINUTE)
    days, hours, minutes = seconds // _DAY, seconds % _DAY // _HOUR, seconds % _HOUR // _MINUTE
    parts = [(days, "time.days"), (hours, "time.hours"), (minutes, "time.minutes")]
    while parts[0][0] == 0:
        parts.pop(0)
    # From two days on the hours are noise; a promise of days is read in days.
    shown = parts[:1] if days >= 2 else parts[:2]
    return " ".join(_counted(n, key, t) for n, key in shown if n)


def _counted(n: int, key: str, t: Translate) -> str:
    return t(f"{key}.one" if n == 1 else key, n=n)


class Clock:
    """Formats moments for one reader: zone of the city, words of the reader, `now` of the request."""

    def __init__(self, zone: str, now: datetime, t: Translate) -> None:
        self._zone, self.now, self._t = ZoneInfo(zone), now, t

    def exact(self, moment: datetime | str | None) -> str:
        """ "14:05, 21/11/2026", the order in which Vietnamese readers expect it; empty for no moment."""
        at = parsed(moment)
        return at.astimezone(self._zone).strftime("%H:%M, %d/%m/%Y") if at else ""

    def day(self, moment: datetime | str | None) -> str:
        at = parsed(moment)
        return at.astimezone(self._zone).strftime("%d/%m/%Y") if at else ""

    def machine(self, moment: datetime | str | None) -> str:
        """RFC 3339 with the city's offset, for the datetime attribute of a time element."""
        at = parsed(moment)
        return at.astimezone(self._zone).isoformat(timespec="seconds") if at else ""

    def relative(self, moment: datetime | str | None) -> str:
        at = parsed(moment)
        if at is None:
            return ""
        gone = self.now - at
        if abs(gone) < timedelta(minutes=1):
            return self._t("time.now")
        return self._t("time.ago" if gone > timedelta(0) else "time.in", span=span(gone, self._t))

    def due(self, moment: datetime | str | None) -> str:
        """How much of the time allowed is left, or by how much it was missed."""
        at = parsed(moment)
        if at is None:
            return ""
        return self._t("due.late" if at < self.now else "due.left", span=span(at - self.now, self._t))

    def later(self, one: datetime | str | None, other: datetime | str | None) -> bool:
        """Whether the first moment lies after the second; never when one is missing."""
        first, second = parsed(one), parsed(other)
        return first is not None and second is not None and first > second

    def against(self, done: datetime | str | None, due: datetime | str | None) -> str:
        """Done compared with due: "sớm hơn hạn 1 ngày" or "trễ hạn 3 giờ"; empty when either is missing."""
        at, limit = parsed(done), parsed(due)
        if at is None or limit is None:
            return ""
        return self._t("due.done_late" if at > limit else "due.done_early", span=span(limit - at, self._t))
