"""Hand-overs and incoming mails as supervisors and administrators see them; each query carries who may see what."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from notifications.handovers.models import DEAD
from reports.callers import Caller
from reports.configuration import City
from reports.rows import visible_facts, visible_sql

MOST = 100


def _handovers_sql(caller: Caller) -> str:
    # Of a case in the restricted lane only its named readers learn that it was handed over.
    return f"""
    SELECT h.id, h.message_id, h.agency, h.kind, r.code AS report, h.event, h.state, h.attempts, h.last_error, h.at,
           h.begun_at, h.next_at, h.settled_at, h.resent_by,
           h.state IN ('pending', 'sending') AND EXISTS (
             SELECT FROM handover e WHERE e.agency = h.agency AND e.report_id = h.report_id
               AND e.state IN ('pending', 'sending') AND e.seq < h.seq) AS held
    FROM handover h JOIN report r ON r.id = h.report_id WHERE {visible_sql(caller)}"""


async def handovers(
    conn: AsyncConnection,
    caller: Caller,
    city: City,
    *,
    state: str | None = None,
    agency: str | None = None,
    report: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """Newest first: {handovers, next, counts}. `counts` by state are of all that the caller may see.

    `state`: one of the table's, or `troubled`: given up, or failed at least once and not settled.
    """
    facts: dict[str, Any] = {**visible_facts(caller, city), "limit": limit + 1}
    where = ""
    if state == "troubled":
        where += f" AND (h.state = '{DEAD}' OR (h.settled_at IS NULL AND h.last_error IS NOT NULL))"
    elif state is not None:
        where, facts["state"] = where + " AND h.state = :state", state
    for name, value, condition in (
        ("of_agency", agency, "h.agency = :of_agency"),
        ("report", report, "r.code = :report"),
        ("before", before, "h.id < :before"),
    ):
        if value is not None:
            where, facts[name] = f"{where} AND {condition}", value
    found = (
        await conn.execute(text(f"{_handovers_sql(caller)}{where} ORDER BY h.id DESC LIMIT :limit"), facts)
    ).mappings()
    listed = [_document(row, city) for row in found]
    counted = await conn.execute(
        text(
            "SELECT h.state, count(*) AS number FROM handover h JOIN report r ON r.id = h.report_id"
            f" WHERE {visible_sql(caller)} GROUP BY h.state"
        ),
        visible_facts(caller, city),
    )
    more = listed[limit - 1]["id"] if len(listed) > limit else None
    return {"handovers": listed[:limit], "next": more, "counts": {row.state: row.number for row in counted}}


async def handover(conn: AsyncConnection, caller: Caller, city: City, handover_id: int) -> dict[str, Any] | None:
    """One hand-over that the caller may see, or None."""
    facts = {**visible_facts(caller, city), "id": handover_id}
    row = (await conn.execute(text(f"{_handovers_sql(caller)} AND h.id = :id"), facts)).mappings().one_or_none()
    return _document(row, city) if row is not None else None


def _document(row: Any, city: City) -> dict[str, Any]:
    moments = {name: row[name].isoformat() if row[name] else None for name in _MOMENTS}
    return {
        **row,
        **moments,
        "message_id": f"msg_{row['message_id'].hex}",
        "agency_name": city.agency_name(row["agency"]),
    }


_MOMENTS = ("at", "begun_at", "next_at", "settled_at")
