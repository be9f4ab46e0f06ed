"""A caller's report by keyboard alone, from the number to the code that is read aloud."""

from playwright.async_api import expect

from tests.story.people import People
from tests.web import axe
from tests.web.staff.conftest import Seat


async def test_a_report_for_a_caller_by_keyboard_only(seat: Seat, people: People) -> None:
    known = await people.sent(
        await people.resident(), category="road-pothole", location={"lon": 107.0786, "lat": 10.3492}
    )
    desk = await seat("operator1")
    await desk.open("/ioc")
    write, call = desk.page.keyboard, desk.find("ht-phone-desk")
    await desk.press("n")
    await expect(call.locator("[name=phone]")).to_be_focused()
    await write.type("0912 345 678")
    await desk.press("Tab")
    await write.type("Bà Tư")
    # Sent too early: what is missing is named and has the focus, what was typed stays.
    await desk.press("Control+Enter")
    await expect(call.locator("textarea")).to_be_focused()
    await expect(call.locator(".note.warn")).to_contain_text("lời người dân, vị trí (chọn địa chỉ hoặc ghim), lĩnh vực")
    await write.type("Ổ gà sâu giữa đường")
    await desk.press("Tab")
    await write.type("12 ba cu")
    await expect(call.locator("[role=option]").first).to_contain_text("12 Đường Ba Cu")
    await desk.press("Enter")
    await expect(call.locator("ht-pin-map .told")).to_have_text("10.34920, 107.07860")
    # The place is nudged by the arrows.
    await call.locator("ht-pin-map canvas").wait_for()
    await desk.press("Tab")
    await expect(call.locator("ht-pin-map canvas")).to_be_focused()
    await desk.press("ArrowRight", "ArrowLeft", "Tab")
    await write.type("o ga")
    await desk.press("Enter")
    await expect(call.locator("ht-choose").nth(1).locator("input")).to_have_value(
        "Đường sá, vỉa hè · Ổ gà, mặt đường hư hỏng"
    )
    await expect(call.locator(".same")).to_contain_text(known["code"])
    assert await axe.faults(desk.page) == []
    # Closed by mistake, nothing is lost.
    await desk.press("Escape")
    await expect(call.locator("dialog")).to_be_hidden()
    await desk.press("n")
    await expect(call.locator("[name=phone]")).to_be_focused()
    await expect(call.locator("textarea")).to_have_value("Ổ gà sâu giữa đường")
    # N right behind closing, before the page has told that it is closed: no key is lost.
    await call.evaluate(
        "(one) => { one.renderRoot.querySelector('dialog').close();"
        " window.dispatchEvent(new KeyboardEvent('keydown', { key: 'n', cancelable: true })); }"
    )
    await expect(call.locator("[name=phone]")).to_be_focused()
    await expect(call.locator("textarea")).to_have_value("Ổ gà sâu giữa đường")
    await desk.press("Control+Enter")
    await expect(call.locator(".sent .another")).to_be_focused()
    assert await axe.faults(desk.page) == []
    code = (await call.locator(".aloud").inner_text()).replace(" ", "")
    report = await (await people.operator()).get(f"/api/v1/reports/{code}")
    assert (report["channel"], report["place"], report["state"]) == (
        "phone", "12 Đường Ba Cu, Phường Vũng Tàu", "received",
    )  # fmt: skip
    await call.get_by_role("button", name="Mở phản ánh").press("Enter")
    await expect(desk.find("ht-case .code").first).to_contain_text(code)
    # Who called is seen by whoever says why.
    look = desk.find("ht-reporter")
    await look.get_by_role("button", name="Xem người gửi").press("Enter")
    await write.type("gọi lại hỏi thêm")
    await desk.press("Enter")
    await expect(look.locator(".who")).to_contain_text("Bà Tư")
    await expect(look.locator(".who")).to_contain_text("+84912345678")
    assert desk.complaints == []
    boss = await seat("supervisor")
    await boss.open("/ioc", code)
    await boss.find("ht-reporter summary").press("Enter")
    await expect(boss.find("ht-reporter li")).to_contain_text("gọi lại hỏi thêm")
