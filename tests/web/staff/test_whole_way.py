"""The customer's sentence by clicking: a resident photographs, the center verifies and dispatches, the agency proves,
the center publishes, the resident sees it and rates. Nobody calls the API by hand.
"""

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.story.city import Process
from tests.story.people import HERE
from tests.story.photos import phone_photo
from tests.web.portal.conftest import phone_in
from tests.web.portal.test_portal_report import fill, send
from tests.web.staff.conftest import PHONE, Seat


def _photo(path: Path, seed: int) -> Path:
    path.write_bytes(phone_photo(HERE["lon"], HERE["lat"], seed=seed))
    return path


async def test_resident_operator_agency(browser: Browser, server: Process, seat: Seat, tmp_path: Path) -> None:
    operator = await seat("operator1")
    await operator.open("/ioc")
    async with phone_in(browser, server.url) as resident:
        await fill(resident, _photo(tmp_path / "truoc.jpg", 5))
        code = await send(resident)

        # Live at the center; by keyboard to the proposed agency.
        await operator.find("ht-queue .row", code).click()
        await operator.press("c")
        await expect(operator.find("ht-claim .mine")).to_be_visible()
        await operator.press("v")
        await expect(operator.find("ht-case header .chip")).to_contain_text(["Đã xác minh"])
        await operator.press("d")
        lead = await operator.find("ht-command option[selected]").first.get_attribute("value")
        await operator.press("Enter")
        await expect(operator.find("ht-case header .chip").first).to_contain_text("Đã chuyển")

        # Live at the agency, on a phone in the street.
        officer = await seat(f"agency-{lead}", **PHONE)
        await officer.open("/agency")
        await officer.find("#tab-new").tap()
        await officer.find("ht-queue .row", code).tap()
        await officer.find("[data-command=accept]").tap()
        await expect(officer.find("ht-case header .chip").first).to_contain_text("Đang xử lý")
        await officer.find("[data-command=resolve]").tap()
        await officer.page.set_input_files("ht-command .drop input", _photo(tmp_path / "sau.jpg", 6))
        await officer.find("ht-command textarea").fill("Đã vá mặt đường bằng bê tông nhựa nóng.")
        await expect(officer.find("ht-command .chip.done")).to_contain_text("Đã tải lên")
        await officer.find("ht-command button.first").tap()
        await expect(operator.find("ht-case header .chip").first).to_contain_text("Chờ kiểm duyệt")

        # The center releases both pictures and publishes.
        await operator.press("a")
        ticks = operator.find("ht-command .pick input")
        await expect(ticks).to_have_count(2)
        for tick in await ticks.all():
            await tick.check()
        await operator.find("ht-command button.first").click()
        await expect(operator.find("ht-case header .chip").first).to_contain_text("Đã công khai")

        # The resident hears it on the open page, and has the last word.
        await expect(resident.page.locator("#live-head .status")).to_have_text("Đã xử lý")
        await expect(resident.page.locator("#live-result .compare figure")).to_have_count(2)
        await resident.page.locator(".face-choice.satisfied").click()
        await resident.page.click(".rate button")
        await expect(resident.page.locator(".rate button")).to_have_text("Sửa đánh giá")

        # Anybody reads it on the portal.
        await resident.goto(f"/reports/{code}")
        await expect(resident.page.locator("main")).to_contain_text("Đã vá mặt đường bằng bê tông nhựa nóng.")
    assert operator.complaints == []
