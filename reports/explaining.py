"""How a due time came about, line by line, so that anybody can recompute it by hand. Pure: from facts to lines of data.

`story` reads the facts of one report in their order, each with the calendar it was counted by; `counted` walks a
calendar day by day, in another way than the axis that made the due time, and says where it ends. What it cannot
recount a line says, and another what the calendar of today would say. Sentences: `reports.explaining_words`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from reports.calendars import Calendar
from reports.clocks import ServiceLevel
from reports.wallclock import Wall, time_of, zone_named

MINUTE = timedelta(minutes=1)
MOST_DAYS = 1500
"""A walk of more days than this is not shown line by line."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of the journal, as far as clocks are concerned. `due`: what it says of the due time, if anything.

    `calendar`: the one it was counted by; None where nobody kept it, and today's has to do.
    """

    event: str
    at: datetime
    by: str
    data: Mapping[str, Any]
    due: Mapping[str, Any] | None = None
    calendar: Calendar | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the calculation; `facts` are JSON values: times as RFC 3339, days as dates, amounts in minutes."""

    kind: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Count:
    """The lines of one count and the due time it ends with."""

    lines: list[Line]
    due: datetime


def counted(start: datetime, level: ServiceLevel, calendar: Calendar) -> Count:
    """The count of a promise that begins at `start`, day by day."""
    if level.unit == "minutes":
        due = start + level.amount * MINUTE
        return Count([Line("minutes", {"from": start.isoformat(), "to": due.isoformat(), "amount": level.amount})], due)
    walk = _Walk(calendar, start)
    if level.unit == "working_hours":
        return walk.hours(timedelta(hours=level.amount))
    return walk.working_days(level.amount) if level.unit == "working_days" else walk.calendar_days(level.amount)


class _Walk:
    """One day after the other from the day of the start, days off in a row gathered into one line."""

    def __init__(self, calendar: Calendar, start: datetime) -> None:
        self._calendar, self._start = calendar, start.astimezone(zone_named(calendar.zone))
        self._wall = Wall(zone_named(calendar.zone))
        self._lines: list[Line] = []
        self._off: list[date] = []

    def hours(self, wanted: timedelta) -> Count:
        """So much working time."""
        left, on = wanted, self._start.date()
        for _ in range(MOST_DAYS):
            spans = [(max(opens, self._start), closes) for opens, closes in self._spans(on) if closes > self._start]
            used: list[tuple[datetime, datetime]] = []
            for opens, closes in spans:
                if left > timedelta():
                    ends = min(closes, opens + left)
                    left -= ends - opens
                    used.append((opens, ends))
            if used:
                worked = sum((ends - opens for opens, ends in used), timedelta())
                self._day("hours", on, spans=[self._shown(span) for span in used], minutes=worked / MINUTE,
                          sum=(wanted - left) / MINUTE)  # fmt: skip
            else:
                self._no_work_left(on)
            if left <= timedelta():
                return Count(self._lines, used[-1][1])
            on += timedelta(days=1)
        return self._long(on)

    def working_days(self, wanted: int) -> Count:
        """To the closing hour of that working day after the day of arrival."""
        on, number = self._arrival(), 0
        for _ in range(MOST_DAYS):
            on += timedelta(days=1)
            spans = self._spans(on)
            if not spans:
                self._off_day(on)
                continue
            number += 1
            self._day("day", on, number=number)
            if number == wanted:
                return Count(self._lines, spans[-1][1])
        return self._long(on)

    def calendar_days(self, wanted: int) -> Count:
        """To the closing hour of that day, or of the first working day after it."""
        on = self._start.date() + timedelta(days=wanted)
        self._lines.append(
            Line("calendar_days", {"from": self._start.date().isoformat(), "to": on.isoformat(), "amount": wanted})
        )
        for _ in range(MOST_DAYS):
            spans = self._spans(on)
            if spans:
                self._day("ends", on)
                return Count(self._lines, spans[-1][1])
            self._off_day(on)
            on += timedelta(days=1)
        return self._long(on)

    def _arrival(self) -> date:
        """The day of arrival: of the start, or of the next opening when nobody works any more. It does not count."""
        on = self._start.date()
        for _ in range(MOST_DAYS):
            open_still = [(opens, closes) for opens, closes in self._spans(on) if closes > self._start]
            if open_still:
                if on != self._start.date():
                    self._flush()
                    self._lines.append(Line("arrives", {"at": open_still[0][0].isoformat()}))
                self._lines.append(Line("first_day", {"day": on.isoformat()}))
                return on
            self._no_work_left(on)
            on += timedelta(days=1)
        return on

    def _spans(self, on: date) -> list[tuple[datetime, datetime]]:
        day = on.toordinal() - date(1970, 1, 1).toordinal()
        moments = [
            (self._wall.moment_of(day, opens), self._wall.moment_of(day, closes))
            for opens, closes in self._calendar.work_on(on)
        ]
        return [(time_of(opens), time_of(closes)) for opens, closes in moments if opens < closes]

    def _shown(self, span: tuple[datetime, datetime]) -> list[str]:
        return [self._calendar.local(at).strftime("%H:%M") for at in span]

    def _day(self, kind: str, on: date, **facts: Any) -> None:
        self._flush()
        special = self._calendar.special_on(on)
        named = {"name": special.name} if special is not None else {}
        self._lines.append(Line(kind, {"day": on.isoformat(), **facts, **named}))

    def _no_work_left(self, on: date) -> None:
        """A day off, or the day of the start when its hours are over."""
        if self._spans(on):
            self._flush()
            self._lines.append(Line("closed", {"day": on.isoformat()}))
        else:
            self._off_day(on)

    def _off_day(self, on: date) -> None:
        special = self._calendar.special_on(on)
        before = self._calendar.special_on(self._off[-1]) if self._off else None
        if self._off and (special.name if special else None) != (before.name if before else None):
            self._flush()
        self._off.append(on)

    def _flush(self) -> None:
        if self._off:
            special = self._calendar.special_on(self._off[0])
            named = {"name": special.name} if special is not None else {}
            self._lines.append(
                Line("off", {"from": self._off[0].isoformat(), "to": self._off[-1].isoformat(), **named})
            )
        self._off = []

    def _long(self, on: date) -> Count:
        self._lines.append(Line("long", {}))
        return Count(self._lines, datetime(on.year, on.month, on.day, tzinfo=self._start.tzinfo))


def story(facts: Sequence[Fact], today: Calendar) -> list[Line]:
    """The whole calculation of one report: promises, the count of the one that holds, pauses, extensions.

    `today`: the calendar in force now.
    """
    teller = _Story(today, _last_promise(facts))
    for place, fact in enumerate(facts):
        if fact.due is not None:
            teller.hear(place, fact)
    return teller.lines


# Facts that give a promise anew, when their level or its start is another than before.
_GIVING = frozenset({"report.received", "report.verified", "report.unverified", "report.dispatched", "report.accepted",
                     "report.reopened"})  # fmt: skip


def _last_promise(facts: Sequence[Fact]) -> int:
    giving = [place for place, fact in enumerate(facts) if fact.event in _GIVING and fact.due is not None]
    return giving[-1] if giving else -1


class _Story:
    def __init__(self, today: Calendar, last: int) -> None:
        self.lines: list[Line] = []
        self._today, self._last = today, last
        self._received: datetime | None = None
        self._started: datetime | None = None
        self._paused: datetime | None = None
        self._due: str | None = None

    def hear(self, place: int, fact: Fact) -> None:
        """One fact that says something of the due time."""
        due = fact.due or {}
        self._received = self._received or fact.at
        if fact.event in _GIVING:
            self._promise(place, fact, due)
        elif due["basis"] == "paused":
            self._paused = fact.at
            self.lines.append(Line("pause", {"from": fact.at.isoformat(), "by": fact.by}))
        elif self._paused is not None:
            self._resume(fact, due)
        elif fact.event == "report.extended":
            facts = {"was": due.get("was"), "until": due["now"], "by": fact.by}
            facts |= {name: fact.data[name] for name in ("reason", "reason_en") if fact.data.get(name)}
            self.lines.append(Line("extended", {**facts, "at": fact.at.isoformat()}))
        else:
            merged = fact.event in ("report.group_changed", "report.lead_changed")
            kind = "nearer" if merged and (due.get("was") or "") > due["now"] else "moved"
            self.lines.append(Line(kind, {"was": due.get("was"), "due": due["now"], "at": fact.at.isoformat()}))
        self._due = due["now"]

    def _promise(self, place: int, fact: Fact, due: Mapping[str, Any]) -> None:
        again = fact.event == "report.reopened"
        kind = fact.event in ("report.verified", "report.unverified")
        base = (self._started or self._received) if kind else fact.at
        if again:
            self._started = None
        if due["basis"] == "running":
            self._started = self._started if kind and self._started is not None else base
        said = {"event": fact.event, "at": fact.at.isoformat(), "level": due.get("level"), "basis": due["basis"]}
        self.lines.append(Line("promise", {**said, "due": due["now"]}))
        if place != self._last or due.get("level") is None or base is None:
            return
        self._recount(base, ServiceLevel.from_data(due["level"]), fact, due)

    def _recount(self, base: datetime, level: ServiceLevel, fact: Fact, said: Mapping[str, Any]) -> None:
        """The count by the calendar it was promised with, and what today's would say if that is something else."""
        count, due = counted(base, level, fact.calendar or self._today), datetime.fromisoformat(said["now"])
        self.lines += [Line("from", {"at": base.isoformat()}), *count.lines]
        if count.due == due:
            today = due if fact.calendar in (None, self._today) else counted(base, level, self._today).due
            if today != due:
                self._contrast("differs", today, due)
        elif said.get("capped") and due < count.due:
            facts = {"was": count.due.isoformat(), "due": due.isoformat(), "at": fact.at.isoformat()}
            self.lines.append(Line("nearer", facts))
        else:
            self._contrast("differs" if fact.calendar is None else "unlike", count.due, due)

    def _contrast(self, kind: str, counted: datetime, due: datetime) -> None:
        self.lines.append(Line(kind, {"counted": counted.isoformat(), "due": due.isoformat()}))

    def _resume(self, fact: Fact, due: Mapping[str, Any]) -> None:
        begun, self._paused = self._paused, None
        if begun is None:
            return
        calendar = fact.calendar or self._today
        worked = calendar.between(calendar.moment(begun), calendar.moment(fact.at)) / 60_000_000
        said = {"from": begun.isoformat(), "to": fact.at.isoformat(), "working_minutes": worked, "due": due["now"]}
        self.lines.append(Line("resumed", said))
