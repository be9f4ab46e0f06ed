"""The clock of each agency that holds a case: what it may take, and what it has used, on its own calendar. Pure.

A holding lasts from dispatch to return, recall or resolve. Whoever gets the case back goes on where it stopped: the
time it used counts on, the time the case spent elsewhere does not, and handing a case round resets nothing. A question
to the resident pauses it, like the clock of the case; an extension of the case is one of its holder. A reopened case
begins a new round. Kept as JSON with the report (`report.holders`), in the order of the first holding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from reports.calendars import MICROSECOND, Calendar
from reports.clocks import Clock, ServiceLevel, due_at, remaining
from reports.lifecycle import Command

ENDS = frozenset({Command.RETURN, Command.RECALL, Command.RESOLVE})


@dataclass(frozen=True, slots=True)
class Holder:
    """One agency's part in one round. `clock` is None where the city promises nothing of one holder.

    `since`: when the present or last holding began; `accepted_at`: when it was accepted; `counting_since`: from when on
    working time is still to be added to `used`, None while it is paused or elsewhere; `ended_at`: None while it holds.
    """

    agency: str
    round: int
    since: datetime
    level: ServiceLevel | None = None
    clock: Clock | None = None
    accepted_at: datetime | None = None
    counting_since: datetime | None = None
    used: timedelta = timedelta()
    ended_at: datetime | None = None
    ended_by: str | None = None

    def used_until(self, now: datetime, calendar: Calendar) -> timedelta:
        """Working time of the agency's calendar it has had the case for, pauses left out."""
        if self.counting_since is None or now <= self.counting_since:
            return self.used
        moments = calendar.moment(self.counting_since), calendar.moment(now)
        return self.used + calendar.between(*moments) * MICROSECOND

    def promised(self, calendar: Calendar) -> timedelta | None:
        """The whole of its promise, in the time it counts in; None where there is none."""
        if self.level is None or self.clock is None:
            return None
        start = self.clock.started_at or self.since
        return remaining(start, due_at(start, self.level, calendar), self.level, calendar)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Holder:
        """Read the JSON form."""
        level = ServiceLevel.from_data(data["level"]) if data.get("level") else None
        due, left = _time(data, "due_at"), data.get("remaining_s")
        remaining = timedelta(seconds=left) if left is not None else None
        clock = Clock(data["basis"], due, _time(data, "started_at"), remaining) if due is not None else None
        return cls(
            data["agency"], data["round"], _time(data, "since") or due or datetime.min, level, clock,
            _time(data, "accepted_at"), _time(data, "counting_since"), timedelta(seconds=data["used_s"]),
            _time(data, "ended_at"), data.get("ended_by"),
        )  # fmt: skip

    def to_data(self) -> dict[str, Any]:
        """The JSON form, absent parts left out."""
        clock = self.clock
        data = {
            "agency": self.agency,
            "round": self.round,
            "since": self.since.isoformat(),
            "level": self.level.to_data() if self.level else None,
            "basis": clock.basis if clock else None,
            "due_at": clock.due_at.isoformat() if clock else None,
            "started_at": _text(clock.started_at) if clock else None,
            "remaining_s": clock.remaining.total_seconds() if clock and clock.remaining is not None else None,
            "accepted_at": _text(self.accepted_at),
            "counting_since": _text(self.counting_since),
            "used_s": self.used.total_seconds(),
            "ended_at": _text(self.ended_at),
            "ended_by": self.ended_by,
        }
        return {name: value for name, value in data.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Hand:
    """What a command does to holdings: by whom it is held now, when, on which calendar, under which promise."""

    command: Command
    agency: str | None
    now: datetime
    calendar: Calendar
    level: ServiceLevel | None = None
    round: int = 0
    until: datetime | None = None


def after(holders: Sequence[Holder], hand: Hand) -> list[Holder]:
    """The holders after a command; the same ones where it is none of theirs."""
    kept = list(holders)
    if hand.command in (Command.DISPATCH, Command.SEND_BACK):
        return _held(kept, hand)
    place = next((place for place, one in enumerate(kept) if one.ended_at is None), None)
    if place is None:
        return kept
    kept[place] = _changed(kept[place], hand)
    return kept


def holding(holders: Sequence[Holder]) -> Holder | None:
    """Who holds the case now."""
    return next((one for one in holders if one.ended_at is None), None)


def _held(kept: list[Holder], hand: Hand) -> list[Holder]:
    if hand.agency is None:
        return kept
    again = next(
        (place for place, one in enumerate(kept) if (one.agency, one.round) == (hand.agency, hand.round)), None
    )
    if again is None:
        level, clock = hand.level, None
        if level is not None:
            due = due_at(hand.now, level, hand.calendar)
            waits = level.starts == "accepted"
            clock = Clock("projected", due) if waits else Clock("running", due, hand.now)
        return [*kept, Holder(hand.agency, hand.round, hand.now, level, clock, counting_since=hand.now)]
    one = kept[again]
    # A result that is sent back was accepted long ago; a case that is dispatched again waits to be.
    accepted_at = one.accepted_at if hand.command == Command.SEND_BACK else None
    kept[again] = replace(_counting(one, hand), since=hand.now, accepted_at=accepted_at, ended_at=None, ended_by=None)
    return kept


def _changed(one: Holder, hand: Hand) -> Holder:
    if hand.command == Command.ACCEPT:
        return _accepted(one, hand)
    if hand.command == Command.ASK:
        return _stopped(one, hand)
    if hand.command in (Command.ANSWER, Command.LAPSE):
        return _counting(one, hand) if one.counting_since is None else one
    if hand.command == Command.EXTEND:
        return _extended(one, hand.until)
    if hand.command in ENDS:
        return replace(_stopped(one, hand), ended_at=hand.now, ended_by=str(hand.command))
    return one


def _accepted(one: Holder, hand: Hand) -> Holder:
    clock = one.clock
    if clock is not None and one.level is not None and one.level.starts == "accepted":
        clock = clock.start(hand.now, one.level, hand.calendar)
    return replace(one, clock=clock, accepted_at=one.accepted_at or hand.now)


def _extended(one: Holder, until: datetime | None) -> Holder:
    if one.clock is None or until is None or one.clock.basis == "paused" or until <= one.clock.due_at:
        return one
    return replace(one, clock=one.clock.extend(until))


def _stopped(one: Holder, hand: Hand) -> Holder:
    clock = one.clock
    if clock is not None and one.level is not None and clock.basis != "paused":
        clock = clock.pause(hand.now, one.level, hand.calendar)
    return replace(one, clock=clock, used=one.used_until(hand.now, hand.calendar), counting_since=None)


def _counting(one: Holder, hand: Hand) -> Holder:
    clock = one.clock
    if clock is not None and one.level is not None and clock.basis == "paused":
        clock = clock.resume(hand.now, one.level, hand.calendar)
    return replace(one, clock=clock, counting_since=hand.now)


def read(documents: Sequence[Mapping[str, Any]] | None) -> list[Holder]:
    """The holders a report keeps."""
    return [Holder.from_data(one) for one in documents or ()]


def fields(holders: Sequence[Holder]) -> dict[str, Any]:
    """The report's fields for its holders; a due time only while it counts."""
    one = holding(holders)
    running = one is not None and one.clock is not None and one.clock.basis == "running"
    due = one.clock.due_at if running and one is not None and one.clock is not None else None
    return {"holders": [one.to_data() for one in holders], "holder_due_at": due}


def _time(data: Mapping[str, Any], name: str) -> datetime | None:
    value = data.get(name)
    return datetime.fromisoformat(value) if value else None


def _text(value: datetime | None) -> str | None:
    return value.isoformat() if value is not None else None
