"""When a case that is late or untouched goes to whom: the city's ladder, one rung after the other. Pure.

    untouched  the center has not verified what it received, or not dispatched what it verified; the agency has not
               accepted what it was sent
    late       the due time of the case, or of the agency that holds it, has passed; not while an answer is awaited, nor
               once the agency has resolved it
    proof      something was found against the proof after the result was published, and nobody has looked since
    returned   sent back by agencies three times or more, and with none again: at once before the supervisor, no ladder

A ladder has rungs `{"cause", "after": {"amount", "unit"}, "to"}`; `after` counts from when the cause began, in minutes
or in working hours of the agency's calendar; at the center, of the city's. Each rung is taken once per case and cause.
Nobody is called twice; where there is no head (at the center, or an agency without one) the supervisor is called
instead. Acknowledging ends it. Whoever was called has the whole time to the next rung from being called: after a day in
which nobody looked each case goes up one rung and no more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from reports import holders, proving
from reports.calendars import MICROSECOND, Calendar, CalendarError

Cause = Literal["untouched", "late", "proof", "returned"]
Recipient = Literal["head", "supervisor", "leader"]
# Those that a ladder is for.
CAUSES: tuple[Cause, ...] = ("untouched", "late", "proof")
RECIPIENTS: tuple[Recipient, ...] = ("head", "supervisor", "leader")
UNITS = ("minutes", "working_hours")
# As `report.escalated` says it since before there were ladders.
REASONS: dict[str, str] = {
    "untouched": "untouched",
    "late": "overdue",
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
    """A rung that was taken: which one, to whom, when, and whether somebody has acknowledged it."""

    level: int
    to: str
    raised_at: datetime
    acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody is to be called now; `level` is the rung's place in its ladder, from 1."""

    level: int
    to: Recipient


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
# The same in each lane. A city's own ladder replaces it where it has such rungs; one without them says nothing of it.
PROOF_LADDER = (Rung("proof", 0, "working_hours", "supervisor"), Rung("proof", 8, "working_hours", "leader"))


def ladder(settings: Mapping[str, Any], lane: str, cause: Cause) -> tuple[Rung, ...]:
    """The rungs of a lane for a cause, lowest first; the usual ones where the city set none or nonsense."""
    given = settings.get("escalation")
    rungs = _read(given.get(lane)) if isinstance(given, Mapping) else None
    chosen = rungs if rungs is not None else DEFAULTS.get(lane, DEFAULTS["standard"])
    of_cause = tuple(rung for rung in chosen if rung.cause == cause)
    return PROOF_LADDER if cause == "proof" and not of_cause else of_cause


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
    return named and type(rung.amount) is int and 0 <= rung.amount <= LONGEST


def since(row: Mapping[str, Any], cause: Cause, now: datetime) -> datetime | None:
    """From when on the cause holds for a report; None where it does not."""
    if cause == "untouched":
        return _untouched_since(row)
    if cause == "proof":
        return proving.failed_since(row["state"], row["proof"], row["audit"])
    if cause == "returned":
        returns = row["returns"] or []
        often = row["state"] == "verified" and len(returns) >= RETURNS_BEFORE_SUPERVISOR
        return datetime.fromisoformat(returns[-1]["at"]) if often else None
    if not row["open"] or row["due_basis"] == "paused" or row["state"] == "resolved":
        return None
    passed = [due for due in (row["due_at"], row["holder_due_at"]) if due is not None and due < now]
    return min(passed, default=None)


def _untouched_since(row: Mapping[str, Any]) -> datetime | None:
    if row["state"] in AT_CENTER:
        waiting: datetime = row["state_since"] or row["received_at"]
        return waiting
    one = holders.holding(holders.read(row["holders"])) if row["state"] == "dispatched" else None
    return one.since if one is not None and one.accepted_at is None else None


def call(
    rungs: Sequence[Rung], taken: Sequence[Taken], began: datetime, now: datetime, calendar: Calendar, *, head: bool
) -> Call | None:
    """Who is to be called now because of a cause that began then; `head`: the agency has one who can be called."""
    if any(one.acknowledged for one in taken):
        return None
    last = max(taken, key=lambda one: one.level, default=None)
    called = {one.to for one in taken}
    for level, rung in enumerate(rungs, 1):
        to: Recipient = "supervisor" if rung.to == "head" and not head else rung.to
        if (last is not None and level <= last.level) or to in called:
            continue
        ripe = _elapsed(began, now, rung.unit, calendar) >= _span(rung)
        if last is not None:
            ripe = ripe and _elapsed(last.raised_at, now, rung.unit, calendar) >= _gap(rungs[last.level - 1], rung)
        return Call(level, to) if ripe else None
    return None


@dataclass(frozen=True, slots=True)
class Bound:
    """A case of this calendar, lane and cause whose last rung was `level` (0: none yet), to that person ("": none), can
    be ripe for the next one only when that rung was taken, or the cause began, by `before`.
    """

    calendar: str
    lane: str
    cause: str
    level: int
    to: str
    before: datetime


def bounds(settings: Mapping[str, Any], lane: str, code: str, calendar: Calendar, now: datetime) -> list[Bound]:
    """What `call` asks of time, turned round, so that the database finds the few that are ripe among all that wait.
    Never stricter than `call`.
    """
    found: list[Bound] = []
    for cause in CAUSES:
        rungs = ladder(settings, lane, cause)
        if rungs:
            found.append(Bound(code, lane, cause, 0, "", _before(now, rungs[0].unit, _span(rungs[0]), calendar)))
        for level, below in enumerate(rungs, 1):
            for to in RECIPIENTS:
                above = [rung for rung in rungs[level:] if rung.to != to]
                befores = [_before(now, rung.unit, _gap(below, rung), calendar) for rung in above]
                found += [Bound(code, lane, cause, level, to, max(befores))] if befores else []
    return found


def _before(now: datetime, unit: str, span: timedelta, calendar: Calendar) -> datetime:
    """The latest moment since which so much has elapsed."""
    if span <= timedelta():
        return now
    if unit == "minutes":
        return now - span
    try:
        back = calendar.advance(calendar.moment(now), -(span // MICROSECOND))
        # Nothing elapses until work begins again: any moment up to then will do.
        return min(now, calendar.time(calendar.opening(back)))
    except CalendarError:
        return now


def _span(rung: Rung) -> timedelta:
    return timedelta(minutes=rung.amount) if rung.unit == "minutes" else timedelta(hours=rung.amount)


def _gap(below: Rung, rung: Rung) -> timedelta:
    """The time the one below has, in the unit of the one above."""
    return _span(rung) - _span(below) if below.unit == rung.unit else _span(rung)


def _elapsed(start: datetime, now: datetime, unit: str, calendar: Calendar) -> timedelta:
    if unit == "minutes" or now <= start:
        return now - start
    return calendar.between(calendar.moment(start), calendar.moment(now)) * MICROSECOND
