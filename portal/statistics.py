"""Figures that can be checked: every one is about the reports received in one period, and says how it is made.

One cohort for all: received in the period, in public categories of lanes that are not restricted, without those that
were withdrawn or merged into another. On time is split three ways, and the denominator is what was done plus what is
open and overdue: leaving the overdue ones out would reward never finishing.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.published import TABLES
from reports.measures import (
    AGENCY,
    AUDIT_FAILED,
    AUDITED,
    DONE,
    DONE_AT,
    EXTENDED,
    LATE,
    ON_TIME,
    OVERDUE,
    OVERRIDDEN,
    OWN_CASE,
    PROMISED_AT,
    UNPROVEN,
    Period,
)

LEAST_TO_RANK = 5
"""Below this many cases in the denominator no share is shown and nobody is ranked: one case would move it too far."""

Table = Literal["areas", "categories", "agencies", "months"]
TABLES_SHOWN: tuple[Table, ...] = ("areas", "categories", "agencies", "months")


@dataclass(frozen=True)
class Figures:
    """The figures of one row; times in hours from receipt to the agency's result.

    `on_time`: done by the first promise; `extended`: later, but by a due time somebody moved; `late`: done after the
    due time; `overdue`: open and past it now (a paused clock is not). `unproven`: done without a photo or with
    a rule of proof not kept; `overridden`: done cases whose proof a supervisor let pass; `audited`, `audit_failed`:
    drawn by lot.
    """

    key: str | None
    name: str
    received: int
    done: int
    rejected: int
    open: int
    overdue: int
    on_time: int
    extended: int
    late: int
    median_h: float | None
    p90_h: float | None
    rated: int
    satisfied: int
    acceptable: int
    unsatisfied: int
    returned: int
    unproven: int = 0
    overridden: int = 0
    audited: int = 0
    audit_failed: int = 0

    @property
    def judged(self) -> int:
        """The denominator of the three shares: done + open and overdue."""
        return self.done + self.overdue

    @property
    def small(self) -> bool:
        """Too few cases to show a share or to rank."""
        return self.judged < LEAST_TO_RANK

    def share(self, part: Literal["on_time", "extended", "late"]) -> float | None:
        """A share of `judged`, 0..1, None below LEAST_TO_RANK; what is open and overdue counts as late."""
        if self.small:
            return None
        counted = self.late + self.overdue if part == "late" else getattr(self, part)
        return float(counted / self.judged)

    @property
    def satisfied_share(self) -> float | None:
        """Satisfied among the rated, None where fewer than LEAST_TO_RANK have rated."""
        return self.satisfied / self.rated if self.rated >= LEAST_TO_RANK else None

    @property
    def rated_share(self) -> float | None:
        """How many of the done cases were rated at all."""
        return self.rated / self.done if self.done else None

    def as_json(self) -> dict[str, Any]:
        """Counts and shares by name; shares rounded to four digits."""
        shares = {f"{part}_share": _rounded(self.share(part)) for part in ("on_time", "extended", "late")}
        more = {"satisfied_share": _rounded(self.satisfied_share), "rated_share": _rounded(self.rated_share)}
        return {**self.__dict__, "judged": self.judged, "ranked": not self.small, **shares, **more}


@dataclass(frozen=True)
class ReturnPair:
    """How often one agency gave cases back saying that they are another's."""

    agency: str
    name: str
    to: str | None
    to_name: str | None
    count: int


@dataclass(frozen=True)
class Statistics:
    """Everything the page shows, as of `at`."""

    period: Period
    at: datetime
    total: Figures
    tables: Mapping[Table, tuple[Figures, ...]]
    # From which agency to which, most often first; `to` None where it named nobody.
    returns: tuple[ReturnPair, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The document of /api/v1/public/statistics."""
        first, last = self.period.first, self.period.last
        return {
            "at": self.at.isoformat(timespec="seconds"),
            "period": {"from": first.isoformat() if first else None, "to": last.isoformat() if last else None},
            "least_to_rank": LEAST_TO_RANK,
            "total": self.total.as_json(),
            **{name: [row.as_json() for row in rows] for name, rows in self.tables.items()},
            "returns": [dict(pair.__dict__) for pair in self.returns],
        }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


_COUNTED = f"""
    SELECT r.area_code, r.area_name, r.category, {AGENCY} AS agency,
           to_char(r.received_at AT TIME ZONE :zone, 'YYYY-MM') AS month,
           r.state = 'rejected' AS rejected, r.open, r.returns, r.rating ->> 'rating' AS rating,
           {OVERDUE} AS overdue,
           {UNPROVEN} AS unproven, {OVERRIDDEN} AS overridden, {AUDITED} AS audited, {AUDIT_FAILED} AS audit_failed,
           {DONE} AS done, r.due_at, {DONE_AT} AS done_at, {PROMISED_AT} AS promised_at,
           extract(epoch FROM {DONE_AT} - r.received_at)::float8 / 3600 AS hours
      FROM {TABLES}
     WHERE c.public AND c.lane <> 'restricted' AND {OWN_CASE}
       AND r.received_at >= :begin AND r.received_at < :end"""

_STATISTICS = text(f"""
WITH counted AS MATERIALIZED ({_COUNTED}), figures AS (
    SELECT CASE WHEN grouping(area_code) = 0 THEN 'areas' WHEN grouping(category) = 0 THEN 'categories'
                WHEN grouping(agency) = 0 THEN 'agencies' WHEN grouping(month) = 0 THEN 'months' ELSE 'total' END
           AS part,
           coalesce(area_code, category, agency, month) AS key, max(area_name) AS area_name,
           count(*)::int AS received, (count(*) FILTER (WHERE done))::int AS done,
           (count(*) FILTER (WHERE rejected))::int AS rejected, (count(*) FILTER (WHERE open))::int AS open,
           (count(*) FILTER (WHERE overdue))::int AS overdue,
           (count(*) FILTER (WHERE {ON_TIME}))::int AS on_time,
           (count(*) FILTER (WHERE {EXTENDED}))::int AS extended,
           (count(*) FILTER (WHERE {LATE}))::int AS late,
           percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY hours) FILTER (WHERE done) AS spread,
           (count(rating) FILTER (WHERE done))::int AS rated,
           (count(*) FILTER (WHERE done AND rating = 'satisfied'))::int AS satisfied,
           (count(*) FILTER (WHERE done AND rating = 'acceptable'))::int AS acceptable,
           (count(*) FILTER (WHERE done AND rating = 'unsatisfied'))::int AS unsatisfied,
           (count(*) FILTER (WHERE done AND unproven))::int AS unproven,
           (count(*) FILTER (WHERE done AND overridden))::int AS overridden,
           (count(*) FILTER (WHERE done AND audited))::int AS audited,
           (count(*) FILTER (WHERE done AND audit_failed))::int AS audit_failed,
           coalesce(sum(jsonb_array_length(returns)) FILTER (WHERE jsonb_typeof(returns) = 'array'), 0)::int AS returned
      FROM counted GROUP BY GROUPING SETS ((), (area_code), (category), (agency), (month))
), gave_back AS (
    SELECT one ->> 'agency' AS agency, count(*)::int AS times
      FROM counted, jsonb_array_elements(CASE WHEN jsonb_typeof(returns) = 'array' THEN returns ELSE '[]' END) AS one
     GROUP BY 1
)
SELECT f.part, f.key, f.received, f.done, f.rejected, f.open, f.overdue, f.on_time, f.extended, f.late,
       f.spread[1] AS median_h, f.spread[2] AS p90_h, f.rated, f.satisfied, f.acceptable, f.unsatisfied,
       f.unproven, f.overridden, f.audited, f.audit_failed,
       CASE WHEN f.part = 'agencies' THEN coalesce(b.times, 0) ELSE f.returned END AS returned,
       CASE f.part WHEN 'areas' THEN f.area_name WHEN 'months' THEN f.key
            WHEN 'categories' THEN CASE WHEN :english THEN k.name_en ELSE k.name END
            WHEN 'agencies' THEN CASE WHEN :english THEN g.name_en ELSE g.name END END AS name
  FROM figures f
  LEFT JOIN category k ON f.part = 'categories' AND k.code = f.key
  LEFT JOIN agency g ON f.part = 'agencies' AND g.code = f.key
  LEFT JOIN gave_back b ON f.part = 'agencies' AND b.agency = f.key
 WHERE f.part = 'total' OR f.key IS NOT NULL
""")


_RETURNS = text(f"""
WITH counted AS MATERIALIZED ({_COUNTED}), pairs AS (
    SELECT one ->> 'agency' AS agency, one ->> 'proposed_agency' AS proposed, count(*)::int AS count
      FROM counted, jsonb_array_elements(CASE WHEN jsonb_typeof(returns) = 'array' THEN returns ELSE '[]' END) AS one
     GROUP BY 1, 2
)
SELECT p.agency, coalesce(CASE WHEN :english THEN g.name_en ELSE g.name END, p.agency) AS name,
       p.proposed AS to, CASE WHEN :english THEN t.name_en ELSE t.name END AS to_name, p.count
  FROM pairs p LEFT JOIN agency g ON g.code = p.agency LEFT JOIN agency t ON t.code = p.proposed
 WHERE p.agency IS NOT NULL ORDER BY p.count DESC, name, to_name NULLS LAST
""")


async def statistics(
    conn: AsyncConnection, period: Period, now: datetime, *, zone: str, locale: str = "vi"
) -> Statistics:
    """The figures of the reports received in `period`, each table by one statement.

    Rows of months are in their order, all others by their share on time, best first; those with too few cases come
    last, by name, and are not ranked.
    """
    begin, end = period.moments(zone)
    facts = {"begin": begin, "end": end, "zone": zone, "now": now, "english": locale == "en"}
    rows = [dict(row) for row in (await conn.execute(_STATISTICS, facts)).mappings()]
    parts: dict[str, list[Figures]] = {}
    for row in rows:
        part = row.pop("part")
        parts.setdefault(part, []).append(Figures(**{**row, "name": row["name"] or ""}))
    tables = {name: _ordered(name, parts.get(name, ())) for name in TABLES_SHOWN}
    pairs = tuple(ReturnPair(**row) for row in (await conn.execute(_RETURNS, facts)).mappings())
    return Statistics(period, now, parts["total"][0], tables, pairs)


def _ordered(table: Table, rows: Iterable[Figures]) -> tuple[Figures, ...]:
    if table == "months":
        return tuple(sorted(rows, key=lambda row: row.key or ""))
    return tuple(sorted(rows, key=lambda row: (row.small, -(row.share("on_time") or 0), -row.received, row.name)))


COLUMNS = (
    "key", "name", "received", "done", "rejected", "open", "overdue", "on_time", "extended", "late", "judged",
    "on_time_share", "extended_share", "late_share", "median_h", "p90_h", "rated", "rated_share", "satisfied",
    "acceptable", "unsatisfied", "satisfied_share", "returned", "unproven", "overridden", "audited",
    "audit_failed",
)  # fmt: skip


def as_json_text(found: Statistics) -> str:
    """The document as text."""
    return json.dumps(found.as_json(), ensure_ascii=False, separators=(",", ":"))
