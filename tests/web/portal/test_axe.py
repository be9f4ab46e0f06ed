"""Every page of the portal can be used by everybody: axe finds nothing, in both languages, light and dark."""

import pytest
from playwright.async_api import Browser

from tests.story.city import Process
from tests.story.people import People
from tests.web.axe import faults
from tests.web.portal.conftest import phone_in

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
LOOKS = [(lang, theme) for lang in ("vi", "en") for theme in ("light", "dark")]


@pytest.mark.parametrize(("lang", "theme"), LOOKS)
async def test_axe_finds_nothing_on_public_pages(
    browser: Browser, server: Process, published: str, lang: str, theme: str
) -> None:
    found = {}
    for wide in (360, 1440):
        look = {"viewport": {"width": wide, "height": 800}, "color_scheme": theme}
        async with phone_in(browser, server.url, **look) as phone:
            for path in PAGES:
                await phone.goto(f"{path.format(code=published)}?lang={lang}")
                await phone.page.wait_for_load_state("load")
                wrong = await faults(phone.page)
                if wrong:
                    found[f"{path} at {wide}"] = wrong
    assert not found


@pytest.mark.parametrize(("lang", "theme"), LOOKS)
async def test_axe_finds_nothing_on_the_senders_own_pages(
    browser: Browser, server: Process, people: People, lang: str, theme: str
) -> None:
    async with phone_in(browser, server.url, color_scheme=theme) as phone:
        await phone.goto("/new")
        token = next(one["value"] for one in await phone.context.cookies() if one.get("name") == "hientruong_device")
        report = await people.sent(people.first.bearing(token))
        for path in (f"/t/{report['code']}", *OWN):
            await phone.goto(f"{path}?lang={lang}")
            assert await faults(phone.page) == [], path
