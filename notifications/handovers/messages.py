"""What is said about one fact: made of the journal's entry when it is sent, so that no copy of a case lies in a queue.

A repeat says the same as the first attempt, but for the signed addresses of pictures, which are fresh.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from notifications.handovers.queue import Claimed
from reports import rows
from reports.configuration import City
from reports.facts import Fact
from reports.journal import read_sealed
from reports.views import Address


@dataclass(frozen=True, slots=True)
class Message:
    """One fact as the agency may know it: `told` is the message of the live channel. `secrets` sign a web hook."""

    id: str
    agency: str
    told: Mapping[str, Any]
    restricted: bool
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def body(self) -> bytes:
        """The JSON of a web hook, in the frame of Standard Webhooks."""
        told = self.told
        data = {"agency": self.agency, "seq": told["seq"], "by": told["by"], "facts": told["data"]}
        frame = {"type": told["event"], "timestamp": told["at"], "data": {**data, "report": told["report"]}}
        return orjson.dumps(frame)


async def compose(
    conn: AsyncConnection, claimed: Claimed, *, city: City, address: Address, secrets: tuple[str, ...] = ()
) -> Message | None:
    """The message of a hand-over, None when its entry is no longer in the journal. `address` gives whole addresses."""
    found = await read_sealed(conn, claimed.seq - 1, 1)
    row = (await rows.by_ids(conn, [claimed.report_id])).get(claimed.report_id)
    if row is None or not found or found[0].seq != claimed.seq:
        return None
    fact = Fact(found[0], row, city, address)
    return Message(f"msg_{claimed.message_id.hex}", claimed.agency, fact.told("agency"), fact.restricted, secrets)
