"""A city with an agency that works in a system of its own, for the tests of hand-overs."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from notifications.channels.base import Outcome, Refused
from notifications.channels.doorway import Doorway
from notifications.handovers import messages, queue, secrets
from notifications.handovers.courier import Courier
from notifications.handovers.messages import Message
from notifications.handovers.queue import Claimed
from notifications.handovers.webhook import WebhookSender
from reports.callers import Caller
from reports.external_systems import Target, Webhook
from tests.reports.town import OPERATOR, Town
from tests.sealing import seal_all

KEY = b"the city's secret key"


@dataclass
class Outside:
    """The town with the courier of one worker; its clock is the town's."""

    town: Town
    doorway: Doorway = field(default_factory=lambda: Doorway(private_hosts=True))
    timeout: float = 10.0
    hooks: WebhookSender = field(init=False)
    courier: Courier = field(init=False)

    def __post_init__(self) -> None:
        self.hooks = WebhookSender(self.doorway, timeout=self.timeout)
        self.courier = Courier(self.town.engine.begin, self._compose, self._send, lambda: self.town.now)

    async def _compose(self, conn: Any, claimed: Claimed, target: Target) -> Message | None:
        good = await secrets.good(conn, claimed.agency, key=KEY, now=self.town.now)
        return await messages.compose(
            conn,
            claimed,
            city=self.town.city,
            address=lambda one, name: f"http://city/{one}/{name}",
            secrets=tuple(good),
        )

    async def _send(self, claimed: Claimed, target: Target, message: Message) -> Outcome:
        if isinstance(target, Webhook):
            return await self.hooks.send(target.url, message.id, message.body(), message.secrets, self.town.now)
        return Refused("no mail here")

    async def works_at(self, agency: str, external: dict[str, Any] | None) -> None:
        """The agency's own system."""
        async with self.town.engine.begin() as conn:
            facts = {"code": agency, "external": json.dumps(external) if external else None}
            sql = "UPDATE agency SET external = CAST(:external AS jsonb) WHERE code = :code"
            await conn.execute(text(sql), facts)

    async def secret(self, agency: str = "roads") -> str:
        """A new secret of the agency."""
        async with self.town.engine.begin() as conn:
            made = await secrets.make(conn, agency, key=KEY, by="admin", now=self.town.now)
        assert made is not None
        return made.secret

    async def dispatched(self, category: str = "pothole", by: Caller = OPERATOR, **more: Any) -> str:
        """A report that has just been dispatched to roads, ward supporting; its code."""
        code = str((await self.town.send(await self.town.phone(), category, **more))["code"])
        await self.town.give(by, "verify", code)
        await self.town.give(by, "dispatch", code)
        return code

    async def carry(self, agency: str = "roads") -> Outcome | None:
        """Read the journal, then one hand-over."""
        await seal_all(self.town.engine)
        await self.courier.react()
        return await self.courier.carry(agency)

    async def carry_all(self, agency: str = "roads") -> None:
        """Until nothing is due."""
        while await self.carry(agency) is not None:
            pass

    async def rows(self) -> list[Any]:
        """The outbox, in the order of the journal."""
        async with self.town.engine.begin() as conn:
            return list((await conn.execute(text("SELECT * FROM handover ORDER BY seq, agency"))).all())

    async def later(self) -> datetime:
        """Move the clock to when everything open is due."""
        open_ones = [row.next_at for row in await self.rows() if row.next_at is not None]
        self.town.now = max([self.town.now, *open_ones]) + timedelta(seconds=1)
        return self.town.now

    async def close(self) -> None:
        """Free the connections."""
        await self.courier.close()
        await self.hooks.close()


LEASE = queue.LEASE
