"""Does a wall that hangs for days grow? A day of events through one page, its heap after each part of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from playwright.async_api import async_playwright

from api.clients import Client
from bench.machine import PASSWORD, Machine
from tests.story.people import first_leaf
from tests.web.conftest import FLAGS, chromium
from tests.web.staff.busy_day import BusyDay, held

# One event every 2.9 s, all day and night: some 5,000 reports a day with six events each.
EVENTS_A_DAY = 30_000
PARTS = 6


def measure(machine: Machine, say: Callable[[str], None]) -> dict[str, Any]:
    """Heap, nodes and listeners of the wall after each sixth of a day's events, told as fast as it listens."""
    return asyncio.run(_measured(f"http://{machine.serve()}", say))


async def _measured(url: str, say: Callable[[str], None]) -> dict[str, Any]:
    async with Client.open(url) as client:
        category = first_leaf(await client.get("/api/v1/categories"))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        context = await browser.new_context(viewport={"width": 1920, "height": 1080})
        account = {"username": "leader", "password": PASSWORD, "cookie": True}
        await context.request.post(f"{url}/api/v1/sessions", data=account)
        page = await context.new_page()
        day = BusyDay(page, category)
        await day.open()
        await page.goto(f"{url}/ioc/wall")
        await page.locator("ht-wall-map[data-ready]").wait_for(state="attached", timeout=60_000)
        session = await context.new_cdp_session(page)
        await session.send("Performance.enable")
        found = []
        for _ in range(PARTS):
            began = time.monotonic()
            await day.tell(EVENTS_A_DAY // PARTS)
            seconds = time.monotonic() - began
            # The last rings on the map end by themselves.
            await asyncio.sleep(5)
            found.append({"events": day.told, "seconds": round(seconds, 1), **await held(session)})
            say(f"wall: {found[-1]}")
        await browser.close()
    return {"parts": found, "grown_bytes": found[-1]["heap"] - found[0]["heap"]}
