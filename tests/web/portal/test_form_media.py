"""Photos, films and a voice on the phone: judged before they are sent, kept at once, and told about in words."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, FilePayload, Playwright, expect

from tests.media.films import film
from tests.story.city import Process
from tests.story.people import People
from tests.web.conftest import FAKE_CAMERA, FLAGS, chromium
from tests.web.portal.conftest import Phone, phone_in
from tests.web.portal.form_phone import POTHOLE, add_photo, choose, photo_at, sent, somewhere

# Not a certain one: what is shown for one second only, nobody may look at in that second.
SOME_SECONDS = re.compile(r"^0:(0[1-9]|[1-5]\d) / 3:00$")


@pytest_asyncio.fixture(loop_scope="session")
async def talking(playwright: Playwright, server: Process) -> AsyncIterator[Phone]:
    """A phone whose microphone hears a beep a second."""
    browser = await playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS, *FAKE_CAMERA])
    async with phone_in(browser, server.url, permissions=["microphone"]) as phone:
        yield phone
    await browser.close()


async def test_photos_and_a_film_go_with_it(phone: Phone, tmp_path: Path, people: People) -> None:
    (tmp_path / "phim.mp4").write_bytes(film(seconds=2))
    await phone.goto("/new")
    await add_photo(phone, photo_at(tmp_path, somewhere()))
    await phone.page.set_input_files("[data-door=film]", tmp_path / "phim.mp4")
    await expect(phone.page.locator(".shots .length")).to_have_text("0:02")
    await choose(phone.page, POTHOLE, "o ga")
    await phone.page.click(".send")
    code = await sent(phone.page)
    report = await (await people.operator()).get(f"/api/v1/reports/{code}")
    assert [media["kind"] for media in report["media"]] == ["image", "video"]
    assert phone.complaints == []


async def test_what_is_too_large_too_long_too_many_or_no_picture_is_said_at_once(phone: Phone, tmp_path: Path) -> None:
    await phone.goto("/new")
    complaint = phone.page.locator("photo-picker .bad")
    limits = "Object.assign(document.querySelector('photo-picker').dataset, { bytes: 1000, filmSeconds: 1, limit: 2 })"
    await phone.page.evaluate(limits)
    big = FilePayload(name="to.jpg", mimeType="image/jpeg", buffer=b"\xff\xd8" + bytes(2000))
    await phone.page.set_input_files("[data-door=gallery]", big)
    await expect(complaint).to_contain_text("to.jpg nặng 1 MB")
    (tmp_path / "dai.mp4").write_bytes(film(seconds=4))
    await phone.page.set_input_files("[data-door=film]", tmp_path / "dai.mp4")
    await expect(complaint).to_have_text("dai.mp4 dài 0:04, quá 0:01. Hãy quay ngắn hơn hoặc cắt bớt.")
    text = FilePayload(name="thu.txt", mimeType="text/plain", buffer=b"x")
    await phone.page.set_input_files("[data-door=gallery]", text)
    await expect(complaint).to_contain_text("thu.txt không phải ảnh hay phim")
    small = [FilePayload(name=f"{n}.jpg", mimeType="image/jpeg", buffer=b"\xff\xd8" + bytes(10)) for n in range(3)]
    await phone.page.set_input_files("[data-door=gallery]", small)
    await expect(complaint).to_have_text("Tối đa 2 tệp.")
    await expect(phone.page.locator(".shots li")).to_have_count(2)


async def test_a_picture_the_browser_cannot_draw_has_a_name_and_is_kept(phone: Phone) -> None:
    await phone.goto("/new")
    heic = FilePayload(name="IMG_0001.HEIC", mimeType="", buffer=b"\x00\x00\x00\x18ftypheic" + bytes(64))
    await phone.page.set_input_files("[data-door=gallery]", heic)
    await expect(phone.page.locator(".shots li:not(.keeping) .undrawn")).to_have_text("IMG_0001.HEIC")
    remove = phone.page.get_by_role("button", name="Bỏ Ảnh 1")
    await remove.click()
    await expect(phone.page.locator(".shots li")).to_have_count(0)
    assert await phone.page.evaluate("document.activeElement.dataset.door") == "camera"


async def test_no_room_is_said_before_it_is_too_late(phone: Phone, tmp_path: Path) -> None:
    await phone.page.add_init_script("navigator.storage.estimate = async () => ({ quota: 30000000, usage: 29999000 });")
    await phone.goto("/new")
    await expect(phone.page.locator("[data-sort=room]")).to_contain_text("còn khoảng 1 MB")
    await phone.page.set_input_files("[data-door=gallery]", photo_at(tmp_path, somewhere()))
    await expect(phone.page.locator("photo-picker .bad")).to_contain_text("không đủ chỗ")
    await expect(phone.page.locator(".shots li")).to_have_count(0)


# Whether the draft in the browser's own database has these words, a photo with its bytes, and the answer.
WRITTEN = """(words) => new Promise((done, fail) => {
    const asked = indexedDB.open("hientruong");
    asked.onerror = () => fail(asked.error);
    asked.onsuccess = () => {
        const items = asked.result.transaction("items").objectStore("items").getAll();
        items.onsuccess = () => {
            asked.result.close();
            const text = items.result.map((item) => JSON.stringify(item)).join();
            done(text.includes(words) && text.includes("knee") && items.result.some((item) => item.media.length === 1));
        };
    };
})"""


async def test_everything_is_there_again_after_the_page_was_closed(phone: Phone, tmp_path: Path) -> None:
    at = somewhere()
    await phone.goto("/new")
    await add_photo(phone, photo_at(tmp_path, at))
    await choose(phone.page, "water-flooding", "ngap")
    await phone.page.locator(".chip-choice:has(input[value=knee])").click()
    await phone.page.fill("textarea[name=description]", "Ngập từ tối qua")
    await expect(phone.page.locator(".shots li:not(.keeping)")).to_have_count(1)
    # What the browser was told to write down is written within a moment; nobody closes a page in the same one.
    await phone.page.wait_for_function(WRITTEN, arg="Ngập từ tối qua")
    await phone.page.close()
    phone.page = await phone.context.new_page()
    await phone.goto("/new")
    await expect(phone.page.locator("textarea[name=description]")).to_have_value("Ngập từ tối qua")
    await expect(phone.page.locator(".shots img")).to_have_count(1)
    await expect(phone.page.locator("input[value=knee]")).to_be_checked()
    await expect(phone.page.locator("input[name=lon]")).to_have_value(f"{at[0]:.6f}")
    await phone.page.locator("[data-sort=restored]").get_by_role("button").click()
    await expect(phone.page.locator("textarea[name=description]")).to_have_value("")
    await expect(phone.page.locator(".shots li")).to_have_count(0)


async def test_a_voice_note_is_recorded_heard_deleted_and_sent(talking: Phone, people: People, tmp_path: Path) -> None:
    page = talking.page
    await talking.goto("/new")
    await page.locator(".record").click()
    await expect(page.locator(".recording .code")).to_have_text(SOME_SECONDS)
    await page.get_by_role("button", name="Dừng").click()
    await expect(page.locator("voice-note audio")).to_be_visible()
    await page.get_by_role("button", name="Xóa ghi âm").click()
    await page.locator(".record").click()
    await expect(page.locator(".recording .code")).to_have_text(SOME_SECONDS)
    await page.get_by_role("button", name="Dừng").click()
    await expect(page.locator("voice-note audio")).to_be_visible()
    heard = "(async () => { const a = document.querySelector('voice-note audio'); await a.play(); return a.error; })()"
    assert await page.evaluate(heard) is None
    await page.fill("#place-search", "bai sau")
    await page.locator(".found button").first.click()
    await choose(page, "noise-nuisance", "karaoke")
    await page.locator(".kind:has(input:checked) .calm").click()
    # A voice is enough: no words, no photo.
    await page.click(".send")
    code = await sent(page)
    report = await (await people.operator()).get(f"/api/v1/reports/{code}")
    assert [media["kind"] for media in report["media"]] == ["audio"]
    assert report["description"] == ""


async def test_a_recording_ends_by_itself_at_the_limit(talking: Phone) -> None:
    await talking.goto("/new")
    await talking.page.evaluate("document.querySelector('voice-note').dataset.seconds = '2'")
    await talking.page.locator(".record").click()
    await expect(talking.page.locator("voice-note audio")).to_be_visible()


async def test_a_voice_is_never_sent_where_the_city_takes_none(talking: Phone, people: People) -> None:
    page = talking.page
    await talking.goto("/new")
    await page.locator(".record").click()
    await expect(page.locator(".recording .code")).to_have_text(SOME_SECONDS)
    await page.get_by_role("button", name="Dừng").click()
    await expect(page.locator("voice-note audio")).to_be_visible()
    await choose(page, "conduct-late-dossier", "ho so")
    await page.fill("#place-search", "bai sau")
    await page.locator(".found button").first.click()
    await page.fill("textarea[name=description]", "Trễ hai tuần")
    await page.locator("input[name='answer.conduct-late-dossier.dossier']").fill("VT-2026-000123")
    await page.locator("input[name='answer.conduct-late-dossier.days']").fill("0")
    await page.click(".send")
    await expect(page.locator(".send-state li")).to_have_text("Đã trễ bao nhiêu ngày: từ 1 đến 3650.")
    await page.locator("input[name='answer.conduct-late-dossier.days']").fill("14")
    await page.click(".send")
    code = await sent(page)
    report = await (await people.staff("supervisor")).get(f"/api/v1/reports/{code}")
    assert report["media"] == [] and report["answers"] == {"dossier": "VT-2026-000123", "days": 14}


async def test_a_microphone_that_is_refused_leaves_a_way(browser: Browser, server: Process) -> None:
    async with phone_in(browser, server.url) as phone:
        await phone.page.add_init_script(
            "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); };"
        )
        await phone.goto("/new")
        await phone.page.locator(".record").click()
        await expect(phone.page.locator("voice-note .bad")).to_contain_text("chưa được phép dùng micro")
        await expect(phone.page.locator("[data-door=voice]")).to_have_count(1)
