"""Following somebody else's report, or an area."""

from typing import Any

from fastapi import APIRouter

from api.deps import HouseDep, ResidentDevice, Tx
from api.own_data import followed
from api.wiring import utc_now
from reports import follows
from reports.codes import read_code

router = APIRouter(prefix="/api/v1/devices/me/follows", tags=["devices"])


@router.get("")
async def what_i_follow(caller: ResidentDevice, conn: Tx) -> dict[str, Any]:
    """The followed reports, each with its public status and no more, and the followed areas."""
    return await followed(conn, caller)


@router.put("/report/{code}", status_code=204)
async def follow_report(code: str, caller: ResidentDevice, conn: Tx) -> None:
    """Hear when the report's public status changes; 404 for one that will never be public."""
    await follows.follow_report(conn, caller.id, read_code(code), utc_now())


@router.delete("/report/{code}", status_code=204)
async def leave_report(code: str, caller: ResidentDevice, conn: Tx) -> None:
    """Hear of it no longer."""
    await follows.end_report(conn, caller.id, read_code(code))


@router.put("/area/{area}", status_code=204)
async def follow_area(area: str, caller: ResidentDevice, conn: Tx, house: HouseDep) -> None:
    """Hear, at most once a day, of results published in this area."""
    await follows.follow_area(conn, caller.id, area, day=house.today(), now=utc_now())


@router.delete("/area/{area}", status_code=204)
async def leave_area(area: str, caller: ResidentDevice, conn: Tx) -> None:
    """Hear of it no longer."""
    await follows.end_area(conn, caller.id, area)
