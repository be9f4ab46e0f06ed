"""Plugs the hand-overs to agencies' own systems into a process: settings, configuration, addresses, connections."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from api.settings import Settings
from api.wiring import House, utc_now
from notifications.channels.base import Outcome, Refused
from notifications.channels.doorway import Doorway
from notifications.handovers import messages, secrets
from notifications.handovers.courier import Courier
from notifications.handovers.messages import Message
from notifications.handovers.queue import Claimed
from notifications.handovers.targets import Target, Webhook
from notifications.handovers.webhook import WebhookSender
from reports.views import Address


def doorway_of(settings: Settings) -> Doorway:
    """Which web hooks may be called."""
    return Doorway(settings.handover.origins, settings.handover.private_hosts)


@asynccontextmanager
async def open_courier(house: House) -> AsyncIterator[Courier]:
    """The courier of this process; its connections are closed at the end."""
    hooks = WebhookSender(doorway_of(house.settings))

    async def compose(conn: AsyncConnection, claimed: Claimed, target: Target) -> Message | None:
        city = await house.configurations.current(conn)
        good = await secrets.good(conn, claimed.agency, key=house.signing_key, now=utc_now())
        return await messages.compose(conn, claimed, city=city, address=_whole(house), secrets=tuple(good))

    async def send(claimed: Claimed, target: Target, message: Message) -> Outcome:
        if isinstance(target, Webhook):
            return await hooks.send(target.url, message.id, message.body(), message.secrets, utc_now())
        return Refused("this city sends no mail")

    courier = Courier(house.transactions.begin, compose, send, utc_now)
    try:
        yield courier
    finally:
        await courier.close()
        await hooks.close()


def _whole(house: House) -> Address:
    """Signed addresses of pictures with scheme and host: who is told stands outside."""
    return lambda attachment_id, variant: house.settings.web.origin + house.media_address(attachment_id, variant)
