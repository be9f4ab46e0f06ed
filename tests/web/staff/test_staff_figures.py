"""The figures on the screen: a number opens as many reports as it says, and everybody can read the page."""

import re

from playwright.async_api import expect

from tests.web.axe import faults
from tests.web.staff.conftest import PHONE, Seat


async def test_a_number_opens_as_many_rows_and_the_page_is_clean(seat: Seat) -> None:
    desk = await seat("leader")
    await desk.page.goto(f"{desk.url}/ioc/figures?period=quarter")
    number = desk.find(".card", "Tiếp nhận").locator("button.num")
    told = int((await number.inner_text()).replace(".", ""))
    assert told > 0
    assert await faults(desk.page) == []
    await number.focus()
    await desk.press("Enter")
    rows = desk.find("ht-figure-rows tbody tr")
    await rows.first.wait_for()
    more = desk.find("ht-figure-rows button", "Thêm phản ánh")
    while await rows.count() < told:
        before = await rows.count()
        await more.click()
        await expect(rows).not_to_have_count(before)
    assert await rows.count() == told
    assert await faults(desk.page) == []
    await desk.press("Escape")
    await desk.find("button", "Hôm nay").click()
    await desk.page.wait_for_url(re.compile(r"\?period=today$"))
    assert desk.complaints == []


async def test_an_agency_sees_its_own_figures_on_a_phone(seat: Seat) -> None:
    desk = await seat("agency-dien-luc", **PHONE)
    await desk.page.goto(f"{desk.url}/ioc/figures?period=quarter")
    await desk.find("#h-hot-spots").wait_for()
    await expect(desk.find("#h-agencies")).to_have_count(0)
    await expect(desk.find("a", "Báo cáo tháng")).to_have_count(0)
    width = await desk.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["viewport"]["width"]
    assert await faults(desk.page) == []
