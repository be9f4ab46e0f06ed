"""A city whose service worker is one build further: what a resident's browser meets after an update.

async with newer_build(city_url) as front:
    ... the phone speaks to front.url ...
    front.newer = True
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession, web

# The last two: what changed here must not be told as unchanged.
NOT_PASSED = {
    "connection",
    "keep-alive",
    "transfer-encoding",
    "content-length",
    "content-encoding",
    "if-none-match",
    "etag",
}


class Front:
    """Passes requests on; from `newer` on its /sw.js is another one, with its files under another name."""

    def __init__(self, target: str, session: ClientSession) -> None:
        self._target, self._session = target, session
        self.url, self.newer = "", False

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One request of the phone."""
        headers = {name: value for name, value in request.headers.items() if name.lower() not in NOT_PASSED}
        asked: dict[str, Any] = {"headers": headers, "data": await request.read(), "allow_redirects": False}
        async with self._session.request(request.method, self._target + request.path_qs, **asked) as answer:
            body = await answer.read()
            kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in NOT_PASSED]
            if self.newer and request.path == "/sw.js":
                body, count = re.subn(rb"(version:[`\"'])([0-9a-f]{12})", rb"\g<1>ffffffffffff", body)
                assert count >= 1
            made = web.Response(status=answer.status, body=body)
            made.headers.extend(kept)
            return made


@asynccontextmanager
async def newer_build(target: str) -> AsyncIterator[Front]:
    """Listens on a free port of the loopback until the end of the block."""
    async with ClientSession() as session:
        front = Front(target, session)
        runner = web.AppRunner(web.Application(client_max_size=64 * 1024 * 1024))
        runner.app.router.add_route("*", "/{path:.*}", front.serve)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            front.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield front
        finally:
            await runner.cleanup()
