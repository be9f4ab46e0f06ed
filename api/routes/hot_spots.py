"""Hot spots for the staff: the list, one of them, and who owns it with what plan."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.deps import HouseDep, Staff, Tx
from api.wiring import utc_now
from ioc_dashboard import hot_spot_list
from reports import hot_spotting
from reports.callers import Caller
from reports.problems import NotAllowed, NotFound

router = APIRouter(prefix="/api/v1", tags=["hot spots"])

State = Literal["open", "planned", "done", "gone"]
Named = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Plan = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class Decision(BaseModel):
    """Who owns it and what is planned until when; `done`: its cause is mended. `version` is the one you saw."""

    model_config = ConfigDict(extra="forbid")
    version: int = Field(ge=1, lt=2**31)
    owner_agency: Named | None = None
    owner_account: Named | None = None
    plan: Plan | None = None
    target_on: date | None = None
    done: bool = False


async def _planner(caller: Staff) -> Caller:
    if caller.role not in hot_spotting.OWNERS:
        raise NotAllowed("Owner and plan of a hot spot are for supervisors and leaders.")
    return caller


Planner = Annotated[Caller, Depends(_planner, scope="function")]


@router.get("/hot-spots")
async def listed(
    caller: Staff, conn: Tx, house: HouseDep, state: Annotated[list[State] | None, Query(max_length=4)] = None
) -> dict[str, Any]:
    """Those nobody has taken first, then by number of cases; without `state` all that are not gone.

    An agency is told of those it is to mend, and of those in which a case of its own lies.
    """
    city = await house.configurations.current(conn)
    return await hot_spot_list.listed(conn, caller, city, [*(state or ("open", "planned", "done"))], utc_now())


@router.get("/hot-spots/{code}")
async def one(code: str, caller: Staff, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """A hot spot with its reports and what happened to it."""
    found = await hot_spot_list.one(conn, caller, await house.configurations.current(conn), code, utc_now())
    if found is None:
        raise NotFound
    return found


@router.put("/hot-spots/{code}")
async def decide(code: str, body: Decision, caller: Planner, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """Set owner and plan as a whole. 409 `/problems/stale` when it has changed since that version."""
    scene = await house.scene(conn, caller)
    await hot_spotting.decide(scene, code, body.version, body.model_dump(exclude={"version"}))
    found = await hot_spot_list.one(conn, caller, scene.city, code, scene.now)
    if found is None:
        raise NotFound
    return found
