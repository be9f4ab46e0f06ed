"""The resident's own data: take all of it along, or be forgotten."""

import orjson
from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.credentials import clear_cookies
from api.deps import HouseDep, ResidentDevice, Tx
from api.own_data import document
from api.wiring import House
from reports import residents
from reports.callers import Caller

router = APIRouter(prefix="/api/v1/devices/me", tags=["devices"])


@router.get("/data")
async def everything(caller: ResidentDevice, conn: Tx, house: HouseDep) -> Response:
    """All that is held about this resident, as one JSON file."""
    return await data_file(house, conn, caller)


async def data_file(house: House, conn: AsyncConnection, caller: Caller) -> Response:
    """The file, for a browser to keep and a program to read."""
    body = orjson.dumps(await document(house, conn, caller), option=orjson.OPT_INDENT_2)
    headers = {"Content-Disposition": 'attachment; filename="hien-truong.json"', "Cache-Control": "no-store"}
    return Response(body, media_type="application/json", headers=headers)


@router.delete("/resident", status_code=204)
async def leave(caller: ResidentDevice, conn: Tx) -> None:
    """The device is on its own again: it keeps what was sent from it and sees nothing of the resident's others."""
    await residents.leave(conn, caller.id)


@router.delete("", status_code=204)
async def forget(caller: ResidentDevice, conn: Tx, response: Response) -> None:
    """Remove the resident with all devices; the reports stay, anonymous, and what is published stays published."""
    await residents.forget(conn, caller.id)
    clear_cookies(response, "device")
