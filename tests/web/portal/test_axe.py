"""Every page of the portal can be used by everybody: axe finds nothing, in both languages, light and dark."""

from typing import Literal

import pytest
from playwright.async_api import Browser

from tests.story.city import Process
from tests.story.people import People
from tests.web.axe import faults
from tests.web.portal.conftest import Phone, phone_in

PAGES = (
    "/",
    "/new",
    "/mine",
    "/statistics",
    "/hot-spots",
    "/outbox",
    "/widget",
    "/reports/{code}",
    "/khong-co-trang-nay",
)
OWN = ("/mine", "/mine/settings", "/following", "/mine/move")
Theme = Literal["light", "dark"]
Themes = tuple[Theme, Theme]
# The theme each page is opened in; then it is changed in place, as a phone does at sunset.
LOOKS: dict[str, Themes] = {"vi": ("light", "dark"), "en": ("dark", "light")}


async def faults_in_both_themes(phone: Phone, themes: Themes) -> dict[str, list[str]]:
    """What is wrong with the page as it stands, by theme; it was opened in the first one."""
    found: dict[str, list[str]] = {}
    for theme in themes:
        await phone.page.emulate_media(color_scheme=theme)
        if wrong := await faults(phone.page):
            found[theme] = wrong
    return found


@pytest.mark.parametrize("lang", LOOKS)
@pytest.mark.parametrize("wide", [360, 1440])
async def test_axe_finds_nothing_on_public_pages(
    browser: Browser, server: Process, published: str, wide: int, lang: str
) -> None:
    themes = LOOKS[lang]
    look = {"viewport": {"width": wide, "height": 800}, "color_scheme": themes[0]}
    found = {}
    async with phone_in(browser, server.url, **look) as phone:
        for path in PAGES:
            await phone.page.emulate_media(color_scheme=themes[0])
            await phone.goto(f"{path.format(code=published)}?lang={lang}")
            await phone.page.wait_for_load_state("load")
            if wrong := await faults_in_both_themes(phone, themes):
                found[path] = wrong
    assert not found


@pytest.mark.parametrize("lang", LOOKS)
async def test_axe_finds_nothing_on_the_senders_own_pages(
    browser: Browser, server: Process, people: People, lang: str
) -> None:
    themes = LOOKS[lang]
    async with phone_in(browser, server.url, color_scheme=themes[0]) as phone:
        await phone.goto("/new")
        token = next(one["value"] for one in await phone.context.cookies() if one.get("name") == "hientruong_device")
        report = await people.sent(people.first.bearing(token))
        for path in (f"/t/{report['code']}", *OWN):
            await phone.page.emulate_media(color_scheme=themes[0])
            await phone.goto(f"{path}?lang={lang}")
            assert await faults_in_both_themes(phone, themes) == {}, path
