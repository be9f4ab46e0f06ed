"""My reports in a real browser: reopen with a photo, follow, settings, quiet nights with consent, the next phone."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.async_api import Browser, expect

from api.clients import Client, File
from tests.story.city import Process
from tests.story.people import HERE, People, Report, eventually
from tests.story.photos import phone_photo
from tests.web.portal.conftest import Phone, phone_in


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "lai-sut.jpg"
    path.write_bytes(phone_photo(HERE["lon"], HERE["lat"], seed=uuid4().int))
    return path


async def as_client(phone: Phone, people: People) -> Client:
    """The phone's browser is a device; this is the same device as a program."""
    await phone.goto("/new")
    jar = {one["name"]: one["value"] for one in await phone.context.cookies()}
    return people.first.bearing(jar["hientruong_device"])


async def sent_from(phone: Phone, people: People) -> Report:
    picture = File("truoc.jpg", phone_photo(HERE["lon"], HERE["lat"], seed=uuid4().int))
    return await people.sent(await as_client(phone, people), [picture])


async def test_reopen_with_a_photo(phone: Phone, plain_phone: Phone, photo: Path, people: People) -> None:
    for one in (phone, plain_phone):
        report = await people.brought_to("published", await sent_from(one, people))
        await one.goto(f"/t/{report['code']}")
        await one.page.get_by_text("Chưa được giải quyết?").click()
        await one.page.fill("[name=reason]", "Lại sụt sau mưa")
        await one.page.set_input_files("#live-result input[name=media]", photo)
        await one.page.get_by_role("button", name="Yêu cầu xem lại").click()
        await expect(one.page.locator(".story")).to_contain_text("Mở lại để xử lý tiếp")
        seen = await (await people.operator()).get(f"/api/v1/reports/{report['code']}")
        assert [item["role"] for item in seen["media"]].count("report") == 2
        assert one.complaints == []


async def test_answer_with_a_photo_and_send_more(phone: Phone, plain_phone: Phone, photo: Path, people: People) -> None:
    for one in (phone, plain_phone):
        report = await sent_from(one, people)
        await people.command(await people.operator(), report, "ask", question="Bên nào của đường?")
        await one.goto(f"/t/{report['code']}")
        await one.page.fill(".ask textarea", "Bên phải, như ảnh")
        await one.page.set_input_files(".ask input[type=file]", photo)
        await one.page.click(".ask button")
        await expect(one.page.locator(".story q").last).to_have_text("Bên phải, như ảnh")
        # The live channel may show it before the form's own answer is here, which puts a new page in the place of this.
        await expect(one.page.locator(".ask textarea")).to_have_count(0)
        more = photo.with_name(f"{uuid4().hex}.jpg")
        more.write_bytes(phone_photo(HERE["lon"], HERE["lat"], seed=uuid4().int, size=(320, 240)))
        await one.page.get_by_text("Gửi thêm ảnh, video").click()
        # A person's hand is on the field while they choose; a page that freshens then leaves it alone.
        # Opened once more in the same moment: it may have freshened, and closed what was opened, just before.
        await one.page.locator("#live-sent input[name=media]").evaluate(
            "field => { field.closest('details').open = true; field.focus(); }"
        )
        await one.page.set_input_files("#live-sent input[name=media]", more)
        await expect(one.page.locator("#live-sent input[name=media]")).to_have_value(re.compile(more.name))
        await one.page.get_by_role("button", name="Gửi thêm", exact=True).click()
        await expect(one.page.locator(".story")).to_contain_text("Bạn đã gửi thêm ảnh")
        await expect(one.page.locator("#live-sent .strip li")).to_have_count(3)


async def test_the_due_time_says_what_it_means_and_tells_extensions_apart(phone: Phone, people: People) -> None:
    report = await people.brought_to("in_progress", await sent_from(phone, people))
    until = datetime.fromisoformat(report["due_at"]) + timedelta(days=3)
    agency = await people.agency(report["lead"])
    await people.command(agency, report, "extend", until=until.isoformat(), reason="Chờ vật tư")
    await phone.goto(f"/t/{report['code']}")
    box = phone.page.locator(".due-box")
    await expect(box).to_contain_text("Thời hạn đang chạy")
    await expect(box).to_contain_text(re.compile(r"Cam kết của thành phố: \d+ (ngày|giờ) làm việc kể từ khi"))
    await expect(box.locator(".extension")).to_contain_text("Chờ vật tư")


async def test_follow_and_hear(phone: Phone, plain_phone: Phone, people: People) -> None:
    for one in (phone, plain_phone):
        report = await people.sent(await people.resident(), description="Chỉ người gửi và trung tâm đọc được câu này")
        await one.goto(f"/f/{report['code']}")
        await expect(one.page.locator("main")).not_to_contain_text("Chỉ người gửi")
        await one.page.get_by_role("button", name="Theo dõi", exact=True).click()
        await expect(one.page.get_by_role("button", name="Bỏ theo dõi")).to_be_visible()
        await people.brought_to("published", report)

        async def heard(one: Phone = one) -> int:
            await one.goto("/mine")
            return await one.page.locator(".inbox .unread").count()

        await eventually(heard, lambda count: count >= 2)
        await one.page.locator(".inbox a", has_text="đã có kết quả").first.click()
        await one.page.wait_for_url(f"**/reports/{report['code']}")


async def test_settings_hold(phone: Phone, plain_phone: Phone) -> None:
    for one in (phone, plain_phone):
        await one.goto("/mine/settings")
        await one.page.check("input[name=large_text]")
        await one.page.check("input[name=quiet]")
        await one.page.fill("input[name=quiet_from]", "21:00")
        await one.page.get_by_role("button", name="Lưu").click()
        await expect(one.page.get_by_role("status").first).to_contain_text("Đã lưu")
        await one.goto("/mine")
        assert await one.page.locator("html").get_attribute("data-text") == "large"
        await one.goto("/mine/settings")
        assert await one.page.input_value("input[name=quiet_from]") == "21:00"


async def test_the_next_phone_scans_or_types(phone: Phone, browser: Browser, server: Process, people: People) -> None:
    report = await sent_from(phone, people)
    await phone.goto("/mine/settings")
    await phone.page.get_by_role("button", name="Lấy mã chuyển máy").click()
    code = (await phone.page.locator(".big-code").inner_text()).replace(" ", "")
    await expect(phone.page.locator(".qr svg")).to_be_visible()
    async with phone_in(browser, server.url) as new:
        # What the camera finds in the picture: the code stands behind the #, which no server is sent.
        await new.goto(f"/mine/move#{code}")
        assert await new.page.input_value("input[name=code]") == code
        assert "#" not in new.page.url
        await new.page.get_by_role("button", name="Nhận về máy này").click()
        await new.page.wait_for_url("**/mine")
        await expect(new.page.locator(".card .code").first).to_have_text(report["code"])
        assert new.complaints == []
    await phone.goto("/mine")
    await expect(phone.page.locator(".card")).to_have_count(0)


async def test_consent_brings_quiet_nights(phone: Phone, people: People) -> None:
    """The browser's own push service is not here; what happens around it is ours."""
    await phone.context.add_init_script(
        "Object.defineProperty(Notification, 'permission', {get: () => 'default'});"
        "Notification.requestPermission = async () => 'granted';"
        "PushManager.prototype.getSubscription = async () => ({toJSON: () => ({endpoint: 'https://push.example/1', "
        "keys: {p256dh: 'BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM',"
        " auth: 'tBHItJI5svbpez7KI4CCXg'}})});"
    )
    report = await sent_from(phone, people)
    await phone.goto(f"/t/{report['code']}?sent=1")
    await expect(phone.page.locator("push-consent")).to_contain_text("22:00")
    client = await as_client(phone, people)
    assert (await client.get("/api/v1/devices/me/preferences"))["quiet_hours"] is None
    await phone.goto(f"/t/{report['code']}?sent=1")
    await phone.page.click("push-consent [data-yes]")
    await expect(phone.page.locator("push-consent")).to_contain_text("Đã bật thông báo")
    kept = await client.get("/api/v1/devices/me/preferences")
    assert kept["quiet_hours"] == {"from": "22:00", "to": "06:30"}


async def test_the_data_can_be_taken_along_and_deleted(phone: Phone, people: People) -> None:
    report = await sent_from(phone, people)
    await phone.goto("/mine/settings")
    async with phone.page.expect_download() as download:
        await phone.page.get_by_role("link", name="Tải về (JSON)").click()
    assert report["code"] in (await (await download.value).path()).read_text("utf-8")
    await phone.page.get_by_text("Xóa dữ liệu của tôi").click()
    await phone.page.check("input[name=sure]")
    await phone.page.get_by_role("button", name="Xóa ngay").click()
    await phone.page.wait_for_url("**/mine")
    await expect(phone.page.locator(".card")).to_have_count(0)
    assert (await (await people.operator()).get(f"/api/v1/reports/{report['code']}"))["state"] == "received"
