"""Queries about reports: lock, look up, list, neighbours. Lists carry the caller's visibility as a condition."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.access import Standing
from reports.callers import Caller
from reports.configuration import City
from reports.lifecycle import State
from reports.models import Report
from reports.residents import OWN_DEVICES, OWN_REPORTS

# Kept by the database for its own searching; nobody reads them.
_DERIVED = ("location", "search")
_COLUMNS = ", ".join(f"r.{column.name}" for column in Report.__table__.columns if column.name not in _DERIVED)  # type: ignore[attr-defined]

# The reports merged into this one, as the center sees them.
_FOLLOWERS = """
SELECT jsonb_agg(jsonb_build_object('code', m.code, 'category', m.category, 'received_at', m.received_at,
         'distance_m', round(ST_Distance(m.location::geography, r.location::geography)::numeric, 1),
         'rating', m.rating ->> 'rating') ORDER BY m.received_at, m.id) AS followers
FROM report m WHERE m.merged_into = r.id
"""
# What the reporter of a merged report may know of the report that leads it: how far it is, and what was published of it
# (telephone numbers hidden, because it is somebody else's).
_LEADING = """CASE WHEN l.id IS NOT NULL THEN jsonb_build_object(
         'code', l.code, 'state', l.state, 'resume_state', l.resume_state,
         'lead', CASE WHEN l.involved <> '{}' OR l.published_at IS NOT NULL THEN l.lead END,
         'due_at', l.due_at, 'due_basis', l.due_basis, 'published_at', l.published_at, 'closed_at', l.closed_at,
         'public_answer', CASE WHEN l.published_at IS NOT NULL THEN public_text(l.public_answer) END,
         'summary', CASE WHEN l.published_at IS NOT NULL THEN public_text(l.resolution ->> 'summary') END,
         'rejection', CASE WHEN l.state = 'rejected' THEN public_text(l.rejection ->> 'public_answer') END) END"""

# One row with everything the report object needs; `location` stays in the database, lon and lat say the same.
# Pictures of the work inside an agency belong to its tasks; only what it takes as proof belongs to the report.
SELECT_REPORT = f"""
SELECT {_COLUMNS},
       (SELECT jsonb_agg(to_jsonb(a) ORDER BY a.role DESC, a.position)
          FROM attachment a WHERE a.report_id = r.id AND a.role <> 'work') AS media,
       1 + coalesce(jsonb_array_length(g.followers), 0) AS reporter_count, g.followers,
       l.code AS merged_code, l.state AS lead_state, l.resume_state AS lead_resume, {_LEADING} AS leading
FROM report r LEFT JOIN report l ON l.id = r.merged_into LEFT JOIN LATERAL ({_FOLLOWERS}) g ON true
"""

# Reports are never deleted while somebody works, and their keys never change: NO KEY lets the journal point at a locked
# report without waiting, which would be a second order of locks.
_LOCK = text("SELECT id FROM report WHERE code = :code FOR NO KEY UPDATE")
# Who leads or follows changes under one lock for the whole city: merging is rare, and a locked group is whole.
_GROUPS = text("SELECT pg_advisory_xact_lock(hashtext('hientruong groups'))")
_LOCK_GROUP = text("""
WITH named AS MATERIALIZED (SELECT id, merged_into FROM report WHERE code = ANY(:codes)),
family AS MATERIALIZED (
  SELECT id FROM named UNION SELECT merged_into FROM named WHERE merged_into IS NOT NULL
  UNION SELECT m.id FROM named n JOIN report m ON m.merged_into = n.id)
SELECT r.id FROM report r WHERE r.id IN (SELECT id FROM family) ORDER BY r.id FOR NO KEY UPDATE OF r
""")
_FOLLOWER_IDS = text("SELECT id FROM report WHERE merged_into = :lead ORDER BY received_at, id")
_BY_CODE = text(SELECT_REPORT + "WHERE r.code = :code")
_CATEGORY_OF = text("SELECT category FROM report WHERE code = :code")
_BY_IDS = text(SELECT_REPORT + "WHERE r.id = ANY(:ids)")
_MINE = text(f"""
SELECT 1 FROM reporter w WHERE w.report_id = :report_id
  AND coalesce(w.held_by, w.device_id) = ANY(ARRAY({OWN_DEVICES}))
""")
_OF_DEVICE = text(
    SELECT_REPORT + f"WHERE r.id = ANY(ARRAY({OWN_REPORTS})) ORDER BY r.received_at DESC, r.id DESC LIMIT :limit"
)


async def lock(conn: AsyncConnection, code: str) -> dict[str, Any] | None:
    """Lock the report; then read it.

    The read is a statement of its own: under READ COMMITTED it sees what the holder before us committed.
    """
    await conn.execute(_LOCK, {"code": code})
    return await by_code(conn, code)


async def lock_group(conn: AsyncConnection, code: str, *others: str) -> dict[str, Any] | None:
    """Lock the report and `others`, whatever leads them and whatever follows them; then read the report.

    For commands that change who belongs together, or that two members of a group must not decide at once. First the
    lock of all groups, then the rows in one order: commands never wait in a circle.
    """
    await conn.execute(_GROUPS)
    await conn.execute(_LOCK_GROUP, {"codes": [code, *others]})
    return await by_code(conn, code)


async def followers(conn: AsyncConnection, lead_id: int) -> list[dict[str, Any]]:
    """The rows of the reports merged into this one, the earliest received first."""
    ids = [row.id for row in await conn.execute(_FOLLOWER_IDS, {"lead": lead_id})]
    found = await by_ids(conn, ids)
    return [found[one] for one in ids]


async def by_code(conn: AsyncConnection, code: str) -> dict[str, Any] | None:
    """The report's row, or None."""
    row = (await conn.execute(_BY_CODE, {"code": code})).mappings().one_or_none()
    return dict(row) if row is not None else None


async def category_of(conn: AsyncConnection, code: str) -> str | None:
    """The report's category, or None."""
    return (await conn.execute(_CATEGORY_OF, {"code": code})).scalar_one_or_none()


async def by_ids(conn: AsyncConnection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The rows of these reports by id."""
    rows = (await conn.execute(_BY_IDS, {"ids": list(ids)})).mappings()
    return {row["id"]: dict(row) for row in rows}


async def of_device(conn: AsyncConnection, device_id: str, limit: int = 200) -> list[dict[str, Any]]:
    """The reports that are this device's, or of another device of the same resident, newest first."""
    rows = (await conn.execute(_OF_DEVICE, {"device_id": device_id, "limit": limit})).mappings()
    return [dict(row) for row in rows]


async def standing(conn: AsyncConnection, row: dict[str, Any], caller: Caller, city: City) -> Standing:
    """What access decides on, for this caller; asks the guarded table only for devices, and only yes or no."""
    mine = False
    if caller.kind == "device":
        facts = {"report_id": row["id"], "device_id": caller.id}
        mine = (await conn.execute(_MINE, facts)).scalar_one_or_none() is not None
    return standing_of(row, city, mine=mine)


def standing_of(row: Any, city: City, *, mine: bool = False) -> Standing:
    """The same from a row alone."""
    category = city.category(row["category"])
    state = State(row["state"])
    return Standing(
        state=state,
        restricted=city.restricted(row["category"]),
        readers=city.readers_of(row["category"]),
        lead=row["lead"],
        involved=tuple(row["involved"]),
        checking=tuple(row["checking"] or ()),
        mine=mine,
        public=row["published_at"] is not None
        and state in (State.PUBLISHED, State.CLOSED)
        and bool(category and category.public),
    )


def visible_sql(caller: Caller) -> str:
    """The SQL form of `access.may_see` for members of staff, over alias r; parameters :agency and :restricted."""
    if caller.role == "agency":
        # Said twice, so that the small index over what is being checked serves the second half.
        checks = "r.checking <> '{}' AND r.checking @> ARRAY[CAST(:agency AS text)]"
        return f"(r.involved @> ARRAY[CAST(:agency AS text)] OR ({checks}))"
    if caller.oversight:
        return "NOT (r.category = ANY(:restricted))"
    return "false"


def visible_facts(caller: Caller, city: City) -> dict[str, Any]:
    """The parameters of `visible_sql` that this caller's condition uses."""
    if caller.role == "agency":
        return {"agency": caller.agency}
    if caller.oversight:
        return {"restricted": city.hidden_from(caller.id)}
    return {}
