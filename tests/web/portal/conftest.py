"""A city with one server and one worker, and a phone's browser on it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page

from api.clients import File
from tests.story.city import Process
from tests.story.people import HERE, People, eventually
from tests.story.photos import phone_photo
from tests.web.conftest import PATIENCE_MS

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "is_mobile": True,
    "has_touch": True,
    "locale": "vi-VN",
    "timezone_id": "Asia/Ho_Chi_Minh",
}


class Phone:
    """One resident's browser. Everything it complains about is kept in `complaints`."""

    def __init__(self, context: BrowserContext, page: Page, url: str) -> None:
        self.context, self.page, self.url = context, page, url
        self.complaints: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    async def goto(self, path: str) -> None:
        """Open a page of the city."""
        await self.page.goto(self.url + path)


@asynccontextmanager
async def phone_in(browser: Browser, url: str, **changes: Any) -> AsyncIterator[Phone]:
    """A fresh phone: no cookies, no drafts."""
    context = await browser.new_context(**{**PHONE, **changes})
    context.set_default_timeout(PATIENCE_MS)
    try:
        yield Phone(context, await context.new_page(), url)
    finally:
        await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browser: Browser, server: Process) -> AsyncIterator[Phone]:
    """A phone with scripts."""
    async with phone_in(browser, server.url) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def plain_phone(browser: Browser, server: Process) -> AsyncIterator[Phone]:
    """A phone without scripts."""
    async with phone_in(browser, server.url, java_script_enabled=False) as made:
        yield made


@pytest.fixture(scope="session")
def results() -> list[str]:
    """Codes of what was published; the tests that only look share it, because hiding faces takes seconds."""
    return []


@pytest_asyncio.fixture(loop_scope="session")
async def published(people: People, results: list[str]) -> str:
    """The code of a report that went the whole way, with a photo before and one after, both released and ready."""
    if not results:
        results.append(await _published(people))
    return results[0]


async def _published(people: People) -> str:
    resident = await people.resident()
    photo = File("truoc.jpg", phone_photo(HERE["lon"], HERE["lat"], seed=uuid4().int))
    report = await people.brought_to("resolved", await people.sent(resident, [photo]))
    code = str(report["code"])
    await people.command(
        await people.operator(),
        report,
        "approve",
        public_media=[media["id"] for media in report["media"]],
        public_answer="Đã vá mặt đường bằng bê tông nhựa nóng.",
    )

    async def shown() -> int:
        return len((await people.first.get(f"/api/v1/reports/{code}"))["media"])

    await eventually(shown, lambda count: count == 2)
    return code
