"""A desk whose server dies and comes back: it says so, misses nothing, counts what it missed."""

from playwright.async_api import expect

from api.clients import Client
from tests.story.city import City, Process
from tests.story.people import People
from tests.web.staff.conftest import Seat


async def test_changes_while_away_are_applied_and_counted(
    seat: Seat, staff_city: City, server: Process, people: People
) -> None:
    mortal = staff_city.serve()
    desk = await seat("operator1", mortal.url)
    await desk.open("/ioc")
    count = desk.find("#tab-waiting .number")
    before = int(await count.inner_text())
    await desk.page.evaluate("document.body.dataset.mark = 'same page'")
    mortal.kill()
    await expect(desk.find(".line.off")).to_contain_text("Mất kết nối")
    resident = await people.resident()
    missed = [await people.sent(resident) for _ in range(3)]
    again = staff_city.serve(int(mortal.url.rsplit(":", 1)[1]))
    await expect(desk.find(".line.live")).to_be_visible(timeout=30_000)
    for report in missed:
        await expect(desk.find("ht-queue .row", report["code"])).to_have_count(1)
    await expect(count).to_have_text(str(before + 3))
    await expect(desk.find(".missed")).to_contain_text("thay đổi khi mất kết nối")
    assert await desk.page.evaluate("document.body.dataset.mark") == "same page"
    again.kill()


async def test_command_given_on_a_dead_line_is_not_lost(seat: Seat, staff_city: City, people: People) -> None:
    report = await people.sent(await people.resident())
    mortal = staff_city.serve()
    desk = await seat("operator1", mortal.url)
    await desk.open("/ioc", report["code"])
    mortal.kill()
    await expect(desk.find(".line.off")).to_be_visible()
    await desk.press("v")
    await expect(desk.find("ht-case .actions button.first")).to_contain_text("Đang gửi")
    again = staff_city.serve(int(mortal.url.rsplit(":", 1)[1]))
    await expect(desk.find("ht-case header .chip").first).to_contain_text("Đã xác minh", timeout=30_000)
    async with Client.open(again.url) as client:
        operator = client.bearing(people.tokens["operator1"]) if "operator1" in people.tokens else await people.operator()
        assert (await operator.get(f"/api/v1/reports/{report['code']}"))["version"] == 2
    again.kill()
