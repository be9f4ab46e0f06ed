"""Plugs the hand-overs to agencies' own systems into a process: settings, configuration, addresses, connections."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from api.settings import Settings
from api.wiring import House, utc_now
from api.zones import zone_of
from notifications.channels.base import Outcome, Retry
from notifications.channels.doorway import Doorway
from notifications.handovers import messages, secrets
from notifications.handovers.courier import Courier
from notifications.handovers.letters import Letterhead, letter
from notifications.handovers.messages import Message
from notifications.handovers.postbox import Postbox
from notifications.handovers.queue import Claimed
from notifications.handovers.webhook import WebhookSender
from reports.external_systems import Target, Webhook
from reports.views import Address


def doorway_of(settings: Settings) -> Doorway:
    """Which web hooks may be called."""
    return Doorway(settings.handover.origins, settings.handover.private_hosts)


def postbox_of(settings: Settings) -> Postbox | None:
    """The city's mail server; None for a city without."""
    smtp = settings.smtp
    if smtp.host is None:
        return None
    password = smtp.password.get_secret_value() if smtp.password else None
    return Postbox(smtp.host, smtp.port, smtp.security, smtp.user, password)


@asynccontextmanager
async def open_courier(house: House) -> AsyncIterator[Courier]:
    """The courier of this process; its connections are closed at the end."""
    hooks = WebhookSender(doorway_of(house.settings))
    postbox = postbox_of(house.settings)

    async def compose(conn: AsyncConnection, claimed: Claimed, target: Target) -> Message | None:
        city = await house.configurations.current(conn)
        good = await secrets.good(conn, claimed.agency, key=house.signing_key, now=utc_now())
        return await messages.compose(conn, claimed, city=city, address=_whole(house), secrets=tuple(good))

    async def send(claimed: Claimed, target: Target, message: Message) -> Outcome:
        if isinstance(target, Webhook):
            return await hooks.send(target.url, message.id, message.body(), message.secrets, utc_now())
        if postbox is None:
            # A setting that is missing can be mended; until then it fails visibly.
            return Retry("this city has no mail server: set HIENTRUONG_SMTP_HOST")
        return await postbox.send(letter(message, target.address, _letterhead(house), utc_now()))

    courier = Courier(house.transactions.begin, compose, send, utc_now)
    try:
        yield courier
    finally:
        await courier.close()
        await hooks.close()


def _whole(house: House) -> Address:
    """Signed addresses of pictures with scheme and host: who is told stands outside."""
    return lambda attachment_id, variant: house.settings.web.origin + house.media_address(attachment_id, variant)


def _letterhead(house: House) -> Letterhead:
    settings, city = house.settings, house.configurations.held
    return Letterhead(
        city=settings.place.city_name,
        sender=settings.smtp.sender or "",
        answers_to=settings.smtp.answers_to,
        origin=settings.web.origin,
        zone=zone_of(city) if city else ZoneInfo("UTC"),
        key=house.signing_key,
    )
