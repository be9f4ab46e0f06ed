"""A large center at work: 500 desks and 50 walls on a city with a long past, and twenty operators who command.

    python -m bench desks                                   # 100,000 open reports of 1,000,000
    HIENTRUONG_BENCH_REPORTS=50000 python -m bench desks    # a smaller past

Measured: from commit to each screen, memory per socket, what a client that never reads does to the others, a command
there and back, a filter of the list, the desk's first paint in Chromium.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import random
import re
import socket
import statistics
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from api.clients import Client, Live
from bench.fanout import BURST_SQL, Listeners, greeting, listening
from bench.large_city import fill
from bench.machine import PASSWORD, Machine

TOTAL = int(os.environ.get("HIENTRUONG_BENCH_REPORTS", "1000000"))
OPEN = TOTAL // 10
SCREENS = 550
OPERATORS, PACE, SECONDS = 20, 50, 20
ACCOUNTS = ("operator1", "operator2", "supervisor", "leader")
FILTERS, PAINTS = 200, 5
BROWSER_FLAGS = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync")
Say = Callable[[str], None]


def measure(machine: Machine, say: Say) -> dict[str, Any]:
    """Milliseconds, KiB per socket, and whether the client that never reads was dropped."""
    began = time.monotonic()
    codes = fill(machine, TOTAL, OPEN)
    say(f"desks: {TOTAL:,} reports, {OPEN:,} of them open, in {time.monotonic() - began:.0f} s")
    screens, desk = machine.serve(), machine.serve()
    tokens = asyncio.run(_tokens(desk))
    found: dict[str, Any] = {"reports": TOTAL, "open": OPEN}
    found["filter_ms"] = asyncio.run(_filters(desk, tokens[0]))
    say(f"desks: a filter of the list: {_spread(found['filter_ms'])}")
    found["first_paint_ms"] = asyncio.run(_first_paint(desk))
    say(f"desks: first paint of the desk with its queue: {_spread(found['first_paint_ms'])}")
    found["frame_ms"] = asyncio.run(_scrolled(desk))
    say(f"desks: a frame while the queue scrolls: {_spread(found['frame_ms'])} ({found['frame_ms']['late']:.1%} late)")
    alone = _memory_kib(machine, screens)
    with listening(screens, "/api/v1/live", [greeting(tokens[n % 4]) for n in range(SCREENS)], SCREENS) as all_of_them:
        found["kib_per_socket"] = round((_memory_kib(machine, screens) - alone) / SCREENS, 1)
        say(f"desks: {found['kib_per_socket']} KiB of memory for each of {SCREENS} sockets")
        found["paced"] = asyncio.run(_work(all_of_them, desk, tokens, codes))
        say(f"desks: {PACE} events/s to {SCREENS} screens: commit to screen {_spread(found['paced']['screen_ms'])}")
        say(f"desks: a command of one of {OPERATORS} operators: {_spread(found['paced']['command_ms'])}")
        deaf = Deaf(screens, tokens[0])
        found["beside_a_deaf_client"] = asyncio.run(_work(all_of_them, desk, tokens, codes))
        found["deaf_client_dropped"] = deaf.dropped(machine, all_of_them)
        beside = _spread(found["beside_a_deaf_client"]["screen_ms"])
        say(f"desks: beside a client that never reads: {beside}; dropped: {found['deaf_client_dropped']}")
    return found


def _spread(figures: dict[str, float]) -> str:
    return f"p50 {figures['p50']:.0f} ms, p95 {figures['p95']:.0f} ms"


def _percentiles(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    p95 = ordered[int(len(ordered) * 0.95)]
    return {"p50": round(statistics.median(ordered), 1), "p95": round(p95, 1)}


async def _tokens(target: str) -> list[str]:
    async with Client.open(f"http://{target}") as city:
        return [str((await city.login(name, PASSWORD)).token) for name in ACCOUNTS]


def _memory_kib(machine: Machine, target: str) -> int:
    """Proportional memory of the server that listens on this port, its children included."""
    port = target.rsplit(":", 1)[1]
    (process,) = [one for one in machine.processes if f"HIENTRUONG_PORT={port}".encode() in _environment(one.pid)]
    text = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) if found else 0


def _environment(pid: int) -> list[bytes]:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    return []


async def _filters(target: str, token: str) -> dict[str, float]:
    """The list as a desk asks for it, narrowed in another way each time."""
    chance, took = random.Random(1), list[float]()
    async with Client.open(f"http://{target}") as city:
        desk = city.bearing(token)
        categories = [leaf["code"] for top in await desk.get("/api/v1/categories") for leaf in top["children"]]
        areas = [area["code"] for area in (await desk.get("/api/v1/areas"))["areas"]]
        ways: tuple[Callable[[], dict[str, Any]], ...] = (
            lambda: {"category": chance.choice(categories)},
            lambda: {"area": chance.choice(areas), "state": "received"},
            lambda: {"urgency": "urgent", "late": "true"},
            lambda: {"q": chance.choice(("cho rach dua", "nap cong", "trieu cuong"))},
            lambda: {"order": "newest", "category": chance.choice(categories)},
            lambda: {"order": "priority"},
        )
        for number in range(FILTERS):
            wanted = ways[number % len(ways)]()
            begun = time.perf_counter()
            await desk.get("/api/v1/reports", limit=100, **wanted)
            took.append((time.perf_counter() - begun) * 1000)
    return _percentiles(took)


async def _first_paint(target: str) -> dict[str, float]:
    """From navigation to rows in the queue, in a fresh browser profile each time, signed in."""
    took = list[float]()
    async with _chromium() as browser:
        for _ in range(PAINTS):
            async with _signed_in(browser, target) as page:
                begun = time.perf_counter()
                await page.goto(f"http://{target}/ioc", wait_until="commit")
                await page.locator("ht-queue .row").first.wait_for()
                took.append((time.perf_counter() - begun) * 1000)
    return _percentiles(took)


LOADING_MS = 120_000
_WHOLE = """() => {
    const { desk } = document.querySelector("ht-ioc").renderRoot.querySelector("ht-queue");
    return desk.loaded && !desk.rest.loading;
}"""
_SCROLL = """(pixels) => new Promise((done) => {
    const within = (root, name) => root.querySelector(name);
    const queue = within(within(document, "ht-ioc").renderRoot, "ht-queue");
    const pane = within(queue.renderRoot, ".rows");
    const took = [];
    let before = performance.now();
    const step = (now) => {
        took.push(now - before);
        before = now;
        pane.scrollTop += pixels;
        if (took.length < 600) requestAnimationFrame(step);
        else done({ took: took.slice(2), reached: pane.scrollTop });
    };
    requestAnimationFrame(step);
})"""


async def _scrolled(target: str) -> dict[str, float]:
    """Milliseconds from frame to frame while the list runs by, a screenful every third of a second and faster than
    anybody reads; late is a frame that came after its 60th of a second and a half.
    """
    async with _chromium() as browser, _signed_in(browser, target) as page:
        await page.goto(f"http://{target}/ioc")
        await page.locator("ht-queue .row").first.wait_for()
        # A desk that opens fetches ten thousand reports and draws its map again and again: not what is asked here.
        await page.wait_for_function(_WHOLE, timeout=LOADING_MS)
        await page.wait_for_timeout(3000)
        answer = await page.evaluate(_SCROLL, 40)
    took = answer["took"]
    found: dict[str, float] = _percentiles(took)
    return found | {"late": sum(one > 25 for one in took) / len(took), "pixels": answer["reached"]}


@contextlib.asynccontextmanager
async def _chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        path = os.environ.get("HIENTRUONG_CHROMIUM", "/usr/bin/chromium")
        browser = await playwright.chromium.launch(executable_path=path, args=list(BROWSER_FLAGS))
        yield browser
        await browser.close()


@contextlib.asynccontextmanager
async def _signed_in(browser: Browser, target: str) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    account = {"username": "operator1", "password": PASSWORD, "cookie": True}
    await context.request.post(f"http://{target}/api/v1/sessions", data=account)
    yield await context.new_page()
    await context.close()


async def _work(screens: Listeners, target: str, tokens: list[str], codes: list[str]) -> dict[str, Any]:
    """Twenty operators claim and release in turn, fifty commands a second together; every one is an event."""
    events = PACE * SECONDS
    await asyncio.to_thread(screens.order, events)
    took = list[float]()
    async with asyncio.TaskGroup() as group:
        for number in range(OPERATORS):
            group.create_task(_operator(target, tokens[number % 2], number, codes[number::OPERATORS], took))
    heard = await asyncio.to_thread(screens.answer)
    return {"command_ms": _percentiles(took), "screen_ms": {"p50": heard["p50_ms"], "p95": heard["p95_ms"]}}


async def _operator(target: str, token: str, number: int, codes: list[str], took: list[float]) -> None:
    turns, pause = PACE * SECONDS // OPERATORS, OPERATORS / PACE
    async with Live.open(f"http://{target}", token) as live:
        begun = time.monotonic() + number * pause / OPERATORS
        for turn in range(turns):
            await asyncio.sleep(max(0.0, begun + turn * pause - time.monotonic()))
            asked = time.perf_counter()
            await live.command("release" if turn % 2 else "claim", codes[turn // 2 % len(codes)])
            took.append((time.perf_counter() - asked) * 1000)


class Deaf:
    """A client that subscribes and then takes nothing any more."""

    def __init__(self, target: str, token: str) -> None:
        host, port = target.split(":")
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.connect((host, int(port)))
        key = base64.b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            f"GET /api/v1/live HTTP/1.1\r\nHost: {target}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        for text in greeting(token):
            self._socket.sendall(_frame(text.encode()))

    def dropped(self, machine: Machine, screens: Listeners) -> bool:
        """Whether the server has ended it, after as many events as its queue and the kernel's buffers could hold."""
        for _ in range(10):
            screens.order(400)
            machine.rows(BURST_SQL, 400)
            screens.answer()
        self._socket.settimeout(20)
        with contextlib.suppress(ConnectionError):
            while self._socket.recv(1 << 20):
                pass
        return True


def _frame(payload: bytes) -> bytes:
    length = len(payload)
    size = bytes([0x80 | length]) if length < 126 else b"\xfe" + length.to_bytes(2, "big")
    return b"\x81" + size + b"\0\0\0\0" + payload
