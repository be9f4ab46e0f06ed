"""The wall in a real browser: true figures, alarms that wait for a person, old data that look old, any screen."""

import json
from typing import Any

import pytest
from playwright.async_api import Page, WebSocketRoute, expect

from api.clients import Client
from tests.story.city import City, Process
from tests.story.people import People, eventually
from tests.web.staff.busy_day import BusyDay, held
from tests.web.staff.conftest import Desk, Seat

FULL_HD = {"viewport": {"width": 1920, "height": 1080}}
SAYS_WHO_MS = 15_000
FIGURES = ("open", "unassigned", "due_soon", "overdue", "done_today")

# Of everything that is drawn: what reaches beyond the screen, letters that are too small for the height, cut words.
LAYOUT = """() => {
  const all = [], unit = Math.min(innerHeight / 100, innerWidth / 177.78);
  const walk = (root) => {
    for (const one of root.querySelectorAll('*')) { all.push(one); if (one.shadowRoot) walk(one.shadowRoot); }
  };
  walk(document);
  const look = (one) => getComputedStyle(one);
  const says = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
  const drawn = all.filter((one) => one instanceof HTMLElement && says(one) && one.getClientRects().length > 0
    && look(one).visibility === 'visible' && !one.closest('.visually-hidden, script, style, noscript'));
  const name = (one) => `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 40)}`;
  const outside = (one) => {
    const box = one.getBoundingClientRect();
    return box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.left < -1 || box.top < -1;
  };
  // A list may shorten a long name with an ellipsis, and says so by its class; nothing else may be cut.
  const cut = (one) => !one.closest('.line, .text, .keys') && look(one).display !== 'inline'
    && (one.scrollWidth > one.clientWidth + 2);
  const page = document.scrollingElement;
  return {
    words: drawn.length, scrolls: page.scrollHeight > innerHeight || page.scrollWidth > innerWidth,
    outside: drawn.filter(outside).map(name), cut: drawn.filter(cut).map(name),
    small: drawn.filter((one) => parseFloat(look(one).fontSize) < 2.39 * unit).map(name),
  };
}"""


async def _open(
    seat: Seat, who: str = "leader", url: str | None = None, query: str = "", clock: bool = False, **context: Any
) -> Desk:
    """`clock`: one that can be put forward."""
    desk = await seat(who, **({"url": url} if url else {}), **{**FULL_HD, **context})
    if clock:
        await desk.page.clock.install()
    if url is None:
        await desk.page.route_web_socket("**/api/v1/live", _only_exercises)
    await desk.page.goto(f"{desk.url}/ioc/wall{query}")
    await desk.find("ht-wall-band [data-figure=open] .value").wait_for()
    return desk


def _only_exercises(line: WebSocketRoute) -> None:
    """The city is shared with other tests, and the alarms they cause would take the stage at any moment."""
    server = line.connect_to_server()

    def inward(message: str | bytes) -> None:
        said = json.loads(message)
        if said["type"] == "alarms":
            said["alarms"] = [one for one in said["alarms"] if one["drill"]]
        line.send(json.dumps(said))

    server.on_message(inward)


async def _shown(page: Page) -> dict[str, str]:
    values = {}
    for name in FIGURES:
        values[name] = await page.locator(f"ht-wall-band [data-figure={name}] .value").inner_text()
    return values


async def _counted(people: People) -> dict[str, str]:
    figures = (await (await people.operator()).get("/api/v1/wall"))["figures"]
    return {name: str(figures[name]) for name in FIGURES}


async def test_figures_follow_events_and_a_replay_of_the_day_ends_with_the_same(seat: Seat, people: People) -> None:
    desk = await _open(seat)
    before = int((await _shown(desk.page))["open"])
    report = await people.sent(await people.resident())
    await expect(desk.find("[data-figure=open] .value")).to_have_text(str(before + 1))
    await expect(desk.find("ht-wall-ticker li").first).to_contain_text("Phản ánh mới")
    assert report["code"] not in await desk.page.locator("body").inner_text()
    await people.brought_to("dispatched", report)

    async def both() -> tuple[dict[str, str], dict[str, str]]:
        return await _shown(desk.page), await _counted(people)

    await eventually(both, lambda two: two[0] == two[1])
    day = (await (await people.operator()).get("/api/v1/wall"))["day"]
    here = await desk.page.evaluate("(at) => new Date(Date.parse(at) + 8 * 3600e3).toISOString().slice(0, 10)", day)
    # Slowly: what happened in the first minutes of a day comes soon after its beginning.
    replay = await _open(seat, query=f"?replay={here}&speed=1")
    await expect(replay.find(".replay")).to_contain_text("PHÁT LẠI")

    async def ended() -> tuple[dict[str, str], dict[str, str]]:
        # The end of the day is the moment at which the page was read; with every moment more cases are late.
        await replay.page.reload()
        await replay.find("ht-wall-band [data-figure=open] .value").wait_for()
        await replay.press("End")
        return await _shown(replay.page), await _counted(people)

    await eventually(ended, lambda two: two[0] == two[1])
    await replay.press("Home")
    await expect(replay.find("[data-figure=done_today] .value")).to_have_text("0")
    assert desk.complaints == []
    assert replay.complaints == []


async def test_an_alarm_takes_the_stage_until_somebody_answers_it_and_a_pinned_scene_is_on_all_walls(
    seat: Seat, people: People
) -> None:
    desk = await _open(seat, clock=True)
    supervisor, operator = await people.staff("supervisor"), await people.operator()
    async with people.live(operator, "operations") as live:
        await _post(operator, "/api/v1/wall/scene", scene="agencies")
        await _told(live, "wall")
    await expect(desk.find("main[data-scene=agencies] .pinned")).to_be_visible()
    await _post(supervisor, "/api/v1/drill", active=True)
    try:
        raised = await _post(supervisor, "/api/v1/drill/alarms", kind="storm")
        alarm = desk.find(f"article[data-alarm='{raised['id']}']")
        await expect(alarm).to_contain_text("DIỄN TẬP")
        await expect(desk.find("main")).to_have_attribute("data-scene", "alarm")
        await _post(operator, f"/api/v1/alarms/{raised['id']}/acknowledge")
        await expect(alarm).to_contain_text("đã nhận lúc")
        # It says who for some seconds of the wall's clock, then the scene that was pinned is back.
        await desk.page.clock.fast_forward(SAYS_WHO_MS)
        await expect(desk.find("main[data-scene=agencies]")).to_be_visible()
    finally:
        await _post(supervisor, "/api/v1/drill", active=False)
        await _post(operator, "/api/v1/wall/scene", scene=None)
    await expect(desk.find("main .ring")).to_be_visible()


async def _post(who: Client, path: str, **body: Any) -> Any:
    return (await who.ask("POST", path, json=body)).json


async def _told(live: Any, kind: str) -> None:
    while (await live.next(60))["type"] != kind:
        pass


@pytest.mark.timeout(240)
async def test_old_data_look_old_and_the_wall_recovers_by_itself(seat: Seat, web_city: City, people: People) -> None:
    mortal = web_city.serve()
    desk = await _open(seat, url=mortal.url)
    await expect(desk.find(".fresh")).to_be_visible()
    await desk.page.evaluate("document.body.dataset.mark = 'same page'")
    mortal.kill()
    await expect(desk.find(".veil .big")).to_contain_text("SỐ LIỆU CŨ")
    assert "grayscale" in await desk.find("main").evaluate("(one) => getComputedStyle(one).filter")
    await people.sent(await people.resident())
    again = web_city.serve(int(mortal.url.rsplit(":", 1)[1]))
    await expect(desk.find(".veil")).to_have_count(0)
    await eventually(lambda: _shown(desk.page), lambda _: True)

    async def both() -> tuple[dict[str, str], dict[str, str]]:
        return await _shown(desk.page), await _counted(people)

    await eventually(both, lambda two: two[0] == two[1])
    assert await desk.page.evaluate("document.body.dataset.mark") == "same page"
    again.kill()


@pytest.mark.parametrize(("width", "height"), [(3840, 2160), (11520, 2160)])
async def test_every_scene_fits_and_can_be_read_from_afar(
    seat: Seat, people: People, server: Process, width: int, height: int
) -> None:
    desk = await _open(seat, viewport={"width": width, "height": height})
    operator = await people.operator()
    try:
        for scene in ("map", "agencies", "categories", "spots", "media"):
            await _post(operator, "/api/v1/wall/scene", scene=scene)
            await expect(desk.find(f"main[data-scene={scene}]")).to_be_visible()
            found = await desk.page.evaluate(LAYOUT)
            assert found["words"] > 20
            assert (found["scrolls"], found["outside"], found["small"], found["cut"]) == (False, [], [], []), scene
    finally:
        await _post(operator, "/api/v1/wall/scene", scene=None)
    size = await desk.find("ht-wall-map canvas").evaluate("(one) => [one.width, one.height, one.clientWidth]")
    assert max(size[:2]) <= 4096


async def test_a_wall_that_hears_three_times_as_much_holds_no_more(seat: Seat, people: People) -> None:
    """The short form of `python -m bench wall`: what a wall keeps must not depend on how long it has hung there."""
    desk = await seat("leader", **FULL_HD)
    day = BusyDay(desk.page, await people.leaf())
    await day.open()
    await desk.page.goto(f"{desk.url}/ioc/wall")
    await desk.find("ht-wall-map[data-ready]").wait_for(state="attached")
    session = await desk.page.context.new_cdp_session(desk.page)
    await session.send("Performance.enable")
    await day.tell(600)
    first = await held(session)
    await day.tell(1200)
    after = await held(session)
    # Twelve hundred events are some 700 kB as they come; compiled code and caches move the heap by some hundred kB.
    assert after["heap"] - first["heap"] < 400_000
    # Nodes do not count in the heap of scripts; a leak of one comment per event would be 1200 here.
    assert after["nodes"] <= first["nodes"] + 200
    assert after["listeners"] <= first["listeners"] + 20
    assert await desk.page.evaluate("document.querySelector('ht-wall').source.document.latest.length") <= 40
