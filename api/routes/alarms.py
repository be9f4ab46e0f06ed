"""Alarms for the center: the list, acknowledging one, and drills."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncConnection

from api.deps import Center, HouseDep, Oversight, Staff, Tx
from api.wiring import House, utc_now
from ioc_dashboard import alarm_list
from reports import alarm_rows, alarming, drills, exercises
from reports.callers import Caller
from reports.problems import NotAllowed, NotFound

router = APIRouter(prefix="/api/v1", tags=["alarms"])

# A bigint's end; beyond it there is no alarm.
HIGHEST_ID = 2**63 - 1

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, strict=True)]


class Acknowledgement(BaseModel):
    """What the person who takes care of it adds, if anything."""

    model_config = ConfigDict(extra="forbid")
    note: Said | None = None


class DrillBody(BaseModel):
    """Begin (true) or end (false) a drill; `scenario` says what is practised."""

    model_config = ConfigDict(extra="forbid")
    active: Annotated[bool, Field(strict=True)]
    scenario: Said | None = None


class Place(BaseModel):
    """WGS 84, degrees."""

    model_config = ConfigDict(extra="forbid")
    lon: float = Field(ge=-180, le=180, allow_inf_nan=False)
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)


class Exercise(BaseModel):
    """An exercise alarm like one of this kind; `text` replaces what it would say, `location` puts it on the map."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["urgent_untouched", "storm", "agency_silent", "handover_stuck", "mailbox_failing", "feed_stale"]
    text: Said | None = None
    location: Place | None = None


async def _supervisor(caller: Staff) -> Caller:
    if caller.role != "supervisor":
        raise NotAllowed("Drills are for supervisors.")
    return caller


Supervisor = Annotated[Caller, Depends(_supervisor, scope="function")]


@router.get("/alarms")
async def active(caller: Oversight, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """The alarms that stand, and those cleared in the last ten minutes; the drill that runs, or null."""
    city = await house.configurations.current(conn)
    board = await alarm_list.board(conn, city, utc_now())
    return {"alarms": await alarm_list.seen_by(conn, caller, city, board), "drill": board.drill}


@router.post("/alarms/{alarm_id}/acknowledge")
async def acknowledge(
    alarm_id: str, caller: Center, conn: Tx, house: HouseDep, body: Acknowledgement | None = None
) -> dict[str, Any]:
    """Say that you take care of it. Whoever is first is kept; the alarm as it then is. 409 when it was over before."""
    row = await _seen(conn, house, caller, alarm_id)
    scene = await house.scene(conn, caller)
    await alarming.acknowledge(scene, row.id, row.kind, body.note if body else None)
    return await _alarm(conn, house, row.id)


@router.post("/drill")
async def drill(body: DrillBody, caller: Supervisor, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """Begin or end a drill; asking for what is so already changes nothing. One that is not ended ends after 2 hours."""
    scene = await house.scene(conn, caller)
    await (exercises.begin(scene, body.scenario) if body.active else exercises.end(scene))
    row = await drills.running(conn, scene.now)
    return {"drill": alarm_list.drill_object(row) if row is not None else None}


@router.post("/drill/alarms", status_code=201)
async def exercise(body: Exercise, caller: Supervisor, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """Raise an exercise alarm. 409 when no drill runs."""
    scene = await house.scene(conn, caller)
    place = (body.location.lon, body.location.lat) if body.location else None
    return await _alarm(conn, house, await exercises.raise_alarm(scene, body.kind, body.text, place))


async def _seen(conn: AsyncConnection, house: House, caller: Caller, alarm_id: str) -> Any:
    """The row of an alarm this caller may see."""
    number = int(alarm_id) if alarm_id.isascii() and alarm_id.isdecimal() and len(alarm_id) < 20 else 0
    row = await alarm_rows.one(conn, number) if 0 < number <= HIGHEST_ID else None
    if row is None:
        raise NotFound
    city = await house.configurations.current(conn)
    codes = set(row.reports)
    if await alarm_list.guarded(conn, city, codes) - await alarm_list.readable_codes(conn, caller, city, codes):
        raise NotFound
    return row


async def _alarm(conn: AsyncConnection, house: House, alarm_id: int) -> dict[str, Any]:
    city = await house.configurations.current(conn)
    row = await alarm_rows.one(conn, alarm_id)
    if row is None:
        raise NotFound
    return alarm_list.alarm_object(row._mapping, city)
