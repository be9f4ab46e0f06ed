"""What a resident does with the report form, said in the resident's words."""

import re
from pathlib import Path
from random import Random
from uuid import uuid4

from playwright.async_api import Locator, Page, expect

from tests.story.photos import phone_photo
from tests.web.portal.conftest import Phone

POTHOLE, FALLEN_TREE, LATE_DOSSIER = "road-pothole", "tree-fallen", "conduct-late-dossier"


def somewhere() -> tuple[float, float]:
    """(lon, lat) inside the demo city where no other test has been."""
    chance = Random(uuid4().int)
    return round(107.080 + chance.uniform(0, 0.012), 6), round(10.350 + chance.uniform(0, 0.012), 6)


def photo_at(folder: Path, at: tuple[float, float], name: str = "hien-truong.jpg") -> Path:
    """A photo that knows where it was taken."""
    path = folder / name
    path.write_bytes(phone_photo(*at, seed=uuid4().int))
    return path


def tile(page: Page, code: str) -> Locator:
    """The big icon of a kind."""
    return page.locator(f".tile:has(input[value={code}])")


async def choose(page: Page, code: str, typed: str) -> None:
    """Find a kind by typing, and touch it."""
    await page.fill("kind-search input", typed)
    await tile(page, code).click()


async def add_photo(phone: Phone, photo: Path) -> None:
    """Take the photo, and see it kept and its place said."""
    await phone.page.set_input_files("[data-door=gallery]", photo)
    await expect(phone.page.locator(".shots li:not(.keeping)")).not_to_have_count(0)
    await expect(phone.page.locator(".place-now small").first).to_have_text(re.compile("Theo ảnh|From the photo"))


async def sent(page: Page) -> str:
    """The code of the report, once the city has it."""
    await page.wait_for_url("**/t/**")
    found = re.search(r"/t/([A-Z0-9]+)", page.url)
    assert found is not None, page.url
    return found[1]
