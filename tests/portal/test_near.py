"""What lies around a place: the same problem near by, never where distance says nothing, never what is private."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from api.demo.reading import read
from portal import near
from reports.configuration import City, load
from reports.models import Calendar
from tests.portal.village import NOW, Wanted, found, settle

HERE = near.Spot(107.0843, 10.3460)
METRE = 1 / 111_320
WEEK = read("calendar")["definition"]


@pytest.fixture
async def city(conn: AsyncConnection) -> City:
    """The village with its configuration read."""
    await found(conn)
    await conn.execute(insert(Calendar).values(code="default", name="x", definition=WEEK))
    return await load(conn)


async def put(conn: AsyncConnection, code: str, metres: float = 0, **changes: Any) -> int:
    """A report so many metres north of HERE; open unless said otherwise."""
    more = {"received_at": NOW - timedelta(hours=2), **changes.pop("more", {})}
    lat = HERE.lat + metres * METRE
    wanted = Wanted(code, **{"state": "received", "lat": lat, **changes}, more=more)
    return (await settle(conn, wanted))[0]


async def codes(conn: AsyncConnection, city: City, category: str = "road-pothole", spot: near.Spot = HERE) -> list[str]:
    return [one["code"] for one in await near.alike(conn, city, category, spot, NOW)]


async def test_open_ones_within_fifty_metres_nearest_first(conn: AsyncConnection, city: City) -> None:
    await put(conn, "FAR", 60)
    await put(conn, "THERE", 40)
    await put(conn, "CLOSE", 5)
    assert await codes(conn, city) == ["CLOSE", "THERE"]
    assert await codes(conn, city, "road") == ["CLOSE", "THERE"]
    assert await codes(conn, city, "noise") == []
    one = (await near.alike(conn, city, "road-pothole", HERE, NOW))[0]
    assert set(one) == {
        *("code", "category", "public_status", "distance_m", "received_at", "reporter_count", "followers", "mine")
    }
    assert (one["distance_m"], one["public_status"], one["reporter_count"], one["mine"]) == (5, "waiting", 1, False)


@pytest.mark.parametrize(
    ("state", "published", "shown"),
    [
        ("published", timedelta(days=-2), True),
        ("closed", timedelta(days=-6), True),
        ("published", timedelta(days=-9), False),
        ("rejected", timedelta(0), False),
        ("withdrawn", timedelta(0), False),
        ("merged", timedelta(0), False),
        ("awaiting_resident", timedelta(0), True),
    ],
)
async def test_what_is_over_is_no_longer_near(
    conn: AsyncConnection, city: City, state: str, published: timedelta, shown: bool
) -> None:
    more = {"resume_state": "received"} if state == "awaiting_resident" else {}
    await put(conn, "ONE", state=state, published=published, more=more)
    assert (await codes(conn, city) == ["ONE"]) is shown


@pytest.mark.parametrize("category", ["noise", "inner", "conduct"])
async def test_private_kinds_are_never_told(conn: AsyncConnection, city: City, category: str) -> None:
    await put(conn, "ONE", category=category)
    assert await codes(conn, city, category) == []


async def test_a_rough_place_says_nothing(conn: AsyncConnection, city: City) -> None:
    await put(conn, "ROUGH", 3, more={"accuracy_m": 900.0})
    await put(conn, "FINE", 4, more={"accuracy_m": 200.0})
    assert await codes(conn, city) == ["FINE"]
    assert await codes(conn, city, spot=near.Spot(HERE.lon, HERE.lat, 201)) == []


async def test_a_default_coordinate_is_no_place(conn: AsyncConnection, city: City) -> None:
    """Everything that came without a place lies on one point: its reports are not near each other."""
    for number in range(4):
        await put(conn, f"P{number}")
    await put(conn, "REAL", 8)
    assert len(await codes(conn, city)) == 5
    await put(conn, "NOISE", category="noise")
    assert await codes(conn, city) == ["REAL"]


async def test_many_of_one_kind_on_one_point_are_one_problem(conn: AsyncConnection, city: City) -> None:
    for number in range(6):
        await put(conn, f"P{number}")
    assert len(await codes(conn, city)) == near.MOST


async def test_likely_kinds_are_those_of_the_place_then_of_the_hour_then_of_the_city(
    conn: AsyncConnection, city: City
) -> None:
    for number in range(3):
        await put(conn, f"R{number}", 5_000, more={"received_at": NOW - timedelta(days=2, hours=12)})
    await put(conn, "N", 10, category="noise")
    await put(conn, "C", 10, category="conduct")
    usual = await near.usual(conn, city, NOW, 14)
    assert near.likely(city, usual)[0] == "noise"
    assert near.likely(city, await near.usual(conn, city, NOW, 4))[0] == "road-pothole"
    assert near.likely(city, await near.around(conn, HERE, NOW))[0] == "noise"
    assert "conduct" not in near.likely(city, usual)
    assert near.likely(city) == ["road-pothole", "noise", "inner"]
