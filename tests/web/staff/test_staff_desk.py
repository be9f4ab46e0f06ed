"""The triage desk: live, by keyboard, and honest about what it does not know."""

from playwright.async_api import WebSocketRoute, expect

from tests.story.people import People, eventually
from tests.web.staff.conftest import Seat

# Half of the lease, at which a desk asks for another one.
RENEWED_AFTER_MS = 60_000


async def test_new_report_appears_by_itself_and_goes_to_the_agency_by_keyboard(seat: Seat, people: People) -> None:
    desk = await seat("operator1")
    await desk.open("/ioc")
    await desk.page.evaluate("document.body.dataset.mark = 'same page'")
    report = await people.sent(await people.resident(), description="Nắp cống vỡ trước nhà số 5.")
    await expect(desk.find("ht-queue .row", report["code"])).to_be_visible()
    await desk.find("ht-queue .row", report["code"]).click()
    await expect(desk.find("ht-case .description")).to_have_text("Nắp cống vỡ trước nhà số 5.")
    await desk.press("c")
    await expect(desk.find("ht-claim .mine")).to_be_visible()
    await desk.press("v")
    await expect(desk.find("ht-case header .chip")).to_contain_text(["Đã xác minh"])
    await desk.press("d")
    await expect(desk.find("ht-command option[selected]").first).to_contain_text("đề xuất")
    await desk.press("Enter")
    await expect(desk.find("ht-case header .chip").first).to_contain_text("Đã chuyển")
    await expect(desk.find("ht-timeline li").first).to_contain_text("Chuyển cơ quan xử lý")
    after = await (await people.operator()).get(f"/api/v1/reports/{report['code']}")
    assert (after["state"], after["version"], after["lead"]) == ("dispatched", 4, after["route"]["lead"])
    assert await desk.page.evaluate("document.body.dataset.mark") == "same page"
    assert desk.complaints == []


async def test_undo_takes_back_what_was_done_and_says_so(seat: Seat, people: People) -> None:
    report = await people.sent(await people.resident())
    desk = await seat("operator1")
    await desk.open("/ioc", report["code"])
    await desk.press("v")
    await expect(desk.find("ht-toasts li", "Đã xác minh")).to_be_visible()
    await desk.press("z")
    await expect(desk.find("ht-toasts li", "Đã bỏ xác minh")).to_be_visible()
    await expect(desk.find("ht-case header .chip").first).to_contain_text("Mới nhận")


async def test_queue_moves_by_j_and_k_and_each_tab_by_its_number(seat: Seat) -> None:
    desk = await seat("operator1")
    await desk.open("/ioc")
    rows = desk.find("ht-queue .row")
    await desk.press("j", "j")
    await expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    await desk.press("k")
    await expect(rows.nth(0)).to_have_attribute("aria-current", "true")
    await desk.press("4")
    await expect(desk.find("#tab-approve")).to_have_attribute("aria-selected", "true")
    await desk.press("/")
    await desk.page.keyboard.type("khong co chu nay")
    await expect(desk.find("ht-queue .empty")).to_contain_text("Không có phản ánh nào khớp")
    await desk.press("Escape", "?")
    await expect(desk.find("ht-help dialog")).to_be_visible()


async def test_search_needs_no_tone_marks_and_finds_finished_reports(seat: Seat, people: People) -> None:
    report = await people.sent(await people.resident(), description="Đường ngập sâu ở hẻm Kha Vạn Cân.")
    await people.command(await people.operator(), report, "reject", reason="unclear", public_answer="Mong bạn gửi lại.")
    desk = await seat("operator1")
    await desk.open("/ioc")
    await desk.press("/")
    await desk.page.keyboard.type("o hem kha van can")
    await expect(desk.find("ht-queue .row", report["code"])).to_be_visible()
    await expect(desk.find("ht-queue .beyond")).to_be_visible()


async def test_two_operators_see_each_other_and_who_took_over(seat: Seat, people: People) -> None:
    report = await people.sent(await people.resident())
    first, second = await seat("operator1"), await seat("operator2")
    await first.open("/ioc", report["code"])
    await second.open("/ioc", report["code"])
    await expect(first.find("ht-case header .chip", "Đang xem")).to_be_visible()
    await first.press("c")
    await expect(first.find("ht-claim .mine")).to_be_visible()
    await expect(second.find("ht-claim .other")).to_contain_text("đang giữ phản ánh này")
    await expect(second.find("ht-case .actions button")).to_have_count(0)
    await second.press("t")
    await second.find("ht-command textarea").fill("Ca trước đã về.")
    await second.press("Control+Enter")
    await expect(second.find("ht-claim .mine")).to_be_visible()
    await expect(first.find("ht-claim .lost")).to_contain_text("vừa được")
    await expect(first.find("ht-toasts li.bad")).to_be_visible()


async def test_lease_is_renewed_while_the_case_is_open(seat: Seat, people: People) -> None:
    report = await people.sent(await people.resident())
    desk = await seat("operator1")
    await desk.page.clock.install()
    await desk.open("/ioc", report["code"])
    await desk.press("c")
    await expect(desk.find("ht-claim .mine")).to_be_visible()
    # Shown at once; the notice says that the server has it.
    await expect(desk.find("ht-toasts li.done")).to_be_visible()
    operator = await people.operator()
    heartbeats: list[str] = []
    desk.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: heartbeats.append(str(frame))))
    await desk.page.reload()
    # Leaving gave it back, coming back took it again; the button waits for the server's answer.
    await expect(desk.find("ht-claim .mine button")).to_be_enabled()
    before = await operator.get(f"/api/v1/reports/{report['code']}")
    # A minute of the desk's clock; the lease is the city's, whose clock goes on as ever.
    await desk.page.clock.fast_forward(RENEWED_AFTER_MS)
    after = await eventually(
        lambda: operator.get(f"/api/v1/reports/{report['code']}"),
        lambda now: now["claim"]["until"] > before["claim"]["until"],
    )
    assert any('"heartbeat"' in frame for frame in heartbeats)
    assert after["version"] == before["version"]


async def test_late_write_is_refused_with_the_difference_and_can_be_sent_again(seat: Seat, people: People) -> None:
    """The desk is kept from hearing of a change, as on a bad line, and then writes on what it last saw."""
    report = await people.sent(await people.resident())
    desk = await seat("operator1")

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda message: None if '"type":"event"' in str(message) else socket.send(message))

    await desk.page.route_web_socket("**/api/v1/live", between)
    await desk.open("/ioc", report["code"])
    await desk.press("r")
    answer = desk.find("ht-command textarea").last
    await answer.fill("Cảm ơn bạn, việc này đã có kế hoạch.")
    await people.command(await people.operator(2), report, "verify", urgency="urgent")
    await desk.press("Control+Enter")
    fault = desk.find("ht-command .fault")
    await expect(fault).to_contain_text("đã thay đổi từ lúc bạn mở")
    await expect(fault.locator("tbody tr")).to_contain_text(["Trạng thái", "Mức độ", "Từ chối"])
    await expect(fault.locator("tr", has_text="Mức độ").locator("td")).to_have_text(["Thường", "Khẩn", "không đổi"])
    await expect(answer).to_have_value("Cảm ơn bạn, việc này đã có kế hoạch.")
    await desk.find("ht-command button.first").click()
    await expect(desk.find("ht-command dialog")).to_be_hidden()
    operator = await people.operator()
    await eventually(  # the form closes when it is sent, before the city has answered
        lambda: operator.get(f"/api/v1/reports/{report['code']}"),
        lambda now: now["state"] == "rejected",
    )


async def test_open_form_says_that_the_case_has_moved(seat: Seat, people: People) -> None:
    report = await people.sent(await people.resident())
    desk = await seat("operator1")
    await desk.open("/ioc", report["code"])
    await desk.press("r")
    await people.command(await people.operator(2), report, "verify")
    await expect(desk.find("ht-command [role=status]")).to_contain_text("Trạng thái: Mới nhận → Đã xác minh")


async def test_same_problem_nearby_is_merged(seat: Seat, people: People) -> None:
    here = {"lon": 107.0951, "lat": 10.3544, "accuracy_m": 8}
    first = await people.sent(await people.resident(), location=here)
    second = await people.sent(await people.resident(), location={**here, "lat": here["lat"] + 0.0001})
    desk = await seat("operator1")
    await desk.open("/ioc", second["code"])
    await expect(desk.find("ht-similar button", first["code"])).to_be_visible()
    await desk.press("m")
    await expect(desk.find("ht-command input.code")).to_have_value(first["code"])
    await desk.press("Enter")
    await expect(desk.find("ht-case header .chip").first).to_contain_text("Đã gộp")
    await expect(desk.find("ht-queue .row", first["code"]).locator(".number", has_text="2")).to_be_visible()


async def test_map_needs_nothing_but_our_own_origin(seat: Seat) -> None:
    desk = await seat("operator1")
    await desk.open("/ioc")
    await desk.find("ht-map[data-ready]").wait_for()
    await desk.press("j")
    await desk.page.wait_for_load_state("networkidle")
    assert any("/tiles/areas/" in url for url in desk.asked)
    assert desk.hosts == {desk.url.removeprefix("http://")}
    assert desk.complaints == []


async def test_point_on_the_map_opens_its_case(seat: Seat, people: People) -> None:
    report = await people.sent(await people.resident())
    desk = await seat("operator1")
    await desk.open("/ioc", report["code"])
    await desk.find("ht-map[data-ready]").wait_for()
    await desk.press("Escape")
    await expect(desk.find("ht-case .nothing")).to_be_visible()
    box = await desk.find("ht-map").bounding_box()
    assert box is not None

    async def clicked() -> int:
        # The map may still be on its way to the point; a click beside it opens nothing.
        await desk.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        return await desk.find("ht-case h2").count()

    await eventually(clicked, bool)
