"""What the words of every statistic mean, once: done, at the agency, overdue, on time three ways; and periods of days.

SQL fragments over alias r of `report`, or over the columns they name. The portal and the figures of the staff read them
from here, so that the city never publishes one "on time" and works by another.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DONE_AT = "coalesce(r.resolved_at, r.published_at)"
"""The agency's result counts, not the moment when the center found time to approve it."""

PROMISED_AT = """CASE WHEN r.extensions = 0 THEN r.due_at ELSE coalesce((
    SELECT (j.data ->> 'was_due')::timestamptz FROM journal j
     WHERE j.report_id = r.id AND j.event = 'report.extended' AND j.id > coalesce((
        SELECT max(o.id) FROM journal o WHERE o.report_id = r.id AND o.event = 'report.reopened'), 0)
     ORDER BY j.id LIMIT 1), r.due_at) END"""
"""The due time before anybody extended it, since the case was last opened; the due time itself without extension."""

AT_AGENCY = "coalesce(r.resume_state, r.state) IN ('dispatched', 'in_progress', 'resolved', 'published', 'closed')"
"""Before dispatch `lead` is only a proposal; a case counts for an agency from the moment it has it."""

AGENCY = f"CASE WHEN {AT_AGENCY} THEN r.lead END"
OWN_CASE = "r.state NOT IN ('withdrawn', 'merged')"
"""Withdrawn is no case any more; what was merged is counted with the report that leads it."""

DONE = "r.state IN ('published', 'closed')"
OVERDUE = "r.open AND r.due_basis <> 'paused' AND r.due_at < :now"
"""Open and past the due time; a clock that waits for the resident is not late."""

# Over columns done, done_at, promised_at, due_at. A reopened case's old promise may lie after its new due time.
ON_TIME = "done AND done_at <= least(promised_at, due_at)"
EXTENDED = "done AND done_at > least(promised_at, due_at) AND done_at <= due_at"
LATE = "done AND done_at > due_at"

UNPROVEN = "coalesce((r.proof ->> 'photos')::int, 0) = 0 OR r.proof ->> 'worst' = 'fail'"
"""No after-photo, or a rule of proof that was not kept, overridden or not."""

OVERRIDDEN = "jsonb_typeof(r.proof -> 'override') = 'object'"
"""A supervisor let the proof pass all the same."""

# Only what the lot drew counts: whoever picks by hand measures the picking. An audit before a reopening counts on.
AUDITED = "coalesce(jsonb_path_exists(r.audit, '$.** ? (exists(@.drawn_at) && exists(@.result))'), false)"
AUDIT_FAILED = "coalesce(jsonb_path_exists(r.audit, '$.** ? (exists(@.drawn_at) && @.result == \"failed\")'), false)"


@dataclass(frozen=True)
class Period:
    """Days in the city's zone, both included; None is without end."""

    first: date | None = None
    last: date | None = None

    def moments(self, zone: str) -> tuple[datetime, datetime]:
        """The first moment of the period and the first after it."""
        there = ZoneInfo(zone)
        begin = datetime.combine(self.first or date(1970, 1, 1), datetime.min.time(), there)
        last = self.last or date(9998, 1, 1)
        return begin, datetime.combine(last + timedelta(days=1), datetime.min.time(), there)
