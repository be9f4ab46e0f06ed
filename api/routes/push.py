"""How a resident's device is reached: its push targets and its inbox."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.deps import HouseDep, ResidentDevice, Tx
from api.wiring import utc_now
from notifications import inbox, targets
from notifications.channels.doorway import Doorway
from notifications.channels.vapid import load_or_make_vapid

router = APIRouter(prefix="/api/v1", tags=["devices"])

# The largest id of a PostgreSQL bigint, so that a larger one is bad input and not an error of the database.
_Id = Annotated[int, Field(ge=1, le=2**63 - 1)]


class PushTarget(BaseModel):
    """`token` for fcm; for webpush `subscription`, which may carry more than is needed (`expirationTime`)."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["fcm", "webpush"]
    token: str | None = None
    subscription: dict[str, Any] | None = None


class Seen(BaseModel):
    """Ids of notices the resident has read."""

    model_config = ConfigDict(extra="forbid")
    ids: list[_Id] = Field(max_length=1000)


@router.get("/push/key")
def push_key(house: HouseDep) -> dict[str, str]:
    """The city's VAPID key: what a browser subscribes with as `applicationServerKey`."""
    # Not async: it reads a file, in the worker thread such endpoints are given.
    push = house.settings.push
    return {"key": load_or_make_vapid(house.settings.vapid_key_file, push.vapid_contact).public}


@router.put("/devices/me/push", status_code=204)
async def register(body: PushTarget, caller: ResidentDevice, conn: Tx, house: HouseDep) -> None:
    """Reach this device here from now on; one target of each kind, the last one counts."""
    address = {"token": body.token} if body.kind == "fcm" else body.subscription or {}
    doorway = Doorway(private_hosts=house.settings.push.webpush_private_hosts)
    await targets.register(conn, UUID(caller.id), body.kind, address, now=utc_now(), doorway=doorway)


@router.delete("/devices/me/push", status_code=204)
async def unregister(caller: ResidentDevice, conn: Tx) -> None:
    """Send nothing more to this device; its inbox goes on."""
    await targets.remove(conn, UUID(caller.id))


@router.get("/devices/me/inbox")
async def read_inbox(caller: ResidentDevice, conn: Tx) -> dict[str, Any]:
    """The newest notices of this device."""
    return {"items": await inbox.notices(conn, UUID(caller.id))}


@router.post("/devices/me/inbox/read", status_code=204)
async def mark_read(body: Seen, caller: ResidentDevice, conn: Tx) -> None:
    """Mark notices as read; ids of others' notices do nothing."""
    await inbox.mark_read(conn, UUID(caller.id), body.ids, utc_now())
