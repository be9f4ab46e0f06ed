"""The journal as the wall tells it: the last events for the ticker, and a past day to be played again.

No person, no description, no restricted report: an entry says what happened, to which kind of case, where and at which
agency. A replay holds what was true on its day and nothing that was learnt later.
"""

import base64
import binascii
import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ioc_dashboard import wall, wall_states
from reports.configuration import City
from reports.problems import BadInput

TOLD = (
    "report.received",
    "report.verified",
    "report.rejected",
    "report.merged",
    "report.dispatched",
    "report.accepted",
    "report.returned",
    "report.extended",
    "report.escalated",
    "report.overdue",
    "report.resolved",
    "report.published",
    "report.rated",
    "report.reopened",
    "report.closed",
)
"""What a ticker says; the screens have the same list."""

SILENT = ("report.claimed", "report.released", "report.located", "report.routed")
"""What changes nothing that a wall shows."""

PAGE = 2000
_LOOK_BACK = 1000

_COLUMNS = f"""j.at, j.event, r.code, r.area_code, r.area_name, {wall_states.PLACE}, r.received_at,
       j.after ->> 'category' AS category, j.after ->> 'state' AS state, j.after ->> 'resume_state' AS resume_state,
       j.after ->> 'urgency' AS urgency, j.after ->> 'lead' AS lead, j.after ->> 'due_at' AS due_at,
       j.after ->> 'due_basis' AS due_basis, j.after ->> 'published_at' AS published_at,
       j.data ->> 'rating' AS rating"""
_SHOWN = "NOT (r.category = ANY(:restricted)) AND NOT (j.after ->> 'category' = ANY(:restricted))"

_LATEST = text(f"""
SELECT {_COLUMNS} FROM journal j JOIN report r ON r.id = j.report_id
WHERE j.seq > (SELECT coalesce(max(seq), 0) FROM journal) - :back AND j.event = ANY(:told) AND {_SHOWN}
ORDER BY j.seq DESC LIMIT :limit
""")
_OF_DAY = text(f"""
SELECT j.id, {_COLUMNS} FROM journal j JOIN report r ON r.id = j.report_id
WHERE j.at >= :begin AND j.at < :end AND j.event LIKE 'report.%'
  AND NOT (j.event = ANY(:silent)) AND {_SHOWN}
  AND (j.at, j.id) > (CAST(:after_at AS timestamptz), CAST(:after_id AS bigint))
ORDER BY j.at, j.id LIMIT :limit
""")
_START = text(f"SELECT s.* FROM ({wall_states.AT}) s WHERE s.open ORDER BY s.received_at, s.id")


async def latest(conn: AsyncConnection, city: City) -> list[dict[str, Any]]:
    """The newest events a ticker would tell, newest first; at most wall.LATEST, none when only others happened."""
    values = {"back": _LOOK_BACK, "told": list(TOLD), "limit": wall.LATEST}
    rows = await conn.execute(_LATEST, {**values, **wall_states.lanes(city)})
    return [{"event": row["event"], "at": _text(row["at"]), **_case(row)} for row in rows.mappings()]


async def day_start(conn: AsyncConnection, city: City, begin: datetime) -> dict[str, Any]:
    """How the city stood at the first moment of a day: open cases, ratings, times per step."""
    rows = (await conn.execute(_START, wall_states.facts(city, begin, begin))).mappings()
    return {
        "cases": [_case(row) for row in rows],
        "rated": await wall.rated(conn, city, begin),
        "steps": await wall.steps(conn, city, begin),
    }


async def day_events(
    conn: AsyncConnection, city: City, begin: datetime, end: datetime, after: str | None, limit: int = PAGE
) -> tuple[list[dict[str, Any]], str | None]:
    """What happened from `begin` to before `end`, in the order of time, each with the case as it then was.

    Returns one page and the cursor of the next, None at the end. Raises BadInput for a cursor that is not ours.
    """
    last_at, last_id = _read_cursor(after) if after else (begin - timedelta(days=1), 0)
    values = {"begin": begin, "end": end, "silent": list(SILENT), "after_at": last_at, "after_id": last_id}
    rows = (await conn.execute(_OF_DAY, {**values, "limit": limit + 1, **wall_states.lanes(city)})).mappings()
    found = list(rows)
    page = found[:limit]
    events = [{"event": row["event"], "at": _text(row["at"]), **_case(row), **_rating(row)} for row in page]
    return events, _cursor(page[-1]) if len(found) > limit else None


def _rating(row: Any) -> dict[str, Any]:
    return {"rating": row["rating"]} if row["event"] == "report.rated" else {}


def _case(row: Any) -> dict[str, Any]:
    return {
        "code": row["code"],
        "category": row["category"],
        "area": {"code": row["area_code"], "name": row["area_name"]} if row["area_code"] else None,
        "lon": round(row["lon"], 5),
        "lat": round(row["lat"], 5),
        "received_at": _text(row["received_at"]),
        "state": row["state"],
        "resume_state": row["resume_state"],
        "urgency": row["urgency"],
        "lead": row["lead"],
        "due_at": _text(row["due_at"]),
        "due_basis": row["due_basis"],
        "published_at": _text(row["published_at"]),
    }


def _text(at: datetime | str | None) -> str | None:
    return at.isoformat() if isinstance(at, datetime) else at


def _cursor(row: Any) -> str:
    raw = json.dumps([row["at"].isoformat(), row["id"]]).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime, int]:
    try:
        at, row_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return datetime.fromisoformat(at), int(row_id)
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadInput(("/after", "is not a cursor of this replay")) from error
