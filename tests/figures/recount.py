"""The figures counted again, slowly and without the database: each case is followed event by event."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from reports.callers import Caller
from tests.figures.history import Case, Happened
from tests.reports.town import LEADER, NOW, WEEK

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STEPS = {
    "verify": ("received", "verified"),
    "dispatch": ("verified", "dispatched"),
    "accept": ("dispatched", "accepted"),
    "resolve": ("accepted", "resolved"),
    "publish": ("resolved", "published"),
    "whole": ("received", "published"),
}
UNDOES = {
    "unverified": ("verified",),
    "returned": ("dispatched", "accepted"),
    "recalled": ("dispatched", "accepted"),
    "sent_back": ("resolved",),
    "reopened": ("verified", "dispatched", "accepted", "resolved", "published"),
}


@dataclass
class Followed:
    """A case at the end of its story so far."""

    case: Case
    state: str = "received"
    agency: str | None = None
    marks: dict[str, datetime] = field(default_factory=dict)
    due: datetime = NOW
    promised: datetime | None = None
    rating: str | None = None
    returns: list[list[str | None]] = field(default_factory=list)
    proof: str | None = None
    # The result of each drawn publication, None as long as nobody has looked; whether the present one was drawn.
    audits: list[str | None] = field(default_factory=list)
    drawn: bool = False

    @property
    def done(self) -> bool:
        return self.state in ("published", "closed")

    @property
    def open(self) -> bool:
        return not self.done and self.state not in ("rejected", "merged", "withdrawn")

    @property
    def overdue(self) -> bool:
        return self.open and not self.case.paused and self.due < NOW

    @property
    def working(self) -> bool:
        return self.case.category != "fallen-tree"

    def verdict(self) -> str | None:
        """One of three for what is done."""
        if not self.done:
            return None
        result, promise = self.marks["resolved"], min(self.promised or self.due, self.due)
        if result <= promise:
            return "on_time"
        return "extended" if result <= self.due else "late"

    def took(self, step: str) -> tuple[datetime, datetime] | None:
        begins, ends = STEPS[step]
        return (self.marks[begins], self.marks[ends]) if begins in self.marks and ends in self.marks else None


_STATES = {
    "verified": "verified", "unverified": "received", "dispatched": "dispatched", "returned": "verified",
    "recalled": "verified", "accepted": "in_progress", "extended": "in_progress", "resolved": "resolved",
    "sent_back": "in_progress", "published": "published", "closed": "closed", "rejected": "rejected",
    "merged": "merged", "withdrawn": "withdrawn",
}  # fmt: skip


def followed(case: Case) -> Followed:
    """The case event by event."""
    one = Followed(case, due=case.received_at + timedelta(minutes=case.due_min), marks={"received": case.received_at})
    for entry in case.happened:
        for mark in UNDOES.get(entry.event, ()):
            one.marks.pop(mark, None)
        if entry.event in ("verified", "dispatched", "accepted", "resolved", "published"):
            one.marks[entry.event] = entry.at
        _whose(one, entry)
        _when_due(one, entry)
        _looked_at(one, entry)
        if entry.event == "rated":
            one.rating = entry.data["rating"]
        elif entry.event == "reopened":
            one.state = "received" if one.state == "rejected" else "verified"
        one.state = _STATES.get(entry.event, one.state)
    return one


def _whose(one: Followed, entry: Happened) -> None:
    if entry.event == "dispatched":
        one.agency = entry.data["lead"]
        for back in one.returns:
            back[2] = back[2] or one.agency
    elif entry.event in ("returned", "recalled", "reopened"):
        one.agency = None
    if entry.event == "returned":
        one.returns.append([entry.data["agency"], entry.data.get("proposed_agency"), None])


def _looked_at(one: Followed, entry: Happened) -> None:
    if entry.event == "resolved":
        one.proof = entry.data.get("proof", "good")
    elif entry.event in ("sent_back", "reopened"):
        one.proof = None
    elif entry.event == "published":
        one.drawn = bool(entry.data.get("drawn"))
        one.audits += [None] if one.drawn else []
    elif entry.event == "audited" and one.drawn:
        one.audits[-1] = entry.data["result"]


def _when_due(one: Followed, entry: Happened) -> None:
    if entry.event == "extended":
        one.promised = one.promised or one.due
        one.due += timedelta(minutes=entry.data["by_min"])
    elif entry.event == "reopened":
        one.promised = None
        one.due = entry.at + timedelta(minutes=one.case.due_min)


def worked(begin: datetime, end: datetime) -> float:
    """Working minutes between two moments: day by day, hour by hour of the week."""
    total = timedelta()
    day = begin.astimezone(ZONE).date()
    while day <= end.astimezone(ZONE).date():
        for opening, closing in WEEK.get(DAYS[day.weekday()], []):
            opens = datetime.fromisoformat(f"{day}T{opening}").replace(tzinfo=ZONE)
            closes = datetime.fromisoformat(f"{day}T{closing}").replace(tzinfo=ZONE)
            total += max(timedelta(), min(end, closes) - max(begin, opens))
        day += timedelta(days=1)
    return total / timedelta(minutes=1)


def percentile(values: list[float], share: float) -> float | None:
    """Linear between the neighbours."""
    if not values:
        return None
    ordered = sorted(values)
    low = int(share * (len(ordered) - 1))
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (share * (len(ordered) - 1) - low)


COUNTED: dict[str, Callable[[Followed], bool]] = {
    "received": lambda one: True,
    "done": lambda one: one.done,
    "rejected": lambda one: one.state == "rejected",
    "open": lambda one: one.open,
    "overdue": lambda one: one.overdue,
    "on_time": lambda one: one.verdict() == "on_time",
    "extended": lambda one: one.verdict() == "extended",
    "late": lambda one: one.verdict() == "late",
    "judged": lambda one: one.done or one.overdue,
    "not_on_time": lambda one: one.verdict() == "late" or one.overdue,
    "rated": lambda one: one.done and one.rating is not None,
    "satisfied": lambda one: one.done and one.rating == "satisfied",
    "acceptable": lambda one: one.done and one.rating == "acceptable",
    "unsatisfied": lambda one: one.done and one.rating == "unsatisfied",
    "returned": lambda one: bool(one.returns),
    "unproven": lambda one: one.done and one.proof in ("none", "bad", "let pass"),
    "overridden": lambda one: one.done and one.proof == "let pass",
    "audited": lambda one: one.done and any(one.audits),
    "audit_failed": lambda one: one.done and "failed" in one.audits,
}


def seen(told: list[Case], caller: Caller) -> list[Followed]:
    """The cases this caller counts."""
    ones = [one for one in map(followed, told) if one.state not in ("merged", "withdrawn")]
    if caller.role == "agency":
        return [one for one in ones if one.agency == caller.agency]
    named = caller is LEADER
    return [one for one in ones if named or one.case.category != "conduct"]


def received_on(one: Followed) -> datetime:
    """The local moment of receipt."""
    return one.case.received_at.astimezone(ZONE)


def expected(told: list[Case], caller: Caller, first: Any, last: Any) -> dict[str, Any]:
    """Everything, in a shape that is easy to compare."""
    everybody = seen(told, caller)
    within = [one for one in everybody if first <= received_on(one).date() <= last]
    out = [one for one in everybody if one.done and first <= one.marks["published"].astimezone(ZONE).date() <= last]
    groups: dict[tuple[str, str | None], tuple[list[Followed], list[Followed]]] = defaultdict(lambda: ([], []))
    for place, some in enumerate((within, out)):
        groups["total", None][place].extend(some)
        for one in some:
            keys = ("areas", one.case.area), ("categories", one.case.category), ("channels", one.case.channel)
            for key in (*keys, ("agencies", one.agency)):
                groups[key][place].append(one)
    counts = {
        key: {**{name: sum(map(told_, some)) for name, told_ in COUNTED.items()}, "finished": len(gone)}
        for key, (some, gone) in groups.items()
    }
    steps = {}
    for step in STEPS:
        spans = [(one, span) for one in within if (span := one.took(step)) is not None]
        clock = [(end - begin) / timedelta(minutes=1) for _, (begin, end) in spans]
        office = [worked(begin, end) for one, (begin, end) in spans if one.working]
        steps[step] = (len(clock), percentile(clock, 0.5), percentile(clock, 0.9),
                       len(office), percentile(office, 0.5), percentile(office, 0.9))  # fmt: skip
    return {
        "groups": counts,
        "steps": steps,
        "returns": Counter(pair for one in within for pair in {tuple(back) for back in one.returns}),
        "workload": Counter((received_on(one).isoweekday(), received_on(one).hour) for one in within),
        "received_days": Counter(received_on(one).date().isoformat() for one in within),
        "finished_days": Counter(one.marks["published"].astimezone(ZONE).date().isoformat() for one in out),
    }
