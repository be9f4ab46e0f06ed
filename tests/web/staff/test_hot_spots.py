"""A hot spot on the map of a desk: opened by a click, given an owner and a plan, seen on other desks and the portal."""

from typing import Any

from playwright.async_api import expect

from tests.story.people import People, eventually
from tests.web.axe import faults
from tests.web.staff.conftest import Seat

MAP = "document.querySelector('ht-ioc').shadowRoot.querySelector('ht-map-pane').shadowRoot.querySelector('ht-map')"
DRAWN = f"""code => {{
  const {{map}} = {MAP};
  const found = map.queryRenderedFeatures({{layers: ['hot-spots']}}).find(one => one.properties.code === code);
  if (found === undefined) return null;
  const {{x, y}} = map.project(found.geometry.coordinates), box = map.getCanvas().getBoundingClientRect();
  return {{state: found.properties.state, count: found.properties.count, x: box.x + x, y: box.y + y}};
}}"""
PLAN = "Bố trí thùng rác kín và thu gom hai lần mỗi ngày"


async def test_a_hot_spot_gets_an_owner_and_a_plan_on_the_map_and_the_portal_says_so(
    seat: Seat, people: People
) -> None:
    leader = await people.staff("leader")
    (spot,) = (await leader.get("/api/v1/hot-spots", state="open"))["hot_spots"]
    desk, other = await seat("supervisor"), await seat("operator1")
    for one in (desk, other):
        await one.open("/ioc")
        await one.find("ht-map[data-ready]").wait_for()
        place = spot["location"]
        at = [place["lon"], place["lat"]]
        await one.page.evaluate(f"at => {MAP}.map.jumpTo({{center: at, zoom: 16}})", at)

    async def mark(one: Any) -> Any:
        return await one.page.evaluate(DRAWN, spot["code"])

    seen = await eventually(lambda: mark(desk), lambda found: found is not None)
    assert (seen["state"], seen["count"]) == ("open", "3")
    # The seal stands above its place, so that the report that waits there is not hidden.
    await desk.page.mouse.click(seen["x"], seen["y"] - 26)
    pane = desk.find("ht-hot-spots dialog")
    await expect(pane.locator("h2")).to_contain_text(spot["category_name"])
    await expect(pane.locator(".reports li")).to_have_count(4)
    await pane.locator("select[name=owner]").select_option("moi-truong-do-thi")
    await pane.locator("textarea[name=plan]").fill(PLAN)
    await pane.locator("input[name=target]").fill("2030-01-31")
    assert await faults(desk.page) == []
    await pane.locator("button[value=save]").click()
    try:
        await expect(pane.locator("[role=status]")).to_contain_text("Đã lưu")
        # Another desk sees it without loading anything anew; its switch takes the marks away.
        await eventually(lambda: mark(other), lambda found: found is not None and found["state"] == "planned")
        await other.find("[data-layers]").click()
        await other.find("[data-spots]").uncheck()
        await eventually(lambda: mark(other), lambda found: found is None)
        public = await seat(None, java_script_enabled=False)
        card = public.find(".spot", PLAN)

        async def shown() -> int:
            # The page is kept for a minute: somebody may have asked for it just before.
            await public.page.goto(f"{public.url}/hot-spots?lang=en#{spot['code']}")
            return await card.count()

        await eventually(shown, lambda number: number == 1)
        await expect(card).to_contain_text("A plan is made")
        await expect(card.locator(".seal.planned")).to_have_text("3")
    finally:
        now = await leader.get(f"/api/v1/hot-spots/{spot['code']}")
        back = {"version": now["version"]}
        await leader.send("PUT", f"/api/v1/hot-spots/{spot['code']}", json=back)
    assert desk.complaints == other.complaints == []
