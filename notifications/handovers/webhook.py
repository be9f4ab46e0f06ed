"""One signed POST to an agency's own system. Answers as a channel does; never raises for what the network does."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import aiohttp

from notifications.channels.base import Delivered, Gone, Outcome, Refused, Retry
from notifications.channels.doorway import Doorway, PublicResolver
from notifications.channels.waits import retry_after
from notifications.handovers import signing
from notifications.problems import EndpointRefused

#: An answer is read so far, for the list of hand-overs.
_SAID = 300


class WebhookSender:
    """Holds the connections. `timeout` in seconds, for everything together."""

    def __init__(self, doorway: Doorway, *, timeout: float = 10.0) -> None:
        self._doorway = doorway
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None

    async def send(self, url: str, message_id: str, body: bytes, secrets: Sequence[str], now: datetime) -> Outcome:
        """Any 2xx is taken. 410 ends it; everything else is tried again, because what is wrong there can be mended."""
        if not secrets:
            return Retry("there is no secret to sign with: make one")
        try:
            self._doorway.check(url)
        except EndpointRefused as error:
            return Refused(str(error))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "hientruong",
            **signing.headers(secrets, message_id, str(int(now.timestamp())), body),
        }
        try:
            # A redirect would lead past the check of the address, and to somebody nobody has named.
            async with self._open().post(url, data=body, headers=headers, allow_redirects=False) as response:
                said = (await response.content.read(_SAID)).decode(errors="replace")
                return _read(response, said)
        except EndpointRefused as error:
            return Refused(str(error))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Retry(f"{type(error).__name__}: {error}"[:_SAID])

    def _open(self) -> aiohttp.ClientSession:
        # Opened at the first use because a session belongs to the event loop that runs then.
        if self._session is None:
            connector = aiohttp.TCPConnector(resolver=PublicResolver(self._doorway), limit=64, limit_per_host=4)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    async def close(self) -> None:
        """Free the connections."""
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)
            self._session = None


def _read(response: aiohttp.ClientResponse, said: str) -> Outcome:
    note = f"{response.status} {said}".replace("\x00", "").strip()
    if 200 <= response.status < 300:
        return Delivered()
    if response.status == 410:
        return Gone(note)
    return Retry(note, retry_after(response.headers.get("Retry-After"), datetime.now(UTC)))
