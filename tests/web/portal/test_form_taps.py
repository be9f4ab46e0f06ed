"""The report form under one thumb: three taps, the right kind at hand, nothing sent that should have been a call."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.story.city import Process
from tests.story.people import HERE, People
from tests.web.portal.conftest import Phone, phone_in
from tests.web.portal.form_phone import (
    FALLEN_TREE,
    LATE_DOSSIER,
    POTHOLE,
    add_photo,
    choose,
    photo_at,
    sent,
    somewhere,
    tile,
)

# A phone that takes its time to read a photo.
READ_SLOWLY = """const read = Blob.prototype.arrayBuffer;
Blob.prototype.arrayBuffer = async function () {
    await new Promise((done) => { setTimeout(done, 500); });
    return read.call(this);
};"""
COUNT_TAPS = "window.taps = 0; document.addEventListener('pointerdown', () => { window.taps += 1; }, true);"


async def test_three_taps(phone: Phone, tmp_path: Path, people: People) -> None:
    """Camera, kind, send, faster than the photo is read: the place is in it, nothing is scrolled to or typed."""
    at = somewhere()
    await phone.page.add_init_script(READ_SLOWLY)
    await phone.goto("/new")
    await phone.page.evaluate(COUNT_TAPS)
    async with phone.page.expect_file_chooser() as chooser:
        await phone.page.locator("label.camera").tap()
    camera = phone.page.locator("[data-door=camera]")
    assert await camera.get_attribute("capture") == "environment"
    await (await chooser.value).set_files(photo_at(tmp_path, at))
    await phone.page.locator(".tile:visible").first.tap()
    await phone.page.locator(".send").tap()
    taps = phone.page.evaluate("window.taps")
    assert await taps <= 3
    code = await sent(phone.page)
    report = await (await people.operator()).get(f"/api/v1/reports/{code}")
    assert report["location"]["lon"] == pytest.approx(at[0], abs=1e-4)
    assert report["captured_at"] is not None
    assert phone.complaints == []


async def test_the_first_screen_has_all_three(phone: Phone) -> None:
    """On 360 x 740, without moving the page: the camera, six kinds, the button."""
    await phone.goto("/new")
    await expect(phone.page.locator(".tile:visible")).to_have_count(6)
    bar = await phone.page.locator(".send-bar").bounding_box()
    for one in [phone.page.locator("label.camera"), *await phone.page.locator(".tile:visible").all()]:
        box = await one.bounding_box()
        assert box is not None and bar is not None and box["y"] + box["height"] <= bar["y"] + 1


async def test_a_kind_is_found_with_or_without_accents(phone: Phone) -> None:
    await phone.goto("/new")
    for typed in ("ổ gà", "o ga", "O GA", "pothole", "duong hu"):
        await phone.page.fill("kind-search input", typed)
        await expect(tile(phone.page, POTHOLE), typed).to_be_visible()
        await expect(tile(phone.page, "street-light"), typed).to_be_hidden()
        await phone.page.fill("kind-search input", "khong co gi nhu vay")
        await expect(phone.page.locator("kind-search .none"), typed).to_be_visible()
        await expect(tile(phone.page, POTHOLE), typed).to_be_hidden()


async def test_all_kinds_are_one_touch_away(phone: Phone) -> None:
    await phone.goto("/new")
    await phone.page.get_by_role("button", name="Tất cả").click()
    every = await phone.page.locator(".kind").count()
    await expect(phone.page.locator(".tile:visible")).to_have_count(every)
    assert every > 12


async def test_what_was_sent_from_this_phone_comes_first_next_time(phone: Phone, tmp_path: Path) -> None:
    await phone.goto("/new")
    await add_photo(phone, photo_at(tmp_path, somewhere()))
    await choose(phone.page, "waste-construction", "xa ban")
    await phone.page.click(".send")
    await sent(phone.page)
    await phone.goto("/new")
    first = phone.page.locator(".kind").first
    await expect(first.locator("input[name=category]")).to_have_value("waste-construction")
    await expect(first.locator(".tile")).to_be_visible()


async def test_a_warning_is_read_before_anything_goes(phone: Phone, tmp_path: Path) -> None:
    await phone.goto("/new")
    await add_photo(phone, photo_at(tmp_path, somewhere()))
    await choose(phone.page, FALLEN_TREE, "cay nga")
    warning = phone.page.locator(f"#stop-{FALLEN_TREE}")
    await expect(warning).to_be_in_viewport()
    await expect(warning.locator("a")).to_have_attribute("href", "tel:114")
    await phone.page.click(".send")
    await expect(phone.page.locator(".send-state")).to_contain_text("cảnh báo khẩn cấp")
    assert "/new" in phone.page.url
    await warning.locator(".calm").click()
    await expect(warning.locator("a")).to_be_hidden()
    await phone.page.click(".send")
    await sent(phone.page)


async def test_the_questions_of_a_kind_arrive_as_they_were_asked(phone: Phone, tmp_path: Path, people: People) -> None:
    await phone.goto("/new")
    await add_photo(phone, photo_at(tmp_path, somewhere()))
    await choose(phone.page, "water-flooding", "ngap")
    flood = phone.page.locator(".kind:has(input[value=water-flooding])")
    await flood.locator(".chip-choice:has(input[value=knee])").click()
    await flood.get_by_text("Có hố ga mất nắp").click()
    await phone.page.click(".send")
    code = await sent(phone.page)
    report = await (await people.operator()).get(f"/api/v1/reports/{code}")
    assert report["answers"] == {"depth": "knee", "manhole": True}


async def test_what_is_missing_is_said_beside_the_button_and_beside_the_field(phone: Phone) -> None:
    await phone.goto("/new")
    await phone.page.click(".send")
    state = phone.page.locator(".send-state")
    await expect(state.locator("li")).to_have_text(["Hãy chọn vấn đề.", "Hãy cho biết vấn đề ở đâu."])
    focused = phone.page.locator(":focus")
    await expect(focused).to_have_attribute("name", "category")
    said = await focused.get_attribute("aria-describedby")
    await expect(phone.page.locator(f"#{said}")).to_have_text("Hãy chọn vấn đề.")
    await tile(phone.page, POTHOLE).click()
    await phone.page.click(".send")
    places = ["Hãy cho biết vấn đề ở đâu.", "Thêm một ảnh, ghi âm hoặc vài chữ mô tả."]
    await expect(state.locator("li")).to_have_text(places)
    await state.get_by_role("button", name=places[1]).click()
    await expect(phone.page.locator(":focus")).to_have_attribute("name", "description")


async def test_a_restricted_kind_takes_no_voice_no_namelessness_and_wants_words(phone: Phone) -> None:
    await phone.goto("/new")
    await expect(phone.page.locator(".voice")).to_be_visible()
    await choose(phone.page, LATE_DOSSIER, "ho so")
    await expect(phone.page.locator(".voice")).to_be_hidden()
    await expect(phone.page.locator(".anonymous")).to_be_hidden()
    await phone.page.click(".send")
    await expect(phone.page.locator(".send-state")).to_contain_text("cần vài chữ mô tả")


async def test_a_place_by_name_by_keys_and_by_a_touch_of_the_map(phone: Phone) -> None:
    asked: list[str] = []
    phone.page.on("request", lambda one: asked.append(one.url))
    await phone.goto("/new")
    await phone.page.fill("#place-search", "bai sau")
    await phone.page.locator(".found button").first.click()
    await expect(phone.page.locator(".place-now")).to_contain_text("Gần Bãi Sau, Phường Vũng Tàu")
    assert not [url for url in asked if "/maps" in url or "worker" in url]
    lon = phone.page.locator("input[name=lon]")
    before = float(await lon.input_value())
    await phone.page.get_by_role("button", name="Bản đồ").click()
    canvas = phone.page.locator("place-picker .canvas[data-ready]")
    await canvas.wait_for()
    await phone.page.locator("place-picker canvas").focus()
    await phone.page.keyboard.press("ArrowRight")
    await expect(phone.page.locator(".place-now small").first).to_have_text("Theo bản đồ")
    by_keys = float(await lon.input_value())
    assert 0.0001 < by_keys - before < 0.002
    box = await canvas.bounding_box()
    assert box is not None
    await phone.page.touchscreen.tap(box["x"] + 40, box["y"] + 60)
    await expect(lon).not_to_have_value(f"{by_keys:.6f}")
    assert float(await lon.input_value()) < by_keys


async def test_outside_the_city_is_said_kindly(phone: Phone, tmp_path: Path) -> None:
    await phone.goto("/new")
    await add_photo(phone, photo_at(tmp_path, (106.70, 10.77)))
    await expect(phone.page.locator(".place-now .warn")).to_contain_text("ngoài địa bàn")


async def test_a_phone_that_says_no_is_offered_other_ways(browser: Browser, server: Process) -> None:
    async with phone_in(browser, server.url, permissions=[]) as phone:
        await phone.page.add_init_script(
            "navigator.geolocation.getCurrentPosition = (_, no) => no({ code: 1, PERMISSION_DENIED: 1 });"
        )
        await phone.goto("/new")
        await phone.page.get_by_role("button", name="Vị trí của tôi").click()
        await expect(phone.page.locator(".place-now")).to_contain_text("chưa được phép xem vị trí")
        await expect(phone.page.locator(".place-now")).to_contain_text("gõ tên đường")


async def test_the_phone_knows_where_it_is_but_not_exactly(browser: Browser, server: Process) -> None:
    place = {"longitude": HERE["lon"], "latitude": HERE["lat"], "accuracy": 900}
    async with phone_in(browser, server.url, geolocation=place, permissions=["geolocation"]) as phone:
        await phone.goto("/new")
        await expect(phone.page.locator(".place-now")).to_contain_text("Phường Vũng Tàu")
        await expect(phone.page.locator(".place-now .warn")).to_contain_text("khoảng 900 m")


async def test_by_keyboard_alone(browser: Browser, server: Process) -> None:
    """A desk without a mouse: Tab, arrows, space and Enter send a report."""
    desk = {"viewport": {"width": 1440, "height": 900}, "is_mobile": False, "has_touch": False}
    async with phone_in(browser, server.url, **desk) as phone:
        await phone.goto("/new")
        press, page = phone.page.keyboard.press, phone.page
        await page.locator("[data-door=gallery]").focus()
        await press("Tab")
        await page.keyboard.type("den duong")
        await press("Enter")
        await expect(page.locator("input[value=street-light]")).to_be_checked()
        await page.locator("#place-search").focus()
        await page.keyboard.type("bai truoc")
        await expect(page.locator(".found button").first).to_be_visible()
        await press("ArrowDown")
        await press("Enter")
        await expect(page.locator(".place-now")).to_contain_text("Bãi Trước")
        for _ in range(12):
            await press("Tab")
            if await page.evaluate("document.activeElement.name") == "description":
                break
        await page.keyboard.type("Tối om")
        outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        while not await page.evaluate("document.activeElement.classList.contains('send')"):
            await press("Tab")
        await press("Enter")
        await sent(page)
        assert phone.complaints == []


async def test_large_text_at_once_and_remembered(phone: Phone) -> None:
    await phone.goto("/new")
    await phone.page.fill("textarea[name=description]", "Không được mất câu này")
    await phone.page.locator("[data-text-size]").click()
    assert await phone.page.get_attribute("html", "data-text") == "large"
    await expect(phone.page.locator("textarea[name=description]")).to_have_value("Không được mất câu này")
    assert await phone.page.evaluate("document.documentElement.scrollWidth") <= 360
    await phone.goto("/")
    assert await phone.page.get_attribute("html", "data-text") == "large"


async def test_english_keeps_what_was_entered(phone: Phone, tmp_path: Path) -> None:
    await phone.goto("/new")
    await add_photo(phone, photo_at(tmp_path, somewhere()))
    await choose(phone.page, POTHOLE, "o ga")
    await phone.page.fill("textarea[name=description]", "Sâu lắm")
    await phone.page.locator("[data-language]").click()
    await expect(phone.page.locator("h1")).to_have_text("Report a problem")
    await expect(phone.page.locator("textarea[name=description]")).to_have_value("Sâu lắm")
    await expect(phone.page.locator(".shots img")).to_have_count(1)
    await expect(phone.page.locator(f"input[value={POTHOLE}]")).to_be_checked()
    await expect(phone.page.locator(".place-now")).to_contain_text("Phường")
    shown = await phone.page.locator("main").inner_text()
    vietnamese = [word for word in ("Gửi", "Chụp", "Tìm", "Bản đồ", "Ghi âm", "Kích thước") if word in shown]
    assert vietnamese == []
    await phone.page.click(".send")
    await sent(phone.page)
