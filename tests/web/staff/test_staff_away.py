"""A desk whose server dies and comes back: it says so, misses nothing, counts what it missed."""

import json

from playwright.async_api import WebSocketRoute, expect

from tests.story.city import City, Process
from tests.story.people import People
from tests.web.staff.conftest import Seat


async def test_changes_while_away_are_applied_and_counted(
    seat: Seat, web_city: City, server: Process, people: People
) -> None:
    mortal = web_city.serve()
    desk = await seat("operator1", mortal.url)
    await desk.open("/ioc")
    count = desk.find("#tab-waiting .number")
    # The demo city has waiting reports: a zero is a queue that has not heard its first word yet.
    await expect(count).not_to_have_text("0")
    before = int(await count.inner_text())
    await desk.page.evaluate("document.body.dataset.mark = 'same page'")
    mortal.kill()
    await expect(desk.find(".line.off")).to_contain_text("Mất kết nối")
    resident = await people.resident()
    missed = [await people.sent(resident) for _ in range(3)]
    again = web_city.serve(int(mortal.url.rsplit(":", 1)[1]))
    await expect(desk.find(".line.live")).to_be_visible()
    for report in missed:
        await expect(desk.find("ht-queue .row", report["code"])).to_have_count(1)
    await expect(count).to_have_text(str(before + 3))
    await expect(desk.find(".missed")).to_contain_text("thay đổi khi mất kết nối")
    assert await desk.page.evaluate("document.body.dataset.mark") == "same page"
    again.kill()


async def test_command_given_on_a_dying_line_is_done_once(seat: Seat, people: People) -> None:
    """The line breaks after the command was sent and before its answer came: the desk sends it again by itself."""
    report = await people.sent(await people.resident())
    desk = await seat("operator1")
    keys: list[str] = []
    breaks: list[str] = []

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def outward(message: str | bytes) -> None:
            server.send(message)
            if json.loads(message).get("command") == "verify":
                keys.append(json.loads(message)["key"])

        async def inward(message: str | bytes) -> None:
            said = json.loads(message)
            if keys and not breaks and said["type"] in ("result", "event"):
                breaks.append(said["type"])
                await server.close()
                await socket.close()
            else:
                socket.send(message)

        socket.on_message(outward)
        server.on_message(inward)

    await desk.page.route_web_socket("**/api/v1/live", between)
    await desk.open("/ioc", report["code"])
    await desk.press("v")
    await expect(desk.find("ht-toasts li.done")).to_contain_text("Đã xác minh")
    assert len(keys) == 2
    assert keys[0] == keys[1]
    assert (await (await people.operator()).get(f"/api/v1/reports/{report['code']}"))["version"] == 2
