"""Every case as it stands now, or as it stood at a past instant: the one relation that all figures of the wall count.

The columns are the same for both, so that "open now" and "open at this hour on the same weekday a month ago" cannot
have different meanings. The restricted lane is never part of it: a wall is read by whoever enters the room.
"""

from datetime import datetime
from typing import Any

from reports.configuration import City

_SHOWN = "NOT (r.category = ANY(:restricted))"
COARSE_DEGREES = 0.005

PLACE = ", ".join(
    f"CASE WHEN r.category = ANY(:private) THEN (floor(r.{axis} / {COARSE_DEGREES}) + 0.5) * {COARSE_DEGREES}"
    f" ELSE r.{axis} END AS {axis}"
    for axis in ("lon", "lat")
)
"""Where a case is shown: in the middle of a cell of about 550 m when its category keeps the place private."""

NOW = f"""
SELECT r.id, r.code, r.category, r.area_code, r.area_name, {PLACE}, r.received_at, r.state, r.resume_state,
       r.urgency, r.lead, r.due_at, r.due_basis, r.published_at, r.open
FROM report r
WHERE (r.open OR r.published_at >= :day OR r.received_at >= :day) AND {_SHOWN}
"""

# What was open then is open now or has been touched since; the last entry before the instant says how it stood.
AT = f"""
SELECT r.id, r.code, was.after ->> 'category' AS category, r.area_code, r.area_name, {PLACE}, r.received_at,
       was.after ->> 'state' AS state, was.after ->> 'resume_state' AS resume_state,
       was.after ->> 'urgency' AS urgency, was.after ->> 'lead' AS lead,
       (was.after ->> 'due_at')::timestamptz AS due_at, was.after ->> 'due_basis' AS due_basis,
       (was.after ->> 'published_at')::timestamptz AS published_at,
       was.after ->> 'state' NOT IN ('published', 'closed', 'rejected', 'merged', 'withdrawn') AS open
FROM report r CROSS JOIN LATERAL (
    SELECT j.after FROM journal j
    WHERE j.report_id = r.id AND j.at < :at AND j.after IS NOT NULL ORDER BY j.id DESC LIMIT 1
) was
WHERE r.received_at < :at
  AND (r.open OR r.published_at >= :day OR r.received_at >= :day
       OR r.id IN (SELECT j.report_id FROM journal j WHERE j.at >= :at))
  AND {_SHOWN} AND NOT (was.after ->> 'category' = ANY(:restricted))
"""


def restricted_of(city: City) -> list[str]:
    """The categories no wall shows anything of, whoever has signed it in."""
    return [code for code, rules in city.categories.items() if rules.restricted]


def lanes(city: City) -> dict[str, list[str]]:
    """The parameters that say which categories are not shown, and which only coarsely."""
    private = [code for code, rules in city.categories.items() if rules.location_private]
    return {"restricted": restricted_of(city), "private": private}


def facts(city: City, at: datetime, day: datetime) -> dict[str, Any]:
    """The parameters of both forms: the instant, and the first moment of its day in the city."""
    return {"at": at, "day": day, **lanes(city)}
