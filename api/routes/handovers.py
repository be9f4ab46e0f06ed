"""Hand-overs to agencies' own systems: what is on its way or stuck, sending again, and the secrets web hooks are
signed with.
"""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from api import mailing
from api.deps import HouseDep, Staff, Tx
from api.routes.reading import seen
from api.wiring import utc_now
from notifications.handovers import answer_box, listing, mails, queue, secrets
from notifications.handovers.models import MAIL_STATES
from reports.callers import Caller
from reports.codes import read_code
from reports.problems import NotAllowed, NotFound, NotNow

router = APIRouter(prefix="/api/v1", tags=["hand-overs"])

HIGHEST_ID = 2**63 - 1
WATCHERS = ("supervisor", "admin")
MailState = Literal["done", "ignored", "noted", "quarantined", "refused"]
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


class Case(BaseModel):
    """The code of the report a mail belongs to."""

    model_config = ConfigDict(extra="forbid")
    report: Annotated[str, StringConstraints(min_length=1, max_length=64)]


def _number(typed: str) -> int:
    """The id somebody typed; NotFound for what can be none."""
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 20 else 0
    if not 0 < number <= HIGHEST_ID:
        raise NotFound
    return number


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
    number = _number(handover_id)
    city = await house.configurations.current(conn)
    shown = await listing.handover(conn, caller, city, number)
    if shown is None:
        raise NotFound
    if not await queue.resend(conn, number, caller.username, utc_now()):
        raise NotNow("This hand-over is on its way already.")
    return await listing.handover(conn, caller, city, number) or shown


@router.get("/mails")
async def mails_listed(
    caller: Watcher,
    conn: Tx,
    house: HouseDep,
    state: Annotated[list[MailState] | None, Query(max_length=5)] = None,
    repeated: bool = False,
    before: Annotated[int | None, Query(ge=1, le=HIGHEST_ID)] = None,
    limit: Annotated[int, Query(ge=1, le=mails.MOST_LISTED)] = 50,
) -> dict[str, Any]:
    """Mails of agencies, newest first, a page at a time: `next` is the `before` of the following one. Without `state`
    those that wait for a person; `repeated`: those whose Message-ID came more than once, whatever their state.
    """
    city = await house.configurations.current(conn)
    states = state or (MAIL_STATES if repeated else ("quarantined",))
    return await mails.listed(conn, caller, city, states, repeated=repeated, before=before, limit=limit)


@router.get("/mails/box")
async def box(_: Watcher, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """How the city's own mail box is. `box`: null where nobody has looked, as where mails are piped in.

    `why` it cannot be read: away, certificate, tls, password, folder, answer; `left_behind`: mails in it that could not
    be taken.
    """
    state = await answer_box.state(conn)
    alarm = house.settings.imap.alarm_minutes
    return {"box": {**state, "alarm_minutes": alarm} if state is not None else None}


@router.post("/mails/{mail_id}/take", status_code=204)
async def take_mail(mail_id: str, body: Case, caller: Watcher, conn: Tx, house: HouseDep) -> Response:
    """Put a waiting mail to a case: its words and pictures are kept there as the agency's; nothing is commanded."""
    await seen(conn, house, caller, body.report)
    await mailing.put_to(house, await house.scene(conn, caller), _number(mail_id), read_code(body.report) or "")
    return Response(status_code=204)


@router.post("/mails/{mail_id}/drop", status_code=204)
async def drop_mail(mail_id: str, caller: Watcher, conn: Tx, house: HouseDep) -> Response:
    """A waiting mail is none of ours; who decided so is kept with it."""
    city = await house.configurations.current(conn)
    if await mails.waiting(conn, caller, city, _number(mail_id)) is None:
        raise NotFound
    await mails.settle(conn, _number(mail_id), "ignored", by=caller.username, reason="dropped")
    return Response(status_code=204)


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
