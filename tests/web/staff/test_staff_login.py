"""Signing in: who comes where, and what the page says when it fails."""

from playwright.async_api import expect

from tests.story.city import PASSWORD
from tests.web.staff.conftest import Seat


async def test_desk_sends_a_stranger_to_the_login_and_back(seat: Seat) -> None:
    desk = await seat(None)
    await desk.page.goto(f"{desk.url}/ioc?tab=approve")
    await desk.page.wait_for_url("**/login?next=*")
    await desk.page.fill("input[name=username]", "operator1")
    await desk.page.fill("input[name=password]", "wrong")
    await desk.press("Enter")
    await expect(desk.find("[role=alert]")).to_have_text("Tên đăng nhập hoặc mật khẩu không đúng.")
    await desk.page.fill("input[name=password]", PASSWORD)
    await desk.press("Enter")
    await desk.page.wait_for_url("**/ioc?tab=approve")
    await expect(desk.find("#tab-approve")).to_have_attribute("aria-selected", "true")


async def test_cookie_is_out_of_reach_of_scripts(seat: Seat) -> None:
    desk = await seat("operator1")
    await desk.open("/ioc")
    kept = {cookie["name"]: cookie for cookie in await desk.page.context.cookies()}
    readable = str(await desk.page.evaluate("document.cookie"))
    session = [name for name, cookie in kept.items() if cookie["httpOnly"]]
    assert session
    assert all(name not in readable for name in session)
    assert "hientruong_csrf" in readable


async def test_each_role_comes_to_its_own_desk(seat: Seat) -> None:
    officer = await seat("agency-dien-luc")
    await officer.page.goto(f"{officer.url}/ioc")
    await officer.page.wait_for_url("**/agency")
    operator = await seat("operator1")
    await operator.page.goto(f"{operator.url}/agency")
    await operator.page.wait_for_url("**/ioc*")


async def test_nobody_is_sent_to_a_foreign_site_after_signing_in(seat: Seat) -> None:
    desk = await seat(None)
    await desk.page.goto(f"{desk.url}/login?next=//example.org/ioc")
    await desk.page.fill("input[name=username]", "operator1")
    await desk.page.fill("input[name=password]", PASSWORD)
    await desk.press("Enter")
    await desk.page.wait_for_url(f"{desk.url}/ioc*")


async def test_signing_out_ends_the_session(seat: Seat) -> None:
    desk = await seat("operator1", own_session=True)
    await desk.open("/ioc")
    await desk.find("ht-topbar [aria-label='Đăng xuất']").click()
    await desk.page.wait_for_url("**/login")
    await desk.page.goto(f"{desk.url}/ioc")
    await desk.page.wait_for_url("**/login?next=*")


async def test_language_and_colours_stay_chosen(seat: Seat) -> None:
    desk = await seat("operator1")
    await desk.open("/ioc")
    await desk.find("ht-topbar [lang=en]").click()
    await expect(desk.find("#tab-waiting")).to_contain_text("Waiting")
    await desk.find("ht-topbar [aria-label='Colours: as the system']").click()
    await desk.find("ht-topbar [aria-label='Colours: light']").click()
    await desk.page.reload()
    await expect(desk.find("#tab-waiting")).to_contain_text("Waiting")
    html = desk.page.locator("html")
    await expect(html).to_have_attribute("lang", "en")
    await expect(html).to_have_attribute("data-theme", "dark")
