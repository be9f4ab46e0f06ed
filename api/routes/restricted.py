"""The restricted lane: who is named to read it, who has read a report, and a guarded look at who sent one."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.deps import Center, HouseDep, Staff, Tx
from api.wiring import utc_now
from reports import readers, readings
from reports.callers import Caller
from reports.codes import read_code
from reports.configuration import City, load
from reports.problems import NotAllowed, NotFound

router = APIRouter(prefix="/api/v1", tags=["restricted lane"])

NAMERS = ("supervisor", "admin")
MOST_READERS = 200


class NamedReaders(BaseModel):
    """Exactly who may read a category of the restricted lane, and all below it."""

    model_config = ConfigDict(extra="forbid")
    category: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    readers: list[Annotated[str, StringConstraints(min_length=1, max_length=100)]] = Field(max_length=MOST_READERS)


class Why(BaseModel):
    """Why somebody looks at who sent a report."""

    model_config = ConfigDict(extra="forbid")
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500)]


@router.get("/restricted/readers")
async def named(caller: Staff, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """Every restricted category with its named readers; `unread` where nobody may read it."""
    _check(caller)
    return await _named(conn, await house.configurations.current(conn))


@router.put("/restricted/readers")
async def name(body: NamedReaders, caller: Staff, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """Name exactly these accounts for one category; each change is in the journal. Answers the whole list."""
    _check(caller)
    city = await house.configurations.current(conn)
    await readers.set_readers(conn, city, body.category, body.readers, by=caller, now=utc_now())
    # Read past the cache: what is not committed yet must not be kept, under a number that another change may get.
    return await _named(conn, await load(conn))


def _check(caller: Caller) -> None:
    if caller.role not in NAMERS:
        raise NotAllowed("Only supervisors and administrators name readers of the restricted lane.")


async def _named(conn: Any, city: City) -> dict[str, Any]:
    return {"categories": await readers.named(conn, city)}


@router.get("/reports/{code}/readings")
async def who_has_read(code: str, caller: Staff, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """Who was shown the restricted report, and who looked at its reporter's identity; the latest first."""
    rows = await readings.of_report(await house.scene(conn, caller), _known(code))
    return {
        "readings": [
            {
                "by": {key: row[key] for key in ("username", "name", "role", "agency") if row[key] is not None},
                "what": row["what"],
                "version": row["version"],
                "reason": row["reason"],
                "first_at": row["first_at"].isoformat(),
                "last_at": row["last_at"].isoformat(),
                "times": row["times"],
            }
            for row in rows
        ]
    }


@router.post("/reports/{code}/reporter")
async def who_sent_it(
    code: str, body: Why, caller: Center, conn: Tx, house: HouseDep, response: Response
) -> dict[str, Any]:
    """The reporter's name and number, as far as they gave them and not anonymously; every look is kept, and why."""
    response.headers["Cache-Control"] = "no-store"
    identity = await readings.look_at_reporter(await house.scene(conn, caller), _known(code), body.reason)
    return {
        "known": identity.known,
        "anonymous": identity.anonymous,
        "name": identity.name,
        "phone": identity.phone,
    }


def _known(typed: str) -> str:
    code = read_code(typed)
    if code is None:
        raise NotFound
    return code
