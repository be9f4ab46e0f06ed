"""The bar of alarms on a desk, with an exercise: seen, taken by one key, and by whom; then nothing is left of it."""

from playwright.async_api import expect

from tests.story.people import People
from tests.web.axe import faults
from tests.web.staff.conftest import Seat


async def test_an_alarm_is_taken_by_one_key_and_says_by_whom(seat: Seat, people: People) -> None:
    desk = await seat("operator1")
    await desk.open("/ioc")
    await expect(desk.find("ht-alarm-bar .drill")).to_have_count(0)
    supervisor = await people.staff("supervisor")
    began = await supervisor.send("POST", "/api/v1/drill", json={"active": True, "scenario": "Bão số 9"})
    assert began.status == 200
    try:
        body = {"kind": "storm", "text": "Ngập ở Bãi Trước"}
        alarm = (await supervisor.send("POST", "/api/v1/drill/alarms", json=body)).json
        await expect(desk.find("ht-alarm-bar .drill")).to_contain_text("ĐANG DIỄN TẬP")
        # Real alarms of this city stand before exercises: take them first, as a person would.
        row = desk.find(f'ht-alarm-bar li[data-alarm="{alarm["id"]}"]')
        for other in (await supervisor.get("/api/v1/alarms"))["alarms"]:
            if not other["drill"] and other["acknowledged"] is None and other["cleared_at"] is None:
                await supervisor.send("POST", f"/api/v1/alarms/{other['id']}/acknowledge")
        await expect(row.locator("kbd")).to_have_text("A")
        await expect(row.locator(".text")).to_have_text("DIỄN TẬP: Ngập ở Bãi Trước")
        assert await faults(desk.page) == []
        await desk.press("Shift+A")
        name = (await (await people.operator()).get("/api/v1/sessions/current"))["account"]["name"]
        await expect(row.locator(".by")).to_contain_text(name)
        await expect(row.locator("button")).to_have_count(0)
    finally:
        await supervisor.send("POST", "/api/v1/drill", json={"active": False})
    await expect(row).to_have_count(0)
    await expect(desk.find("ht-alarm-bar .drill")).to_have_count(0)
    assert desk.complaints == []
