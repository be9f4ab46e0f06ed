"""What wraps every HTTP request: security headers and the measuring of time."""

import time

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.body import DRAINED_BYTES
from api.metrics import REQUESTS

# Own origin only; MapLibre runs its worker from a file of ours and draws into blobs.
CSP = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; script-src 'self'; "
    "worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'"
)
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"content-security-policy", CSP.encode()),
    (b"permissions-policy", b"geolocation=(self), camera=(self), microphone=(self)"),
)


# These read their bodies piece by piece and have bounds of their own.
STREAMED = ("/api/v1/admin/areas/imports", "/api/v1/admin/layers/", "/api/v1/uploads", "/api/v1/reports", "/new", "/t/")


class BodyTooLarge(HTTPException):
    """413, raised while a body is read."""

    def __init__(self, most: int) -> None:
        super().__init__(413, f"The body has more than the {most} bytes that are allowed; nothing was changed.")


def _bounded(receive: Receive, most: int) -> Receive:
    """The same body, but what is longer is read to its end (so that its sender hears the answer) and refused."""
    received = 0

    async def bounded() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received <= most:
            return message
        while message.get("more_body") and received <= DRAINED_BYTES:
            message = await receive()
            received += len(message.get("body", b""))
        raise BodyTooLarge(most)

    return bounded


class Wrapping:
    """Plain ASGI, because a middleware that buffers would hold back streamed pictures."""

    def __init__(self, app: ASGIApp, *, most: int) -> None:
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers that are not there yet, and note how long the answer took."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500
        if not scope["path"].startswith(STREAMED):
            receive = _bounded(receive, self.most)

        async def send_wrapped(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                present = {name.lower() for name, _ in message.get("headers", ())}
                more = [(name, value) for name, value in HEADERS if name not in present]
                message = {**message, "headers": [*message.get("headers", ()), *more]}
            await send(message)

        try:
            await self.app(scope, receive, send_wrapped)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            REQUESTS.labels(scope["method"], route, status).observe(time.perf_counter() - started)
