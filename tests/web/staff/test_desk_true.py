"""A desk that is always true: races, broken lines, killed servers, clocks that are wrong by a day."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import Any

from playwright.async_api import Page, WebSocketRoute, expect

from api.clients import Client
from tests.story.city import City, Process
from tests.story.people import People, eventually
from tests.web.staff.conftest import Desk, Seat

CASES = 30
EVENTS = 300
# What a minute brings at twenty a second.
A_MINUTE = 60 * 20

# What each of these desks does at once: claims every case, and says who has it, by its own client.
CLAIM_ALL = """
async (codes) => {
  const live = document.querySelector("ht-ioc").desk.live;
  return Promise.all(codes.map(async (code) => {
    try { await live.command("claim", code, {}, undefined); return null; }
    catch (refused) { return refused.problem.report.claim.by.username; }
  }));
}
"""
# All the desk holds, but for what has the moment of its asking in it: addresses that expire, how pressing it is by now.
HELD = """
() => {
  const { collection } = document.querySelector("ht-ioc").desk;
  const reports = [...collection.reports.values()].map(({ media, priority, ...report }) => report);
  return Object.fromEntries(reports.map((report) => [report.code, report]));
}
"""

# A browser whose clock is a day ahead.
WRONG_CLOCK = """
(() => {
  const Real = Date, ahead = 24 * 3600 * 1000;
  window.Date = class extends Real {
    constructor(...parts) { if (parts.length) super(...parts); else super(Real.now() + ahead); }
    static now() { return Real.now() + ahead; }
  };
})();
"""


async def _sent(people: People, number: int) -> list[str]:
    resident = await people.resident()
    return [(await people.sent(resident))["code"] for _ in range(number)]


async def test_two_screens_race_and_never_both_hold(
    seat: Seat, web_city: City, server: Process, people: People
) -> None:
    codes = await _sent(people, CASES)
    second = web_city.serve()
    one, two = await seat("operator1"), await seat("operator2", second.url)
    await asyncio.gather(one.open("/ioc"), two.open("/ioc"))
    left, right = await asyncio.gather(
        one.page.evaluate(CLAIM_ALL, codes), two.page.evaluate(CLAIM_ALL, list(reversed(codes)))
    )
    for code, mine, theirs in zip(codes, left, reversed(right), strict=True):
        assert {mine, theirs} in ({None, "operator1"}, {None, "operator2"}), code
        assert (mine == "operator2") == (theirs is None)
    holders = {code: "operator2" if mine else "operator1" for code, mine in zip(codes, left, strict=True)}
    for desk in (one, two):
        await desk.page.wait_for_function(
            """(wanted) => {
              const { collection } = document.querySelector("ht-ioc").desk;
              const holder = (code) => collection.reports.get(code)?.claim?.by.username;
              return Object.entries(wanted).every(([code, who]) => holder(code) === who);
            }""",
            arg=holders,
        )
    for code, who in holders.items():
        await people.command(await people.staff(who), {"code": code}, "release")
    second.kill()


async def _same_as_fresh(desk: Desk, fresh: Desk) -> None:
    """The screen equals a freshly loaded one, as soon as both have heard everything."""
    await fresh.open("/ioc")
    await _settled(fresh.page)

    async def differing() -> list[object]:
        held, wanted = [await each.page.evaluate(HELD) for each in (desk, fresh)]
        counts = {await each.find("#tab-waiting .number").inner_text() for each in (desk, fresh)}
        codes = [code for code in {*held, *wanted} if held.get(code) != wanted.get(code)]
        return [(held.get(code), wanted.get(code)) for code in codes[:2]] or ([] if len(counts) == 1 else [counts])

    assert await eventually(differing, lambda found: not found) == []


async def _settled(page: Page) -> Any:
    """What is held once nothing more comes in: all pages of the list are there."""
    before = None
    async with asyncio.timeout(90):
        while (now := await page.evaluate(HELD)) != before:
            before = now
            await asyncio.sleep(0.5)
    return before


async def _busy(people: People, at: Client, codes: list[str], events: int) -> None:
    """So many claims and releases by the other operator, of all these cases at once."""
    two = await people.staff("operator2", at)

    async def turns(code: str) -> None:
        for number in range(events // len(codes)):
            await two.command(code, "release" if number % 2 else "claim")

    await asyncio.gather(*(turns(code) for code in codes))


async def test_a_line_cut_under_load_misses_nothing(seat: Seat, server: Process, people: People) -> None:
    codes = await _sent(people, 10)
    desk, fresh = await seat("operator1"), await seat("operator1")
    line: dict[str, Any] = {"cut": False, "sockets": []}

    async def between(socket: WebSocketRoute) -> None:
        if line["cut"]:
            await socket.close(code=1006)
            return
        line["sockets"].append(socket)
        socket.connect_to_server()

    await desk.page.route_web_socket("**/api/v1/live", between)
    await desk.open("/ioc")
    await _settled(desk.page)
    line["cut"] = True
    for socket in line["sockets"]:
        with suppress(Exception):
            await socket.close()
    await expect(desk.find(".line.off")).to_be_visible()
    await _busy(people, people.first, codes, A_MINUTE)
    line["cut"] = False
    await expect(desk.find(".line.live")).to_be_visible()
    await _same_as_fresh(desk, fresh)


async def test_a_server_killed_under_load_misses_nothing(
    seat: Seat, web_city: City, server: Process, people: People
) -> None:
    codes = await _sent(people, 10)
    mortal = web_city.serve()
    desk, fresh = await seat("operator1", mortal.url), await seat("operator1")
    await desk.open("/ioc")
    await _settled(desk.page)
    load = asyncio.create_task(_busy(people, people.first, codes, EVENTS))
    await asyncio.sleep(0)
    mortal.kill()
    await expect(desk.find(".line.off")).to_be_visible()
    again = await asyncio.to_thread(web_city.serve, int(mortal.url.rsplit(":", 1)[1]))
    await expect(desk.find(".line.live")).to_be_visible()
    await load
    await _same_as_fresh(desk, fresh)
    again.kill()


async def test_clocks_are_right_on_a_screen_whose_own_is_wrong_by_a_day(seat: Seat, people: People) -> None:
    report = await people.sent(await people.resident())
    right, wrong = await seat("operator1"), await seat("operator2")
    await wrong.page.add_init_script(WRONG_CLOCK)
    await right.open("/ioc", report["code"])
    await wrong.open("/ioc", report["code"])
    assert await wrong.page.evaluate("Date.now()") - await right.page.evaluate("Date.now()") > 23 * 3600 * 1000
    left = [await _seconds_left(desk, report["code"]) for desk in (right, wrong)]
    assert abs(left[0] - left[1]) < 3600, "a day would be 86,400"


async def _seconds_left(desk: Desk, code: str) -> int:
    """What the queue's row says is left: "còn 17:04:16" or "2 ngày 00h"."""
    said = await desk.find(f"ht-queue .row[data-code='{code}'] ht-due .due").inner_text()
    if found := re.search(r"(\d+):(\d\d):(\d\d)", said):
        hours, minutes, seconds = map(int, found.groups())
        return hours * 3600 + minutes * 60 + seconds
    found = re.search(r"(\d+) ngày(?: (\d+)h)?", said)
    assert found, said
    return int(found[1]) * 86400 + int(found[2] or 0) * 3600
