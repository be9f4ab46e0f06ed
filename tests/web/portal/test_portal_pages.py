"""Every page on a phone and on a desk: light enough, whole, quiet, from our own origin, big enough to touch."""

from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from playwright.async_api import CDPSession, expect

from tests.web.axe import settled
from tests.web.portal.conftest import Phone

BUDGET_BYTES = 60 * 1024
LEAST_TARGET_PX = 44
# A quiet link in a sentence or a list of facts may be smaller (WCAG 2.2, 2.5.8, inline targets).
TARGETS = ".button, .top-nav a, .prefs summary, .brand, .tile, .face-choice, .tick, input:not([type=hidden]), select"


@dataclass
class Weight:
    """What a page load cost over the wire, by address."""

    bytes: dict[str, float] = field(default_factory=dict)
    _addresses: dict[str, str] = field(default_factory=dict)

    async def watch(self, session: CDPSession) -> None:
        """Count from now on; `encodedDataLength` is what came over the network, headers included."""
        await session.send("Network.enable")
        await session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.on("Network.responseReceived", self._begun)
        session.on("Network.loadingFinished", self._finished)

    def _begun(self, event: dict[str, Any]) -> None:
        self._addresses[event["requestId"]] = event["response"]["url"]

    def _finished(self, event: dict[str, Any]) -> None:
        self.bytes[self._addresses.get(event["requestId"], "?")] = event["encodedDataLength"]


def pages(code: str) -> list[str]:
    return ["/", f"/reports/{code}", "/new", "/mine", "/t/AAAAAAAAA"]


async def test_first_views_are_light(phone: Phone, published: str) -> None:
    """Page, style and scripts; photos are what people come for and are counted by the test of their size."""
    for path in pages(published):
        weight = Weight()
        session = await phone.context.new_cdp_session(phone.page)
        await weight.watch(session)
        await phone.page.goto(phone.url + path, wait_until="networkidle")
        await session.detach()
        own = {address: size for address, size in weight.bytes.items() if "/media/" not in address}
        assert own, path
        assert sum(own.values()) <= BUDGET_BYTES, (path, own)


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_pages_are_quiet_fit_and_can_be_touched_and_read(phone: Phone, published: str, language: str) -> None:
    """Contrast is that of every piece of text against the ground behind it, WCAG 2.2 1.4.3 (4.5, or 3 for large
    text), in both themes.
    """
    page = phone.page
    for path in pages(published)[:-1]:
        await page.goto(f"{phone.url}{path}?lang={language}", wait_until="networkidle")
        assert await page.get_attribute("html", "lang") == language
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 360, (path, wide)
        assert await page.locator("h1").count() == 1, path
        assert await page.evaluate(SMALL, [TARGETS, LEAST_TARGET_PX]) == [], path
        assert await page.evaluate(NAMELESS) == [], path
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme)
            await settled(page)
            assert await page.evaluate(CONTRAST) == [], (path, scheme)
    assert phone.complaints == []


SCHEMES: tuple[Literal["light", "dark"], ...] = ("dark", "light")
SMALL = """([targets, least]) => [...document.querySelectorAll(targets)].filter((one) => {
    // The clickable area of a field is its label's.
    const box = (one.closest("label") ?? one).getBoundingClientRect();
    return box.width > 0 && (box.height < least - 0.5 || box.width < least - 0.5);
}).map((one) => one.outerHTML.slice(0, 120))"""
NAMELESS = """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a[href]")]
    .filter((one) => one.offsetParent !== null)
    .filter((one) => !(one.labels?.length && [...one.labels].some((label) => label.textContent.trim())))
    .filter((one) => !one.textContent.trim() && !one.getAttribute("aria-label"))
    .map((one) => one.outerHTML.slice(0, 120))"""
CONTRAST = """() => {
  const parts = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = (rgb) => {
    const [r, g, b] = rgb.map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const [r, g, b, a = 1] = parts(getComputedStyle(at).backgroundColor);
      if (a > 0.5) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const bad = [];
  for (const one of document.querySelectorAll("body *")) {
    const said = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!said || one.offsetParent === null || one.closest(".sr, .skip, figcaption")) continue;
    const style = getComputedStyle(one);
    const [bright, dark] = [light(parts(style.color).slice(0, 3)), light(ground(one))].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    const ratio = (bright + 0.05) / (dark + 0.05);
    if (ratio < least) bad.push(`${one.textContent.trim().slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return bad;
}"""


async def test_the_published_report_is_worth_sharing(phone: Phone, published: str) -> None:
    await phone.goto(f"/reports/{published}")
    page = phone.page
    await expect(page.locator(".compare figure")).to_have_count(2)
    meta = {
        str(await one.get_attribute("property")): str(await one.get_attribute("content"))
        for one in await page.locator("meta[property]").all()
    }
    assert meta["og:title"].endswith("Đã xử lý") and meta["og:url"].endswith(f"/reports/{published}")
    picture = await page.request.get(meta["og:image"])
    assert picture.ok and picture.headers["content-type"] == "image/jpeg"
    await expect(page.locator(".answer")).to_contain_text("bê tông nhựa nóng")


async def test_filters_live_in_the_address(phone: Phone, published: str) -> None:
    page = phone.page
    await phone.goto("/?q=kh%C3%B4ng-c%C3%B3-g%C3%AC-nh%C6%B0-th%E1%BA%BF")
    await expect(page.locator(".nothing")).to_contain_text("Không có phản ánh nào khớp")
    await page.get_by_role("link", name="Bỏ lọc").first.click()
    await page.locator(".filters-door").click()
    await page.select_option("select[name=category]", "road-pothole")
    await page.wait_for_url("**/?category=road-pothole")
    await expect(page.locator(f"#r-{published}")).to_be_visible()
    kinds = await page.locator(".card-kind").all_inner_texts()
    assert set(kinds) == {"Ổ gà, mặt đường hư hỏng"}


async def test_a_page_is_sent_again_only_when_it_changed(phone: Phone, published: str) -> None:
    request, address = phone.context.request, f"{phone.url}/reports/{published}"
    first = await request.get(address)
    again = await request.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (first.status, again.status) == (200, 304)
    assert first.headers["cache-control"] == "public, max-age=0, s-maxage=1, must-revalidate"
    assert "unsafe" not in first.headers["content-security-policy"]


async def test_language_theme_and_size_are_remembered(plain_phone: Phone) -> None:
    page = plain_phone.page
    await plain_phone.goto("/new")
    for press in ("English", "Dark", "Large"):
        await page.locator(".prefs summary").click()
        await page.get_by_role("button", name=press, exact=True).click()
        assert page.url.endswith("/new")
    html = page.locator("html")
    assert await html.get_attribute("lang") == "en"
    assert await html.get_attribute("data-theme") == "dark"
    assert await html.get_attribute("data-text") == "large"
    for evil in ("https://example.org", "//example.org", "/\\example.org"):
        answer = await plain_phone.context.request.get(
            f"{plain_phone.url}/preferences", params={"back": evil, "lang": "vi"}, max_redirects=0
        )
        assert answer.headers["location"] == "/"
