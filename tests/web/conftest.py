"""One demo city with a server and a worker for all browser tests, and Chromium as the distribution ships it."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Playwright, async_playwright, expect

from api.clients import Client
from tests.databases import throwaway_cluster
from tests.story.city import City, Process, new_database
from tests.story.foundation import Foundation
from tests.story.people import People

# Against what never comes; a loaded machine must not be taken for that.
PATIENCE_MS = 90_000
expect.set_options(timeout=PATIENCE_MS)

# The systems of agencies in the tests lie on this machine.
SETTINGS = {"HIENTRUONG_HANDOVER_PRIVATE_HOSTS": "true"}

# What Chromium does without. The first two are the suggestions below its address bar: pages of their own, and for each
# context that is opened they cost twice of what an empty page does. The others are Playwright's, for of two such lists
# Chromium obeys the last.
OFF = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
FLAGS = (
    f"--disable-features={','.join(OFF)}",
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    # Maps draw with WebGL, in software; the page around them is drawn without it, for half of the work.
    "--disable-gpu-compositing",
)

# A moving picture and a tone, and nobody to ask whether a page may have them.
FAKE_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All browser tests run on one event loop, for the browser they share lives on it."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def chromium() -> str:
    """The browser to drive: the one HIENTRUONG_CHROMIUM names, else the first that is installed."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("HIENTRUONG_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    assert found, "no Chromium is installed: make test installs it"
    return found


@pytest.fixture(scope="session")
def web_city(foundation: Foundation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A demo city with a worker."""
    folder = tmp_path_factory.mktemp("web-city")
    with (
        throwaway_cluster("web", tmp_path_factory.mktemp("postgresql")) as url,
        foundation.city(folder, new_database(url, "web"), SETTINGS) as city,
    ):
        city.work()
        yield city


@pytest.fixture(scope="session")
def server(web_city: City) -> Process:
    """The server most tests share."""
    return web_city.serve()


@pytest.fixture(scope="session")
def sessions() -> dict[str, str]:
    """One session per account for all tests."""
    return {}


@pytest_asyncio.fixture(loop_scope="session")
async def people(server: Process, sessions: dict[str, str]) -> AsyncIterator[People]:
    """Everybody who is not at a screen."""
    async with Client.open(server.url) as client:
        yield People(client, client, sessions)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    """What drives every browser of this process."""
    async with async_playwright() as started:
        yield started


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def _opened(playwright: Playwright) -> AsyncIterator[list[Browser]]:
    """The browser that runs now, once there is one."""
    opened: list[Browser] = []
    yield opened
    for one in opened:
        await one.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browser(playwright: Playwright, _opened: list[Browser]) -> AsyncIterator[Browser]:
    """The browser: one for all tests, for to start it takes longer than most of them. What a test sees of it is a
    context of its own, without cookies, stores or workers of anybody else, gone with the test.
    """
    if not (_opened and _opened[-1].is_connected()):
        _opened[:] = [await playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))]
    yield _opened[-1]
    for left in _opened[-1].contexts:
        await left.close()
