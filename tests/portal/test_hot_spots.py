"""Hot spots against the rule written out: density clusters by brute force over random small cities."""

import re
from datetime import datetime, timedelta
from functools import partial
from itertools import combinations
from math import cos, hypot, radians

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from portal.hot_spots import hot_spots, of_report
from portal.nearby import around
from reports import hot_spot_rows, hot_spotting
from reports.callers import SYSTEM
from reports.codes import check_character
from reports.configuration import load
from reports.hot_spots import THE_RULE, Rule
from reports.step import Scene
from tests.portal.conftest import Portal, settled
from tests.portal.village import NOW, Wanted, found, settle

LON, LAT = 107.0843, 10.3460
Place = tuple[str, int, int, int]  # category, metres east and north, days ago

PLACES = st.lists(
    st.tuples(
        st.sampled_from(["road-pothole", "road", "noise"]),
        st.integers(0, 12).map(lambda n: n * 20),
        st.integers(0, 6).map(lambda n: n * 20),
        st.sampled_from([1, 20, 179, 181, 400]),
    ),
    max_size=18,
)


def wanted_of(place: Place, number: int) -> Wanted:
    """A report at this place, done so many days ago."""
    category, east, north, days = place
    lon, lat = LON + east / (111319.49 * cos(radians(LAT))), LAT + north / 110611.0
    return Wanted(f"SPOT{number:05}", category=category, lon=lon, lat=lat,
                  published=timedelta(days=-days), resolved=timedelta(days=-days))  # fmt: skip


def spots_of(places: list[Place], rule: Rule) -> set[frozenset[str]]:
    """The clusters by their definition: those with enough neighbours, joined; and whoever lies near one of them."""
    recent = {f"SPOT{number:05}": place for number, place in enumerate(places) if place[3] < rule.days}
    recent = {code: place for code, place in recent.items() if place[0] != "noise"}

    def near(one: str, other: str) -> bool:
        a, b = recent[one], recent[other]
        return a[0] == b[0] and hypot(a[1] - b[1], a[2] - b[2]) <= rule.metres

    dense = {code for code in recent if sum(near(code, other) for other in recent) >= rule.cases}
    leader = {code: code for code in dense}
    for _ in dense:
        for one, other in combinations(sorted(dense), 2):
            if near(one, other):
                leader[one] = leader[other] = min(leader[one], leader[other])
    groups: dict[str, set[str]] = {}
    for code in dense:
        groups.setdefault(leader[code], set()).add(code)
    return {frozenset(group) for group in groups.values()}


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=PLACES, cases=st.integers(2, 4), metres=st.sampled_from([30.0, 50.0]))
async def test_hot_spots_are_what_the_rule_says(
    engine: AsyncEngine, places: list[Place], cases: int, metres: float
) -> None:
    rule = Rule(cases, metres, 180)
    wanted = spots_of(places, rule)
    async with engine.connect() as conn:
        await found(conn)
        for number, place in enumerate(places):
            await settle(conn, wanted_of(place, number))
        made = await hot_spot_rows.groups(conn, rule, NOW)
        await conn.rollback()
    codes = [{case.code for case in group.cases} for group in made]
    # A case at the edge of two may belong to either: the dense ones decide, each group of them in one hot spot.
    assert len(codes) == len(wanted)
    for group in wanted:
        assert sum(group <= one for one in codes) == 1
    assert sum(len(one) for one in codes) == len(set().union(*codes)) if codes else True
    assert all(len(group.cases) >= cases and group.category != "noise" for group in made)


async def look(conn: AsyncConnection, now: datetime = NOW) -> None:
    """What a worker does every minute."""
    await hot_spotting.sweep(Scene(conn, await load(conn), SYSTEM, now, lambda one, name: f"/{one}/{name}"))


async def test_only_public_cases_count(conn: AsyncConnection) -> None:
    await settled(conn)
    for number in range(2):
        await settle(conn, wanted_of(("road-pothole", 0, 0, 3), number))
    await settle(conn, Wanted("HIDE00000", state="in_progress"))
    for number in range(1, 5):
        await settle(conn, Wanted(f"HIDE0000{number}", category="conduct"))
        await settle(conn, Wanted(f"HIDE1000{number}", category="noise"))
        await settle(conn, Wanted(f"HIDE2000{number}", category="inner"))
    await look(conn)
    assert (await hot_spots(conn, NOW))["features"] == []
    await settle(conn, wanted_of(("road-pothole", 30, 30, 100), 2))
    await look(conn)
    (spot,) = (await hot_spots(conn, NOW, locale="en"))["features"]
    facts = spot["properties"]
    assert (facts["count"], facts["category_name"], facts["lead_name"]) == (3, "Pothole", "Vung Tau Ward")
    assert facts["codes"] == ["SPOT00000", "SPOT00001", "SPOT00002"]
    west, south, east, north = facts["bbox"]
    assert west < spot["geometry"]["coordinates"][0] < east and south < spot["geometry"]["coordinates"][1] < north
    assert (facts["state"], facts["owner"], facts["plan"], facts["recurrences"]) == ("open", None, None, 0)
    # Taken back since the last look: it is not counted from this moment on.
    await conn.execute(text("UPDATE report SET state = 'in_progress' WHERE code = 'SPOT00000'"))
    (spot,) = (await hot_spots(conn, NOW))["features"]
    assert spot["properties"]["count"] == 2
    assert (await hot_spots(conn, NOW + timedelta(days=THE_RULE.days)))["features"] == []
    # The page of a report says what the list says, and of no report that is not public.
    of_all = {code: await of_report(conn, code, NOW) for code in ("SPOT00001", "SPOT00000", "HIDE00000", "HIDE00001")}
    assert {code: spot and spot["count"] for code, spot in of_all.items()} == {**dict.fromkeys(of_all), "SPOT00001": 2}
    assert await of_report(conn, "SPOT00001", NOW + timedelta(days=THE_RULE.days)) is None
    await conn.execute(text("UPDATE category SET location_private = true WHERE code = 'road-pothole'"))
    assert await of_report(conn, "SPOT00001", NOW) is None


async def test_what_is_near_a_report(conn: AsyncConnection) -> None:
    await found(conn)
    for number, place in enumerate(
        [
            ("road-pothole", 0, 0, 3),
            ("road-pothole", 100, 0, 3),
            ("road", 40, 0, 3),
            ("road-pothole", 900, 0, 3),
            ("noise", 0, 0, 3),
        ]
    ):
        await settle(conn, wanted_of(place, number))
    await settle(conn, Wanted("HIDE00000", state="in_progress"))
    near = await around(conn, "SPOT00000")
    assert [(one["code"], round(one["distance_m"], -1)) for one in near] == [("SPOT00002", 40), ("SPOT00001", 100)]
    # The home behind a private place must not be found by its neighbours.
    assert await around(conn, "SPOT00004") == [] and await around(conn, "HIDE00000") == []


async def planned(conn: AsyncConnection) -> None:
    """The ward has a plan, in which somebody wrote a number that is nobody's business."""
    await conn.execute(
        text(
            "UPDATE hot_spot SET state = 'planned', owner_agency = 'ward', target_on = '2026-12-31',"
            " plan = 'Thay nắp cống, gọi 0912345678'"
        )
    )


REAL = "ABCDEFGH" + check_character("ABCDEFGH")


async def renamed(conn: AsyncConnection) -> None:
    """A code as the city gives them; other addresses lead nowhere."""
    await conn.execute(text("UPDATE report SET code = :code WHERE code = 'SPOT00001'"), {"code": REAL})


def test_the_rows_behind_a_hot_spot(portal: Portal) -> None:
    for number in range(3):
        place = ("road-pothole", number * 20, 0, 0)
        portal.change(partial(settle, wanted=wanted_of(place, number)))
    portal.change(look)
    portal.change(planned)
    page = portal.client.get("/hot-spots").text
    assert "/?category=road-pothole&amp;bbox=" in page
    assert "Thay nắp cống" in page and "UBND Phường Vũng Tàu" in page and "31/12/2026" in page
    assert "0912345678" not in page
    found = re.search(r'<h2 id="DN\w+"><a href="([^"]+)"', page)
    assert found and '<span class="seal planned">' in page and "1 đã có kế hoạch" in page
    address = found[1].replace("&amp;", "&")
    listed = portal.client.get("/api/v1/public/reports?" + address.partition("?")[2]).json()["features"]
    assert {one["properties"]["code"] for one in listed} == {f"SPOT{number:05}" for number in range(3)}
    document = portal.client.get("/api/v1/public/hot-spots")
    assert document.headers["content-type"] == "application/geo+json"
    assert document.json()["rule"] == {"cases": 3, "metres": 50.0, "days": 180}
    assert document.json()["counts"] == {"open": 0, "planned": 1, "done": 0}
    portal.change(renamed)
    page = portal.client.get(f"/reports/{REAL}").text
    assert "Nằm trong điểm nóng" in page and re.search(r'href="/hot-spots#DN\w+"', page)
    assert "đã xử lý 3 lần" in page and "Thay nắp cống" in page and "0912345678" not in page
    assert "In a hot spot" in portal.client.get(f"/reports/{REAL}?lang=en").text
