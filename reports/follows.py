"""Following somebody else's report, or an area: public facts only, and nobody learns who follows.

What can be followed is what may become public: a report of a public category outside the restricted lane. Of an
unpublished one a follower learns the category, the area, the public status and the due time, never its words or
pictures.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.problems import BadInput, NotFound

#: One device may follow this many things; more is a program, not a person.
MOST = 200

# The report (alias r) may be told to strangers at all. A withdrawn one is nobody's but its sender's.
FOLLOWABLE = """r.state <> 'withdrawn' AND EXISTS (SELECT 1 FROM category c
WHERE c.code = r.category AND c.public AND c.lane <> 'restricted')"""

_STATUS = f"""
SELECT r.id, r.code, r.category, r.area_code, r.area_name, r.state, r.resume_state, r.received_at,
       l.code AS lead_code, l.state AS lead_state, coalesce(l.due_at, r.due_at) AS due_at,
       coalesce(l.due_basis, r.due_basis) AS due_basis
FROM report r LEFT JOIN report l ON l.id = r.merged_into
WHERE {FOLLOWABLE}
"""
_BY_CODE = text(f"{_STATUS} AND r.code = :code")
_FOLLOWED = text(f"""
SELECT s.*, f.created_at AS followed_at FROM follow f JOIN ({_STATUS}) s ON s.id = f.report_id
WHERE f.device_id = CAST(:device_id AS uuid) ORDER BY f.id DESC
""")
_AREAS = text("""
SELECT DISTINCT ON (f.id) f.area_code AS code, a.name, a.name_en, f.created_at AS followed_at
FROM follow f LEFT JOIN area a ON a.code = f.area_code AND a.kind = 'commune'
WHERE f.device_id = CAST(:device_id AS uuid) AND f.area_code IS NOT NULL ORDER BY f.id DESC, a.valid_from DESC
""")
_FOLLOWS = text("SELECT 1 FROM follow WHERE device_id = CAST(:device_id AS uuid) AND report_id = :report_id")
_NUMBER = text("SELECT count(*) FROM follow WHERE device_id = CAST(:device_id AS uuid)")
_ADD_REPORT = text("""
INSERT INTO follow (device_id, report_id, created_at) VALUES (CAST(:device_id AS uuid), :report_id, :now)
ON CONFLICT DO NOTHING
""")
_ADD_AREA = text("""
INSERT INTO follow (device_id, area_code, created_at) VALUES (CAST(:device_id AS uuid), :area, :now)
ON CONFLICT DO NOTHING
""")
_END_REPORT = text("""
DELETE FROM follow WHERE device_id = CAST(:device_id AS uuid)
  AND report_id = (SELECT id FROM report WHERE code = :code)
""")
_END_AREA = text("DELETE FROM follow WHERE device_id = CAST(:device_id AS uuid) AND area_code = :area")
_AREA = text("""
SELECT 1 FROM area WHERE code = :area AND kind = 'commune' AND valid_from <= :day
  AND (valid_to IS NULL OR valid_to > :day)
""")
_COUNTS = text("SELECT report_id, count(*) AS n FROM follow WHERE report_id = ANY(:ids) GROUP BY report_id")


async def status_of(conn: AsyncConnection, code: str | None) -> dict[str, Any]:
    """What a stranger may know of an open report; NotFound for one that is none of theirs, whatever the reason."""
    row = (await conn.execute(_BY_CODE, {"code": code})).mappings().one_or_none()
    if row is None:
        raise NotFound
    return dict(row)


async def follow_report(conn: AsyncConnection, device_id: str, code: str | None, now: datetime) -> None:
    """Follow; doing it twice is doing it once. NotFound where `status_of` says so."""
    row = await status_of(conn, code)
    await _room(conn, device_id)
    await conn.execute(_ADD_REPORT, {"device_id": device_id, "report_id": row["id"], "now": now})


async def follow_area(conn: AsyncConnection, device_id: str, area: str, *, day: date, now: datetime) -> None:
    """Hear of results in an area that exists on `day`; NotFound for another one."""
    if (await conn.execute(_AREA, {"area": area, "day": day})).scalar_one_or_none() is None:
        raise NotFound
    await _room(conn, device_id)
    await conn.execute(_ADD_AREA, {"device_id": device_id, "area": area, "now": now})


async def _room(conn: AsyncConnection, device_id: str) -> None:
    if (await conn.execute(_NUMBER, {"device_id": device_id})).scalar_one() >= MOST:
        raise BadInput(("", f"one device may follow {MOST} things; end one first"))


async def end_report(conn: AsyncConnection, device_id: str, code: str | None) -> None:
    """Follow no longer; nothing happens where nothing was followed."""
    await conn.execute(_END_REPORT, {"device_id": device_id, "code": code})


async def end_area(conn: AsyncConnection, device_id: str, area: str) -> None:
    """The same for an area."""
    await conn.execute(_END_AREA, {"device_id": device_id, "area": area})


async def follows(conn: AsyncConnection, device_id: str, report_id: int) -> bool:
    """Whether the device follows the report."""
    facts = {"device_id": device_id, "report_id": report_id}
    return (await conn.execute(_FOLLOWS, facts)).scalar_one_or_none() is not None


async def followed(conn: AsyncConnection, device_id: str) -> list[dict[str, Any]]:
    """The followed reports as `status_of` gives them, with `followed_at`, newest first."""
    return [dict(row) for row in (await conn.execute(_FOLLOWED, {"device_id": device_id})).mappings()]


async def followed_areas(conn: AsyncConnection, device_id: str) -> list[dict[str, Any]]:
    """The followed areas {code, name, name_en, followed_at}, newest first."""
    return [dict(row) for row in (await conn.execute(_AREAS, {"device_id": device_id})).mappings()]


async def counts(conn: AsyncConnection, report_ids: Sequence[int]) -> dict[int, int]:
    """How many follow each of these reports; those nobody follows are left out."""
    rows = await conn.execute(_COUNTS, {"ids": list(report_ids)})
    return {row.report_id: int(row.n) for row in rows}
