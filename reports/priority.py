"""How pressing an open report is for the center: a score that explains itself. Pure.

The score is the sum of its reasons, so that an operator can add it up; a city's rush is only ever compared with itself.
The weights change in steps and seldom, so that a queue that is sorted by them does not stir while somebody reads it.
Equal scores are taken by due time. `SCORE_SQL` is the same for lists; a test compares the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reports.lifecycle import OPEN, State

URGENT = 40
# Past the due time, and for each full day of it.
LATE, LATE_DAY, LATE_DAYS = 30, 5, 6
# In the last quarter of its time.
SOON, SOON_PART = 15, 4
# Each further person who reported the same.
REPORTER, REPORTERS = 5, 6
# Each time somebody showed that it was not over, or an agency said that it was not theirs.
REOPENED, REOPENINGS = 10, 2
RETURNED, RETURNS = 8, 3
# It lies where the same was solved again and again.
HOT_SPOT = 10


@dataclass(frozen=True, slots=True)
class Facts:
    """What is weighed. `reporters`: the report's own and those of the reports merged into it. A paused clock waits for
    the resident and presses nobody.
    """

    open: bool
    urgent: bool
    reporters: int
    received_at: datetime
    due_at: datetime
    paused: bool
    reopenings: int
    returns: int
    hot_spot: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of the score: urgent, late, soon, reporters, reopened, returned or hot_spot."""

    code: str
    weight: int


@dataclass(frozen=True, slots=True)
class Priority:
    """The score and its reasons, the heaviest first."""

    score: int
    because: tuple[Reason, ...]

    def as_document(self) -> dict[str, Any]:
        """As JSON values."""
        because = [{"code": reason.code, "weight": reason.weight} for reason in self.because]
        return {"score": self.score, "because": because}


def priority(facts: Facts, now: datetime) -> Priority:
    """Weigh a report; one that is not open has nothing that presses."""
    if not facts.open:
        return Priority(0, ())
    weights = {
        "urgent": URGENT if facts.urgent else 0,
        **_age(facts, now),
        "reporters": REPORTER * min(facts.reporters - 1, REPORTERS),
        "reopened": REOPENED * min(facts.reopenings, REOPENINGS),
        "returned": RETURNED * min(facts.returns, RETURNS),
        "hot_spot": HOT_SPOT if facts.hot_spot else 0,
    }
    reasons = sorted((Reason(code, weight) for code, weight in weights.items() if weight), key=lambda one: -one.weight)
    return Priority(sum(reason.weight for reason in reasons), tuple(reasons))


def _age(facts: Facts, now: datetime) -> dict[str, int]:
    if facts.paused:
        return {}
    if now > facts.due_at:
        return {"late": LATE + LATE_DAY * min((now - facts.due_at) // timedelta(days=1), LATE_DAYS)}
    near = SOON_PART * (facts.due_at - now) <= facts.due_at - facts.received_at
    return {"soon": SOON} if near else {}


def facts_of(row: Mapping[str, Any]) -> Facts:
    """What is weighed of a report's row; its times may be text, from a journal entry."""
    return Facts(
        open=State(row["state"]) in OPEN,
        urgent=row["urgency"] == "urgent",
        reporters=row["reporter_count"],
        received_at=_moment(row["received_at"]),
        due_at=_moment(row["due_at"]),
        paused=row["due_basis"] == "paused",
        reopenings=row["reopenings"],
        returns=len(row["returns"] or ()),
        hot_spot=row["hot_spot"] is not None,
    )


def _moment(value: datetime | str) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


# Over alias r (a report) and g (`followers`: how many are merged into it, or null); parameter :now.
SCORE_SQL = f"""CASE WHEN r.open THEN
  CASE WHEN r.urgency = 'urgent' THEN {URGENT} ELSE 0 END
  + CASE WHEN r.due_basis = 'paused' THEN 0
         WHEN CAST(:now AS timestamptz) > r.due_at THEN {LATE} + {LATE_DAY} * least({LATE_DAYS},
              date_part('day', CAST(:now AS timestamptz) - r.due_at)::int)
         WHEN {SOON_PART} * (r.due_at - CAST(:now AS timestamptz)) <= r.due_at - r.received_at THEN {SOON}
         ELSE 0 END
  + {REPORTER} * least(coalesce(g.followers, 0)::int, {REPORTERS})
  + {REOPENED} * least(r.reopenings, {REOPENINGS})
  + CASE WHEN r.hot_spot IS NOT NULL THEN {HOT_SPOT} ELSE 0 END
  + {RETURNED} * least(CASE WHEN jsonb_typeof(r.returns) = 'array' THEN jsonb_array_length(r.returns) ELSE 0 END,
                       {RETURNS})
ELSE 0 END"""
