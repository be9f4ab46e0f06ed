"""Web push: RFC 8030 (the request), RFC 8291 (the encryption), RFC 8292 (who we are)."""

import asyncio
import base64
import hashlib
import json
from datetime import UTC, datetime

import aiohttp
from pywebpush import WebPusher, WebPushException

from notifications.channels.base import Delivered, Gone, Message, Outcome, Refused, Retry, Target
from notifications.channels.doorway import PUBLIC_ONLY, Doorway, PublicResolver
from notifications.channels.vapid import Vapid
from notifications.channels.waits import retry_after
from notifications.problems import EndpointRefused

# Every push service must take 4096 bytes (RFC 8030 section 7.2), of which encryption uses 103 (RFC 8291
# section 4).
LARGEST_PAYLOAD = 3993


class WebPushChannel:
    """Target address: {"endpoint", "keys": {"p256dh", "auth"}}, as a browser gives it."""

    def __init__(self, vapid: Vapid, doorway: Doorway = PUBLIC_ONLY, *, timeout: float = 10.0) -> None:
        """`doorway` says which endpoints may be called; `timeout` in seconds."""
        self._vapid = vapid
        self._doorway = doorway
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None

    async def send(self, message: Message, target: Target) -> Outcome:
        endpoint = str(target.get("endpoint", ""))
        try:
            self._doorway.check(endpoint)
            body = seal(message, target)
        except EndpointRefused as error:
            return Gone(str(error))
        except (WebPushException, ValueError, LookupError, TypeError) as error:
            return Gone(f"the subscription's keys are unusable: {error}")
        if len(body) > LARGEST_PAYLOAD + 103:
            return Refused(f"the message is {len(body)} bytes when encrypted, more than push services take")
        return await self._post(endpoint, body, message)

    async def _post(self, endpoint: str, body: bytes, message: Message) -> Outcome:
        headers = {
            "Authorization": self._vapid.authorization(endpoint, datetime.now(UTC)),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(message.ttl),
            "Urgency": message.urgency,
            "Topic": topic(message.tag),
        }
        try:
            # A redirect would lead past the check of the endpoint; RFC 8030 has no use for one.
            async with self._open().post(endpoint, data=body, headers=headers, allow_redirects=False) as response:
                said = (await response.content.read(300)).decode(errors="replace")
                return _read(response, said)
        except EndpointRefused as error:
            return Gone(str(error))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Retry(f"{type(error).__name__}: {error}"[:300])

    def _open(self) -> aiohttp.ClientSession:
        # Opened at the first use because a session belongs to the event loop that runs then.
        if self._session is None:
            connector = aiohttp.TCPConnector(resolver=PublicResolver(self._doorway), limit=64)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            # aiohttp closes TLS transports one loop turn later (its own documentation, "Graceful shutdown").
            await asyncio.sleep(0)
            self._session = None


def topic(tag: str) -> str:
    """The tag in the form of RFC 8030 section 5.4 (32 characters of base64url).

    A digest, because this header is the one part of the request that the push service can read.
    """
    return base64.urlsafe_b64encode(hashlib.sha256(tag.encode()).digest()[:24]).decode()


def seal(message: Message, target: Target) -> bytes:
    """The encrypted JSON {title, body, url, tag} that only the subscribed browser can read.

    Raises WebPushException, ValueError, LookupError or TypeError when the subscription's keys are no keys.
    """
    payload = {"title": message.title, "body": message.body, "url": message.url, "tag": message.tag}
    plain = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    subscription = {"endpoint": target["endpoint"], "keys": dict(target["keys"])}
    sealed = WebPusher(subscription).encode(plain, "aes128gcm")["body"]
    if not isinstance(sealed, bytes):
        raise TypeError("the encryption gave no bytes")
    return sealed


def _read(response: aiohttp.ClientResponse, said: str) -> Outcome:
    """404 and 410 end a subscription (RFC 8030 sections 7.3 and 8.3); 429 and 5xx pass."""
    status = response.status
    note = f"{status} {said}".strip()
    if 200 <= status < 300:
        return Delivered(response.headers.get("Location"))
    if status in (404, 410):
        return Gone(note)
    if status in (408, 425, 429) or status >= 500:
        return Retry(note, retry_after(response.headers.get("Retry-After"), datetime.now(UTC)))
    return Refused(note)
