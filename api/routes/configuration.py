"""The city's configuration for its administrators: what is in force, its versions, and going back to one of them."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.city_time import city_now
from api.deps import Administrator, AdminReader, HouseDep, Tx
from api.wiring import utc_now
from reports.administration import versions
from reports.administration.deeds import read_deeds
from reports.administration.differences import difference
from reports.administration.documents import filled
from reports.administration.schemas import schemas
from reports.calendars import FIRST_YEAR, LAST_YEAR

router = APIRouter(prefix="/api/v1/admin", tags=["administration"])

FIRST, LAST = datetime(FIRST_YEAR, 1, 2, tzinfo=UTC), datetime(LAST_YEAR, 1, 1, tzinfo=UTC)
Moment = Annotated[AwareDatetime, Field(ge=FIRST, le=LAST)]
"""A moment that calendars know."""

Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class Back(BaseModel):
    """Why an older version is put in force again, and which one the asker saw in force."""

    model_config = ConfigDict(extra="forbid")
    note: Note
    base: int = Field(ge=1)


@router.get("/configuration")
async def in_force(caller: AdminReader, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """The configuration in force as one document, with its version, and in `warnings` what administrators should see to
    (calendars whose public holidays run out). What was changed by a command or by hand since the last version becomes
    one by being looked at.
    """
    now = await city_now(house, conn)
    standing = await versions.standing(conn, now)
    warnings = [finding.as_document() for finding in versions.warnings(standing, now)]
    return {**standing.version.as_document(), "document": standing.document, "warnings": warnings}


@router.get("/schemas")
async def forms(caller: AdminReader) -> dict[str, Any]:
    """JSON Schema of one item of each section, by section, with titles in Vietnamese and English."""
    return {"sections": schemas()}


@router.get("/versions")
async def history(caller: AdminReader, conn: Tx) -> dict[str, Any]:
    """Every version, the newest first: who, when, why, from which."""
    return {"versions": [version.as_document() for version in await versions.history(conn, utc_now())]}


@router.get("/versions/{n}")
async def one(n: int, caller: AdminReader, conn: Tx) -> dict[str, Any]:
    """One version with its document, brought up to what the software knows today."""
    version = await versions.version(conn, n)
    return {**version.as_document(), "document": filled(version.document or {})}


@router.get("/versions/{n}/difference")
async def compared(
    n: int, caller: AdminReader, conn: Tx, other: Annotated[int | None, Query(alias="with")] = None
) -> dict[str, Any]:
    """What version `n` changed, item by item and field by field: since version `with`, by default the one before."""
    now = await versions.version(conn, n)
    was = await versions.version(conn, other) if other is not None else None
    if was is None and now.base is not None:
        was = await versions.version(conn, now.base)
    changes = difference((was.document if was else None) or {}, now.document or {})
    return {"was": was.n if was else None, "now": now.n, "difference": changes}


@router.post("/versions/{n}/roll-back")
async def roll_back(n: int, body: Back, caller: Administrator, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """Put version `n` in force again, as a new version. Reports keep the area, route and due times they were given."""
    now = await city_now(house, conn)
    version = await versions.roll_back(conn, n, base=body.base, note=body.note, by=caller, now=now)
    return version.as_document()


@router.get("/deeds")
async def deeds(
    caller: AdminReader, conn: Tx, before: int | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> dict[str, Any]:
    """What administrators did, the newest first; `before` is the `next` of the page before."""
    found = await read_deeds(conn, before, limit)
    return {"deeds": found, "next": found[-1]["id"] if len(found) == limit else None}
