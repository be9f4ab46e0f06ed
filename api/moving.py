"""Moving to another phone, the same for the API and the pages."""

from datetime import datetime
from uuid import UUID

from api import guessing
from api.wiring import House, utc_now
from notifications import inbox, targets
from reports import transfers
from reports.callers import Caller


async def offer(house: House, caller: Caller) -> tuple[str, datetime]:
    """A code for the new phone, and until when it is good."""
    await guessing.allow(house.transactions, f"transfer of {caller.id}", guessing.CODES_OF_DEVICE)
    async with house.transactions.begin() as conn:
        return await transfers.begin(conn, caller.id, house.signing_key, utc_now())


async def accept(house: House, caller: Caller, typed: str) -> None:
    """Everything of the phone behind the code is this phone's now; the other one rings no more."""
    await guessing.allow(house.transactions, f"transfer try of {caller.id}", guessing.TRIES_OF_DEVICE)
    async with house.transactions.begin() as conn:
        old = await transfers.accept(conn, caller.id, typed, house.signing_key, utc_now())
        await targets.remove(conn, UUID(old))
        await inbox.move(conn, old, caller.id)
