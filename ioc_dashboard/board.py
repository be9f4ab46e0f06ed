"""Read models of the desks: the queue, its counts, and pages of the staff list. One statement each."""

import base64
import binascii
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.folding import fold
from reports.callers import Caller
from reports.configuration import City
from reports.problems import BadInput
from reports.rows import SELECT_REPORT, visible_facts, visible_sql
from reports.step import listener_for
from reports.views import Address, report_object

SNAPSHOT_SIZE = 200
Order = Literal["due", "newest"]
# Ascending by due time, or newest first; the id makes the key total, so that no report is skipped or shown twice.
_KEYS: dict[Order, tuple[str, str, str]] = {
    "due": ("r.due_at", ">", "ASC"),
    "newest": ("r.received_at", "<", "DESC"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the staff list can be narrowed to; empty means all. `category` takes the whole subtree."""

    states: tuple[str, ...] = ()
    open_only: bool = True
    agency: str | None = None
    area: str | None = None
    category: str | None = None
    urgency: str | None = None
    late: bool | None = None
    q: str | None = None
    order: Order = "due"


@dataclass(frozen=True, slots=True)
class Page:
    """Reports in order and the cursor of the next page, None at the end."""

    reports: list[dict[str, Any]] = field(default_factory=list)
    next: str | None = None


async def page(
    conn: AsyncConnection,
    caller: Caller,
    city: City,
    address: Address,
    *,
    filters: Filters,
    now: datetime,
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """One page of the reports this caller may see: one statement whatever its size."""
    where, facts = _conditions(caller, city, filters, now)
    key, beyond, direction = _KEYS[filters.order]
    if after is not None:
        where.append(f"({key}, r.id) {beyond} (CAST(:after_at AS timestamptz), CAST(:after_id AS bigint))")
        facts.update(_read_cursor(after))
    sql = f"{SELECT_REPORT} WHERE {' AND '.join(where)} ORDER BY {key} {direction}, r.id {direction} LIMIT :limit"
    rows = [dict(row) for row in (await conn.execute(text(sql), {**facts, "limit": limit + 1})).mappings()]
    more, rows = len(rows) > limit, rows[:limit]
    listener = listener_for(caller)
    reports = [report_object(row, city=city, listener=listener, address=address) for row in rows]
    return Page(reports, _cursor(rows[-1], filters.order) if more else None)


async def counts(conn: AsyncConnection, caller: Caller, city: City, now: datetime) -> dict[str, int]:
    """Open reports by state, and how many are urgent, overdue and unclaimed."""
    sql = f"""
    SELECT r.state, count(*) AS number, count(*) FILTER (WHERE r.due_at < :now) AS overdue,
           count(*) FILTER (WHERE r.urgency = 'urgent') AS urgent
    FROM report r WHERE r.open AND {visible_sql(caller)} GROUP BY r.state
    """
    rows = (await conn.execute(text(sql), {**visible_facts(caller, city), "now": now})).all()
    states = {row.state: row.number for row in rows}
    return {
        **states,
        "open": sum(states.values()),
        "overdue": sum(row.overdue for row in rows),
        "urgent": sum(row.urgent for row in rows),
    }


async def snapshot(
    conn: AsyncConnection, caller: Caller, city: City, address: Address, now: datetime
) -> dict[str, Any]:
    """What a desk starts from: the first open reports by due time, and the counts."""
    first = await page(conn, caller, city, address, filters=Filters(), now=now, limit=SNAPSHOT_SIZE)
    return {"reports": first.reports, "counts": await counts(conn, caller, city, now), "next": first.next}


def _conditions(caller: Caller, city: City, filters: Filters, now: datetime) -> tuple[list[str], dict[str, Any]]:
    where, facts = [visible_sql(caller)], visible_facts(caller, city)
    if filters.states:
        where.append("r.state = ANY(:states)")
        facts["states"] = list(filters.states)
    elif filters.open_only:
        where.append("r.open")
    if filters.agency is not None:
        where.append("(r.lead = :of_agency OR :of_agency = ANY(r.supporting))")
        facts["of_agency"] = filters.agency
    if filters.area is not None:
        where.append("r.area_code = :area")
        facts["area"] = filters.area
    if filters.category is not None:
        where.append("r.category = ANY(:categories)")
        facts["categories"] = list(city.subtree(filters.category))
    if filters.urgency is not None:
        where.append("r.urgency = :urgency")
        facts["urgency"] = filters.urgency
    if filters.late is not None:
        where.append("(r.open AND r.due_at < :now) = :late")
        facts.update(now=now, late=filters.late)
    if filters.q:
        # Every word, in any order, with or without accents; or the code.
        words = [f"%{_like(word)}%" for word in fold(filters.q).split()]
        where.append("(r.code = upper(:q) OR unaccent(lower(r.description)) LIKE ALL(CAST(:words AS text[])))")
        facts.update(q=filters.q.strip(), words=words)
    return where, facts


def _like(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _cursor(row: dict[str, Any], order: Order) -> str:
    at = row["due_at"] if order == "due" else row["received_at"]
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), row["id"]]).encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> dict[str, Any]:
    try:
        at, row_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return {"after_at": datetime.fromisoformat(at), "after_id": int(row_id)}
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadInput(("/after", "is not a cursor of this list")) from error
