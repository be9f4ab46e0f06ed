"""Proving a phone number, where the city has a message provider: several devices then are one resident's."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from api import proving
from api.deps import HouseDep, ResidentDevice
from api.limits import Address
from reports.problems import NotFound


async def _offered(house: HouseDep) -> None:
    if not house.settings.sms.on:
        raise NotFound


# Where the city has no provider there is nothing here, whoever asks: so this is asked before the credential.
router = APIRouter(prefix="/api/v1/residents/phone", tags=["devices"], dependencies=[Depends(_offered)])

Typed = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class Number(BaseModel):
    """A phone number as people type it."""

    model_config = ConfigDict(extra="forbid")
    phone: Typed


class Proof(Number):
    """The number and the code that was sent to it."""

    code: Typed


@router.post("", status_code=202)
async def ask(body: Number, caller: ResidentDevice, house: HouseDep, address: Address) -> Response:
    """Send a code of six digits to the number; the answer tells nothing about the number."""
    await address.allow(house.transactions, "phone", house.settings.limits.sign_ins_per_minute)
    return Response(status_code=202, background=await proving.send_phone_code(house, caller, body.phone))


@router.post("/verify", status_code=204)
async def verify(body: Proof, caller: ResidentDevice, house: HouseDep, address: Address) -> None:
    """The device joins the resident of this number and sees what was sent from the others."""
    await address.allow(house.transactions, "phone", house.settings.limits.sign_ins_per_minute)
    await proving.verify_phone_code(house, caller, body.phone, body.code)
