"""The whole form without a line of JavaScript: nothing is missing but the comfort."""

import io
import wave
from pathlib import Path

from playwright.async_api import expect

from tests.media.films import film
from tests.story.people import People
from tests.web.portal.conftest import Phone
from tests.web.portal.form_phone import FALLEN_TREE, POTHOLE, photo_at, sent, somewhere, tile


def spoken() -> bytes:
    """A second of silence as a recorder would give it."""
    kept = io.BytesIO()
    with wave.open(kept, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(32_000))
    return kept.getvalue()


async def test_photo_film_and_voice(plain_phone: Phone, people: People, tmp_path: Path) -> None:
    page, at = plain_phone.page, somewhere()
    (tmp_path / "phim.mp4").write_bytes(film(seconds=2))
    (tmp_path / "tieng.wav").write_bytes(spoken())
    await plain_phone.goto("/new")
    await page.set_input_files("input[accept='image/*']", photo_at(tmp_path, at))
    await page.set_input_files("input[accept='video/*']", tmp_path / "phim.mp4")
    await page.set_input_files("input[accept='audio/*']", tmp_path / "tieng.wav")
    await tile(page, POTHOLE).click()
    await page.locator(f".kind:has(input[value={POTHOLE}]) .chip-choice:has(input[value=large])").click()
    await page.select_option("select[name=area]", index=1)
    await page.click(".send")
    report = await (await people.operator()).get(f"/api/v1/reports/{await sent(page)}")
    assert [media["kind"] for media in report["media"]] == ["image", "video", "audio"]
    assert report["answers"] == {"size": "large"}
    assert abs(report["location"]["lat"] - at[1]) < 1e-4


async def test_every_kind_is_there_likely_ones_first(plain_phone: Phone) -> None:
    await plain_phone.goto("/new")
    assert await plain_phone.page.locator(".tile:visible").count() > 12
    first = await plain_phone.page.locator(".kind:not(.more)").count()
    assert first == 6


async def test_a_warning_stops_it_and_nothing_typed_is_lost(plain_phone: Phone) -> None:
    page = plain_phone.page
    await plain_phone.goto("/new")
    await tile(page, FALLEN_TREE).click()
    await page.select_option("select[name=area]", "26506")
    await page.fill("input[name=place]", "gần chợ")
    await page.fill("textarea[name=description]", "Cây đè lên dây điện")
    await page.click(".send")
    faults = page.locator(".faults")
    await expect(faults).to_contain_text("cảnh báo khẩn cấp")
    await expect(faults.locator("a")).to_have_attribute("href", f"#stop-{FALLEN_TREE}")
    await expect(page.locator("textarea[name=description]")).to_have_value("Cây đè lên dây điện")
    await expect(page.locator("input[name=place]")).to_have_value("gần chợ")
    warning = page.locator(f"#stop-{FALLEN_TREE}")
    await expect(warning.locator("a")).to_have_attribute("href", "tel:114")
    await warning.locator(".calm").click()
    await page.click(".send")
    await sent(page)


async def test_what_is_wrong_is_a_link_to_its_place(plain_phone: Phone) -> None:
    page = plain_phone.page
    await plain_phone.goto("/new?lang=en&text=large")
    assert await page.get_attribute("html", "data-text") == "large"
    await page.locator("a[data-language]").click()
    await tile(page, "conduct-late-dossier").click()
    await page.locator("input[name='answer.conduct-late-dossier.dossier']").fill("VT-2026-000123")
    await page.locator("input[name='answer.conduct-late-dossier.days']").fill("2")
    await page.select_option("select[name=area]", "26506")
    await page.click(".send")
    await expect(page.locator(".faults a")).to_have_text("Cần vài chữ mô tả, hoặc một ảnh.")
    await expect(page.locator(".faults a")).to_have_attribute("href", "#step-words")
    await page.fill("textarea[name=description]", "Trễ")
    await page.locator("input[name='answer.conduct-late-dossier.days']").evaluate("one => { one.type = 'text' }")
    await page.fill("input[name='answer.conduct-late-dossier.days']", "hai")
    await page.click(".send")
    await expect(page.locator(".faults a")).to_have_text("Cần trả lời: Đã trễ bao nhiêu ngày")
    target = str(await page.locator(".faults a").get_attribute("href"))
    await expect(page.locator(f"[id='{target[1:]}']")).to_be_visible()


async def test_large_text_by_a_link(plain_phone: Phone) -> None:
    await plain_phone.goto("/new")
    await plain_phone.page.locator("a[data-text-size]").click()
    assert plain_phone.page.url.endswith("/new")
    assert await plain_phone.page.get_attribute("html", "data-text") == "large"
    assert await plain_phone.page.evaluate("document.documentElement.scrollWidth") <= 360
