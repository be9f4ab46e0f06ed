"""Internal notes on reports, the center's and each agency's own, and who was called by name in them."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, ConfigDict, Field

from api.deps import HouseDep, Staff, Tx, Worker
from api.giving import LONGEST_KEY
from api.routes.reading import seen
from api.wiring import utc_now
from reports import notes
from reports.commands import Words

router = APIRouter(prefix="/api/v1", tags=["notes"])


class NewNote(BaseModel):
    """The words of a note; `@username` calls a colleague."""

    model_config = ConfigDict(extra="forbid")
    text: Words


class ReadUpTo(BaseModel):
    """The newest mention that was read."""

    model_config = ConfigDict(extra="forbid")
    up_to: int = Field(ge=0, lt=2**63)


@router.get("/reports/{code}/notes")
async def of_report(code: str, caller: Staff, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """The internal notes of a report, oldest first: all for the center, the own ones for an agency."""
    row, _ = await seen(conn, house, caller, code)
    return {"notes": await notes.of_report(conn, row["id"], caller)}


@router.post("/reports/{code}/notes", status_code=201)
async def add(
    code: str,
    body: NewNote,
    caller: Worker,
    conn: Tx,
    house: HouseDep,
    idempotency_key: Annotated[str, Header(min_length=1, max_length=LONGEST_KEY)],
) -> dict[str, Any]:
    """Write a note, the center's or the own agency's. The same key gives the same note; for another it is refused."""
    row, _ = await seen(conn, house, caller, code)
    return await notes.add(await house.scene(conn, caller), row, body.text, idempotency_key)


@router.get("/mentions")
async def mentions(caller: Staff, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """Where the caller was called by name, newest first, and how many of all are unread."""
    return await notes.mentions_of(conn, caller, await house.configurations.current(conn), utc_now())


@router.post("/mentions/read", status_code=204)
async def read(body: ReadUpTo, caller: Staff, conn: Tx) -> Response:
    """Every mention up to this one was read."""
    await notes.mark_read(conn, caller, body.up_to, utc_now())
    return Response(status_code=204)


@router.get("/colleagues")
async def colleagues(caller: Staff, conn: Tx) -> dict[str, Any]:
    """Who can be called in a note."""
    return {"colleagues": await notes.colleagues(conn, caller)}
