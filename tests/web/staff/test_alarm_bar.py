"""The bar of alarms on a desk, with an exercise: seen, taken by one key, and by whom; then nothing is left of it."""

from playwright.async_api import expect

from tests.story.people import People, eventually
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
        await expect(desk.find("ht-alarm-bar li kbd")).to_have_text("A")
        assert await faults(desk.page) == []
        row = desk.find(f'ht-alarm-bar li[data-alarm="{alarm["id"]}"]')

        async def taken() -> int:
            # Real alarms of this city stand before exercises; the key takes one after the other.
            await desk.press("Shift+A")
            return await row.locator(".by").count()

        await eventually(taken, lambda number: number == 1)
        await expect(row.locator(".text")).to_have_text("DIỄN TẬP: Ngập ở Bãi Trước")
        name = (await (await people.operator()).get("/api/v1/sessions/current"))["account"]["name"]
        await expect(row.locator(".by")).to_contain_text(name)
        await expect(row.locator("button")).to_have_count(0)
    finally:
        await supervisor.send("POST", "/api/v1/drill", json={"active": False})
    await expect(row).to_have_count(0)
    await expect(desk.find("ht-alarm-bar .drill")).to_have_count(0)
