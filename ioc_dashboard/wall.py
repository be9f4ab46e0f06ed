"""What the wall shows, as numbers: the band of figures, the load by area, agency and category, clusters for the map.

The same for everybody at the center, because a wall is read by whoever enters the room. A few statements whatever the
number of reports, and an answer whose size depends on the city's areas, agencies and categories only.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ioc_dashboard import wall_states
from reports.configuration import City

SOON = timedelta(hours=2)
RATED_DAYS = 30
STEP_DAYS = 7
"""Satisfaction is of the results published in so many days; times per step of those in the full days before today."""
CELL_DEGREES = 0.012
"""About 1.3 km: at the scale of a whole city on a wall, marks that are nearer than this would cover each other."""
LATEST = 40
STEPS = ("wait", "accept", "handle", "approve")

_COUNTS = """
count(*) FILTER (WHERE s.open)::int AS open,
count(*) FILTER (WHERE s.state IN ('received', 'verified'))::int AS unassigned,
min(s.received_at) FILTER (WHERE s.state IN ('received', 'verified')) AS oldest_at,
count(*) FILTER (WHERE s.open AND s.due_basis <> 'paused' AND s.due_at >= :at AND s.due_at <= :soon)::int AS due_soon,
count(*) FILTER (WHERE s.open AND s.due_basis <> 'paused' AND s.due_at < :at)::int AS overdue,
count(*) FILTER (WHERE s.open AND s.urgency = 'urgent')::int AS urgent,
count(*) FILTER (WHERE s.state IN ('published', 'closed') AND s.published_at >= :day)::int AS done_today,
count(*) FILTER (WHERE s.received_at >= :day)::int AS received_today
"""

# Before dispatch `lead` is only a proposal: a case is an agency's load from the moment it has it.
_LOADS = """
WITH s AS MATERIALIZED ({states}), c AS (
    SELECT s.*, CASE WHEN coalesce(s.resume_state, s.state) NOT IN ('received', 'verified') THEN s.lead END AS agency
    FROM s
)
SELECT CASE WHEN grouping(area_code) = 0 THEN 'areas' WHEN grouping(category) = 0 THEN 'categories'
            WHEN grouping(agency) = 0 THEN 'agencies' ELSE 'all' END AS part,
       coalesce(area_code, category, agency) AS code, max(area_name) AS area_name, {counts}
FROM c s GROUP BY GROUPING SETS ((), (area_code), (category), (agency))
"""
_NOW = text(_LOADS.format(states=wall_states.NOW, counts=_COUNTS))
_AT = text(_LOADS.format(states=wall_states.AT, counts=_COUNTS))

_CLUSTERS = text(f"""
WITH s AS ({wall_states.NOW})
SELECT avg(s.lon)::float8 AS lon, avg(s.lat)::float8 AS lat,
       count(*) FILTER (WHERE s.state IN ('received', 'verified'))::int AS waiting,
       count(*) FILTER (WHERE s.state IN ('dispatched', 'in_progress', 'awaiting_resident'))::int AS working,
       count(*) FILTER (WHERE s.state = 'resolved')::int AS resolved,
       count(*) FILTER (WHERE s.due_basis <> 'paused' AND s.due_at < :at)::int AS overdue,
       count(*) FILTER (WHERE s.urgency = 'urgent')::int AS urgent
FROM s WHERE s.open GROUP BY floor(s.lon / :cell), floor(s.lat / :cell)
""")

# A rating counts for the result it was given to, so the window is that of publication.
_RATED = text("""
SELECT count(*)::int AS rated, count(*) FILTER (WHERE r.rating ->> 'rating' = 'satisfied')::int AS satisfied
FROM report r
WHERE r.published_at >= :since AND r.published_at < :at AND (r.rating ->> 'at')::timestamptz < :at
  AND NOT (r.category = ANY(:restricted))
""")

_STEPS = text("""
WITH done AS (
    SELECT r.id, r.received_at, r.resolved_at, r.published_at FROM report r
    WHERE r.published_at >= :since AND r.published_at < :day AND NOT (r.category = ANY(:restricted))
), passed AS (
    SELECT d.*, min(j.at) FILTER (WHERE j.event = 'report.dispatched') AS dispatched_at,
           min(j.at) FILTER (WHERE j.event = 'report.accepted') AS accepted_at
    FROM done d JOIN journal j ON j.report_id = d.id
    GROUP BY d.id, d.received_at, d.resolved_at, d.published_at
)
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM dispatched_at - received_at)) AS wait,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM accepted_at - dispatched_at)) AS accept,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM resolved_at - accepted_at)) AS handle,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM published_at - resolved_at)) AS approve
FROM passed
""")


def day_of(city: City, at: datetime) -> datetime:
    """The first moment of the day in the city in which `at` lies."""
    there = at.astimezone(ZoneInfo(city.calendar.zone))
    return there.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


async def loads(conn: AsyncConnection, city: City, at: datetime, *, past: bool = False) -> dict[str, Any]:
    """Counts of everything (`all`) and by `areas`, `agencies`, `categories`, those with most open cases first.

    `past`: as it stood at `at`, read from the journal. One statement.
    """
    day = day_of(city, at)
    values = {**wall_states.facts(city, at, day), "soon": at + SOON}
    rows = (await conn.execute(_AT if past else _NOW, values)).mappings()
    parts: dict[str, list[dict[str, Any]]] = {"all": [], "areas": [], "agencies": [], "categories": []}
    for row in rows:
        found = dict(row)
        part, area_name = found.pop("part"), found.pop("area_name")
        if part == "all":
            del found["code"]
        elif found["code"] is None:
            continue
        else:
            found |= _names(city, part, found["code"], area_name)
        parts[part].append({**found, "oldest_at": _stamp(found["oldest_at"])})
    ordered = {part: sorted(found, key=lambda one: (-one["open"], one["code"])) for part, found in _named(parts)}
    return {"all": parts["all"][0], **ordered}


def _named(parts: Mapping[str, list[dict[str, Any]]]) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    return ((part, found) for part, found in parts.items() if part != "all")


def _names(city: City, part: str, code: str, area_name: str | None) -> dict[str, Any]:
    if part == "areas":
        return {"name": area_name or code, "name_en": None}
    known = city.categories.get(code) if part == "categories" else city.agencies.get(code)
    return {"name": known.name if known else code, "name_en": known.name_en if known else None}


async def clusters(conn: AsyncConnection, city: City, at: datetime) -> list[dict[str, Any]]:
    """Open cases put together by place: at most one mark per cell of CELL_DEGREES, at the middle of its cases."""
    values = {**wall_states.facts(city, at, day_of(city, at)), "cell": CELL_DEGREES}
    rows = (await conn.execute(_CLUSTERS, values)).mappings()
    return [{**row, "lon": round(row["lon"], 5), "lat": round(row["lat"], 5)} for row in rows]


async def rated(conn: AsyncConnection, city: City, at: datetime) -> dict[str, int]:
    """How many results of the last RATED_DAYS were rated before `at`, and how many of them as satisfying."""
    since = day_of(city, at) - timedelta(days=RATED_DAYS - 1)
    row = await conn.execute(_RATED, {"since": since, "at": at, "restricted": wall_states.restricted_of(city)})
    return dict(row.mappings().one())


async def steps(conn: AsyncConnection, city: City, at: datetime) -> dict[str, float | None]:
    """Median seconds of each step of the cases published in the STEP_DAYS full days before the day of `at`.

    wait: received to dispatched; accept: to the agency's acceptance; handle: to its result; approve: to publication.
    None where no case took the step. The same all day long, so a replay of the day shows the same.
    """
    day = day_of(city, at)
    since = day - timedelta(days=STEP_DAYS)
    values = {"since": since, "day": day, "restricted": wall_states.restricted_of(city)}
    row = (await conn.execute(_STEPS, values)).mappings().one()
    return {step: None if row[step] is None else round(float(row[step])) for step in STEPS}


WEEKS = 8
TRENDS = ("open", "unassigned", "due_soon", "overdue", "done_today", "received_today")


async def trend(conn: AsyncConnection, city: City, at: datetime) -> dict[str, Any]:
    """The figures at the same hour of the same weekday in the WEEKS weeks before, oldest first.

    Some statements, each as large as what happened since: callers keep the answer for an hour. Instants before the
    first report are left out, for a city that has just begun has no past to be compared with.
    """
    first = (await conn.execute(text("SELECT min(received_at) FROM report"))).scalar_one_or_none()
    there = at.astimezone(ZoneInfo(city.calendar.zone))
    instants = [(there - timedelta(weeks=weeks)).astimezone(UTC) for weeks in range(WEEKS, 0, -1)]
    known = [instant for instant in instants if first is not None and instant > first]
    past = [(await loads(conn, city, instant, past=True))["all"] for instant in known]
    opinions = [await rated(conn, city, instant) for instant in known]
    medians = [await steps(conn, city, instant) for instant in known]
    return {
        "at": [instant.isoformat() for instant in known],
        **{name: [one[name] for one in past] for name in TRENDS},
        "satisfaction": [one["satisfied"] / one["rated"] if one["rated"] else None for one in opinions],
        "steps": {step: [one[step] for one in medians] for step in STEPS},
    }


def _stamp(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
