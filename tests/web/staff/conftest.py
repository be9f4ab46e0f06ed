"""A city with one server and one worker, and desks of its staff in real browsers."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Locator, Page, Request

from tests.story.city import PASSWORD, Process
from tests.web.conftest import PATIENCE_MS

DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}


class Desk:
    """One member of staff at one screen. What the browser complains about is kept in `complaints`, every address
    it asked in `asked`.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.complaints: list[str] = []
        self.asked: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._requested)

    def _said(self, message: ConsoleMessage) -> None:
        # SwiftShader warns of slow reads back from the drawing surface; that is the test machine, not the page.
        if message.type in ("error", "warning") and "GL Driver Message" not in message.text:
            self.complaints.append(message.text)

    def _requested(self, request: Request) -> None:
        self.asked.append(request.url)

    @property
    def hosts(self) -> set[str]:
        """Every host the page has asked; pictures drawn in the page itself have none."""
        return {urlsplit(url).netloc for url in self.asked} - {""}

    def find(self, selector: str, text: str | None = None) -> Locator:
        """Elements anywhere on the screen, with this text if it is given."""
        return self.page.locator(selector, has_text=text)

    async def open(self, path: str, code: str | None = None) -> None:
        """Open a desk, on a report if one is named, and wait until it is live."""
        await self.page.goto(f"{self.url}{path}{'' if code is None else f'?report={code}'}")
        await self.find(".line.live").wait_for()
        await self.find("ht-queue .rows[aria-busy=false]").wait_for()
        if code is not None:
            await self.find("ht-case .actions button").first.wait_for()

    async def press(self, *keys: str) -> None:
        """Keys, one after the other."""
        for key in keys:
            await self.page.keyboard.press(key)


Seat = Callable[..., Awaitable[Desk]]


@pytest.fixture(scope="session")
def cookies() -> dict[str, Any]:
    """Of one session per account for all desks: a password check costs a sixth of a second on purpose."""
    return {}


@pytest_asyncio.fixture(loop_scope="session")
async def seat(browser: Browser, server: Process, cookies: dict[str, Any]) -> AsyncIterator[Seat]:
    """`await seat("operator1")`: somebody signed in at a screen of their own (`url`, and any context option). Who signs
    out again does it with `own_session`, which is nobody else's."""
    async with AsyncExitStack() as stack:

        async def sit(
            username: str | None, url: str = server.url, *, own_session: bool = False, **changes: Any
        ) -> Desk:
            options = {"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh", **DESK, **changes}
            context = await browser.new_context(**options)
            context.set_default_timeout(PATIENCE_MS)
            stack.push_async_callback(context.close)
            if username in cookies and not own_session:
                await context.add_cookies(cookies[username])
            elif username is not None:
                account = {"username": username, "password": PASSWORD, "cookie": True}
                answer = await context.request.post(f"{url}/api/v1/sessions", data=account)
                assert answer.status == 201, await answer.text()
                if not own_session:
                    cookies[username] = await context.cookies()
            return Desk(await context.new_page(), url)

        yield sit
