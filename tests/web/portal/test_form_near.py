"""Somebody was here before: follow that report, or send one's own."""

from pathlib import Path
from typing import Any

from playwright.async_api import expect

from tests.story.people import People
from tests.web.portal.conftest import Phone
from tests.web.portal.form_phone import POTHOLE, add_photo, choose, photo_at, sent, somewhere

METRE = 1 / 111_320


async def known(people: People, at: tuple[float, float], **changes: Any) -> str:
    """The code of a report another resident sent from there."""
    location = {"lon": at[0], "lat": at[1], "accuracy_m": 8}
    report = await people.sent(await people.resident(), category=POTHOLE, location=location, **changes)
    return str(report["code"])


async def test_following_instead_of_sending(phone: Phone, people: People, tmp_path: Path) -> None:
    at = somewhere()
    code = await known(people, (at[0], at[1] + 12 * METRE))
    await phone.goto("/new")
    await add_photo(phone, photo_at(tmp_path, at))
    await choose(phone.page, POTHOLE, "o ga")
    near = phone.page.locator("near-you")
    await expect(near.locator("h2")).to_contain_text("1 phản ánh như vậy")
    await expect(near.locator("small")).to_contain_text("cách 12 m")
    await expect(phone.page.locator(".send")).to_have_text("Gửi phản ánh mới")
    await phone.page.locator(".see-near").click()
    await expect(near).to_be_in_viewport()
    await near.get_by_role("button", name="Theo dõi phản ánh này").click()
    await expect(phone.page.locator("main")).to_contain_text("Bạn đang theo dõi phản ánh này")
    assert await following(phone) == [code]
    await phone.goto("/new")
    await expect(phone.page.locator(".shots li")).to_have_count(0)


async def test_sending_all_the_same(phone: Phone, people: People, tmp_path: Path) -> None:
    at = somewhere()
    first = await known(people, at)
    await phone.goto("/new")
    await add_photo(phone, photo_at(tmp_path, at))
    await choose(phone.page, POTHOLE, "o ga")
    await phone.page.locator("near-you").get_by_role("button", name="Gửi phản ánh mới").click()
    assert await sent(phone.page) != first
    # The next time it is one's own that lies there.
    await phone.goto("/new")
    await add_photo(phone, photo_at(tmp_path, at, "lan-hai.jpg"))
    await choose(phone.page, POTHOLE, "o ga")
    await expect(phone.page.locator("near-you").get_by_role("link", name="Bạn đã gửi")).to_have_count(1)


async def test_another_kind_is_another_matter(phone: Phone, people: People, tmp_path: Path) -> None:
    at = somewhere()
    await known(people, at)
    await phone.goto("/new")
    await add_photo(phone, photo_at(tmp_path, at))
    await choose(phone.page, POTHOLE, "o ga")
    await expect(phone.page.locator("near-you")).to_be_visible()
    await choose(phone.page, "street-light", "den duong")
    await expect(phone.page.locator("near-you")).to_be_hidden()
    await expect(phone.page.locator(".send")).to_have_text("Gửi phản ánh")


async def following(phone: Phone) -> list[str]:
    """The codes this phone follows."""
    answer = await phone.page.request.get(f"{phone.url}/api/v1/devices/me/follows")
    return [one["code"] for one in (await answer.json())["reports"]]
