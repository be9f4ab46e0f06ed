"""A city with one server and one worker, and a phone's browser on it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

from api import cluster
from api.clients import Client, File
from tests.story.city import City, Process, new_database
from tests.story.people import HERE, People, eventually
from tests.story.photos import phone_photo

FIRST_TEST_SECONDS = 180
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "is_mobile": True,
    "has_touch": True,
    "locale": "vi-VN",
    "timezone_id": "Asia/Ho_Chi_Minh",
}
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here may be the one that waits for the city."""
    for item in items:
        if Path(__file__).parent in item.path.parents and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(FIRST_TEST_SECONDS))


@pytest.fixture(scope="session")
def portal_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """The server of a demo city that has a worker too."""
    state, folder = tmp_path_factory.mktemp("postgresql"), tmp_path_factory.mktemp("portal-city")
    try:
        database = new_database(cluster.ensure_running(state, throwaway=True), "portal")
        with City.founded(folder, database) as city:
            city.work()
            yield city.serve()
    finally:
        cluster.stop(state, throwaway=True)


@pytest.fixture(scope="session")
def sessions() -> dict[str, str]:
    """One session per account for all tests."""
    return {}


@pytest.fixture
async def people(portal_city: Process, sessions: dict[str, str]) -> AsyncIterator[People]:
    """Operators and agencies of the city."""
    async with Client.open(portal_city.url) as client:
        yield People(client, client, sessions)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium as the distribution ships it."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        yield opened
        await opened.close()


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
    try:
        yield Phone(context, await context.new_page(), url)
    finally:
        await context.close()


@pytest.fixture
async def phone(browser: Browser, portal_city: Process) -> AsyncIterator[Phone]:
    """A phone with scripts."""
    async with phone_in(browser, portal_city.url) as made:
        yield made


@pytest.fixture
async def plain_phone(browser: Browser, portal_city: Process) -> AsyncIterator[Phone]:
    """A phone without scripts."""
    async with phone_in(browser, portal_city.url, java_script_enabled=False) as made:
        yield made


@pytest.fixture
async def published(people: People) -> str:
    """The code of a report that went the whole way, with a photo before and one after, both released and
    ready.
    """
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

    await eventually(shown, lambda count: count == 2, seconds=40)
    return code
