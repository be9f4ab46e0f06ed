"""After the button: the promise, the progress, and a refusal that loses nothing."""

import asyncio
import json
import re
from pathlib import Path

from playwright.async_api import Route, expect

from tests.story.people import People
from tests.web.portal.conftest import Phone
from tests.web.portal.form_phone import POTHOLE, add_photo, choose, photo_at, sent, somewhere


async def ready(phone: Phone, folder: Path) -> None:
    """A photo and a kind: only the button is left."""
    await phone.goto("/new")
    await add_photo(phone, photo_at(folder, somewhere()))
    await choose(phone.page, POTHOLE, "o ga")


async def test_what_the_city_refuses_comes_back_whole_with_its_reason(
    phone: Phone, tmp_path: Path, people: People
) -> None:
    problem = {
        "type": "/problems/bad-input",
        "title": "Bad input",
        "status": 422,
        "errors": [{"pointer": "/category", "detail": "is not one of the city's categories"}],
    }
    refusing = True

    async def refuse(route: Route) -> None:
        if not refusing or route.request.method != "POST":
            await route.continue_()
            return
        await route.fulfill(status=422, content_type="application/problem+json", body=json.dumps(problem))

    await phone.context.route(re.compile(r"/api/v1/reports$"), refuse)
    await ready(phone, tmp_path)
    await phone.page.fill("textarea[name=description]", "Không được mất câu này")
    await phone.page.click(".send")
    told = phone.page.locator("[data-sort=refused]")
    await expect(told).to_contain_text("Lĩnh vực này không còn nhận phản ánh")
    await expect(phone.page.locator("textarea[name=description]")).to_have_value("Không được mất câu này")
    await expect(phone.page.locator(".shots img")).to_have_count(1)
    refusing = False
    await choose(phone.page, "road-pavement", "via he")
    await phone.page.click(".send")
    code = await sent(phone.page)
    report = await (await people.operator()).get(f"/api/v1/reports/{code}")
    assert (report["category"], report["description"]) == ("road-pavement", "Không được mất câu này")
    assert len(report["media"]) == 1


async def test_on_a_slow_line_progress_is_seen_and_nobody_must_wait(phone: Phone, tmp_path: Path) -> None:
    held = asyncio.Event()

    async def slow(route: Route) -> None:
        await held.wait()
        await route.continue_()

    await phone.context.route(re.compile(r"/api/v1/(reports|uploads)"), slow)
    await ready(phone, tmp_path)
    await phone.page.click(".send")
    panel = phone.page.locator("send-panel")
    await expect(panel.locator("h2")).to_be_focused()
    await expect(panel.locator("progress")).to_have_count(1)
    await expect(panel).to_contain_text("bạn có thể rời trang này")
    await expect(panel.get_by_role("link", name="Gửi phản ánh khác")).to_be_visible()
    held.set()
    await sent(phone.page)


async def test_without_a_network_it_is_saved_and_said(phone: Phone, tmp_path: Path) -> None:
    await ready(phone, tmp_path)
    await phone.context.set_offline(True)
    await expect(phone.page.locator("[data-sort=network]")).to_contain_text("máy giữ lại tất cả")
    await phone.page.click(".send")
    panel = phone.page.locator("send-panel")
    await expect(panel).to_contain_text("Máy sẽ tự gửi khi có mạng")
    await expect(panel.get_by_role("link", name="Xem hộp gửi")).to_be_visible()
    await phone.context.set_offline(False)
    await sent(phone.page)
