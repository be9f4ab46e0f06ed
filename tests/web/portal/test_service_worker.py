"""The app without a network, its update, what it never keeps, and what other apps and the city send to it."""

import re
from typing import Any

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from tests.story.city import Process
from tests.story.people import HERE, eventually
from tests.story.photos import phone_photo
from tests.web.portal.conftest import Phone, phone_in
from tests.web.portal.newer_build import newer_build
from tests.web.service_worker import controlled

KEPT_FILES = re.compile(r"^(/static/portal/.+|/favicon\.svg|/icon-\d+\.png|/manifest\.webmanifest|/new|/outbox)$")
CACHES = """(async () => {
    const found = {};
    for (const name of await caches.keys())
        found[name] = (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname);
    return found;
})()"""
# What a resident answers and reads in the form, wherever it came from.
FORM = """[...document.querySelectorAll(".tile span, .stop, .kind [name^='answer.'], textarea, .send")]
    .map((part) => part.name || part.textContent.trim())"""


async def with_app(phone: Phone, path: str = "/new") -> Page:
    """A page with the worker in charge."""
    await phone.goto(path)
    await phone.page.evaluate("navigator.serviceWorker.ready")
    await controlled(phone.page)
    return phone.page


async def test_without_a_network_the_form_is_whole(browser: Browser, server: Process) -> None:
    async with phone_in(browser, server.url) as phone:
        # Never at the form before: the worker has put it by.
        page = await with_app(phone, "/outbox")
        await phone.context.set_offline(True)
        await phone.goto("/new?category=road-pothole")
        without = await page.evaluate(FORM)
        assert "kind-search[hidden]" not in await page.content()
        await page.fill("kind-search input", "den duong")
        await expect(page.locator(".kind:not([hidden]) .tile span").first).to_contain_text("Đèn")
        await phone.context.set_offline(False)
        await phone.goto("/new")
        assert without == await page.evaluate(FORM)
        assert len(without) > 20


async def test_another_page_without_a_network_is_the_outbox_and_says_why(browser: Browser, server: Process) -> None:
    async with phone_in(browser, server.url) as phone:
        page = await with_app(phone)
        await phone.context.set_offline(True)
        await phone.goto("/mine")
        await expect(page.locator("[data-offline]")).to_be_visible()
        await expect(page.locator("h1")).to_have_text("Hộp chờ gửi")
        await phone.context.set_offline(False)
        await page.locator("[data-offline] a").click()
        await expect(page.locator("h1")).to_have_text("Của tôi")


async def test_the_kept_form_follows_the_language(browser: Browser, server: Process) -> None:
    async with phone_in(browser, server.url) as phone:
        page = await with_app(phone)
        await phone.goto("/preferences?back=/new&lang=en")

        async def kept() -> str:
            text = "caches.match('/new', {cacheName: 'hientruong-pages'}).then((page) => page?.text() ?? '')"
            return str(await page.evaluate(text))

        await eventually(kept, lambda html: '<html lang="en"' in html)
        await phone.context.set_offline(True)
        await phone.goto("/new")
        await expect(page.locator("html")).to_have_attribute("lang", "en")


async def test_nothing_of_a_person_is_kept(browser: Browser, server: Process) -> None:
    async with phone_in(browser, server.url) as phone:
        page = await with_app(phone)
        for path in ("/", "/mine", "/new", "/outbox"):
            await phone.goto(path)
        found: dict[str, list[str]] = await page.evaluate(CACHES)
        assert set(found) == {"hientruong-pages", next(name for name in found if "files" in name)}
        assert all(KEPT_FILES.match(path) for paths in found.values() for path in paths), found
        form = await page.evaluate("caches.match('/new', {cacheName: 'hientruong-pages'}).then((page) => page.text())")
        assert re.search(r'name="csrf" value="[0-9a-f]', form) is None


async def test_an_update_waits_is_offered_and_keeps_what_was_typed(browser: Browser, server: Process) -> None:
    async with newer_build(server.url) as front, phone_in(browser, front.url) as phone:
        page = await with_app(phone)
        await page.fill("textarea[name=description]", "Không được mất câu này")
        photo = FilePayload(name="a.jpg", mimeType="image/jpeg", buffer=phone_photo(HERE["lon"], HERE["lat"]))
        await page.locator("[data-door=gallery]").set_input_files([photo])
        await expect(page.locator(".shots li:not(.keeping)")).to_have_count(1)
        before = set(await page.evaluate(CACHES))
        front.newer = True
        await page.evaluate("navigator.serviceWorker.getRegistration().then((worker) => worker.update())")
        bar = page.locator(".update-bar")
        await expect(bar).to_be_visible()
        # It waits for the hand that is typing.
        await page.fill("textarea[name=description]", "Không được mất câu này, cả câu này nữa")
        async with page.expect_navigation():
            await bar.get_by_role("button").click()
        await expect(page.locator("textarea[name=description]")).to_have_value("Không được mất câu này, cả câu này nữa")
        await expect(page.locator(".shots img")).to_have_count(1)

        async def names() -> set[str]:
            return set(await page.evaluate(CACHES))

        after = await eventually(names, lambda found: found != before and len(found) == 2)
        assert after == {"hientruong-pages", "hientruong-files-ffffffffffff"}


async def test_what_another_app_shares_lies_in_the_form(browser: Browser, server: Process) -> None:
    async with phone_in(browser, server.url) as phone:
        page = await with_app(phone, "/outbox")
        photo = list(phone_photo(HERE["lon"], HERE["lat"]))
        await page.evaluate(
            """(bytes) => {
                const form = new FormData();
                form.append("text", "Từ ứng dụng khác");
                form.append("media", new File([Uint8Array.from(bytes)], "chia-se.jpg", { type: "image/jpeg" }));
                return fetch("/share", { method: "POST", body: form });
            }""",
            photo,
        )
        await phone.goto("/new")
        await expect(page.locator("textarea[name=description]")).to_have_value("Từ ứng dụng khác")
        await expect(page.locator(".shots img")).to_have_count(1)


@pytest.mark.parametrize(
    ("sent", "title", "path"),
    [
        ('{"title": "Đã xử lý", "body": "Xem kết quả", "tag": "r1", "url": "/t/AB12"}', "Đã xử lý", "/t/AB12"),
        ('{"title": "Lạ", "url": "https://example.com/t/AB12"}', "Lạ", "/mine"),
        ("không phải JSON", "Hiện Trường", "/mine"),
    ],
)
async def test_a_notice_is_shown_and_leads_only_to_our_pages(
    browser: Browser, server: Process, sent: str, title: str, path: str
) -> None:
    async with phone_in(browser, server.url) as phone:
        await phone.context.grant_permissions(["notifications"], origin=server.url)
        page = await with_app(phone)
        session = await phone.context.new_cdp_session(page)
        registrations: list[dict[str, Any]] = []
        session.on(
            "ServiceWorker.workerRegistrationUpdated", lambda event: registrations.extend(event["registrations"])
        )
        await session.send("ServiceWorker.enable")

        async def known() -> list[dict[str, Any]]:
            return [one for one in registrations if one["scopeURL"].startswith(server.url)]

        mine = await eventually(known, lambda found: len(found) > 0)
        push = {"origin": server.url, "registrationId": mine[0]["registrationId"], "data": sent}
        await session.send("ServiceWorker.deliverPushMessage", push)

        async def shown() -> list[list[str]]:
            asked = """navigator.serviceWorker.ready.then((worker) => worker.getNotifications())
                .then((all) => all.map((one) => [one.title, one.data.path]))"""
            found: list[list[str]] = await page.evaluate(asked)
            return found

        assert await eventually(shown, lambda found: len(found) > 0) == [[title, path]]
