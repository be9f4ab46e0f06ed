"""Residents' devices: a bearer credential without a name, and what belongs to it."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict

from api.credentials import DEVICE_SECONDS, csrf_of, set_cookies
from api.deps import HouseDep, ResidentDevice, Tx
from api.limits import Address
from api.own_data import with_result
from api.wiring import utc_now
from reports import people, residents, rows
from reports.step import shown

router = APIRouter(prefix="/api/v1/devices", tags=["devices"])


class NewDevice(BaseModel):
    """A phone or browser that wants a credential. `cookie`: keep it in a cookie instead of answering it."""

    model_config = ConfigDict(extra="forbid")
    platform: Literal["web", "android", "ios"]
    locale: Literal["vi", "en"] = "vi"
    cookie: bool = False


@router.post("", status_code=201)
async def register(body: NewDevice, conn: Tx, house: HouseDep, response: Response, address: Address) -> dict[str, Any]:
    """Register a device; no name is needed."""
    await address.allow(house.transactions, "devices", house.settings.limits.devices_per_minute)
    device_id, token = await people.new_device(conn, body.platform, body.locale, utc_now())
    if body.cookie:
        secure = house.settings.web.cookies_are_secure
        set_cookies(response, "device", token, seconds=DEVICE_SECONDS, secure=secure)
        # A service worker reads no cookies, and must send this value with what it sends.
        return {"device_id": str(device_id), "csrf": csrf_of(token)}
    return {"device_id": str(device_id), "token": token}


@router.get("/me")
async def me(caller: ResidentDevice, conn: Tx) -> dict[str, Any]:
    """The device behind the credential, and of how many it is one; `proofs` are what made them one resident's."""
    who = await residents.resident_of(conn, caller.id)
    together = {"devices": who["devices"], "proofs": who["proofs"]} if who else None
    return {"device_id": caller.id, "locale": caller.locale, "resident": together}


@router.get("/me/reports")
async def my_reports(
    caller: ResidentDevice, conn: Tx, house: HouseDep, limit: Annotated[int, Query(ge=1, le=200)] = 200
) -> dict[str, Any]:
    """The reports of this device, and of the others of the same resident, newest first."""
    scene = await house.scene(conn, caller)
    found = await rows.of_device(conn, caller.id, limit)
    return {"reports": [await with_result(conn, shown(scene, row)) for row in found]}
