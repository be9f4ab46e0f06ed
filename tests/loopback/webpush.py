"""A browser with its push service on the loopback.

    with LoopbackPush() as service:
        browser = service.subscribe()
        PUT /api/v1/devices/me/push {"kind": "webpush", "subscription": browser.subscription}
        # registering and sending must trust the origin: WebPushChannel(vapid, Doorway((service.origin,)));
        # for other processes HIENTRUONG_WEBPUSH_PRIVATE_HOSTS=true
        service.fail(browser, 410)              # the next message to this browser
        browser.wait_for(1)                     # -> list of Push: .shown is the JSON for the service worker

The service refuses what Mozilla's and Google's refuse: no TTL, no or wrong VAPID (RFC 8292), another encoding
than aes128gcm, more than 4096 bytes. The browser decrypts by http_ece.
"""

import base64
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from tests.loopback.listener import Answer, Listener, Request, wait_until


@dataclass(frozen=True)
class Push:
    """One message as it arrived. `shown` is what the page's service worker reads; `claims` who signed it."""

    headers: Mapping[str, str]
    body: bytes
    shown: dict[str, Any]
    claims: dict[str, Any]


@dataclass
class Browser:
    """One subscription. Holds the private key, so that what arrives can be read."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))
    received: list[Push] = field(default_factory=list)

    @property
    def subscription(self) -> dict[str, Any]:
        """What `JSON.stringify(await pushManager.subscribe(...))` gives."""
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        keys = {"p256dh": base64url(point), "auth": base64url(self.auth)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    def wait_for(self, number: int, seconds: float = 60.0) -> list[Push]:
        """What arrived, as soon as there are `number`; AssertionError after `seconds`."""
        wait_until(lambda: len(self.received) >= number, seconds)
        return list(self.received)


class LoopbackPush(Listener):
    """Any number of browsers."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._browsers: dict[str, Browser] = {}
        self._planned: dict[str, list[Answer]] = {}

    def subscribe(self) -> Browser:
        """A new browser."""
        path = f"/push/{base64url(os.urandom(12))}"
        self._browsers[path] = Browser(self.origin + path)
        return self._browsers[path]

    def fail(self, browser: Browser, status: int, headers: Mapping[str, str] | None = None, delay: float = 0.0) -> None:
        """Plan the answer to the next message; several plans are answered in their order."""
        path = browser.endpoint.removeprefix(self.origin)
        self._planned.setdefault(path, []).append(Answer(status, b"planned", headers or {}, delay))

    def handle(self, request: Request) -> Answer:
        browser = self._browsers.get(request.path)
        if browser is None:
            return Answer(404)
        with self._lock:
            plan = self._planned.get(request.path)
            if plan:
                return plan.pop(0)
        refusal = self._refusal(request)
        if refusal is not None:
            return refusal
        browser.received.append(_open(browser, request))
        return Answer(201, b"", {"Location": f"{self.origin}/message/{len(browser.received)}"})

    def _refusal(self, request: Request) -> Answer | None:
        if not request.headers.get("TTL", "").isdigit() or request.headers["Content-Encoding"] != "aes128gcm":
            return Answer(400, b"TTL and aes128gcm please")
        if len(request.body) > 4096:
            return Answer(413)
        authorization = request.headers.get("Authorization", "")
        if not Vapid02.verify(authorization.replace(", k=", ",k=")):
            return Answer(403, b"signature")
        if claims_of(authorization)["aud"] != self.origin:
            return Answer(403, b"audience")
        return None


def _open(browser: Browser, request: Request) -> Push:
    plain = http_ece.decrypt(request.body, private_key=browser.key, auth_secret=browser.auth, version="aes128gcm")
    authorization = request.headers["Authorization"]
    return Push(dict(request.headers.items()), request.body, json.loads(plain), claims_of(authorization))


def claims_of(authorization: str) -> dict[str, Any]:
    """The claims of `vapid t=<jwt>, k=<key>`, not verified."""
    payload = authorization.split("t=", 1)[1].split(",")[0].split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return claims


def base64url(data: bytes) -> str:
    """Without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
