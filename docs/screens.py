"""Pictures of every screen for the documents, taken from a demo city made for it, in Vietnamese.

    python -m docs.screens              # all of them, into docs/images/screens/
    python -m docs.screens wall-map     # one
    python -m docs.screens --vision deuteranopia --into FOLDER   # as a colour-blind person sees them

Desk screens come 1440 and 3840 px wide, each light and dark; the wall, which is dark, at 1920, 3840 and 11520 px;
phones at 360.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from api.clients import Client
from bench.machine import PASSWORD, Machine
from setup.problems import ROOT
from setup.web_build import build_if_changed

INTO = Path(__file__).parent / "images" / "screens"
FLAGS = (
    *("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"),
)
DESK = ((1440, 900), (3840, 2160))
WALL = ((1920, 1080), (3840, 2160), (11520, 2160))
PHONE = ((360, 740),)
# A picture wider than this is more than the drawing surface holds: half as many pixels, the same layout.
WIDEST = 8192
VISIONS = ("none", "protanopia", "deuteranopia", "tritanopia", "achromatopsia")
Prepare = Callable[[Page, Client], Awaitable[None]]
# Every picture, in the elements' own trees too, is there or has failed; those far below come when somebody scrolls.
PICTURES = """
() => {
  const inside = (root) => [...root.querySelectorAll("*")].flatMap((one) =>
    [...(one.localName === "img" ? [one] : []), ...(one.shadowRoot ? inside(one.shadowRoot) : [])]);
  return inside(document).every((image) => image.complete || image.getBoundingClientRect().top > innerHeight);
}
"""


@dataclass(frozen=True)
class Screen:
    """What to open as whom, what to do there, and when it is ready (a selector). `title` is for the page."""

    title: str
    path: str
    who: str | None
    ready: str
    sizes: tuple[tuple[int, int], ...] = DESK
    themes: tuple[str, ...] = ("light", "dark")
    prepare: Prepare | None = None


async def _first_case(page: Page, _: Client) -> None:
    await page.keyboard.press("j")
    await page.locator("ht-case .actions button").first.wait_for()


def _keys(*keys: str, then: str) -> Prepare:
    async def press(page: Page, city: Client) -> None:
        await _first_case(page, city)
        for key in keys:
            await page.keyboard.press(key)
            # A command is done when its dialog can follow.
            await page.wait_for_timeout(800)
        await page.locator(then).first.wait_for()

    return press


async def _draft(page: Page, _: Client) -> None:
    begin = page.locator(".draft button.first:not([disabled])", has_text="Tạo bản nháp")
    counts = page.locator(".draft .counts")
    await begin.or_(counts).first.wait_for()
    if await begin.is_visible():
        await begin.click()
        await page.locator("ht-admin-confirm dialog[open] button.first").click()
    await counts.wait_for()


async def _rule(page: Page, city: Client) -> None:
    await _draft(page, city)
    await page.locator(".pickrow", has_text="Long Sơn").first.click()
    await page.locator("ht-area-picker ht-geo-map[data-ready]").wait_for()


async def _alarm(page: Page, _: Client) -> None:
    await page.locator("main.alarmed").wait_for(timeout=90_000)


async def _replayed(page: Page, _: Client) -> None:
    await page.locator("main[data-scene]").wait_for(timeout=90_000)


async def _first_published(page: Page, _: Client) -> None:
    await page.locator("main article a").first.click()
    await page.locator("main h1").wait_for()


def _scene(name: str) -> Prepare:
    async def pin(page: Page, city: Client) -> None:
        supervisor = city.bearing(str((await city.login("supervisor", PASSWORD)).token))
        # Alarms hold the stage until somebody takes them.
        for alarm in (await supervisor.get("/api/v1/alarms"))["alarms"]:
            await supervisor.ask("POST", f"/api/v1/alarms/{alarm['id']}/acknowledge", json={})
        await supervisor.ask("POST", "/api/v1/wall/scene", json={"scene": name})
        await page.locator(f'[data-scene="{name}"]').first.wait_for(timeout=90_000)

    return pin


SCREENS: dict[str, Screen] = {
    "triage": Screen("Bàn trực IOC", "/ioc", "operator1", "ht-queue .row", prepare=_first_case),
    "triage-help": Screen(
        "Bàn trực: bảng phím tắt", "/ioc", "operator1", "ht-queue .row", prepare=_keys("?", then="ht-help dialog[open]")
    ),
    "triage-palette": Screen(
        "Bàn trực: bảng lệnh",
        "/ioc",
        "operator1",
        "ht-queue .row",
        prepare=_keys("Control+k", then="ht-palette dialog[open]"),
    ),
    "triage-dispatch": Screen(
        "Bàn trực: chuyển xử lý theo đề xuất",
        "/ioc",
        "operator1",
        "ht-queue .row",
        prepare=_keys("v", "d", then="ht-command dialog[open]"),
    ),
    "triage-due": Screen(
        "Bàn trực: cách tính thời hạn",
        "/ioc",
        "operator1",
        "ht-queue .row",
        prepare=_keys("=", then="ht-due-explained dialog[open]"),
    ),
    "triage-escalations": Screen(
        "Bàn trực: nhắc việc lên cấp trên",
        "/ioc",
        "supervisor",
        "ht-queue .row",
        prepare=_keys("!", then="ht-escalations dialog[open]"),
    ),
    "phone-desk": Screen(
        "Nhập hộ người dân",
        "/ioc",
        "operator1",
        "ht-queue .row",
        (*DESK, *PHONE),
        prepare=_keys("n", then="ht-phone-desk dialog[open]"),
    ),
    "sign-in": Screen("Đăng nhập cán bộ", "/login", None, "form"),
    "figures": Screen(
        "Số liệu",
        # The running month has nothing to show on its first days.
        f"/ioc/figures?from={datetime.now() - timedelta(days=29):%Y-%m-%d}&to={datetime.now():%Y-%m-%d}",
        "leader",
        "main[aria-busy=false]",
    ),
    "admin-categories": Screen(
        "Quản trị: lĩnh vực",
        "/admin?section=categories&item=water-flooding",
        "admin",
        "ht-item-form h2",
        (*DESK, *PHONE),
        prepare=_draft,
    ),
    "admin-agencies": Screen(
        "Quản trị: cơ quan", "/admin?section=agencies&item=thoat-nuoc", "admin", "ht-item-form h2", prepare=_draft
    ),
    "admin-rules": Screen("Quản trị: quy tắc phân công", "/admin?section=rules", "admin", ".pickrow", prepare=_rule),
    "admin-calendar": Screen(
        "Quản trị: lịch làm việc", "/admin?section=calendars&item=default", "admin", "ht-month", prepare=_draft
    ),
    "admin-areas": Screen("Quản trị: địa bàn", "/admin?section=areas", "admin", "ht-admin-areas section"),
    "admin-accounts": Screen("Quản trị: tài khoản", "/admin?section=accounts", "admin", "ht-admin-accounts tbody"),
    "admin-settings": Screen(
        "Quản trị: điểm nóng và thiết lập chung", "/admin?section=spots", "admin", "ht-admin-settings", prepare=_draft
    ),
    "admin-versions": Screen("Quản trị: phiên bản", "/admin?section=versions", "admin", "ht-admin-versions tbody"),
    # Before the scenes: to pin them, alarms are taken.
    "wall-alarm": Screen("Màn hình lớn: báo động", "/ioc/wall", "leader", "main", WALL, ("dark",), _alarm),
    "wall-map": Screen("Màn hình lớn: bản đồ", "/ioc/wall", "leader", "main", WALL, ("dark",), _scene("map")),
    "wall-agencies": Screen(
        "Màn hình lớn: cơ quan", "/ioc/wall", "leader", "main", WALL, ("dark",), _scene("agencies")
    ),
    "wall-categories": Screen(
        "Màn hình lớn: lĩnh vực", "/ioc/wall", "leader", "main", WALL, ("dark",), _scene("categories")
    ),
    "wall-spots": Screen("Màn hình lớn: điểm nóng", "/ioc/wall", "leader", "main", WALL, ("dark",), _scene("spots")),
    "wall-media": Screen(
        "Màn hình lớn: vừa công khai", "/ioc/wall", "leader", "main", WALL, ("dark",), _scene("media")
    ),
    "wall-replay": Screen(
        "Màn hình lớn: xem lại một ngày",
        f"/ioc/wall?replay={datetime.now() - timedelta(days=1):%Y-%m-%d}&at=09:30&speed=60",
        "leader",
        "main",
        WALL,
        ("dark",),
        _replayed,
    ),
    "agency": Screen("Cơ quan xử lý", "/agency", "agency-so-xay-dung", "main"),
    "crew": Screen("Tổ công tác: hôm nay", "/agency/today", "agency-thoat-nuoc", "main", PHONE),
    "portal": Screen("Cổng công khai", "/", None, "main article", (*DESK, *PHONE)),
    "portal-report": Screen(
        "Cổng công khai: một phản ánh", "/", None, "main article", (*DESK, *PHONE), prepare=_first_published
    ),
    "portal-figures": Screen("Cổng công khai: thống kê", "/statistics", None, "main h1"),
    "form": Screen("Gửi phản ánh trên điện thoại", "/new", None, "main form", PHONE),
}


async def _session(browser: Browser, url: str, screen: Screen, size: tuple[int, int], theme: str) -> BrowserContext:
    width, height = size
    context = await browser.new_context(
        viewport={"width": width, "height": height}, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh",
        color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce",
        device_scale_factor=1 if width <= WIDEST else 0.5,
    )  # fmt: skip
    if screen.who is not None:
        account = {"username": screen.who, "password": PASSWORD, "cookie": True}
        answer = await context.request.post(f"{url}/api/v1/sessions", data=account)
        assert answer.status == 201, await answer.text()
    return context


async def _take(browser: Browser, url: str, name: str, vision: str, into: Path) -> None:
    screen = SCREENS[name]
    for size in screen.sizes:
        for theme in screen.themes:
            context = await _session(browser, url, screen, size, theme)
            tab = await context.new_page()
            if vision != "none":
                tools = await context.new_cdp_session(tab)
                await tools.send("Emulation.setEmulatedVisionDeficiency", {"type": vision})
            await tab.goto(url + screen.path)
            await tab.locator(screen.ready).first.wait_for(timeout=60_000)
            if screen.prepare is not None:
                async with Client.open(url) as city:
                    await screen.prepare(tab, city)
            await tab.wait_for_load_state("networkidle")
            await tab.wait_for_function(PICTURES)
            # Maps draw what has come a moment later.
            await tab.wait_for_timeout(1500)
            _keep(await tab.screenshot(), _path(into, name, size, theme))
            await context.close()
            print(f"{name}-{size[0]}-{theme}", flush=True)


def _keep(png: bytes, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.open(io.BytesIO(png)).convert("RGB").save(path, "WEBP", quality=72, method=4)


def page(into: Path) -> str:
    """The page that shows every picture in the folder, screen by screen."""
    text = "# Mọi màn hình · Every screen\n\nMade by `python -m docs.screens` from the demo city; not by hand.\n"
    for name, screen in SCREENS.items():
        kept = [
            (size, theme) for size in screen.sizes for theme in screen.themes if _path(into, name, size, theme).exists()
        ]
        if kept:
            text += f"\n## {screen.title}\n\n"
            text += "\n".join(
                f"![{screen.title}, {size[0]} px, {theme}](images/screens/{_path(into, name, size, theme).name})"
                for size, theme in kept
            )
            text += "\n"
    return text


def _path(into: Path, name: str, size: tuple[int, int], theme: str) -> Path:
    return into / f"{name}-{size[0]}-{theme}.webp"


async def _all(url: str, names: list[str], vision: str, into: Path) -> None:
    async with async_playwright() as playwright:
        path = os.environ.get("HIENTRUONG_CHROMIUM", "/usr/bin/chromium")
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        for name in names:
            await _take(browser, url, name, vision, into)
        await browser.close()


def main() -> None:
    """Take the pictures asked for."""
    parser = argparse.ArgumentParser(prog="python -m docs.screens", description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "names", nargs="*", choices=[[], *SCREENS], metavar="NAME", help=f"of {', '.join(SCREENS)}; default all"
    )
    parser.add_argument("--vision", choices=VISIONS, default="none", help="simulate a deficiency of colour vision")
    parser.add_argument("--into", type=Path, default=INTO)
    parser.add_argument(
        "--url", help="a demo city that runs already, with the bench's password; default one made for it"
    )
    wanted = parser.parse_args()
    names = wanted.names or list(SCREENS)
    try:
        _take_all(wanted, names)
    finally:
        if wanted.into == INTO:
            (INTO.parents[1] / "screens.md").write_text(page(INTO), "utf-8")


def _take_all(wanted: argparse.Namespace, names: list[str]) -> None:
    if wanted.url:
        asyncio.run(_all(wanted.url, names, wanted.vision, wanted.into))
        return
    # Pictures of yesterday's web app beside today's server show neither.
    build_if_changed(ROOT, ("npm",), os.environ)
    with Machine.made_ready() as machine:
        url = f"http://{machine.serve()}"
        machine.work()  # raises alarms and finds hot spots
        asyncio.run(_all(url, names, wanted.vision, wanted.into))


if __name__ == "__main__":
    main()
