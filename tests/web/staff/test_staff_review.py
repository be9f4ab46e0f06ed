"""What the public will not see: found by the worker, mended by an operator, shown before it is published."""

import io
import re
import uuid
from random import Random
from typing import Any

import pytest
from PIL import Image, ImageChops
from playwright.async_api import Locator, expect

from api.clients import Client, File, send_upload
from bench.privacy_set import heads, scenes
from tests.media.films import film
from tests.story.city import City
from tests.story.people import HERE, People, Report, eventually
from tests.story.photos import phone_photo
from tests.web.staff.conftest import Desk, Seat

WAIT_MS = 180_000


def with_face(seed: int) -> bytes:
    """A drawn street with a real face in it; nothing else of it is private."""
    image = scenes.street(seed).convert("RGB")
    head, face = heads.portrait(160)
    person, _ = heads.person(head, face, Random(seed))
    image.paste(person, (640, 240), person)
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=90)
    return kept.getvalue()


async def media_of(people: People, code: str) -> list[dict[str, Any]]:
    """As the center sees them, once every public copy is there."""
    operator = await people.operator()
    report = await eventually(
        lambda: operator.get(f"/api/v1/reports/{code}"), lambda one: all(m.get("public") for m in one["media"]), 90
    )
    return list(report["media"])


async def public_copy(client: Client, medium: dict[str, Any]) -> Image.Image:
    answer = await client.send("GET", medium["public"]["large"])
    assert answer.status == 200
    return Image.open(io.BytesIO(answer.content)).convert("RGB")


def differs(one: Image.Image, other: Image.Image, box: tuple[float, float, float, float]) -> bool:
    """Whether two pictures are clearly not the same within a box of fractions."""
    x, y, w, h = box
    part = (round(x * one.width), round(y * one.height), round((x + w) * one.width), round((y + h) * one.height))
    difference = ImageChops.difference(one.crop(part), other.crop(part)).convert("L")
    return any(difference.histogram()[40:])


async def editor(desk: Desk, code: str) -> Locator:
    """The case, and above it the editor of its first picture."""
    await desk.open("/ioc", code)
    await desk.find("ht-photos [data-review]").first.click(timeout=WAIT_MS)
    await expect(desk.find("ht-privacy-editor dialog")).to_be_visible()
    return desk.find("ht-privacy-editor")


async def test_an_area_is_removed_and_one_added_by_keyboard(seat: Seat, people: People) -> None:
    report = await people.sent(await people.resident(), [File("a.jpg", with_face(11))])
    (before,) = await media_of(people, report["code"])
    assert [area["kind"] for area in before["privacy"]["areas"]] == ["face"]
    face = before["privacy"]["areas"][0]
    operator = await people.operator()
    shown_before = await public_copy(operator, before)

    desk = await seat("operator1")
    sheet = await editor(desk, report["code"])
    boxes = sheet.locator("ht-area-board .box")
    await expect(boxes).to_have_count(1)
    await expect(sheet.locator("img[data-public]")).to_be_visible()
    await boxes.first.focus()
    await desk.press("Delete")
    await expect(boxes).to_have_count(0)
    await expect(sheet.locator("ht-hidden-preview")).to_be_visible()
    await desk.press("Control+z")
    await expect(boxes).to_have_count(1)
    await desk.press("Control+Shift+z")
    await expect(boxes).to_have_count(0)
    # A new one from the middle: to the left and up, wider.
    await desk.press("n")
    await expect(boxes.first).to_be_focused()
    await desk.press(*["ArrowLeft"] * 30, *["ArrowUp"] * 5, *["Shift+ArrowRight"] * 10)
    await desk.press("Control+Enter")
    await expect(sheet.locator("img[data-public]")).to_be_visible(timeout=WAIT_MS)
    await expect(sheet.locator("[data-save]")).to_be_disabled()

    (after,) = await media_of(people, report["code"])
    (drawn,) = after["privacy"]["areas"]
    assert (after["privacy"]["by"], drawn["kind"]) == ("operator1", "face")
    assert drawn["x"] == pytest.approx(0.12, abs=0.001) and drawn["y"] == pytest.approx(0.37, abs=0.001)
    assert drawn["w"] == pytest.approx(0.26, abs=0.001) and drawn["h"] == pytest.approx(0.16, abs=0.001)
    shown_after = await public_copy(operator, after)
    middle = (face["x"] + face["w"] / 4, face["y"] + face["h"] / 4, face["w"] / 2, face["h"] / 2)
    assert differs(shown_before, shown_after, middle), "what was removed is no longer hidden"
    assert differs(shown_before, shown_after, (0.14, 0.39, 0.2, 0.12)), "what was drawn is hidden"
    await desk.press("Escape")
    await expect(desk.find("ht-privacy-editor")).to_have_count(0)
    assert desk.complaints == []


async def test_areas_are_drawn_moved_and_removed_with_a_pointer(seat: Seat, people: People) -> None:
    report = await people.sent(await people.resident(), [File("a.jpg", phone_photo(HERE["lon"], HERE["lat"], seed=91))])
    await media_of(people, report["code"])
    desk = await seat("operator1")
    sheet = await editor(desk, report["code"])
    boxes, mouse = sheet.locator("ht-area-board .box"), desk.page.mouse
    before = await boxes.count()
    await sheet.locator("[data-kind=plate]").click()
    frame = await sheet.locator("ht-area-board").bounding_box()
    assert frame is not None

    async def drag(x0: float, y0: float, x1: float, y1: float) -> None:
        await mouse.move(frame["x"] + x0 * frame["width"], frame["y"] + y0 * frame["height"])
        await mouse.down()
        await mouse.move(frame["x"] + (x0 + x1) / 2 * frame["width"], frame["y"] + (y0 + y1) / 2 * frame["height"])
        await mouse.move(frame["x"] + x1 * frame["width"], frame["y"] + y1 * frame["height"])
        await mouse.up()

    await drag(0.3, 0.3, 0.5, 0.4)
    await expect(boxes).to_have_count(before + 1)
    box = sheet.locator(".box.plate.chosen")
    await expect(box).to_have_attribute("aria-label", "Biển số 1: cách trái 30 %, cách trên 30 %, rộng 20 %, cao 10 %")
    await drag(0.4, 0.35, 0.6, 0.55)
    await expect(box).to_have_attribute("aria-label", "Biển số 1: cách trái 50 %, cách trên 50 %, rộng 20 %, cao 10 %")
    await drag(0.7, 0.6, 0.8, 0.8)
    await expect(box).to_have_attribute("aria-label", "Biển số 1: cách trái 50 %, cách trên 50 %, rộng 30 %, cao 30 %")
    await box.locator(".gone").click()
    await expect(boxes).to_have_count(before)
    # Each drag is one step back.
    await sheet.locator("[data-undo]").click()
    await expect(sheet.locator(".box.plate")).to_have_attribute(
        "aria-label", "Biển số 1: cách trái 50 %, cách trên 50 %, rộng 30 %, cao 30 %"
    )
    await sheet.locator("[data-undo]").click()
    await expect(sheet.locator(".box.plate")).to_have_attribute(
        "aria-label", "Biển số 1: cách trái 50 %, cách trên 50 %, rộng 20 %, cao 10 %"
    )
    # Leaving asks before it throws anything away.
    await sheet.locator("[data-leave]").click()
    await expect(sheet.locator("footer [role=alert]")).to_contain_text("chưa lưu sẽ mất")
    await sheet.locator("[data-discard]").click()
    await expect(sheet).to_have_count(0)
    assert desk.complaints == []


async def test_a_withheld_picture_is_released_by_a_person_who_has_looked(
    seat: Seat, people: People, web_city: City
) -> None:
    report = await people.sent(await people.resident(), [File("a.jpg", phone_photo(HERE["lon"], HERE["lat"], seed=92))])
    (medium,) = await media_of(people, report["code"])
    web_city.rows(
        "UPDATE attachment SET public_copies = NULL, privacy = jsonb_build_object('state', 'withheld', 'reason',"
        " 'lost-track', 'areas', '[]'::jsonb, 'by', NULL, 'at', '2026-11-20T00:00:00+00:00')"
        " WHERE id = CAST(%s AS uuid) RETURNING 1",
        medium["id"],
    )
    desk = await seat("operator1")
    await desk.open("/ioc", report["code"])
    await expect(desk.find("ht-photos [data-privacy]")).to_contain_text("Chưa có bản công khai")
    await desk.find("ht-photos [data-review]").click()
    sheet = desk.find("ht-privacy-editor")
    await expect(sheet.locator("[data-why]")).to_contain_text("mất dấu")
    await expect(sheet.locator("[data-why]")).to_contain_text("Hãy tự xem toàn bộ")
    # A failed save loses nothing.
    await desk.page.route("**/privacy", lambda route: route.abort())
    await sheet.locator("[data-save]").click()
    await expect(sheet.locator("footer [role=alert]")).to_contain_text("không có khuôn mặt")
    await sheet.locator("[data-yes]").click()
    await expect(sheet.locator("footer [role=alert]")).to_contain_text("mất kết nối")
    await desk.page.unroute("**/privacy")
    await sheet.locator("[data-save]").click()
    await sheet.locator("[data-yes]").click()
    await expect(sheet.locator("img[data-public]")).to_be_visible(timeout=WAIT_MS)
    (after,) = await media_of(people, report["code"])
    assert (after["privacy"]["state"], after["privacy"]["by"], after["privacy"]["areas"]) == (
        "checked",
        "operator1",
        [],
    )


async def test_approving_shows_the_public_copies_and_opens_the_editor(seat: Seat, people: People) -> None:
    report = await people.sent(await people.resident(), [File("a.jpg", with_face(12))])
    report = await people.brought_to("resolved", report)
    await media_of(people, report["code"])
    desk = await seat("operator1")
    await desk.open("/ioc", report["code"])
    await desk.press("a")
    picks = desk.find("ht-command .pick")
    await expect(picks.locator("img[data-public]")).to_have_count(2, timeout=WAIT_MS)
    sources = [await image.get_attribute("src") or "" for image in await desk.find("ht-command .pick img").all()]
    assert all("/public-large?" in source for source in sources), sources
    first = picks.first
    was = await first.locator("img").get_attribute("src") or ""
    await first.locator("[data-review]").click()
    sheet = desk.find("ht-privacy-editor")
    await expect(sheet.locator("ht-area-board .box").first).to_be_visible()
    await desk.press("n", "Control+Enter")
    await expect(sheet.locator("img[data-public]")).to_be_visible(timeout=WAIT_MS)
    await desk.press("Escape")
    await expect(sheet).to_have_count(0)
    await expect(first.locator("img[data-public]")).to_be_visible()
    await expect(first.locator("img")).not_to_have_attribute("src", was)
    await first.locator("input").check()
    await desk.find("ht-command button.first").click()
    await expect(desk.find("ht-case header .chip").first).to_contain_text("Đã công khai")
    assert desk.complaints == []


async def test_a_film_has_times_and_is_looked_at_frame_by_frame(seat: Seat, people: People) -> None:
    resident = await people.resident()
    upload = await send_upload(resident, File("phim.mp4", film(size=(320, 240), seconds=3, fps=10)))
    report = await people.sent(resident, media=[upload])
    await media_of(people, report["code"])
    desk = await seat("operator1")
    await desk.open("/ioc", report["code"])
    await expect(desk.find("ht-photos .film")).to_have_text("0:03")
    await desk.find("ht-photos [data-review]").click()
    sheet = desk.find("ht-privacy-editor")
    await expect(sheet.locator(".times .number")).to_have_text("0:00 / 0:03")
    await sheet.locator("[data-add]").click()
    await expect(sheet.locator("[data-time=to_s]")).to_have_value(re.compile(r"^3(\.0\d*)?$"))
    slider = sheet.locator("input[type=range]")
    await slider.evaluate("slider => { slider.value = '2'; slider.dispatchEvent(new Event('input')); }")
    await sheet.get_by_label("Bắt đầu ở hình đang xem").click()
    await expect(sheet.locator("[data-time=from_s]")).to_have_value("2")
    await slider.evaluate("slider => { slider.value = '1'; slider.dispatchEvent(new Event('input')); }")
    await expect(sheet.locator("ht-area-board .box")).to_have_count(0)
    await sheet.locator("[data-save]").click()
    await expect(sheet.locator("ht-film[data-public]")).to_be_visible(timeout=WAIT_MS)
    (medium,) = await media_of(people, report["code"])
    (area,) = medium["privacy"]["areas"]
    assert (area["from_s"], area["to_s"]) == (2, pytest.approx(3, abs=0.1))
    assert medium["public"]["video"]


async def test_a_used_picture_leads_to_the_report_it_was_used_in(seat: Seat, people: People) -> None:
    photo = phone_photo(HERE["lon"], HERE["lat"], seed=uuid.uuid4().int)
    first = await people.sent(await people.resident(), [File("a.jpg", photo)], description="Lần đầu.")
    await media_of(people, first["code"])
    second = await people.sent(await people.resident(), [File("b.jpg", photo)], description="Lần hai.")
    operator = await people.operator()
    await eventually(
        lambda: operator.get(f"/api/v1/reports/{second['code']}"),
        lambda one: bool(one["media"][0]["warnings"]),
        90,
    )
    desk = await seat("operator1")
    await desk.open("/ioc", second["code"])
    warning = desk.find("ht-photos [data-warning=used-before]")
    await expect(warning).to_contain_text(f"Ảnh này đã dùng ở phản ánh {first['code']} (cùng một tệp)")
    await expect(desk.find("ht-similar .likeness")).to_contain_text(["cùng một ảnh"])
    await warning.click()
    await expect(desk.find("ht-case .description")).to_have_text("Lần đầu.")


async def test_an_agency_sees_pictures_but_decides_nothing_about_them(seat: Seat, people: People) -> None:
    report: Report = await people.sent(await people.resident(), [File("a.jpg", with_face(13))])
    report = await people.brought_to("dispatched", report)
    await media_of(people, report["code"])
    officer = await seat(f"agency-{report['lead']}")
    await officer.open("/agency", report["code"])
    await expect(officer.find("ht-photos .picture img").first).to_be_visible()
    await expect(officer.find("ht-photos [data-review]")).to_have_count(0)
