"""The desk's map: its layers, and choosing what lies in a drawn area."""

from playwright.async_api import expect

from tests.story.people import People
from tests.web.staff.conftest import Seat

# It draws once more, and then once nothing is under way; without that it may have come to rest before it is asked.
AT_REST = "map => { const idle = map.once('idle'); map.triggerRepaint(); return idle.then(() => null); }"
LAYERS = "map => [map.getStyle().layers.map(one => one.id), Object.keys(map.getStyle().sources)]"


async def test_layers_are_switched_in_place_and_a_drawn_area_selects_what_is_inside(seat: Seat, people: People) -> None:
    resident = await people.resident()
    inside = {
        (await people.sent(resident, location={"lon": 107.2001, "lat": 10.5001 + n / 1e4}))["code"] for n in range(3)
    }
    beside = (await people.sent(resident, location={"lon": 107.2301, "lat": 10.5001}))["code"]
    desk = await seat("operator1")
    await desk.open("/ioc")
    await desk.find("ht-map[data-ready]").wait_for()
    map_of = await desk.page.evaluate_handle(
        "document.querySelector('ht-ioc').shadowRoot.querySelector('ht-map-pane').shadowRoot.querySelector('ht-map').map"
    )
    before = await map_of.evaluate(LAYERS)
    await desk.find("[data-layers]").click()
    await desk.find("[data-load]").check()
    for view in ("clusters", "heat", "hexagons", "points"):
        await desk.find(f"input[name=view][value={view}]").check()
        await map_of.evaluate(AT_REST)
    assert await map_of.evaluate(LAYERS) == before
    asked = " ".join(desk.asked)
    assert "/api/v1/tiles/open/" in asked and "/api/v1/tiles/hexagons/" in asked and "/api/v1/map/areas" in asked
    await desk.find("[data-layers]").click()

    await map_of.evaluate("map => { map.jumpTo({center: [107.215, 10.5], zoom: 12.5}); }")
    await desk.find("[data-draw]").click()
    await desk.page.evaluate("addEventListener('select', event => { window.found = event.detail; })")
    canvas = await map_of.evaluate(
        "map => { const box = map.getCanvas().getBoundingClientRect(); return [box.x, box.y]; }"
    )
    for lon, lat in ((107.195, 10.495), (107.207, 10.495), (107.207, 10.506), (107.195, 10.506)):
        x, y = await map_of.evaluate("(map, at) => { const p = map.project(at); return [p.x, p.y]; }", [lon, lat])
        await desk.page.mouse.click(canvas[0] + x, canvas[1] + y)
    await desk.press("Enter")
    await expect(desk.find("[data-selected]")).to_have_attribute("data-selected", "3")
    await desk.find("[data-pick]").click()
    found = set(await desk.page.evaluate("window.found"))
    assert found == inside and beside not in found
    # All of them are ticked at once, for one action.
    await expect(desk.find(".picked[role=status]")).to_contain_text("3")
    assert desk.complaints == []
