"""The form with everything open at once: a warning, questions, faults, the map, somebody near; axe finds nothing."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.story.city import Process
from tests.story.people import People
from tests.web.axe import faults
from tests.web.portal.conftest import phone_in
from tests.web.portal.form_phone import FALLEN_TREE, add_photo, choose, photo_at, somewhere


@pytest.mark.parametrize(("language", "theme"), [("vi", "dark"), ("en", "light")])
async def test_axe_finds_nothing_in_any_state(
    browser: Browser, server: Process, people: People, tmp_path: Path, language: str, theme: str
) -> None:
    at = somewhere()
    location = {"lon": at[0], "lat": at[1]}
    await people.sent(await people.resident(), category=FALLEN_TREE, location=location)
    async with phone_in(browser, server.url, color_scheme=theme) as phone:
        page = phone.page
        await phone.goto(f"/new?lang={language}")
        await expect(page.locator("report-form .drops")).to_be_visible()
        assert await faults(page) == []
        await add_photo(phone, photo_at(tmp_path, at))
        await choose(page, FALLEN_TREE, "cay nga")
        await page.locator(".place-tools button").nth(1).click()
        await page.locator("place-picker .canvas[data-ready]").wait_for()
        await expect(page.locator("near-you li")).to_have_count(1)
        await page.click(".send")
        await expect(page.locator(".send-state li")).to_have_count(1)
        assert await faults(page) == []
        await page.locator(".kind:has(:checked) .calm").click()
        await choose(page, "conduct-late-dossier", "ho so")
        await page.click(".send")
        # The words and the dossier's number.
        await expect(page.locator(".send-state li")).to_have_count(2)
        assert await faults(page) == []
        await phone.context.set_offline(True)
        await choose(page, "road-pothole", "o ga")
        await page.click(".send")
        await expect(page.locator("send-panel .parts li")).to_have_count(2)
        assert await faults(page) == []
