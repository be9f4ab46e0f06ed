"""Reads the figures: everything about the period in one statement, so that all of it is of one moment."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ioc_dashboard.figures import spots
from ioc_dashboard.figures.asked import NONE, Asked
from ioc_dashboard.figures.cases import facts_sql, facts_values, minutes, working_minutes
from ioc_dashboard.figures.definitions import COUNTS, FINISHED, SHARES, STEPS
from reports.callers import Caller
from reports.configuration import City

ROWS_PATH = "/api/v1/figures/rows"
PARTS = {"areas": "area_code", "categories": "category", "agencies": "agency", "channels": "channel"}
FILTER_OF = {"areas": "area", "categories": "category", "agencies": "agency", "channels": "channel"}


@dataclass(frozen=True, slots=True)
class Figures:
    """The document of /api/v1/figures: counts are cases, times minutes, shares 0..1 or null.

    `rows` of each entry is the address of the list behind its numbers; `&figure=<name>` picks the number.
    """

    at: str
    zone: str
    period: dict[str, str]
    total: dict[str, Any]
    tables: dict[str, list[dict[str, Any]]]
    steps: list[dict[str, Any]]
    returns: list[dict[str, Any]]
    workload: list[dict[str, Any]]
    days: list[dict[str, Any]]
    hot_spots: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def _counting() -> str:
    return ", ".join(f"'{one.key}', count(*) FILTER (WHERE {one.condition})" for one in (*COUNTS, FINISHED))


def _step_sql() -> str:
    lines = [f"('{step.key}', {minutes(step)}, {working_minutes(step)})" for step in STEPS]
    return f"""SELECT s.key, count(s.took)::int AS count,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY s.took) AS median_min,
        percentile_cont(0.9) WITHIN GROUP (ORDER BY s.took) AS p90_min,
        count(s.worked)::int AS working_count,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY s.worked) AS working_median_min,
        percentile_cont(0.9) WITHIN GROUP (ORDER BY s.worked) AS working_p90_min
        FROM facts CROSS JOIN LATERAL (VALUES {", ".join(lines)}) AS s(key, took, worked)
        WHERE counted GROUP BY s.key"""


RETURNS_SQL = """SELECT DISTINCT f.id, j.data ->> 'agency' AS returned_by, j.data ->> 'proposed_agency' AS proposed,
        (SELECT d.data ->> 'lead' FROM journal d WHERE d.report_id = j.report_id AND d.event = 'report.dispatched'
            AND d.id > j.id ORDER BY d.id LIMIT 1) AS went_to
    FROM facts f JOIN journal j ON j.report_id = f.id AND j.event = 'report.returned' WHERE f.counted AND f.returned"""


def _statement(caller: Caller, asked: Asked, city: City) -> str:
    part = " ".join(f"WHEN grouping({column}) = 0 THEN '{name}'" for name, column in PARTS.items())
    sets = ", ".join(f"({column})" for column in PARTS.values())
    return f"""
WITH facts AS MATERIALIZED ({facts_sql(caller, asked, city, steps=True)}), groups AS (
    SELECT CASE {part} ELSE 'total' END AS part, coalesce({", ".join(PARTS.values())}) AS key,
           max(area_name) AS area_name, jsonb_build_object({_counting()}) AS counts
      FROM facts GROUP BY GROUPING SETS ((), {sets})
), named AS (
    SELECT g.part, g.key, g.counts, CASE g.part WHEN 'areas' THEN g.area_name WHEN 'categories' THEN k.name
               WHEN 'agencies' THEN a.name END AS name,
           CASE g.part WHEN 'areas' THEN g.area_name WHEN 'categories' THEN k.name_en
               WHEN 'agencies' THEN a.name_en END AS name_en
      FROM groups g LEFT JOIN category k ON g.part = 'categories' AND k.code = g.key
      LEFT JOIN agency a ON g.part = 'agencies' AND a.code = g.key
), returns AS (
    SELECT g.returned_by, g.proposed, g.went_to, count(*)::int AS count FROM ({RETURNS_SQL}) g GROUP BY 1, 2, 3
)
SELECT (SELECT jsonb_agg(to_jsonb(named)) FROM named) AS groups,
       (SELECT jsonb_agg(to_jsonb(s)) FROM ({_step_sql()}) s) AS steps,
       (SELECT jsonb_agg(to_jsonb(returns) ORDER BY count DESC, returned_by, proposed, went_to) FROM returns)
           AS returns,
       (SELECT jsonb_agg(to_jsonb(w)) FROM (SELECT weekday, hour, count(*)::int AS received FROM facts WHERE counted
            GROUP BY 1, 2 ORDER BY 1, 2) w) AS workload,
       (SELECT jsonb_object_agg(day, n) FROM (SELECT day, count(*)::int AS n FROM facts WHERE counted GROUP BY 1) d)
           AS received_on,
       (SELECT jsonb_object_agg(finished_day, n) FROM (SELECT finished_day, count(*)::int AS n FROM facts WHERE finished
            GROUP BY 1) d) AS finished_on,
       (SELECT jsonb_object_agg(code, jsonb_build_array(name, name_en)) FROM agency) AS agency_names
"""


async def figures(conn: AsyncConnection, caller: Caller, city: City, asked: Asked, now: datetime) -> Figures:
    """The figures this caller may see: of the whole city for oversight, of its own cases for an agency."""
    values = facts_values(caller, asked, city, now, steps=True)
    found = (await conn.execute(text(_statement(caller, asked, city)), values)).one()
    parts: dict[str, list[dict[str, Any]]] = {name: [] for name in (*PARTS, "total")}
    for row in found.groups:
        counts = _with_shares(row["counts"])
        entry = {"key": row["key"], "name": row["name"], "name_en": row["name_en"], **counts}
        parts[row["part"]].append({**entry, "rows": _rows(asked, **_picked(row["part"], row["key"], asked))})
    (total,) = parts.pop("total")
    names = found.agency_names or {}
    return Figures(
        at=now.isoformat(timespec="seconds"),
        zone=city.calendar.zone,
        period={"from": asked.first.isoformat(), "to": asked.last.isoformat()},
        total=total,
        tables={name: _ordered(rows) for name, rows in parts.items()},
        steps=_steps(asked, found.steps or []),
        returns=[_returned(asked, row, names) for row in found.returns or []],
        workload=[
            {**row, "rows": _rows(asked, weekday=row["weekday"], hour=row["hour"])} for row in found.workload or []
        ],
        days=_days(asked, found.received_on or {}, found.finished_on or {}, now, city.calendar.zone),
        hot_spots=await spots.hot_spots(conn, caller, city, asked, now),
    )


def _rows(asked: Asked, **more: Any) -> str:
    return f"{ROWS_PATH}?{asked.query(**more)}"


def _picked(part: str, key: str | None, asked: Asked) -> dict[str, Any]:
    return {FILTER_OF[part]: key if key is not None else NONE} if part in FILTER_OF else {}


def _with_shares(counts: dict[str, int]) -> dict[str, Any]:
    shares = {one.key: counts[one.of] / counts[one.among] if counts[one.among] else None for one in SHARES}
    return {**counts, **shares}


def _ordered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Most received first, those that are nowhere last; rows in which nothing was received or finished are left out."""
    told = [row for row in rows if row["received"] or row["finished"]]
    return sorted(told, key=lambda row: (row["key"] is None, -row["received"], row["name"] or row["key"] or ""))


def _steps(asked: Asked, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    measured = {row["key"]: row for row in rows}
    nothing = dict.fromkeys(("median_min", "p90_min", "working_median_min", "working_p90_min"))
    return [
        {
            **nothing,
            "count": 0,
            "working_count": 0,
            **measured.get(step.key, {}),
            "key": step.key,
            "figure": f"step_{step.key}",
            "rows": _rows(asked),
        }
        for step in STEPS
    ]


def _returned(asked: Asked, row: dict[str, Any], names: dict[str, list[str]]) -> dict[str, Any]:
    told = {}
    for field in ("returned_by", "proposed", "went_to"):
        name, name_en = names.get(row[field] or "", (row[field], row[field]))
        told.update({f"{field}_name": name, f"{field}_name_en": name_en})
    picked = {field: row[field] or NONE for field in ("returned_by", "proposed", "went_to")}
    return {**row, **told, "rows": f"{_rows(asked, **picked)}"}


def _days(
    asked: Asked, received: dict[str, int], finished: dict[str, int], now: datetime, zone: str
) -> list[dict[str, Any]]:
    """Every day of the period that has begun, those without reports too: a gap in a chart would hide them."""
    today = now.astimezone(asked.period.moments(zone)[0].tzinfo).date()
    last = max(asked.first, min(asked.last, today))
    told = [(asked.first + timedelta(days=step)).isoformat() for step in range((last - asked.first).days + 1)]
    return [
        {
            "day": day,
            "received": received.get(day, 0),
            "finished": finished.get(day, 0),
            "rows": _rows(replace(asked, day=date.fromisoformat(day))),
        }
        for day in told
    ]
