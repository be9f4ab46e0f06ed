"""Hand-overs to agencies' own systems: what is on its way or stuck, sending again, and the secrets web hooks are
signed with.
"""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from api.deps import HouseDep, Staff, Tx
from api.wiring import utc_now
from notifications.handovers import listing, queue, secrets
from reports.callers import Caller
from reports.codes import read_code
from reports.problems import NotAllowed, NotFound, NotNow

router = APIRouter(prefix="/api/v1", tags=["hand-overs"])

HIGHEST_ID = 2**63 - 1
WATCHERS = ("supervisor", "admin")
State = Literal["pending", "sending", "delivered", "dead", "troubled"]


async def _watcher(caller: Staff) -> Caller:
    if caller.role not in WATCHERS:
        raise NotAllowed("Hand-overs are for supervisors and administrators.")
    return caller


async def _admin(caller: Staff) -> Caller:
    if caller.role != "admin":
        raise NotAllowed("Secrets of agencies are for administrators.")
    return caller


Watcher = Annotated[Caller, Depends(_watcher, scope="function")]
Admin = Annotated[Caller, Depends(_admin, scope="function")]


@router.get("/handovers")
async def listed(
    caller: Watcher,
    conn: Tx,
    house: HouseDep,
    state: State | None = None,
    agency: Annotated[str | None, Query(max_length=64)] = None,
    report: Annotated[str | None, Query(max_length=64)] = None,
    before: Annotated[int | None, Query(ge=1, le=HIGHEST_ID)] = None,
    limit: Annotated[int, Query(ge=1, le=listing.MOST)] = 50,
) -> dict[str, Any]:
    """Newest first, a page at a time: `next` is the `before` of the following one. `troubled`: failed or given up."""
    city = await house.configurations.current(conn)
    code = read_code(report) or report if report is not None else None
    return await listing.handovers(
        conn, caller, city, state=state, agency=agency, report=code, before=before, limit=limit
    )


@router.post("/handovers/{handover_id}/resend")
async def resend(handover_id: str, caller: Watcher, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """Send it again from the start, under the same `webhook-id`. 409 while it is on its way already."""
    number = int(handover_id) if handover_id.isascii() and handover_id.isdecimal() and len(handover_id) < 20 else 0
    city = await house.configurations.current(conn)
    seen = await listing.handover(conn, caller, city, number) if 0 < number <= HIGHEST_ID else None
    if seen is None:
        raise NotFound
    if not await queue.resend(conn, number, caller.username, utc_now()):
        raise NotNow("This hand-over is on its way already.")
    return await listing.handover(conn, caller, city, number) or seen


@router.get("/agencies/{agency}/secrets")
async def known_secrets(agency: str, _: Admin, conn: Tx) -> dict[str, Any]:
    """The secrets that are good now, without their text."""
    return {"secrets": await secrets.listed(conn, agency, utc_now())}


@router.post("/agencies/{agency}/secrets", status_code=201)
async def new_secret(agency: str, caller: Admin, conn: Tx, house: HouseDep, response: Response) -> dict[str, Any]:
    """Make a secret, shown this once; the one before stays good for a day, so that both ends can change in peace."""
    response.headers["Cache-Control"] = "no-store"
    made = await secrets.make(conn, agency, key=house.signing_key, by=caller.username, now=utc_now())
    if made is None:
        raise NotFound
    return {"id": str(made.id), "secret": made.secret, "made_at": made.made_at.isoformat()}


@router.delete("/agencies/{agency}/secrets/{secret_id}", status_code=204)
async def end_secret(agency: str, secret_id: UUID, _: Admin, conn: Tx) -> Response:
    """The secret is worth nothing from now on."""
    if not await secrets.end(conn, agency, secret_id, utc_now()):
        raise NotFound
    return Response(status_code=204)
