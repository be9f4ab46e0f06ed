"""What is sent without a network arrives with it: once, whole, and without anybody doing anything."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import BrowserContext, Page, Playwright, expect

from media.keys import original_key
from tests.loopback.cutting import CuttingNetwork, cutting
from tests.story.city import PASSWORD, City, Process
from tests.web.conftest import FAKE_CAMERA, FLAGS, PATIENCE_MS, chromium
from tests.web.portal.conftest import PHONE
from tests.web.portal.phone_media import hashes, photos, street_film
from tests.web.service_worker import controlled

EVERY = 300_000
KEPT = "sẽ tự gửi"
ARRIVES_SECONDS = 120


@dataclass
class Handset:
    """A phone that can be switched off: what its browser keeps lies in a folder."""

    playwright: Playwright
    folder: Path
    network: CuttingNetwork
    context: BrowserContext

    @classmethod
    async def on(cls, playwright: Playwright, folder: Path, network: CuttingNetwork) -> "Handset":
        """Switched on with the browser closed as it was left."""
        context = await playwright.chromium.launch_persistent_context(
            folder, executable_path=chromium(), args=[*FLAGS, *FAKE_CAMERA], **PHONE
        )
        context.set_default_timeout(PATIENCE_MS)
        return cls(playwright, folder, network, context)

    async def restarted(self) -> "Handset":
        """The same phone after it was off."""
        await self.context.close()
        return await Handset.on(self.playwright, self.folder, self.network)

    async def signal(self, there: bool) -> None:
        """Into the cellar, and out again."""
        self.network.off = not there
        await self.context.set_offline(not there)

    async def open(self, path: str) -> Page:
        """A new tab with a page of the city."""
        page = await self.context.new_page()
        await page.goto(self.network.url + path)
        return page

    async def with_app(self) -> Page:
        """The form, with everything by for a time without network."""
        page = await self.open("/new")
        await page.evaluate("navigator.serviceWorker.ready")
        await controlled(page)
        return page


@asynccontextmanager
async def handset(playwright: Playwright, folder: Path, city_url: str, every: int = EVERY) -> AsyncIterator[Handset]:
    """A phone behind a line that is cut every so many bytes."""
    async with cutting(city_url, every) as network:
        phone = await Handset.on(playwright, folder, network)
        try:
            yield phone
        finally:
            await phone.context.close()


async def fill(page: Page, files: list[Path], words: str) -> None:
    """Photos, a kind, words."""
    await page.locator("[data-door=gallery]").set_input_files(files)
    await expect(page.locator(".shots li:not(.keeping)")).to_have_count(len(files))
    await page.fill("kind-search input", "o ga")
    await page.locator(".kind:not([hidden]) .tile").first.click()
    await page.fill("textarea[name=description]", words)


def arrived(city: City, words: str) -> list[tuple[object, ...]]:
    """(code, position, sha256) of all media of all reports with these words; one row without media for a bare one."""
    return city.rows(
        "SELECT r.code, a.position, a.sha256, a.state FROM report r LEFT JOIN attachment a ON a.report_id = r.id"
        " WHERE r.description = %s ORDER BY r.code, a.position",
        words,
    )


async def until_whole(city: City, words: str, files: list[Path]) -> str:
    """Waits until every file has arrived; gives the code of the one report."""
    for _ in range(ARRIVES_SECONDS * 5):
        rows = arrived(city, words)
        if {row[2] for row in rows} == hashes(files) and all(row[3] != "expected" for row in rows):
            break
        await asyncio.sleep(0.2)
    assert len({row[0] for row in rows}) == 1, rows
    assert len(rows) == len(files), rows
    assert {row[2] for row in rows} == hashes(files)
    for row in rows:
        # Not only the hash in the table: the bytes that were stored.
        stored = city.media / original_key(str(row[2]))
        assert hashlib.sha256(stored.read_bytes()).hexdigest() == row[2]
    return str(rows[0][0])


async def wake_worker(context: BrowserContext, origin: str) -> None:
    """What the browser does when the network is back: it wakes the worker, with no page of the city open."""
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    found: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def heard(event: dict[str, Any]) -> None:
        for one in event["registrations"]:
            if one["scopeURL"].startswith(origin) and not one["isDeleted"] and not found.done():
                found.set_result(one["registrationId"])

    session.on("ServiceWorker.workerRegistrationUpdated", heard)
    await session.send("ServiceWorker.enable")
    registration = await asyncio.wait_for(found, ARRIVES_SECONDS)
    await session.send(
        "ServiceWorker.dispatchSyncEvent",
        {"origin": origin, "registrationId": registration, "tag": "hientruong-outbox", "lastChance": False},
    )


@pytest.fixture
def words() -> str:
    """What tells this test's report from all others."""
    return f"Nắp cống vỡ {uuid4().hex[:10]}"


async def test_offline_with_three_photos_and_a_film_the_page_killed_and_the_worker_alone_sends(
    playwright: Playwright, tmp_path: Path, web_city: City, server: Process, words: str
) -> None:
    files = [*photos(tmp_path), street_film(tmp_path)]
    async with handset(playwright, tmp_path / "phone", server.url) as phone:
        await (await phone.with_app()).close()
        await phone.signal(False)
        page = await phone.open("/new")
        await fill(page, files, words)
        await page.click(".send")
        await expect(page.locator("body")).to_contain_text(KEPT)
        await page.close()
        assert arrived(web_city, words) == []
        await phone.signal(True)
        await wake_worker(phone.context, phone.network.url)
        await until_whole(web_city, words, files)
        assert phone.network.cuts >= 6
        outbox = await phone.open("/outbox")
        await expect(outbox.locator("outbox-list li.outbox-item[data-stage=done]")).to_have_count(1)


async def test_offline_and_the_phone_restarted_it_goes_when_the_app_is_opened_next(
    playwright: Playwright, tmp_path: Path, web_city: City, server: Process, words: str
) -> None:
    files = [*photos(tmp_path, seed=2), street_film(tmp_path, seed=2)]
    async with handset(playwright, tmp_path / "phone", server.url) as phone:
        await phone.with_app()
        await phone.signal(False)
        page = await phone.open("/new")
        await fill(page, files, words)
        await page.click(".send")
        await expect(page.locator("body")).to_contain_text(KEPT)
        phone = await phone.restarted()
        await phone.signal(False)
        # Off again in the middle of it.
        page = await phone.open("/outbox")
        await expect(page.locator(".outbox-item")).to_contain_text(KEPT)
        await expect(page.locator(".outbox-item progress")).to_have_count(4)
        await phone.signal(True)
        await expect(page.locator(".outbox-item")).to_contain_text("mã")
        phone = await phone.restarted()
        page = await phone.open("/")
        code = await until_whole(web_city, words, files)
        await expect(page.locator(".outbox-door")).to_have_count(0)
        await phone.context.close()
    assert code


async def test_two_tabs_with_the_same_form_are_one_report(
    playwright: Playwright, tmp_path: Path, web_city: City, server: Process, words: str
) -> None:
    files = photos(tmp_path, 1, seed=3)
    async with handset(playwright, tmp_path / "phone", server.url) as phone:
        first = await phone.with_app()
        await fill(first, files, words)
        second = await phone.open("/new")
        await expect(second.locator("textarea[name=description]")).to_have_value(words)
        await expect(second.locator(".shots img")).to_have_count(1)
        await asyncio.gather(*(tab.evaluate("document.querySelector('.send').click()") for tab in (first, second)))
        await until_whole(web_city, words, files)


async def test_a_browser_that_is_no_device_any_more_becomes_one(
    playwright: Playwright, tmp_path: Path, web_city: City, server: Process, words: str
) -> None:
    files = photos(tmp_path, 2, seed=4)
    async with handset(playwright, tmp_path / "phone", server.url) as phone:
        page = await phone.with_app()
        await phone.signal(False)
        await fill(page, files, words)
        await page.click(".send")
        await expect(page.locator("body")).to_contain_text(KEPT)
        await phone.context.clear_cookies()
        await phone.signal(True)
        await until_whole(web_city, words, files)


async def test_what_the_city_refuses_stays_with_its_reason_and_is_mended(
    playwright: Playwright, tmp_path: Path, web_city: City, server: Process, words: str
) -> None:
    files = photos(tmp_path, 1, seed=5)
    async with handset(playwright, tmp_path / "phone", server.url) as phone:
        page = await phone.with_app()
        await phone.signal(False)
        await fill(page, files, words)
        # More than the city takes, past the form's own limit.
        await page.evaluate("document.querySelector('textarea[name=description]').value = 'x'.repeat(10001)")
        await page.dispatch_event("textarea[name=description]", "input")
        await page.click(".send")
        await expect(page.locator("body")).to_contain_text(KEPT)
        await page.close()
        page = await phone.open("/outbox")
        await phone.signal(True)
        item = page.locator(".outbox-item")
        await expect(item).to_have_attribute("data-stage", "rejected")
        await expect(item).to_contain_text("Cần sửa: mô tả")
        await expect(page.locator(".outbox-door .badge")).to_have_text("1")
        await item.get_by_role("button", name="Sửa và gửi lại").click()
        await page.wait_for_url("**/new")
        await expect(page.locator(".shots img")).to_have_count(1)
        await page.fill("textarea[name=description]", words)
        await page.click(".send")
        await until_whole(web_city, words, files)
        await expect(page.locator(".outbox-door")).to_have_count(0)


async def test_storage_full_is_said_before_anything_is_lost(
    playwright: Playwright, tmp_path: Path, server: Process, words: str
) -> None:
    film = street_film(tmp_path, seconds=20, seed=6)
    async with handset(playwright, tmp_path / "phone", server.url) as phone:
        page = await phone.with_app()
        session = await phone.context.new_cdp_session(page)
        used = await page.evaluate("navigator.storage.estimate().then((room) => room.usage)")
        # Before the first word is kept: the browser believes for a while what it last found about its room.
        full = {"origin": phone.network.url, "quotaSize": used + 300_000}
        await session.send("Storage.overrideQuotaForOrigin", full)
        await page.fill("textarea[name=description]", words)
        await page.locator("[data-door=gallery]").set_input_files(film)
        await expect(page.locator("photo-picker .bad")).not_to_be_empty()
        await expect(page.locator(".shots li")).to_have_count(0)
        await page.reload()
        await expect(page.locator("textarea[name=description]")).to_have_value(words)


async def test_a_draft_of_the_version_before_is_still_there(
    playwright: Playwright, tmp_path: Path, server: Process, words: str
) -> None:
    """It lay in a database of its own, photos as files."""
    photo = photos(tmp_path, 1, seed=7)[0]
    async with handset(playwright, tmp_path / "phone", server.url) as phone:
        page = await phone.open("/favicon.svg")
        await page.evaluate(
            """([words, bytes]) => new Promise((done, fail) => {
                const asked = indexedDB.open("hientruong-draft", 1);
                asked.onupgradeneeded = () => asked.result.createObjectStore("draft");
                asked.onsuccess = () => {
                    const photo = new File([Uint8Array.from(bytes)], "cu.jpg", { type: "image/jpeg" });
                    const key = crypto.randomUUID(), fields = [["description", words]];
                    const draft = { key, fields, photos: [photo], capturedAt: null };
                    const store = asked.result.transaction("draft", "readwrite").objectStore("draft");
                    store.put(draft, "draft").onsuccess = () => { asked.result.close(); done(); };
                };
                asked.onerror = () => fail(asked.error);
            })""",
            [words, list(photo.read_bytes())],
        )
        await page.goto(phone.network.url + "/new")
        await expect(page.locator("textarea[name=description]")).to_have_value(words)
        await expect(page.locator(".shots img")).to_have_count(1)
        await page.wait_for_function(
            "() => indexedDB.databases().then((all) => !all.some((one) => one.name === 'hientruong-draft'))"
        )


async def test_a_member_of_staff_reports_from_the_browser_of_the_desk(
    playwright: Playwright, tmp_path: Path, web_city: City, server: Process, words: str
) -> None:
    """The browser then holds two credentials, and each request says which one it means."""
    files = photos(tmp_path, 2, seed=8)
    async with handset(playwright, tmp_path / "phone", server.url) as phone:
        page = await phone.with_app()
        account = {"username": "operator1", "password": PASSWORD, "cookie": True}
        status = await page.evaluate(
            """(account) => fetch("/api/v1/sessions", {
                method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(account),
            }).then((answer) => answer.status)""",
            account,
        )
        assert status == 201
        await fill(page, files, words)
        await page.click(".send")
        await until_whole(web_city, words, files)
