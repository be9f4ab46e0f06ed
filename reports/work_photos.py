"""Photos of the work inside an agency: attachments of role `work`, named by a task or a part, never by the report."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports import attachments
from reports.attachments import NewAttachment
from reports.callers import Caller
from reports.problems import BadInput
from reports.step import Scene
from reports.views import Address, media_object

ROLE = "work"

# Of the own tasks, and for the lead of parts that supporting agencies have done.
_OF_CASE = text("""
SELECT to_jsonb(a) AS item FROM attachment a JOIN report r ON r.id = a.report_id
WHERE r.code = :code AND a.role = 'work' AND a.id = ANY(CAST(:ids AS uuid[])) AND a.state IN ('processing', 'ready')
  AND (EXISTS (SELECT 1 FROM task t WHERE t.report_id = r.id AND t.agency = :agency AND a.id::text = ANY(t.media))
       OR EXISTS (SELECT 1 FROM part p WHERE p.report_id = r.id AND r.lead = :agency AND a.id::text = ANY(p.media)))
""")
_BY_IDS = text(
    "SELECT to_jsonb(a) AS item FROM attachment a WHERE a.id = ANY(CAST(:ids AS uuid[])) ORDER BY a.position"
)
_HELD = text("SELECT upload_id FROM attachment WHERE id = ANY(CAST(:ids AS uuid[]))")


async def as_proof(conn: AsyncConnection, code: str, caller: Caller, ids: Sequence[UUID]) -> tuple[NewAttachment, ...]:
    """Photos of the case's work as proof of its result, in the order asked for; BadInput names one that is not."""
    if not ids:
        return ()
    facts = {"code": code, "agency": caller.agency, "ids": [str(one) for one in ids]}
    found = {row.item["id"]: row.item for row in await conn.execute(_OF_CASE, facts)}
    for place, one in enumerate(ids):
        if str(one) not in found:
            raise BadInput((f"/work/{place}", "is not a photo of your work on this case"))
    return tuple(_copied(found[str(one)]) for one in dict.fromkeys(ids))


def _copied(item: dict[str, Any]) -> NewAttachment:
    """The same file as an attachment of its own: what the agency keeps and what it shows as proof part ways here."""
    gps = item["gps"]
    return NewAttachment(
        uuid4(),
        item["filename"],
        item["sha256"],
        item["bytes"],
        "processing",
        "proof",
        kind=item["kind"],
        duration_s=item["duration_s"],
        content_type=item["content_type"],
        width=item["width"],
        height=item["height"],
        taken_at=datetime.fromisoformat(item["taken_at"]) if item["taken_at"] else None,
        zoned=item["zoned"],
        gps=(gps["lon"], gps["lat"]) if gps else None,
        gps_at=datetime.fromisoformat(gps["at"]) if gps and gps.get("at") else None,
        gps_accuracy_m=gps.get("accuracy_m") if gps else None,
        original_key=item["original_key"],
        phash=item["phash"],
        phash_ways=item["phash_ways"],
    )


async def keep(scene: Scene, row: dict[str, Any], photos: Sequence[NewAttachment], held: Sequence[str]) -> list[str]:
    """Attach photos to the locked report as work; the ids of all that are named now. An upload it has stays one."""
    known = {one.upload_id for one in await scene.conn.execute(_HELD, {"ids": list(held)})} if held else set()
    new = [one for one in photos if one.upload_id is None or one.upload_id not in known]
    if new:
        await attachments.add(scene.conn, row["id"], new, lon=row["lon"], lat=row["lat"], now=scene.now)
    return [*held, *(str(one.id) for one in new)]


async def shown(conn: AsyncConnection, ids: Sequence[str], address: Address) -> dict[str, dict[str, Any]]:
    """Photos by id as those who may see the task or part see them."""
    if not ids:
        return {}
    found = await conn.execute(_BY_IDS, {"ids": list(ids)})
    return {row.item["id"]: media_object(row.item, "agency", address) for row in found}
