"""The public pages in a browser and before an independent judge of HTML: valid, own origin only, linked, drawn."""

import asyncio
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, Locator, expect

from tests.story.city import Process
from tests.story.people import HERE, People
from tests.web.portal.conftest import Phone, phone_in

WEB = Path(__file__).resolve().parents[3] / "web"
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}, "is_mobile": False, "has_touch": False}
PLAIN = ("/", "/?q=khong-co-gi", "/statistics", "/statistics?from=2031-01-01", "/hot-spots", "/open-data", "/widget",
         "/new", "/mine", "/khong-co")  # fmt: skip


def node() -> list[str]:
    """The judge: html-validate, offline, with its own standard rules."""
    # The one that the test tools bring, whatever else the machine calls node.
    return [str(Path(sys.executable).with_name("node")), str(WEB / "node_modules/html-validate/bin/html-validate.mjs")]


async def test_every_page_is_valid_html(phone: Phone, published: str, tmp_path: Path) -> None:
    config = tmp_path / ".htmlvalidate.json"
    config.write_text('{"root": true, "extends": ["html-validate:standard"]}')
    request = phone.context.request
    for place, path in enumerate((*PLAIN, f"/reports/{published}")):
        for lang in ("vi", "en"):
            answer = await request.get(phone.url + path, params={"lang": lang})
            (tmp_path / f"{place}-{lang}.html").write_bytes(await answer.body())
    pages = sorted(str(page) for page in tmp_path.glob("*.html"))
    judged = subprocess.run([*node(), "--config", str(config), *pages], capture_output=True, text=True, cwd=WEB)
    assert judged.returncode == 0, judged.stdout[-6000:]


async def test_no_public_page_asks_another_origin(browser: Browser, server: Process, published: str) -> None:
    asked: set[str] = set()
    async with phone_in(browser, server.url, **DESK) as phone:
        phone.context.on("request", lambda sent: asked.add(sent.url))
        for path in (*PLAIN[:-1], f"/reports/{published}"):
            await phone.page.goto(phone.url + path, wait_until="networkidle")
        await phone.goto("/")
        await phone.page.wait_for_selector(".map-box .canvas[data-ready]")
        await phone.page.wait_for_load_state("networkidle")
        assert phone.complaints == []
    assert {url.split("/", 3)[2] for url in asked if url.startswith("http")} == {server.url.removeprefix("http://")}
    assert any("/tiles/reports/" in url and "v=" in url for url in asked)


async def test_the_shared_picture(phone: Phone, published: str) -> None:
    await phone.goto(f"/reports/{published}")
    address = await phone.page.locator("meta[property='og:image']").get_attribute("content")
    assert address is not None and address.startswith(f"{phone.url}/public/cards/")
    answer = await phone.context.request.get(address)
    assert answer.headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(await answer.body())) as card:
        assert card.size == (1200, 630) and not card.getexif()


async def _enter_on_the_map(desk: Phone, lon: float, lat: float) -> Locator:
    """Opens the list with its map around a point and presses Enter on the map, once; gives the link it answers with."""
    await desk.goto(f"/?bbox={lon - 0.0006:.5f},{lat - 0.0006:.5f},{lon + 0.0006:.5f},{lat + 0.0006:.5f}")
    await desk.page.locator(".map-box .canvas[data-ready]").wait_for()
    canvas = desk.page.locator(".map-box canvas")
    # By keyboard: the map is reached with the Tab key, Enter takes what is nearest to its middle.
    await canvas.focus()
    await canvas.press("Enter")
    link = desk.page.locator(".map-card a")
    await expect(link).to_be_focused()
    return link


async def test_list_and_map_are_linked(browser: Browser, server: Process, published: str) -> None:
    async with phone_in(browser, server.url, **DESK) as desk:
        await desk.goto("/")
        # One of the demo, for other tests publish theirs at one place, each on top of the other.
        away = desk.page.locator(f".card[data-lon]:not([data-lon^='{HERE['lon']}'])").first
        code = str(await away.get_attribute("id")).removeprefix("r-")
        lon, lat = await away.get_attribute("data-lon"), await away.get_attribute("data-lat")
        link = await _enter_on_the_map(desk, float(str(lon)), float(str(lat)))
        await expect(link).to_have_attribute("href", f"/reports/{code}")
        await expect(desk.page.locator(f"#r-{code}.lit")).to_be_visible()
        assert desk.complaints == []


async def test_several_at_one_place_are_opened_from_the_map(
    browser: Browser, server: Process, people: People, published: str
) -> None:
    """No zoom takes them apart; the map leads to the list of the place."""
    other = await people.brought_to("published", await people.sent(await people.resident()))
    async with phone_in(browser, server.url, **DESK) as desk:
        page = desk.page
        await _enter_on_the_map(desk, HERE["lon"], HERE["lat"])
        await page.keyboard.press("Enter")
        for code in (published, str(other["code"])):
            await expect(page.locator(f"#r-{code}")).to_be_visible()
        assert desk.complaints == []


async def test_statistics_are_drawn_from_their_tables(browser: Browser, server: Process, published: str) -> None:
    async with phone_in(browser, server.url, **DESK) as desk:
        await desk.goto("/statistics")
        await expect(desk.page.locator("table").first).to_be_visible()
        await expect(desk.page.locator("stat-chart canvas").first).to_be_visible()
        await desk.page.locator(".stat summary").first.click()
        await expect(desk.page.locator(".stat details[open] p").first).to_be_visible()
        assert desk.complaints == []


async def test_statistics_without_scripts(plain_phone: Phone, published: str) -> None:
    await plain_phone.goto("/statistics")
    await expect(plain_phone.page.locator("#t-categories tbody tr").first).to_be_visible()
    assert await plain_phone.page.evaluate("document.documentElement.scrollWidth") <= 360


async def test_the_widget_in_another_page(browser: Browser, server: Process, published: str) -> None:
    loader = f'<script async src="{server.url}/widget.js" data-lang="en" data-height="300"></script>'
    body = f"<!doctype html><title>x</title><p>before</p>{loader}".encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    page = await browser.new_page()
    # Another port is another origin.
    async with await asyncio.start_server(answer, "127.0.0.1", 0) as elsewhere:
        await page.goto(f"http://127.0.0.1:{elsewhere.sockets[0].getsockname()[1]}/")
        frame = page.frame_locator("iframe")
        await expect(frame.locator(".widget-item").first).to_be_visible()
        assert await page.context.cookies() == []
