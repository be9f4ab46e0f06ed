"""The day counted again by hand: from the journal's entries alone, with a calendar walked day by day.

Nothing here uses `reports.clocks`, `reports.worktime` or the figures' SQL: that is what it is for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OVER = ("published", "closed", "rejected", "merged", "withdrawn")
# The state a case is in after an event; the others leave it where it is.
LEADS_TO = {
    "received": "received", "verified": "verified", "rejected": "rejected", "dispatched": "dispatched",
    "accepted": "in_progress", "returned": "verified", "resolved": "resolved", "sent_back": "in_progress",
    "published": "published", "question_asked": "awaiting_resident", "closed": "closed",
}  # fmt: skip
NO_TIME = timedelta()


@dataclass(frozen=True)
class Entry:
    """One line of the journal about a report; the event without its prefix."""

    event: str
    at: datetime
    data: Mapping[str, Any]


@dataclass
class Walker:
    """A working calendar, asked one day after another."""

    week: Mapping[str, Sequence[Sequence[str]]]
    special: Mapping[date, Sequence[Sequence[str]]]

    @classmethod
    def of(cls, definition: Mapping[str, Any]) -> Walker:
        """Of the calendar as data."""
        special: dict[date, Sequence[Sequence[str]]] = {}
        for one in definition["special"]:
            day, last = date.fromisoformat(one["from"]), date.fromisoformat(one["to"])
            while day <= last:
                special[day] = one["work"]
                day += timedelta(days=1)
        return cls(definition["week"], special)

    def hours(self, day: date) -> list[tuple[datetime, datetime]]:
        """Opening and closing of each interval of a day."""
        work = self.special.get(day, self.week.get(DAYS[day.weekday()], ()))
        return [(_local(day, opens), _local(day, closes)) for opens, closes in work]

    def onwards(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Working intervals from then on, the first one cut."""
        day = at.astimezone(ZONE).date()
        while True:
            for opens, closes in self.hours(day):
                if closes > at:
                    yield max(opens, at), closes
            day += timedelta(days=1)

    def worked(self, begin: datetime, end: datetime) -> timedelta:
        """Working time between two moments."""
        total = NO_TIME
        for opens, closes in self.onwards(begin):
            if opens >= end:
                return total
            total += min(closes, end) - opens
        raise AssertionError("a calendar goes on for ever")

    def after(self, begin: datetime, work: timedelta) -> datetime:
        """The first moment at which so much has been worked."""
        for opens, closes in self.onwards(begin):
            if closes - opens >= work:
                return opens + work
            work -= closes - opens
        raise AssertionError("a calendar goes on for ever")

    def due(self, begin: datetime, level: Mapping[str, Any]) -> datetime:
        """When a promise that begins then falls due."""
        amount, unit = level["amount"], level["unit"]
        if unit == "minutes":
            return begin + timedelta(minutes=amount)
        if unit == "working_hours":
            return self.after(begin, timedelta(hours=amount))
        if unit == "calendar_days":
            day = begin.astimezone(ZONE).date() + timedelta(days=amount)
            return self._closing(day, 0)
        arrived = next(self.onwards(begin))[0].astimezone(ZONE).date()
        return self._closing(arrived, amount)

    def end_of_day(self, at: datetime) -> datetime:
        """The moment itself while an office works, else the closing hour of the next day on which one does."""
        opens = next(self.onwards(at))[0]
        return at if opens == at else self._closing(opens.astimezone(ZONE).date(), 0)

    def _closing(self, day: date, more: int) -> datetime:
        """The closing hour of the `more`th working day after the first one on or after `day`."""
        while True:
            hours = self.hours(day)
            if hours:
                if more == 0:
                    return hours[-1][1]
                more -= 1
            day += timedelta(days=1)


def _local(day: date, clock: str) -> datetime:
    if clock == "24:00":
        return datetime.combine(day + timedelta(days=1), time(), ZONE)
    return datetime.combine(day, time.fromisoformat(clock), ZONE)


@dataclass
class Followed:
    """A report as its entries tell it."""

    received: datetime
    level: Mapping[str, Any]
    state: str = "received"
    before: str = "received"
    holder: str = "center"
    due: datetime = field(default_factory=lambda: datetime.now(ZONE))
    promised: datetime | None = None
    started: bool = False
    asked: datetime | None = None
    resolved: datetime | None = None
    published: datetime | None = None
    rating: str | None = None
    returns: list[tuple[str, str | None]] = field(default_factory=list)
    # Working time each agency has had it, and since when it has it now.
    used: dict[str, timedelta] = field(default_factory=dict)
    has_since: datetime | None = None

    @property
    def open(self) -> bool:
        return self.state not in OVER


def follow(entries: Sequence[Entry], level: Mapping[str, Any], walker: Walker) -> Followed:
    """The report at the end of its entries; `level` is its promise."""
    begin = entries[0].at
    one = Followed(begin, level, due=walker.due(begin, level), started=level["starts"] == "received")
    for entry in entries:
        _clock(one, entry, walker)
        _hand(one, entry, walker)
        _place(one, entry)
    return one


def _clock(one: Followed, entry: Entry, walker: Walker) -> None:
    if entry.event == one.level["starts"] and not one.started:
        one.started, one.due = True, walker.due(entry.at, one.level)
    elif entry.event == "question_asked":
        one.asked = entry.at
    elif entry.event in ("question_answered", "question_lapsed"):
        assert one.asked is not None
        one.due, one.asked = _resumed(one, one.asked, entry.at, walker), None
    elif entry.event == "extended":
        one.promised, one.due = one.promised or one.due, datetime.fromisoformat(entry.data["until"])
    elif entry.event == "reopened":
        one.started = one.level["starts"] == "received"
        one.due, one.promised = walker.due(entry.at, one.level), None


def _resumed(one: Followed, asked: datetime, at: datetime, walker: Walker) -> datetime:
    """The due time after a pause: later by what the pause lasted, in the promise's time, also of a case that was late
    before it. Days end with an office's, minutes whenever they do.
    """
    if one.level["unit"] in ("minutes", "calendar_days"):
        due = one.due + (at - asked)
        return walker.end_of_day(due) if one.level["unit"] == "calendar_days" else due
    pause = walker.worked(asked, at)
    return walker.after(one.due, pause) if pause else one.due


def _hand(one: Followed, entry: Entry, walker: Walker) -> None:
    """What the holder has used until now, wherever it begins, pauses or ends; a reopening begins a new round."""
    if one.has_since is not None and entry.event in ("returned", "recalled", "resolved", "question_asked"):
        so_far = one.used.get(one.holder, NO_TIME)
        one.used[one.holder] = so_far + walker.worked(one.has_since, entry.at)
        one.has_since = None
    elif entry.event in ("dispatched", "sent_back") or (
        entry.event in ("question_answered", "question_lapsed") and one.holder != "center"
    ):
        one.has_since = entry.at
    elif entry.event == "reopened":
        one.used, one.has_since = {}, None


def _place(one: Followed, entry: Entry) -> None:
    if entry.event == "question_asked":
        one.before = one.state
    if entry.event in ("question_answered", "question_lapsed"):
        one.state = one.before
    one.state = LEADS_TO.get(entry.event, one.state)
    if entry.event == "dispatched":
        one.holder = entry.data["lead"]
    elif entry.event in ("returned", "recalled", "reopened"):
        one.holder = "center"
    if entry.event == "reopened":
        one.state = "verified"
    _result(one, entry)


def _result(one: Followed, entry: Entry) -> None:
    if entry.event == "returned":
        one.returns.append((entry.data["agency"], entry.data.get("proposed_agency")))
    elif entry.event == "resolved":
        one.resolved = entry.at
    elif entry.event == "sent_back":
        one.resolved = None
    elif entry.event == "published":
        one.published = entry.at
    elif entry.event == "reopened":
        one.resolved = one.published = None
    elif entry.event == "rated":
        one.rating = entry.data["rating"]


def counts(ones: Sequence[Followed], now: datetime) -> dict[str, int]:
    """What the city publishes of them."""
    done = [one for one in ones if one.state in ("published", "closed")]
    overdue = [one for one in ones if one.open and one.asked is None and one.due < now]
    verdicts = Counter(_verdict(one) for one in done)
    return {
        "received": len(ones),
        "done": len(done),
        "rejected": sum(one.state == "rejected" for one in ones),
        "open": sum(one.open for one in ones),
        "overdue": len(overdue),
        "on_time": verdicts["on_time"],
        "extended": verdicts["extended"],
        "late": verdicts["late"],
        "judged": len(done) + len(overdue),
        "rated": sum(one.rating is not None for one in done),
        "satisfied": sum(one.rating == "satisfied" for one in done),
        "unsatisfied": sum(one.rating == "unsatisfied" for one in done),
        "returned": sum(bool(one.returns) for one in ones),
        "finished": len(done),
    }


def _verdict(one: Followed) -> str:
    assert one.resolved is not None
    if one.resolved <= min(one.promised or one.due, one.due):
        return "on_time"
    return "extended" if one.resolved <= one.due else "late"
