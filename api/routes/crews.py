"""Crews of agencies: who goes out with which, where they are now, and what is theirs today."""

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.deps import HouseDep, Officer, Staff, Tx
from api.live import crews as live
from api.wiring import House, utc_now
from reports import crews, journal, stops
from reports.crews import Spot
from reports.step import Scene
from reports.stops import MOST_STOPS

router = APIRouter(prefix="/api/v1/crews", tags=["crews"])

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\+?[0-9][0-9 .-]{2,20}$")]


class NewCrew(BaseModel):
    """A crew to be. `code`: lower-case letters, digits and hyphens, the agency's own."""

    model_config = ConfigDict(extra="forbid")
    code: Code
    name: Name
    phone: Phone | None = None


class CrewPart(BaseModel):
    """What is to change; the rest stays."""

    model_config = ConfigDict(extra="forbid")
    name: Name = Field(default="", validate_default=False)
    phone: Phone | None = None
    active: bool = True


class Members(BaseModel):
    """Usernames of officers of the agency."""

    model_config = ConfigDict(extra="forbid")
    members: list[Annotated[str, StringConstraints(max_length=100)]] = Field(max_length=100)


class Order(BaseModel):
    """Tasks of the crew, the first stop first."""

    model_config = ConfigDict(extra="forbid")
    tasks: list[UUID] = Field(max_length=MOST_STOPS)


class Position(BaseModel):
    """Where the phone is: degrees of WGS 84, metres."""

    model_config = ConfigDict(extra="forbid")
    lon: float = Field(ge=-180, le=180, allow_inf_nan=False)
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)
    accuracy_m: float | None = Field(default=None, ge=0, le=100_000, allow_inf_nan=False)


@router.get("")
async def listed(caller: Staff, conn: Tx) -> dict[str, Any]:
    """The crews of the caller's agency; those of all agencies for the center and those who oversee it."""
    return {"crews": await crews.of_agency(conn, caller.agency)}


@router.post("", status_code=201)
async def add(body: NewCrew, caller: Officer, conn: Tx) -> dict[str, Any]:
    """A new crew of the own agency."""
    return await crews.add(conn, caller.agency or "", uuid4(), body.code, body.name, body.phone)


@router.get("/officers")
async def officers(caller: Officer, conn: Tx) -> dict[str, Any]:
    """The officers of the own agency, with the code of the crew each goes out with."""
    return {"officers": await crews.officers(conn, caller.agency or "")}


@router.get("/positions")
async def positions(caller: Staff, conn: Tx) -> dict[str, Any]:
    """Where crews are now, as far as their phones share it: the own agency's; all for the center. Changes come over the
    live channel as messages `crew`.
    """
    found = await crews.positions(conn, caller.agency, utc_now())
    seconds = {"stale_s": int(crews.STALE.total_seconds()), "gone_s": int(crews.GONE.total_seconds())}
    return {"positions": found, **seconds}


@router.get("/me/today")
async def today(caller: Officer, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """Today's stops of the caller and the crew, in their order, with all that a phone needs without a network.

    `seq`: subscribing to `agency` with `since` this misses nothing that happened after them.
    """
    seq = await journal.last_seq(conn)
    scene = await house.scene(conn, caller)
    crew = await crews.mine(conn, caller)
    day = house.today()
    return {
        "day": day.isoformat(),
        "crew": {"id": str(crew.id), "code": crew.code, "name": crew.name} if crew is not None else None,
        "stops": await stops.today(scene, crew, day),
        "seq": seq,
    }


@router.put("/me/position", status_code=204)
async def put_position(body: Position, caller: Officer, conn: Tx) -> Response:
    """On duty: the crew is here now. Only this last position is kept, until the end of duty or a quarter of an hour."""
    said = await crews.put_position(conn, caller, Spot(body.lon, body.lat, body.accuracy_m), utc_now())
    await live.say(conn, said)
    return Response(status_code=204)


@router.delete("/me/position", status_code=204)
async def end_position(caller: Officer, conn: Tx) -> Response:
    """End of duty: the position is deleted and everybody's map forgets it."""
    said = await crews.end_position(conn, caller)
    if said is not None:
        await live.say(conn, said)
    return Response(status_code=204)


@router.get("/{crew_id}/stops")
async def stops_of(crew_id: UUID, caller: Officer, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """Today's stops of a crew of the own agency, in the order in which its phones show them."""
    return await _stops(await house.scene(conn, caller), crew_id, house)


@router.put("/{crew_id}/order")
async def put_in_order(crew_id: UUID, body: Order, caller: Officer, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """In which order the crew goes to its stops from now on; its phones hear of it at once. Stops that are not named
    come behind, by due time.
    """
    scene = await house.scene(conn, caller)
    await stops.put_in_order(scene, crew_id, body.tasks)
    await live.say(conn, {"type": "crew_order", "crew": str(crew_id), "agency": caller.agency, "by": caller.name})
    return await _stops(scene, crew_id, house)


async def _stops(scene: Scene, crew_id: UUID, house: House) -> dict[str, Any]:
    day = house.today()
    return {"day": day.isoformat(), "stops": await stops.of_crew(scene, crew_id, day)}


@router.patch("/{crew_id}")
async def change(crew_id: UUID, body: CrewPart, caller: Officer, conn: Tx) -> dict[str, Any]:
    """Rename, renumber, or take out of service."""
    return await crews.change(conn, caller.agency or "", crew_id, body.model_dump(exclude_unset=True))


@router.put("/{crew_id}/members")
async def set_members(crew_id: UUID, body: Members, caller: Officer, conn: Tx) -> dict[str, Any]:
    """Who goes out with it from now on. An officer is with one crew at a time."""
    return await crews.set_members(conn, caller.agency or "", crew_id, body.members)
