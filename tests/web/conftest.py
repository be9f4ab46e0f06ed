"""One demo city with a server and a worker for all browser tests, and Chromium as the distribution ships it."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, async_playwright, expect

from api import cluster
from api.clients import Client
from tests.story.city import City, Process, new_database
from tests.story.people import People

# Against what never comes; a loaded machine must not be taken for that.
PATIENCE_MS = 90_000
expect.set_options(timeout=PATIENCE_MS)

FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)


def chromium() -> str:
    """The browser to drive: the one HIENTRUONG_CHROMIUM names, else the first that is installed."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("HIENTRUONG_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    assert found, "no Chromium is installed: make test installs it"
    return found


@pytest.fixture(scope="session")
def web_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A demo city with a worker."""
    state, folder = tmp_path_factory.mktemp("postgresql"), tmp_path_factory.mktemp("web-city")
    try:
        database = new_database(cluster.ensure_running(state, throwaway=True), "web")
        with City.founded(folder, database) as city:
            city.work()
            yield city
    finally:
        cluster.stop(state, throwaway=True)


@pytest.fixture(scope="session")
def server(web_city: City) -> Process:
    """The server most tests share."""
    return web_city.serve()


@pytest.fixture(scope="session")
def sessions() -> dict[str, str]:
    """One session per account for all tests."""
    return {}


@pytest.fixture
async def people(server: Process, sessions: dict[str, str]) -> AsyncIterator[People]:
    """Everybody who is not at a screen."""
    async with Client.open(server.url) as client:
        yield People(client, client, sessions)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A fresh browser."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield opened
        await opened.close()
