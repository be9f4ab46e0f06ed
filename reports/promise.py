"""The promise of one report: its service level, its clock, and when the next warning of it is to be said. Pure.

A report keeps the level it was promised (`report.level`), so that a change of the category moves no due time. 100 %
of a promise is `clock_total_s`: its time from the start to the due time, in the time it counts in (working time for
working units), pauses left out and extensions included. A warning at 80 % is due when a fifth of that is left; warnings
are said of clocks that run. docs/adr/0040-clocks.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from reports.calendars import Calendar
from reports.clocks import Clock, ServiceLevel, passed, remaining
from reports.configuration import CategoryRules, City
from reports.event import Event
from reports.proposing import promised

WARNINGS = (50, 80, 100)
"""Percent of a promise at which the city warns, unless its settings say otherwise."""

Row = Mapping[str, Any]


def warnings_of(settings: Mapping[str, Any]) -> tuple[int, ...]:
    """The city's thresholds in percent, ascending; the usual ones where the setting is none or nonsense."""
    given = settings.get("warnings")
    if not isinstance(given, list) or not all(type(one) is int and 1 <= one <= 100 for one in given):
        return WARNINGS
    return tuple(sorted(set(given)))


def clock_of(row: Row) -> Clock:
    """The clock as the row keeps it."""
    left = row["clock_remaining_s"]
    kept = timedelta(seconds=left) if left is not None else None
    return Clock(row["due_basis"], row["due_at"], row["clock_started_at"], kept)


def clock_fields(clock: Clock) -> dict[str, Any]:
    """The row's fields for a clock."""
    return {
        "due_basis": clock.basis,
        "due_at": clock.due_at,
        "clock_started_at": clock.started_at,
        "clock_remaining_s": clock.remaining.total_seconds() if clock.remaining is not None else None,
    }


def level_of(row: Row, category: CategoryRules) -> ServiceLevel:
    """What was promised of this report; what rule and category promise for one of before that was kept."""
    kept = row.get("level")
    return ServiceLevel.from_data(kept) if kept is not None else promised(category, row["urgency"], row["route"])


@dataclass(frozen=True, slots=True)
class Promise:
    """A level with the calendar it counts on and the thresholds of its warnings."""

    level: ServiceLevel
    calendar: Calendar
    thresholds: Sequence[int] = WARNINGS

    @classmethod
    def of(cls, row: Row, city: City) -> Promise:
        """What was promised of a report of this city."""
        return cls(level_of(row, city.rules_of(row["category"])), city.calendar, warnings_of(city.settings))

    def at(self, level: ServiceLevel) -> Promise:
        """The same with another level."""
        return replace(self, level=level)

    def left(self, now: datetime, due: datetime) -> timedelta:
        """What is left at `now`, in the time the level counts in."""
        return remaining(now, due, self.level, self.calendar)

    def given(self, clock: Clock, base: datetime, cap: datetime | None = None) -> dict[str, Any]:
        """The row's fields for a promise that counts from `base`; no later than `cap`, the promise to others."""
        capped = clock if cap is None else clock.no_later_than(cap, base, self.level, self.calendar)
        total = self.left(base, capped.due_at)
        kept = {"level": self.level.to_data(), "clock_total_s": total.total_seconds(), "warned": 0}
        return {**clock_fields(capped), **kept, "warn_at": self._warn_at(capped, total, 0, base)}

    def moved(self, row: Row, clock: Clock, now: datetime) -> dict[str, Any]:
        """The row's fields for the same promise with another due time, paused, or counting again."""
        total = self.total(row)
        if row["due_basis"] != "paused" and clock.basis != "paused":
            total += self.left(now, clock.due_at) - self.left(now, row["due_at"])
        warn_at = self._warn_at(clock, total, row["warned"] or 0, now)
        return {**clock_fields(clock), "clock_total_s": total.total_seconds(), "warn_at": warn_at}

    def total(self, row: Row) -> timedelta:
        """The whole of the promise, as the row keeps it, or as it follows from start and due time."""
        if row["clock_total_s"] is not None:
            return timedelta(seconds=row["clock_total_s"])
        return self.left(row["clock_started_at"] or row["received_at"], row["due_at"])

    def used(self, row: Row, now: datetime) -> int:
        """How many full percent of the promise are used up; 100 and no more once it is due."""
        clock, total = clock_of(row), self.total(row)
        left = clock.remaining if clock.remaining is not None else self.left(now, clock.due_at)
        if left <= timedelta() or total <= timedelta():
            return 100
        return max(0, 100 - -(-100 * left // total))

    def passed_threshold(self, row: Row, now: datetime) -> int:
        """The highest threshold that was reached, 0 for none."""
        used = self.used(row, now)
        return max((one for one in self.thresholds if one <= used), default=0)

    def warning_after(self, row: Row, said: int, now: datetime) -> datetime | None:
        """When the next warning is to be said once `said` percent were; None when there is none."""
        return self._warn_at(clock_of(row), self.total(row), said, now)

    def _warn_at(self, clock: Clock, total: timedelta, said: int, now: datetime) -> datetime | None:
        coming = min((one for one in self.thresholds if one > said), default=None)
        if coming is None or clock.basis != "running":
            return None
        if coming >= 100:
            return clock.due_at
        ahead = self.left(now, clock.due_at) - total * (100 - coming) / 100
        return passed(now, ahead, self.level, self.calendar) if ahead > timedelta() else now


def telling_due(row: Row, fields: Mapping[str, Any], facts: Sequence[Event], configuration: int | None) -> list[Event]:
    """The facts, the first that can say so telling how the due time moved: no due time moves without a fact that says
    from when to when. `configuration`: the counter of the city it was counted in; `capped` in the document: it is the
    earlier promise to a merged report. RuntimeError where none can.
    """
    if "due_at" not in fields or not _differs(row, fields):
        return list(facts)
    due = due_document(row["due_at"], fields, fields.get("level") or row.get("level"), configuration)
    if fields["due_at"] == fields.get("due_cap", row.get("due_cap")):
        due["capped"] = True
    for place, fact in enumerate(facts):
        if hasattr(fact, "due"):
            told = replace(fact, due=due)  # type: ignore[call-arg]
            return [*facts[:place], told, *facts[place + 1 :]]
    raise RuntimeError(f"the due time moves and no fact tells it: {[fact.name for fact in facts]}")


def due_document(
    was: datetime | None, fields: Mapping[str, Any], level: Any, configuration: int | None
) -> dict[str, Any]:
    """A due time and its clock as facts keep them: `was` (not at first), `now`, basis, level, seconds left, and the
    counter of the configuration whose calendar counted it (`reports.calendar_editions` finds that calendar again).
    """
    due: dict[str, Any] = {"was": was.astimezone(UTC).isoformat()} if was is not None else {}
    due |= {"now": fields["due_at"].astimezone(UTC).isoformat(), "basis": fields["due_basis"]}
    if level is not None:
        due["level"] = level
    if fields.get("clock_remaining_s") is not None:
        due["remaining_s"] = fields["clock_remaining_s"]
    if configuration is not None:
        due["configuration"] = configuration
    return due


def _differs(row: Row, fields: Mapping[str, Any]) -> bool:
    return any(fields[name] != row[name] for name in ("due_at", "due_basis") if name in fields)
