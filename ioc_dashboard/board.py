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
from reports.priority import SCORE_SQL
from reports.problems import BadInput, NotAllowed
from reports.rows import SELECT_REPORT, by_ids, visible_facts, visible_sql
from reports.step import listener_for
from reports.views import Address, report_object

SNAPSHOT_SIZE = 200
Order = Literal["due", "newest", "priority"]
# Ascending by due time, or newest first; the id makes the key total, so that no report is skipped or shown twice.
_KEYS: dict[Order, tuple[str, str, str]] = {
    "due": ("r.due_at", ">", "ASC"),
    "newest": ("r.received_at", "<", "DESC"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the staff list can be narrowed to; empty means all. `category` takes the whole subtree; `within` is an area
    as WKT in degrees (geo.selection). `audit`: drawn by lot and waiting for its second look, or looked at with this
    result; `checking`: a check at the scene is open (for an agency: its own), whatever the state. `person`: a username,
    of the one for whom a rule keeps it as long as the center decides, then of the agency's officer who has it.
    """

    states: tuple[str, ...] = ()
    open_only: bool = True
    agency: str | None = None
    area: str | None = None
    category: str | None = None
    urgency: str | None = None
    late: bool | None = None
    q: str | None = None
    channel: str | None = None
    order: Order = "due"
    within: str | None = None
    audit: str | None = None
    checking: bool = False
    person: str | None = None


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
    if filters.order == "priority":
        rows = await _pressing(conn, where, facts, now=now, after=after, limit=limit)
    else:
        rows = await _in_time(conn, where, facts, filters.order, after=after, limit=limit)
    more, rows = len(rows) > limit, rows[:limit]
    listener = listener_for(caller)
    reports = [report_object(row, city=city, listener=listener, address=address, now=now) for row in rows]
    return Page(reports, _cursor(rows[-1], filters.order) if more else None)


async def _in_time(
    conn: AsyncConnection, where: list[str], facts: dict[str, Any], order: Order, *, after: str | None, limit: int
) -> list[dict[str, Any]]:
    """One more than `limit` rows by due time or newest first."""
    key, beyond, direction = _KEYS[order]
    if after is not None:
        where = [*where, f"({key}, r.id) {beyond} (CAST(:after_at AS timestamptz), CAST(:after_id AS bigint))"]
        facts = {**facts, **_read_cursor(after)}
    sql = f"{SELECT_REPORT} WHERE {' AND '.join(where)} ORDER BY {key} {direction}, r.id {direction} LIMIT :limit"
    return [dict(row) for row in (await conn.execute(text(sql), {**facts, "limit": limit + 1})).mappings()]


# Scores are compared as they were when the first page was asked for: the cursor carries that moment.
_PRESSING = f"""
SELECT s.id, s.score FROM (
  SELECT r.id, r.due_at, {SCORE_SQL} AS score FROM report r
  LEFT JOIN (SELECT merged_into, count(*) AS followers FROM report WHERE merged_into IS NOT NULL GROUP BY 1) g
    ON g.merged_into = r.id
  WHERE {{where}}
) s {{beyond}} ORDER BY s.score DESC, s.due_at, s.id LIMIT :limit
"""
_BEYOND = """WHERE (-s.score, s.due_at, s.id)
  > (-CAST(:after_score AS int), CAST(:after_at AS timestamptz), CAST(:after_id AS bigint))"""


async def _pressing(
    conn: AsyncConnection, where: list[str], facts: dict[str, Any], *, now: datetime, after: str | None, limit: int
) -> list[dict[str, Any]]:
    """One more than `limit` rows, the most pressing first, equal ones by due time; each with `score` and `as_of`."""
    place = _read_cursor(after, scored=True) if after is not None else {"as_of": now}
    facts = {**facts, **place, "now": place["as_of"], "limit": limit + 1}
    sql = _PRESSING.format(where=" AND ".join(where), beyond=_BEYOND if after is not None else "")
    scores = {row.id: row.score for row in await conn.execute(text(sql), facts)}
    found = await by_ids(conn, list(scores))
    return [{**found[one], "score": score, "as_of": facts["now"]} for one, score in scores.items()]


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
    if filters.within is not None:
        area = "ST_GeomFromText(:within, 4326)"
        where.append(f"r.location && {area} AND ST_Intersects(r.location, {area})")
        facts["within"] = filters.within
    where += _second_looks(caller, filters)
    if filters.states:
        where.append("r.state = ANY(:states)")
        facts["states"] = list(filters.states)
    elif filters.open_only and not filters.checking:
        where.append("r.open")
    if filters.category is not None:
        where.append("r.category = ANY(:categories)")
        facts["categories"] = list(city.subtree(filters.category))
    _whose(caller, filters, where, facts)
    same = {"area_code": filters.area, "urgency": filters.urgency, "channel": filters.channel}
    for column, value in same.items():
        if value is not None:
            where.append(f"r.{column} = :{column}")
            facts[column] = value
    if filters.late is not None:
        where.append("(r.open AND r.due_at < :now) = :late")
        facts.update(now=now, late=filters.late)
    if filters.q:
        # Every word, in any order, with or without accents; or the code.
        words = [f"%{_like(word)}%" for word in fold(filters.q).split()]
        where.append("(r.code = upper(:q) OR unaccent(lower(r.description)) LIKE ALL(CAST(:words AS text[])))")
        facts.update(q=filters.q.strip(), words=words)
    return where, facts


# Agencies are not told for whom the center keeps what.
_OF_OFFICER = "r.officer ->> 'username' = :person"
_OF_PERSON = f"(r.state IN ('received', 'verified') AND r.route ->> 'person' = :person OR {_OF_OFFICER})"


def _whose(caller: Caller, filters: Filters, where: list[str], facts: dict[str, Any]) -> None:
    """Conditions about agencies and persons, put to the others."""
    if filters.agency is not None:
        where.append("(r.lead = :of_agency OR :of_agency = ANY(r.supporting))")
        facts["of_agency"] = filters.agency
    if filters.person is not None:
        where.append(_OF_PERSON if caller.oversight else _OF_OFFICER)
        facts["person"] = filters.person


_AUDITS = {
    "pending": "r.audit ->> 'drawn_at' IS NOT NULL AND r.audit ->> 'result' IS NULL",
    "passed": "r.audit ->> 'result' = 'passed'",
    "failed": "r.audit ->> 'result' = 'failed'",
}


def _second_looks(caller: Caller, filters: Filters) -> list[str]:
    """Conditions about lots and checks. An agency may not ask for lots: it would learn which of its cases are drawn."""
    where = []
    if filters.audit is not None:
        if not caller.oversight:
            raise NotAllowed("Only the center knows which cases are drawn.")
        where.append(f"r.audit IS NOT NULL AND {_AUDITS[filters.audit]} AND r.state IN ('published', 'closed')")
    if filters.checking:
        mine = " AND r.checking @> ARRAY[CAST(:agency AS text)]" if caller.role == "agency" else ""
        where.append(f"r.checking <> '{{}}'{mine}")
    return where


def _like(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _cursor(row: dict[str, Any], order: Order) -> str:
    at = row["received_at"] if order == "newest" else row["due_at"]
    place: list[Any] = [at.isoformat(), row["id"]]
    if order == "priority":
        place += [row["as_of"].isoformat(), row["score"]]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _read_cursor(cursor: str, *, scored: bool = False) -> dict[str, Any]:
    """The place a cursor names; `scored`: one of the order by priority, which has two parts more."""
    try:
        at, row_id, *others = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        place = {"after_at": datetime.fromisoformat(at), "after_id": int(row_id)}
        if scored:
            as_of, score = others
            place |= {"as_of": datetime.fromisoformat(as_of), "after_score": int(score)}
        return place
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadInput(("/after", "is not a cursor of this list")) from error
