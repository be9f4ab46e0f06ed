"""The browser's own check whether the portal may become an app on the home screen, and what such an app is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, Page, Playwright, Route

from tests.story.city import Process
from tests.web.conftest import FLAGS, PATIENCE_MS, chromium
from tests.web.portal.conftest import PHONE, phone_in


@asynccontextmanager
async def ordinary_browser(playwright: Playwright, folder: Path) -> AsyncIterator[Page]:
    """A browser as people have it: private windows, which tests drive elsewhere, are never offered an installation."""
    context = await playwright.chromium.launch_persistent_context(
        folder, executable_path=chromium(), args=list(FLAGS), **PHONE
    )
    context.set_default_timeout(PATIENCE_MS)
    try:
        yield await context.new_page()
    finally:
        await context.close()


async def errors_of(page: Page) -> set[str]:
    """What the browser finds wrong with installing the page."""
    session = await page.context.new_cdp_session(page)
    found = await session.send("Page.getInstallabilityErrors")
    return {error["errorId"] for error in found["installabilityErrors"]}


async def test_the_browser_finds_nothing_that_keeps_it_from_being_installed(
    playwright: Playwright, tmp_path: Path, server: Process
) -> None:
    async with ordinary_browser(playwright, tmp_path) as page:
        for path in ("/", "/new", "/mine", "/outbox"):
            await page.goto(server.url + path)
            await page.evaluate("navigator.serviceWorker.ready")
            session = await page.context.new_cdp_session(page)
            manifest = await session.send("Page.getAppManifest")
            found = (manifest["errors"], manifest["url"])
            assert found == ([], f"{server.url}/manifest.webmanifest"), path
            assert (await session.send("Page.getAppId"))["appId"] == f"{server.url}/", path
            assert await errors_of(page) == set(), path
            await session.detach()


async def test_the_same_check_finds_what_is_missing(playwright: Playwright, tmp_path: Path, server: Process) -> None:
    """Otherwise the test above would prove nothing."""

    async def poorer(route: Route) -> None:
        await route.fulfill(json={"name": "Hiện Trường", "start_url": "/new", "display": "browser"})

    async with ordinary_browser(playwright, tmp_path) as page:
        await page.context.route("**/manifest.webmanifest", poorer)
        await page.goto(server.url)
        assert await errors_of(page) >= {"manifest-display-not-supported"}


async def test_what_the_app_is(browser: Browser, server: Process) -> None:
    async with phone_in(browser, server.url) as phone:
        request = phone.context.request
        manifest: dict[str, Any] = await (await request.get(f"{server.url}/manifest.webmanifest")).json()
        assert manifest["lang"] == "vi"
        assert (manifest["display"], manifest["scope"], manifest["start_url"]) == ("standalone", "/", "/new")
        assert {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]} == {
            ("192x192", "any"),
            ("512x512", "any"),
            ("192x192", "maskable"),
            ("512x512", "maskable"),
        }
        for icon in manifest["icons"]:
            answer = await request.get(server.url + icon["src"])
            with Image.open(BytesIO(await answer.body())) as picture:
                assert f"{picture.width}x{picture.height}" == icon["sizes"]
                edge = picture.convert("RGBA").getpixel((0, 0))
            # A mask cuts the edge away, so it must be painted; without one the corners are round.
            assert isinstance(edge, tuple) and (edge[3] == 255) == (icon["purpose"] == "maskable")
        for shortcut in manifest["shortcuts"]:
            assert (await request.get(server.url + shortcut["url"])).status == 200
        english = await request.get(f"{server.url}/manifest.webmanifest", headers={"Cookie": "hientruong_lang=en"})
        assert (await english.json())["lang"] == "en"


async def test_the_worker_is_asked_for_again_each_time_and_its_pages_make_nobody_a_device(
    browser: Browser, server: Process
) -> None:
    async with phone_in(browser, server.url) as phone:
        request = phone.context.request
        script = await request.get(f"{server.url}/sw.js")
        assert script.headers["cache-control"] == "no-cache"
        assert script.headers["content-type"].startswith("text/javascript")
        assert script.headers["content-encoding"] == "gzip"
        # A browser asks at every page it opens.
        again = await request.get(f"{server.url}/sw.js", headers={"If-None-Match": script.headers["etag"]})
        assert again.status == 304
        await request.get(f"{server.url}/new", headers={"Purpose": "offline-copy"})
        assert await phone.context.cookies() == []
        await request.get(f"{server.url}/new")
        assert {cookie["name"] for cookie in await phone.context.cookies()} >= {"hientruong_device"}
