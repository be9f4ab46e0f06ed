"""Cases that were brought before somebody higher up: the list of the person called, and taking care of one."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy.ext.asyncio import AsyncConnection

from api.deps import HouseDep, Staff, Tx
from api.wiring import utc_now
from reports import escalating, escalation_rows
from reports.configuration import City
from reports.escalation import Call
from reports.escalation_rows import Episode
from reports.problems import NotFound
from reports.views import stamp

router = APIRouter(prefix="/api/v1", tags=["escalations"])

# A bigint's end; beyond it there is none.
HIGHEST_ID = 2**63 - 1

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, strict=True)]


class Care(BaseModel):
    """What the person who takes care of it adds, if anything."""

    model_config = ConfigDict(extra="forbid")
    note: Said | None = None


@router.get("/escalations")
async def mine(caller: Staff, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """Those for you, open ones first, then those of the last week; `open` counts all open ones.

    `next`: who is called when if nothing is done; null when it is over or nobody is left to be called.
    """
    city = await house.configurations.current(conn)
    found, number = await escalation_rows.of(conn, caller, city, utc_now())
    coming = await _following(conn, city, found)
    return {"escalations": [_shown(row, city, coming) for row in found], "open": number}


@router.post("/escalations/{escalation_id}/acknowledge")
async def acknowledge(
    escalation_id: str, caller: Staff, conn: Tx, house: HouseDep, body: Care | None = None
) -> dict[str, Any]:
    """Say that you take care of it: the next is called only when, from now on, the time of the next step has passed and
    nothing was done. Whoever is first is kept. 409 when it was over before.
    """
    number = int(escalation_id) if escalation_id.isascii() and escalation_id.isdecimal() else 0
    if not 0 < number <= HIGHEST_ID:
        raise NotFound
    scene = await house.scene(conn, caller)
    row = await escalating.acknowledge(scene, number, body.note if body else None)
    return _shown(row, scene.city, await _following(conn, scene.city, [row]))


async def _following(conn: AsyncConnection, city: City, found: Sequence[Any]) -> dict[Episode, Call]:
    standing = {row.report_id for row in found if row.cleared_at is None}
    return await escalating.following(conn, city, standing)


def _shown(row: Any, city: City, coming: Mapping[Episode, Call]) -> dict[str, Any]:
    category = city.category(row.category)
    by = {"username": row.acknowledged_by, "name": row.acknowledged_name}
    taken = {"by": by, "at": stamp(row.acknowledged_at), "note": row.note} if row.acknowledged_at else None
    call = coming.get((row.report_id, row.cause, row.since)) if row.cleared_at is None else None
    return {
        "id": row.id,
        "report": row.code,
        "cause": row.cause,
        "since": stamp(row.since),
        "level": row.level,
        "to": row.recipient,
        "agency": row.agency,
        "agency_name": city.agency_name(row.agency),
        "category": row.category,
        "category_name": category.name if category else row.category,
        "area_name": row.area_name,
        "due_at": stamp(row.due_at),
        "raised_at": stamp(row.raised_at),
        "acknowledged": taken,
        "cleared_at": stamp(row.cleared_at),
        "next": {"to": call.to, "at": stamp(call.at)} if call is not None else None,
    }
