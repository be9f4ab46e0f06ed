"""When a case that is late or untouched goes to whom: the city's ladder, one rung after the other. Pure.

    untouched   the center has not verified what it received, or not dispatched what it verified; the agency has not
                accepted what it was sent
    late        the due time of the case, or of the agency that holds it, has passed; not while an answer is awaited,
                nor once the agency has resolved it
    unapproved  the agency has resolved it and the center has not looked: the resident waits for the center
    proof       something was found against the proof after the result was published, and nobody has looked since
    returned    sent back by agencies three times or more, and with none again: at once before the supervisor, no ladder

A ladder has rungs `{"cause", "after": {"amount", "unit"}, "to"}`; `after` counts from when the cause began, in minutes
or in working hours of the agency's calendar; at the center, of the city's. Late cases may count in per cent of the time
that was promised: 100 is the due time, 150 half as long again. Each rung is taken once per case and cause. Nobody is
called twice; where there is no head (at the center, or an agency without one) the supervisor is called instead.

Whoever was called has the whole time to the next rung from being called: after a day in which nobody looked each case
goes up one rung and no more. Who acknowledges has that time again, from then on; a case that still stands after it goes
up to the next rung, never back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from reports import holders, proving
from reports.calendars import MICROSECOND, Calendar, CalendarError

Cause = Literal["untouched", "late", "unapproved", "proof", "returned"]
Recipient = Literal["head", "supervisor", "leader"]
# Those that a ladder is for.
CAUSES: tuple[Cause, ...] = ("untouched", "late", "unapproved", "proof")
RECIPIENTS: tuple[Recipient, ...] = ("head", "supervisor", "leader")
# Of the promise only a late case has used a share that is worth a call; what comes before is a warning.
PERCENT = "percent"
UNITS = ("minutes", "working_hours", PERCENT)
# As `report.escalated` says it since before there were ladders.
REASONS: dict[str, str] = {
    "untouched": "untouched",
    "late": "overdue",
    "unapproved": "unapproved",
    "proof": "proof-failed",
    "returned": "returned-often",
}
RETURNS_BEFORE_SUPERVISOR = 3
LONGEST = 10_000
# What waits for the center: to be verified, to be dispatched.
AT_CENTER = ("received", "verified")


@dataclass(frozen=True, slots=True)
class Rung:
    """One step: so long after the cause began, to this person."""

    cause: Cause
    amount: int
    unit: str
    to: Recipient


@dataclass(frozen=True, slots=True)
class Taken:
    """A rung that was taken: which one, to whom, when, and when somebody acknowledged it, if anybody has."""

    level: int
    to: str
    raised_at: datetime
    acknowledged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody is to be called at that moment; `level` is the rung's place in its ladder, from 1."""

    level: int
    to: Recipient
    at: datetime


@dataclass(frozen=True, slots=True)
class Promised:
    """What 100 % is: so much time, working time of the calendar or time that passes day and night."""

    total: timedelta
    working: bool
    calendar: Calendar


def _usual(unit: str, untouched: tuple[int, int, int], late: tuple[int, int, int]) -> list[Rung]:
    causes: tuple[tuple[Cause, tuple[int, int, int]], ...] = (("untouched", untouched), ("late", late))
    return [
        Rung(cause, amount, unit, to)
        for cause, amounts in causes
        for amount, to in zip(amounts, RECIPIENTS, strict=True)
    ]


DEFAULTS: dict[str, list[Rung]] = {
    "standard": _usual("working_hours", (4, 8, 16), (0, 4, 8)),
    "instant": _usual("minutes", (30, 60, 120), (0, 60, 240)),
}
PROOF_LADDER = (Rung("proof", 0, "working_hours", "supervisor"), Rung("proof", 8, "working_hours", "leader"))
_SLOW = (Rung("unapproved", 4, "working_hours", "supervisor"), Rung("unapproved", 8, "working_hours", "leader"))
_FAST = (Rung("unapproved", 30, "minutes", "supervisor"), Rung("unapproved", 120, "minutes", "leader"))
# At the center. A city's own ladder replaces them where it has such rungs; one without says nothing of them.
KEPT: dict[str, dict[str, tuple[Rung, ...]]] = {
    "proof": dict.fromkeys(DEFAULTS, PROOF_LADDER),
    "unapproved": {"standard": _SLOW, "instant": _FAST},
}


def ladder(settings: Mapping[str, Any], lane: str, cause: Cause) -> tuple[Rung, ...]:
    """The rungs of a lane for a cause, lowest first; the usual ones where the city set none or nonsense."""
    given = settings.get("escalation")
    rungs = _read(given.get(lane)) if isinstance(given, Mapping) else None
    chosen = rungs if rungs is not None else DEFAULTS.get(lane, DEFAULTS["standard"])
    of_cause = tuple(rung for rung in chosen if rung.cause == cause)
    kept = KEPT.get(cause)
    return of_cause if of_cause or kept is None else kept.get(lane, kept["standard"])


def _read(given: Any) -> list[Rung] | None:
    if not isinstance(given, list):
        return None
    try:
        rungs = [Rung(one["cause"], one["after"]["amount"], one["after"]["unit"], one["to"]) for one in given]
    except (KeyError, TypeError):
        return None
    return rungs if all(_sound(rung) for rung in rungs) else None


def _sound(rung: Rung) -> bool:
    named = rung.cause in CAUSES and rung.to in RECIPIENTS and rung.unit in UNITS
    least = 100 if rung.unit == PERCENT else 0
    fits = rung.unit != PERCENT or rung.cause == "late"
    return named and fits and type(rung.amount) is int and least <= rung.amount <= LONGEST


def since(row: Mapping[str, Any], cause: Cause) -> datetime | None:
    """From when on the cause holds for a report if nothing changes: of a case that is not late yet the due time to
    come. None where it does not and will not.
    """
    if cause == "untouched":
        return _untouched_since(row)
    if cause == "proof":
        return proving.failed_since(row["state"], row["proof"], row["audit"])
    if cause == "returned":
        returns = row["returns"] or []
        often = row["state"] == "verified" and len(returns) >= RETURNS_BEFORE_SUPERVISOR
        return datetime.fromisoformat(returns[-1]["at"]) if often else None
    if cause == "unapproved":
        waiting: datetime | None = row["state_since"] or row["resolved_at"]
        return waiting if row["state"] == "resolved" else None
    if not row["open"] or row["due_basis"] == "paused" or row["state"] == "resolved":
        return None
    return min((due for due in (row["due_at"], row["holder_due_at"]) if due is not None), default=None)


def _untouched_since(row: Mapping[str, Any]) -> datetime | None:
    if row["state"] in AT_CENTER:
        waiting: datetime = row["state_since"] or row["received_at"]
        return waiting
    one = holders.holding(holders.read(row["holders"])) if row["state"] == "dispatched" else None
    return one.since if one is not None and one.accepted_at is None else None


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs of a cause that began then, and how their time is counted; `promised`: for rungs in per cent.

    `head`: the agency has one who can be called.
    """

    rungs: Sequence[Rung]
    began: datetime
    calendar: Calendar
    head: bool
    promised: Promised | None = None

    def following(self, taken: Sequence[Taken]) -> Call | None:
        """Who is called next, and when if nothing changes; None when nobody is to be called any more."""
        last = max(taken, key=lambda one: one.level, default=None)
        called = {one.to for one in taken}
        for level, rung in enumerate(self.rungs, 1):
            to: Recipient = "supervisor" if rung.to == "head" and not self.head else rung.to
            if (last is None or level > last.level) and to not in called:
                at = self._ripe(rung, last, taken)
                return Call(level, to, at) if at is not None else None
        return None

    def _ripe(self, rung: Rung, last: Taken | None, taken: Sequence[Taken]) -> datetime | None:
        """When; None when the calendar has no working time left until then, or the rung no promise to count in."""
        try:
            at = self._after(self.began, rung, self._span(rung))
            # Late is after the due time, not at it.
            at = max(at, self.began + timedelta(microseconds=1)) if rung.cause == "late" else at
            if last is None:
                return at
            heard = max(one.acknowledged_at or one.raised_at for one in taken)
            below = self.rungs[last.level - 1]
            gap = self._span(rung) - self._span(below) if below.unit == rung.unit else self._span(rung)
            return max(at, self._after(heard, rung, gap))
        except (CalendarError, OverflowError):
            return None

    def _span(self, rung: Rung) -> timedelta:
        if rung.unit == PERCENT:
            return self._promise.total * (rung.amount - 100) / 100
        return timedelta(minutes=rung.amount) if rung.unit == "minutes" else timedelta(hours=rung.amount)

    def _after(self, start: datetime, rung: Rung, span: timedelta) -> datetime:
        """The first moment at which so much time of the rung's kind has passed."""
        calendar, working = self.calendar, rung.unit == "working_hours"
        if rung.unit == PERCENT:
            calendar, working = self._promise.calendar, self._promise.working
        if span <= timedelta():
            return start
        if not working:
            return start + span
        return calendar.time(calendar.advance(calendar.moment(start), span // MICROSECOND))

    @property
    def _promise(self) -> Promised:
        if self.promised is None:
            raise CalendarError("a rung in per cent, and nothing that was promised")
        return self.promised
