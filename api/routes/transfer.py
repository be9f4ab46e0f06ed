"""Moving to another phone: a code from the old one, accepted on the new one."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, StringConstraints

from api import moving
from api.deps import HouseDep, ResidentDevice
from api.limits import Address

router = APIRouter(prefix="/api/v1/devices/me/transfer", tags=["devices"])


class Code(BaseModel):
    """As a person typed it: case, spaces and dashes do not count."""

    model_config = ConfigDict(extra="forbid")
    code: Annotated[str, StringConstraints(min_length=1, max_length=64)]


@router.post("", status_code=201)
async def offer(caller: ResidentDevice, house: HouseDep) -> dict[str, str]:
    """A code, good for ten minutes and one use; an earlier one of this device ends."""
    code, expires_at = await moving.offer(house, caller)
    return {"code": code, "expires_at": expires_at.isoformat()}


@router.post("/accept", status_code=204)
async def accept(body: Code, caller: ResidentDevice, house: HouseDep, address: Address) -> None:
    """This phone takes over reports, follows, inbox and preferences; the other one is as new and rings no more."""
    await address.allow(house.transactions, "transfer", house.settings.limits.sign_ins_per_minute)
    await moving.accept(house, caller, body.code)
