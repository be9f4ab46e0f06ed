"""What an agency arranges at its desk, heard by its crew and its partner; and the center's second looks at a result."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from playwright.async_api import expect

from tests.story.city import City
from tests.story.people import People
from tests.web.axe import faults
from tests.web.staff.conftest import PHONE, Seat

FENCE, FILL = "Rào chắn hố ga", "Vá mặt đường"


@asynccontextmanager
async def a_crew(people: People, agency: str) -> AsyncIterator[dict[str, Any]]:
    """A crew of its own with the agency's officer in it, and empty again afterwards."""
    officer = await people.agency(agency)
    wanted = {"code": f"to-{uuid4().hex[:6]}", "name": "Tổ duy tu lưu động"}
    crew: dict[str, Any] = (await officer.ask("POST", "/api/v1/crews", json=wanted)).json
    members = f"/api/v1/crews/{crew['id']}/members"
    await officer.ask("PUT", members, json={"members": [f"agency-{agency}"]})
    yield crew
    await officer.ask("PUT", members, json={"members": []})


async def test_tasks_are_put_in_order_for_the_crew_and_parts_asked_for(seat: Seat, people: People) -> None:
    report = await people.brought_to("verified", await people.sent(await people.resident()))
    lead = report["route"]["lead"]
    other = "dien-luc" if lead != "dien-luc" else "chieu-sang"
    report = await people.command(await people.operator(), report, "dispatch", supporting=[other])
    await people.brought_to("in_progress", report)
    async with a_crew(people, lead) as crew:
        desk = await seat(f"agency-{lead}")
        await desk.open("/agency", report["code"])
        for number, what in enumerate((FENCE, FILL), 1):
            await desk.find("ht-work [data-new-task]").click()
            await desk.find("ht-work [data-what]").fill(what)
            await desk.find("ht-work [data-who]").select_option(f"crew:{crew['id']}")
            await desk.find("ht-work [data-add]").click()
            await expect(desk.find("ht-work [data-task]")).to_have_count(number)
        phone = await seat(f"agency-{lead}", **PHONE)
        await phone.page.goto(f"{phone.url}/agency/today")
        stops = phone.find(".stops .top strong")
        await expect(stops.first).to_be_visible()

        await desk.find("[data-crews]").click()
        await desk.find(f"[data-order={crew['code']}]").click()
        rows = desk.find("ht-crew-order li[data-move]")
        await expect(rows).to_have_count(2)
        first, second = await rows.locator("strong").all_inner_texts()
        await rows.nth(0).locator("[data-down]").focus()
        await desk.press("Alt+ArrowDown")
        await expect(rows.locator("strong")).to_have_text([second, first])
        await expect(rows.nth(1).locator("[data-down]")).to_be_focused()
        # Nobody touches the phone.
        await expect(stops.nth(0)).to_have_text(second)
        await expect(stops.nth(1)).to_have_text(first)
        await rows.nth(1).drag_to(rows.nth(0))
        await expect(rows.locator("strong")).to_have_text([first, second])
        await expect(stops.nth(0)).to_have_text(first)
        assert await faults(desk.page) == []
        await desk.press("Escape")

        await desk.find(f"ht-work [data-part={other}] .link").click()
        await desk.find("ht-part-form textarea").fill("Cắt điện tủ cạnh hố ga.")
        await desk.find("ht-part-form button.first").click()
        await expect(desk.find(f"[data-part={other}] .chip.waiting")).to_be_visible()
        partner = await seat(f"agency-{other}")
        await partner.open("/agency")
        await partner.page.goto(f"{partner.url}/agency?report={report['code']}")
        await partner.find("ht-work [data-finish]").click()
        await partner.find("ht-part-form textarea").fill("Đã cắt điện lúc 9 giờ.")
        await partner.find("ht-part-form button.first").click()
        await expect(desk.find(f"[data-part={other}] .chip.done")).to_be_visible()
        assert desk.complaints == phone.complaints == []


async def test_a_drawn_case_is_looked_at_again_and_a_checker_sent(seat: Seat, people: People, web_city: City) -> None:
    report = await people.brought_to("resolved", await people.sent(await people.resident()))
    share = "UPDATE category SET audit_share = %s WHERE code = %s RETURNING audit_share"
    was = web_city.rows("SELECT audit_share FROM category WHERE code = %s", report["category"])[0][0]
    web_city.rows(share, 1, report["category"])
    try:
        await people.brought_to("published", report)
    finally:
        web_city.rows(share, was, report["category"])
    code, other = report["code"], "dien-luc" if report["lead"] != "dien-luc" else "chieu-sang"
    desk = await seat("operator1")
    await desk.open("/ioc")
    await desk.press("6")
    row = desk.find("ht-queue .row", code)
    await row.click()
    await desk.find("ht-case [data-command=audit]").wait_for()
    await desk.press("y")
    send = desk.find("ht-command button.first")
    await desk.find("ht-command input[value=failed]").check()
    await expect(send).to_be_disabled()
    await desk.find("ht-command textarea").fill("Miếng vá lún ngay sau mưa.")
    await send.click()
    await expect(desk.find("ht-case", "Miếng vá lún ngay sau mưa.")).to_be_visible()
    await expect(row).to_have_count(0)

    await desk.find("ht-case [data-command=send_checker]").wait_for()
    await desk.press("g")
    await desk.find("ht-command select").select_option(other)
    await desk.find("ht-command textarea").fill("Miếng vá có lún thật không?")
    await desk.press("Control+Enter")
    await expect(desk.find("ht-case [data-command=recall_checker]")).to_be_visible()
    checker = await seat(f"agency-{other}", **PHONE)
    await checker.open("/agency")
    await checker.find("#tab-checks").tap()
    await checker.find("ht-queue .row", code).tap()
    await expect(checker.find("ht-case", "Miếng vá có lún thật không?")).to_be_visible()
    await checker.find("[data-command=report_check]").tap()
    await checker.find("ht-command textarea").fill("Lún 3 cm ở mép phải.")
    await checker.find("ht-command button.first").tap()
    await expect(checker.find("ht-queue .row", code)).to_have_count(0)
    await expect(desk.find("ht-case", "Lún 3 cm ở mép phải.")).to_be_visible()
    assert desk.complaints == []
