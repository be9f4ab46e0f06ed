"""The agency's desk, on a phone: from the inbox to the proof, and the center's check after it."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.story.people import HERE, People
from tests.story.photos import phone_photo
from tests.web.staff.conftest import PHONE, Seat

LEAST_TARGET_PX = 44


@pytest.fixture
def after_photo(tmp_path: Path) -> Path:
    """A photo of the finished work."""
    path = tmp_path / "sau.jpg"
    path.write_bytes(phone_photo(HERE["lon"], HERE["lat"], seed=77))
    return path


async def test_from_dispatch_to_publication_by_clicking(seat: Seat, people: People, after_photo: Path) -> None:
    report = await people.sent(await people.resident())
    report = await people.brought_to("verified", report)
    officer = await seat(f"agency-{report['route']['lead']}", **PHONE)
    await officer.open("/agency")
    await expect(officer.find("ht-queue .row", report["code"])).to_have_count(0)
    report = await people.brought_to("dispatched", report)
    await officer.find("#tab-new").tap()
    await officer.find("ht-queue .row", report["code"]).tap()
    await officer.find("[data-command=accept]").tap()
    await expect(officer.find("ht-case header .chip").first).to_contain_text("Đang xử lý")
    await officer.find("[data-command=resolve]").tap()
    send = officer.find("ht-command button.first")
    await expect(send).to_be_disabled()
    await officer.page.set_input_files("ht-command .drop input", after_photo)
    await officer.find("ht-command textarea").fill("Đã vá mặt đường bằng bê tông nhựa nóng.")
    await expect(officer.find("ht-command .chip.done")).to_contain_text("Đã tải lên")
    await send.tap()
    await expect(officer.find("ht-case header .chip").first).to_contain_text("Chờ kiểm duyệt")

    operator = await seat("operator1")
    await operator.open("/ioc", report["code"])
    await expect(operator.find("ht-photos section")).to_contain_text(["Sau"])
    await operator.press("a")
    ticks = operator.find("ht-command .pick input")
    await expect(ticks).to_have_count(1)
    await expect(ticks.first).not_to_be_checked()
    await ticks.first.check()
    await operator.find("ht-command button.first").click()
    await expect(operator.find("ht-case header .chip").first).to_contain_text("Đã công khai")
    told = officer.find("ht-toasts li.note", report["code"]).filter(has_text="Công khai kết quả")
    await expect(told).to_be_visible()
    public = await people.first.get(f"/api/v1/reports/{report['code']}")
    assert public["state"] == "published"


async def test_return_names_the_agency_that_should_have_it(seat: Seat, people: People) -> None:
    report = await people.brought_to("dispatched", await people.sent(await people.resident()))
    officer = await seat(f"agency-{report['lead']}")
    await officer.open("/agency", report["code"])
    await officer.press("r")
    await officer.find("ht-command .option input").first.check()
    await officer.find("ht-command select").select_option("dien-luc")
    await officer.find("ht-command button.first").click()
    await expect(officer.find("ht-queue .row", report["code"])).to_have_count(0)
    operator = await seat("operator1")
    await operator.open("/ioc", report["code"])
    await expect(operator.find(".feedback .warn")).to_contain_text("trả lại")
    await operator.press("d")
    await operator.find("ht-command .note .link").click()
    await expect(operator.find("ht-command select").first).to_have_value("dien-luc")


async def test_extension_moves_the_due_time(seat: Seat, people: People) -> None:
    report = await people.brought_to("in_progress", await people.sent(await people.resident()))
    officer = await seat(f"agency-{report['lead']}")
    await officer.open("/agency", report["code"])
    await officer.press("e")
    await officer.find("ht-command textarea").last.fill("Chờ vật tư về kho.")
    await officer.find("ht-command button.first").click()
    await expect(officer.find("ht-command dialog")).to_be_hidden()
    # The desk shows it at once; the city has it a moment later.
    operator = await people.operator()
    async with asyncio.timeout(90):
        while (await operator.get(f"/api/v1/reports/{report['code']}"))["due_at"] <= report["due_at"]:
            await asyncio.sleep(0.1)


async def test_phone_has_room_for_a_thumb_and_nothing_hangs_over(seat: Seat, people: People) -> None:
    report = await people.brought_to("dispatched", await people.sent(await people.resident()))
    officer = await seat(f"agency-{report['lead']}", **PHONE)
    await officer.open("/agency")
    await officer.find("#tab-new").tap()
    await officer.find("ht-queue .row", report["code"]).tap()
    await officer.find("[data-command=accept]").wait_for()
    assert await officer.page.evaluate("document.documentElement.scrollWidth") == 360
    for button in await officer.find(
        "ht-case .actions button:visible, ht-topbar button:visible, nav.phone button:visible"
    ).all():
        box = await button.bounding_box()
        assert box is not None
        assert box["height"] >= LEAST_TARGET_PX, await button.inner_text()


async def test_supporting_agency_may_look_but_not_act(seat: Seat, people: People) -> None:
    report = await people.brought_to("verified", await people.sent(await people.resident()))
    operator = await people.operator()
    other = "dien-luc" if report["route"]["lead"] != "dien-luc" else "chieu-sang"
    await people.command(operator, report, "dispatch", supporting=[other])
    officer = await seat(f"agency-{other}")
    await officer.page.goto(f"{officer.url}/agency?report={report['code']}")
    await expect(officer.find("ht-case .actions")).to_contain_text("Không có thao tác nào")
