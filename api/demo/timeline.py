"""When everything in the demo happened. Pure: from the reports' stories and the present to dated steps.

The operations center works day and night, agencies in daytime unless a case is urgent. Whatever the hour of
the load, no step lies in the future, and the last of all is a report that has just come in.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from typing import Any, Literal
from zoneinfo import ZoneInfo

from api.demo.reading import DemoReport

Who = Literal["resident", "operator1", "operator2", "supervisor", "lead", "system"]
OPENS, CLOSES = time(7, 30), time(16, 30)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of one report. `command` is a command of the story, or "submit".

    What only the running load knows is paraphrased in `args`: `into` names a slug, `extend_days` counts
    from the due time. `proof`: the after-photo goes along; `release`: all pictures are made public.
    """

    at: datetime
    report: DemoReport
    who: Who
    command: str
    args: dict[str, Any] = field(default_factory=dict)
    proof: bool = False
    release: bool = False


class Course:
    """The steps of one report in the making; `at` moves forward only."""

    def __init__(self, report: DemoReport, received: datetime, zone: ZoneInfo) -> None:
        self.report = report
        self.at = received
        self.steps = [Step(received, report, "resident", "submit")]
        self._chance = Random(report.slug)
        self._zone = zone
        self.operator: Who = self._chance.choice(("operator1", "operator2"))

    @property
    def urgent(self) -> bool:
        """Whether the center will call it urgent."""
        return self.report.urgency == "urgent"

    def wait(self, least: float, most: float) -> None:
        """Let so many minutes pass."""
        self.at += timedelta(seconds=round(self._chance.uniform(least, most) * 60))

    def office(self) -> None:
        """Go on to the next hour at which an agency works, weekends included: utilities do."""
        here = self.at.astimezone(self._zone)
        if OPENS <= here.time() <= CLOSES:
            return
        day = here.date() + timedelta(days=here.time() > CLOSES)
        opens = datetime.combine(day, OPENS, self._zone)
        self.at = max(self.at, opens.astimezone(self.at.tzinfo)) + timedelta(minutes=self._chance.randint(3, 40))

    def give(self, who: Who, command: str, args: dict[str, Any] | None = None) -> None:
        """One step, now."""
        proof = command == "resolve" and self.report.photo is not None
        self.steps.append(Step(self.at, self.report, who, command, args or {}, proof, command == "approve"))

    def read(self) -> None:
        """An operator takes the case."""
        self.wait(2, 12)
        self.give(self.operator, "claim")
        self.wait(0.5, 1.5)

    def verify(self) -> None:
        """Found true, perhaps urgent."""
        self.read()
        self.give(self.operator, "verify", {"urgency": "urgent"} if self.urgent else {})

    def dispatch(self, lead: str | None = None) -> None:
        """To the agency the rules propose, or to another."""
        self.wait(0.5, 1.5)
        self.give(self.operator, "dispatch", {"lead": lead} if lead else {})

    def accept(self) -> None:
        """The agency begins."""
        if self.urgent:
            self.wait(4, 8)
        else:
            self.wait(15, 60)
            self.office()
        self.give("lead", "accept")

    def resolve(self, days: float = 1.0) -> None:
        """Done, with a photo where the report had one."""
        if self.urgent:
            self.wait(30, 42)
        else:
            self.wait(days * 18 * 60, days * 24 * 60)
            self.office()
        self.give("lead", "resolve", {"summary": self.report.summary})

    def publish(self, approvals: int) -> None:
        """Checked by one operator, or by two, and published."""
        others: tuple[Who, ...] = (
            self.operator,
            "operator2" if self.operator == "operator1" else "operator1",
        )
        for approver in others[:approvals]:
            self.wait(20, 120)
            self.give(approver, "approve", {"public_answer": self.report.summary})

    def rate(self) -> None:
        """The resident's word, if there was one."""
        if self.report.rating:
            self.wait(2 * 60, 16 * 60)
            self.give("resident", "rate", dict(self.report.rating))


def _to_agency(course: Course) -> None:
    course.verify()
    course.dispatch()


def _verified(course: Course, _: int) -> None:
    course.verify()
    course.wait(0.5, 1)
    course.give(course.operator, "release")


def _dispatched(course: Course, _: int) -> None:
    _to_agency(course)


def _in_progress(course: Course, _: int) -> None:
    _to_agency(course)
    course.accept()


def _extended(course: Course, approvals: int) -> None:
    _in_progress(course, approvals)
    course.wait(26 * 60, 30 * 60)
    course.office()
    course.give("lead", "extend", {"extend_days": 7, "reason": "materials"})


def _returned(course: Course, _: int) -> None:
    _to_agency(course)
    course.wait(20, 60)
    course.office()
    course.give("lead", "return", {"reason": course.report.reason, "proposed_agency": course.report.proposed})
    course.wait(5, 20)
    course.dispatch(course.report.proposed)
    course.accept()


def _awaiting(course: Course, _: int) -> None:
    course.read()
    course.give(course.operator, "ask", {"question": course.report.question})


def _resolved(course: Course, approvals: int) -> None:
    _in_progress(course, approvals)
    course.resolve()


def _published(course: Course, approvals: int) -> None:
    _resolved(course, approvals)
    course.publish(approvals)
    course.rate()


def _closed(course: Course, approvals: int) -> None:
    _published(course, approvals)
    course.wait(7 * 24 * 60, 7 * 24 * 60 + 30)
    course.give("system", "close")


def _closed_late(course: Course, approvals: int) -> None:
    _in_progress(course, approvals)
    course.resolve(days=17)
    course.publish(approvals)
    course.rate()
    course.wait(7 * 24 * 60, 7 * 24 * 60 + 30)
    course.give("system", "close")


def _rejected(course: Course, _: int) -> None:
    course.read()
    course.wait(2, 5)
    course.give(course.operator, "reject", {"reason": course.report.reason})


def _merged(course: Course, _: int) -> None:
    course.wait(0.8, 1)
    course.give(course.operator, "merge", {"into": course.report.into})


def _reopened(course: Course, approvals: int) -> None:
    _published(course, approvals)
    course.wait(10, 30)
    course.give("resident", "reopen", {"reason": course.report.reason})
    course.wait(20, 60)
    course.give(course.operator, "claim")
    course.dispatch()
    course.accept()


STORIES: dict[str, Callable[[Course, int], None]] = {
    "received": lambda course, approvals: None,
    "verified": _verified,
    "dispatched": _dispatched,
    "overdue": _dispatched,
    "in_progress": _in_progress,
    "late_in_progress": _in_progress,
    "extended": _extended,
    "returned": _returned,
    "awaiting": _awaiting,
    "resolved": _resolved,
    "published": _published,
    "closed": _closed,
    "closed_late": _closed_late,
    "rejected": _rejected,
    "merged": _merged,
    "reopened": _reopened,
}


def received_at(report: DemoReport, now: datetime, zone: ZoneInfo) -> datetime:
    """When the report came in, counted back from now."""
    if report.minutes_ago is not None:
        return now - timedelta(minutes=report.minutes_ago)
    day = now.astimezone(zone).date() - timedelta(days=report.days_ago or 0)
    return datetime.combine(day, time.fromisoformat(report.time or "09:00"), zone).astimezone(now.tzinfo)


def timeline(reports: Iterable[DemoReport], approvals: dict[str, int], now: datetime, zone: ZoneInfo) -> list[Step]:
    """Every step of every report in the order of time. `approvals`: how many a category asks for."""
    steps: list[Step] = []
    for report in reports:
        course = Course(report, received_at(report, now, zone), zone)
        STORIES[report.story](course, approvals[report.category])
        steps += course.steps
    return sorted(steps, key=lambda step: step.at)
