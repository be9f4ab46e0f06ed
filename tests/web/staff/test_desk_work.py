"""A shift at the triage desk: many cases by keyboard, honest commands, views, bulk actions, notes."""

import json
from functools import partial
from typing import Any

from playwright.async_api import WebSocketRoute, expect

from tests.story.people import People, eventually
from tests.web.axe import faults
from tests.web.staff.conftest import Seat


async def _sent(people: People, count: int, words: str) -> list[dict[str, Any]]:
    resident = await people.resident()
    return [await people.sent(resident, description=f"{words} số {at}.") for at in range(1, count + 1)]


async def test_twenty_cases_are_triaged_by_keyboard_alone(seat: Seat, people: People) -> None:
    sent = await _sent(people, 20, "Nắp hố ga kêu trong hẻm Bình Minh")
    # Without graphics hardware a map that glides from case to case costs more than all else here.
    desk = await seat("operator1", reduced_motion="reduce")
    await desk.open("/ioc")
    await desk.page.locator("ht-queue input[type=search]").focus()
    await desk.page.keyboard.type("hem binh minh")
    await expect(desk.find("ht-queue .row")).to_have_count(20)
    await desk.page.locator("ht-queue input[type=search]").blur()
    chip = desk.find("ht-case header .chip").first
    for left in range(20, 0, -1):
        await expect(desk.find("ht-queue .row")).to_have_count(left)
        await desk.press("j")
        await expect(chip).to_contain_text("Mới nhận")
        await desk.press("v")
        await expect(desk.find("ht-case .actions [data-command=dispatch]")).to_be_enabled()
        await desk.press("d")
        await expect(desk.find("ht-command dialog")).to_be_visible()
        await desk.press("Enter")
        await expect(chip).to_contain_text("Đã chuyển")
    await expect(desk.find("ht-queue .empty")).to_be_visible()
    operator = await people.operator()
    for report in sent:  # the desk shows it at once; the city has it a moment later
        ask = partial(operator.get, f"/api/v1/reports/{report['code']}")
        await eventually(ask, lambda now: now["state"] == "dispatched")
    assert desk.complaints == []


class Line:
    """A line that can be made to lose events and to hold back the answers to commands."""

    def __init__(self) -> None:
        self.deaf, self.slow = False, False
        self.kept: list[Any] = []
        self.socket: WebSocketRoute | None = None

    def between(self, socket: WebSocketRoute) -> None:
        server, self.socket = socket.connect_to_server(), socket

        def inward(message: str | bytes) -> None:
            said = json.loads(message)
            if self.deaf and said["type"] == "event":
                return
            if self.slow and said["type"] in ("result", "error") and ("report" in said or "problem" in said):
                self.kept.append(message)
                return
            socket.send(message)

        server.on_message(inward)

    def let_go(self) -> None:
        assert self.socket is not None
        self.slow = False
        for message in self.kept:
            self.socket.send(message)


async def test_a_command_shows_at_once_and_is_taken_back_when_it_is_refused(seat: Seat, people: People) -> None:
    report = await people.sent(await people.resident())
    desk, line = await seat("operator1"), Line()
    await desk.page.route_web_socket("**/api/v1/live", line.between)
    await desk.open("/ioc", report["code"])
    line.deaf = line.slow = True
    await people.command(await people.operator(2), report, "claim")
    await desk.press("v")
    chip = desk.find("ht-case header .chip").first
    await expect(chip).to_contain_text("Đã xác minh")
    await expect(desk.find("ht-queue .row", report["code"])).to_contain_text("Đang gửi")
    line.let_go()
    await expect(desk.find("ht-toasts li.bad")).to_contain_text("đang giữ phản ánh này")
    await expect(chip).to_contain_text("Mới nhận")
    await expect(desk.find("ht-claim .other")).to_be_visible()


async def test_a_late_command_shows_both_versions_and_what_was_wanted(seat: Seat, people: People) -> None:
    report = await people.sent(await people.resident())
    desk, line = await seat("operator1"), Line()
    await desk.page.route_web_socket("**/api/v1/live", line.between)
    await desk.open("/ioc", report["code"])
    line.deaf = True
    answer = {"reason": "unclear", "public_answer": "Mong bạn gửi lại."}
    await people.command(await people.operator(2), report, "reject", **answer)
    await desk.press("v")
    late = desk.find("ht-stale dialog")
    await expect(late.locator("tr.clash")).to_contain_text("Trạng thái")
    await expect(late.locator("tr.clash td")).to_have_text(["Mới nhận", "Từ chối", "Đã xác minh"])
    assert await faults(desk.page, late) == []
    await desk.press("Enter")
    await expect(late).to_be_hidden()
    await expect(desk.find("ht-case header .chip").first).to_contain_text("Từ chối")
    after = await (await people.operator()).get(f"/api/v1/reports/{report['code']}")
    assert after["state"] == "rejected"


async def test_a_saved_view_survives_and_opens_the_desk(seat: Seat, people: People) -> None:
    desk = await seat("operator2")
    await desk.page.goto(f"{desk.url}/ioc?tab=agencies&late=1&order=priority")
    await desk.find("ht-queue .rows[aria-busy=false]").wait_for()
    await desk.press("w")
    dialog = desk.find("ht-views dialog")
    await expect(dialog.locator("fieldset .quiet")).to_have_text("Ở cơ quan · Chỉ quá hạn · Ưu tiên cao nhất trước")
    await dialog.locator("input[name=name]").fill("Trễ ở cơ quan")
    await dialog.locator("input[name=default]").check()
    await desk.press("Enter")
    await expect(desk.find("ht-toasts li.done")).to_contain_text("Trễ ở cơ quan")
    await desk.open("/ioc")
    await expect(desk.find("#tab-agencies")).to_have_attribute("aria-selected", "true")
    await expect(desk.find("[data-filters]")).to_have_attribute("aria-pressed", "true")
    await desk.press("1")
    await desk.press("Control+k")
    await desk.page.keyboard.type("tre o co quan")
    await desk.press("Enter")
    await expect(desk.find("#tab-agencies")).to_have_attribute("aria-selected", "true")
    await desk.press("w")
    await dialog.locator("[data-do=trash]").click()
    await expect(dialog.locator("li")).to_have_count(0)


async def test_many_are_done_at_once_after_a_preview_and_taken_back(seat: Seat, people: People) -> None:
    sent = await _sent(people, 4, "Bảng tên đường bị mờ ở khu Quỳnh Thảo")
    held, *free = [report["code"] for report in sent]
    await people.command(await people.operator(2), sent[0], "claim")
    desk = await seat("operator1")
    await desk.open("/ioc")
    await desk.page.goto(f"{desk.url}/ioc?tab=waiting&q=khu+quynh+thao")
    await expect(desk.find("ht-queue .row")).to_have_count(4)
    await desk.press("j", "x", "j", "j", "j", "Shift+X", "b")
    bulk = desk.find("ht-bulk dialog")
    await expect(bulk.locator("[role=status]")).to_have_text("3 phản ánh sẽ được xử lý, 1 không thể.")
    await expect(bulk.locator(f"[data-code='{held}']")).to_contain_text("người khác đang giữ")
    assert await faults(desk.page, bulk) == []
    await bulk.locator("button.first").click()
    await expect(bulk.locator("[role=status]")).to_have_text("Xong 3, không được 0.")
    operator = await people.operator()
    states = {(await operator.get(f"/api/v1/reports/{code}"))["state"] for code in free}
    assert states == {"verified"}
    await bulk.locator("[data-undo]").click()
    await expect(bulk.locator(".went", has_text="đã hoàn tác")).to_have_count(3)
    assert (await operator.get(f"/api/v1/reports/{free[0]}"))["state"] == "received"


async def test_a_colleague_is_called_in_a_note_and_hears_of_it(seat: Seat, people: People) -> None:
    report = await people.sent(await people.resident())
    second = await seat("operator2")
    await second.open("/ioc")
    desk = await seat("operator1")
    await desk.open("/ioc", report["code"])
    await desk.press("i")
    await desk.page.keyboard.type("Xem giúp @operator2")
    await expect(desk.find("ht-notes [role=option]")).to_have_count(1)
    await desk.press("Tab")
    await desk.page.keyboard.type("nhé")
    await desk.press("Control+Enter")
    await expect(desk.find("ht-notes li mark")).to_have_text("@operator2")
    await expect(second.find("ht-mentions .count")).to_be_visible()
    await second.press("@")
    await second.find("ht-mentions li button", report["code"]).click()
    await expect(second.find("ht-notes li")).to_contain_text("Xem giúp @operator2 nhé")
    await expect(second.find("ht-mentions .count")).to_have_count(0)


async def test_clocks_are_right_although_the_browsers_is_wrong_by_a_day(seat: Seat, people: People) -> None:
    report = await people.sent(await people.resident())
    right, wrong = await seat("operator1"), await seat("operator1")
    await wrong.page.add_init_script("const now = Date.now.bind(Date); Date.now = () => now() + 86400000;")
    left = "due => due.shadowRoot.querySelector('.due > span').textContent.split(' ').slice(0, 3).join(' ')"
    told = []
    for desk in (right, wrong):
        await desk.open("/ioc", report["code"])
        told.append(await desk.find("ht-case header ht-due").evaluate(left))
        await desk.press("c")
        await expect(desk.find("ht-claim .mine")).to_be_visible()
        await desk.press("c")
        await expect(desk.find("ht-claim .mine")).to_have_count(0)
    assert told[0] == told[1]


async def test_desk_is_usable_enlarged_twice_and_axe_finds_nothing(seat: Seat, people: People) -> None:
    """A screen of 1440 pixels at 200 % is one of 720."""
    report = await people.sent(await people.resident())
    for wide, theme in ((1440, "dark"), (720, "light")):
        desk = await seat("operator1", viewport={"width": wide, "height": 900}, color_scheme=theme)
        await desk.open("/ioc", report["code"])
        assert await faults(desk.page) == [], wide
        for key, element in (("?", "ht-help"), (":", "ht-palette"), ("w", "ht-views"), ("q", "ht-command")):
            await desk.press(key)
            dialog = desk.find(f"{element} dialog")
            await expect(dialog).to_be_visible()
            assert await faults(desk.page, dialog) == [], (wide, key)
            await desk.press("Escape")
            await expect(dialog).to_be_hidden()
        scrolls = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not await desk.page.evaluate(scrolls), wide
