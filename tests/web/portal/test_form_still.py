"""Nothing moves under the finger while the form's scripts come: Chromium's own layout-shift entries."""

from typing import Any

import pytest
from playwright.async_api import Browser

from tests.story.city import Process
from tests.web.portal.conftest import PHONE, phone_in

WATCH = """window.moved = []; new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput)
        moved.push([one.value, ...one.sources.map((source) => source.node?.outerHTML?.slice(0, 80))]);
}).observe({ type: "layout-shift", buffered: true });"""
MOST = 0.02
SCREENS: dict[str, dict[str, Any]] = {
    "phone": {**PHONE, "viewport": {"width": 412, "height": 823}},
    "desk": {"viewport": {"width": 1440, "height": 900}, "is_mobile": False, "has_touch": False},
}


@pytest.mark.parametrize("screen", SCREENS)
async def test_nothing_moves_while_the_form_loads(browser: Browser, server: Process, screen: str) -> None:
    async with phone_in(browser, server.url, **SCREENS[screen]) as phone:
        await phone.page.add_init_script(WATCH)
        await phone.goto("/new")
        # A function: other text is evaluated anew at each look, and the page's policy lets only the first one pass.
        await phone.page.wait_for_function(
            "() => customElements.get('report-form') && document.querySelector('photo-picker .drops')"
        )
        await phone.page.wait_for_load_state("networkidle")
        moved = await phone.page.evaluate("moved")
        assert sum(one[0] for one in moved) < MOST, moved


async def test_where_the_scripts_never_come_the_plain_fields_do(browser: Browser, server: Process) -> None:
    async with phone_in(browser, server.url) as phone:
        await phone.context.route("**/assets/*.js", lambda route: route.abort())
        await phone.goto("/new")
        for plain in ("input[name=media][accept='image/*']", "select[name=area]", "input[accept='audio/*']"):
            await phone.page.locator(plain).wait_for(state="visible")
        rest = phone.page.locator(".kinds > .kind.more .tile").first
        assert not await rest.is_visible()
        await phone.page.get_by_text("Tất cả").click()
        assert await rest.is_visible()
