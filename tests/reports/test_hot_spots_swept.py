"""Hot spots in the database: found once, planned by people, marked on new cases, back after they were done."""

import asyncio
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import insert, text

from ioc_dashboard import board, hot_spot_list
from reports import hot_spotting
from reports.callers import SYSTEM, Caller
from reports.hot_spotting import StaleSpot
from reports.models import Report
from reports.problems import BadInput, NotFound
from tests.reports.town import LEAD, LEADER, OPERATOR, OUTSIDER, SUPERVISOR, SUPPORT, Town

DAY = timedelta(days=1)
EVERY = ("open", "planned", "done", "gone")
NOTHING: dict[str, Any] = {"owner_agency": None, "owner_account": None, "plan": None, "target_on": None, "done": False}


async def done(town: Town, *, days: float = 10, east: float = 0, category: str = "pothole") -> None:
    """A case that was published so many days ago, so many metres east."""
    number, at = next(town.numbers), town.now - days * DAY
    values = {
        **{
            "code": f"HOT{number:06}",
            "state": "published",
            "category": category,
            "lead": "roads",
            "involved": ["roads"],
            "due_basis": "running",
        },
        **{"lon": 107.08 + east / 109_500, "lat": 10.35, "area_code": "26506", "area_name": "Phường Vũng Tàu"},
        **{"received_at": at - DAY, "due_at": at, "resolved_at": at, "published_at": at},
    }
    async with town.engine.begin() as conn:
        await conn.execute(insert(Report).values(**values))


async def look(town: Town) -> bool:
    async with town.engine.begin() as conn:
        return await hot_spotting.sweep(town.scene(conn, SYSTEM))


async def spots(town: Town, *states: str) -> list[dict[str, Any]]:
    async with town.engine.connect() as conn:
        found = await hot_spot_list.listed(conn, LEADER, town.city, [*(states or EVERY)], town.now)
    return list(found["hot_spots"])


async def decide(town: Town, by: Caller, spot: dict[str, Any], **wanted: Any) -> dict[str, Any]:
    async with town.engine.begin() as conn:
        scene = town.scene(conn, by)
        await hot_spotting.decide(scene, spot["code"], spot["version"], {**NOTHING, **wanted})
        found = await hot_spot_list.one(conn, by, town.city, spot["code"], town.now)
    assert found is not None
    return found


async def test_any_number_of_workers_find_it_once_and_it_grows(town: Town) -> None:
    for _ in range(3):
        await done(town)
    for category in ("conduct", "pothole"):
        await done(town, category=category, east=5000)
    await asyncio.gather(*(look(town) for _ in range(5)))
    await look(town)
    (spot,) = await spots(town)
    assert (spot["cases"], spot["state"], spot["version"], spot["area"]["name"]) == (3, "open", 1, "Phường Vũng Tàu")
    await done(town, east=40, days=1)
    await look(town)
    (grown,) = await spots(town)
    assert (grown["code"], grown["cases"], grown["version"]) == (spot["code"], 4, 1)
    async with town.engine.connect() as conn:
        found = await conn.execute(text("SELECT event FROM journal WHERE event LIKE 'hot_spot.%' ORDER BY id"))
        assert [row.event for row in found] == ["hot_spot.found"]


async def test_a_new_case_inside_says_so_and_presses_more(town: Town) -> None:
    for _ in range(3):
        await done(town)
    inside = str((await town.send(await town.phone()))["code"])
    other = str((await town.send(await town.phone(), "fallen-tree"))["code"])
    outside = str((await town.send(await town.phone(), lon=107.2))["code"])
    await look(town)
    await look(town)
    (spot,) = await spots(town)
    assert spot["open_cases"] == 1
    async with town.engine.connect() as conn:
        queue = await board.snapshot(conn, OPERATOR, town.city, lambda one, name: "", town.now)
    told = {report["code"]: report for report in queue["reports"]}
    assert told[inside]["hot_spot"] == spot["code"] and told[other]["hot_spot"] is told[outside]["hot_spot"] is None
    assert {"code": "hot_spot", "weight": 10} in told[inside]["priority"]["because"]
    assert (await town.events(inside)).count("report.in_hot_spot") == 1
    # It is over there: the mark goes, in silence, and no version changes.
    await decide_gone(town)
    await look(town)
    async with town.engine.connect() as conn:
        row = (await conn.execute(text("SELECT hot_spot, version FROM report WHERE code = :c"), {"c": inside})).one()
    assert tuple(row) == (None, 1)


async def decide_gone(town: Town) -> None:
    """Its cases are taken back."""
    async with town.engine.begin() as conn:
        await conn.execute(text("UPDATE report SET state = 'in_progress' WHERE code LIKE 'HOT%'"))


async def test_owner_plan_done_and_back(town: Town) -> None:
    for _ in range(3):
        await done(town)
    await look(town)
    (spot,) = await spots(town)
    plan = {"owner_agency": "roads", "plan": "Thay nắp cống", "target_on": date(2026, 12, 31)}
    planned = await decide(town, SUPERVISOR, spot, **plan)
    assert (planned["state"], planned["owner_name"], planned["version"]) == ("planned", "Sở Xây dựng", 2)
    with pytest.raises(StaleSpot):
        await decide(town, LEADER, spot, **plan)
    mended = await decide(town, LEADER, planned, **plan, done=True)
    assert mended["state"] == "done" and mended["done_at"] == town.now.isoformat()
    await look(town)
    assert (await spots(town))[0]["state"] == "done"
    town.now += 5 * DAY
    await done(town, days=1)
    await look(town)
    (back,) = await spots(town)
    assert (back["state"], back["recurrences"], back["owner_agency"], back["plan"], back["target_on"]) == (
        *("open", 1, "roads"),
        *("Thay nắp cống", None),
    )
    async with town.engine.connect() as conn:
        one = await hot_spot_list.one(conn, LEADER, town.city, spot["code"], town.now)
    assert one is not None
    assert [entry["data"]["state"] for entry in one["history"][:3]] == ["open", "done", "planned"]
    assert len(one["reports"]) == 4


async def test_an_agency_is_told_of_its_own_business_alone(town: Town) -> None:
    """`roads` led the cases; `ward` is to mend the cause; `power` has nothing to do with it."""
    for _ in range(3):
        await done(town)
    await look(town)
    (spot,) = await spots(town)
    assert spot["public_cases"] == spot["cases"] == 3
    await decide(town, SUPERVISOR, spot, owner_agency="ward", plan="Thay nắp cống")
    for who, reports in ((LEADER, 3), (LEAD, 3), (SUPPORT, 0), (OUTSIDER, None)):
        async with town.engine.connect() as conn:
            one = await hot_spot_list.one(conn, who, town.city, spot["code"], town.now)
            found = await hot_spot_list.listed(conn, who, town.city, [*EVERY], town.now)
        assert (one and len(one["reports"])) == reports
        assert len(found["hot_spots"]) == (reports is not None)


async def test_whoever_shows_them_is_woken_by_a_change_and_by_nothing_else(town: Town) -> None:
    dsn = town.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as listener:
        await listener.execute(f"LISTEN {hot_spotting.CHANNEL}")

        async def told() -> int:
            """How often since the last time; what this connection itself says last ends the listening."""
            await listener.execute(f"NOTIFY {hot_spotting.CHANNEL}, 'end'")
            number = 0
            async for notice in listener.notifies():
                if notice.payload == "end":
                    break
                number += 1
            return number

        await look(town)
        assert await told() == 0
        for _ in range(3):
            await done(town)
        await look(town)
        assert await told() == 1
        await look(town)
        assert await told() == 0
        (spot,) = await spots(town)
        await decide(town, SUPERVISOR, spot, owner_agency="roads", plan="Thay nắp cống")
        assert await told() == 1
        inside = await town.send(await town.phone())
        await done(town, east=10)
        await look(town)
        assert await told() == 1 and inside["code"]


async def test_what_calms_down_is_gone_but_a_plan_does_not_end_by_waiting(town: Town) -> None:
    for east in (0, 0, 0, 5000, 5000, 5000):
        await done(town, east=east)
    await look(town)
    first, _ = await spots(town)
    await decide(town, SUPERVISOR, first, owner_account="leader", plan="Khảo sát thoát nước")
    town.now += 180 * DAY
    await look(town)
    assert sorted(spot["state"] for spot in await spots(town)) == ["gone", "planned"]


async def test_two_that_grow_together_are_one_afterwards(town: Town) -> None:
    for east in (0, 0, 0, 130, 130, 130):
        await done(town, east=east)
    await look(town)
    assert len(await spots(town)) == 2
    for east in (40, 45, 85, 90):
        await done(town, east=east)
    await look(town)
    (one,) = await spots(town)
    assert one["cases"] == 10
    async with town.engine.connect() as conn:
        merged = (await conn.execute(text("SELECT code, merged_into FROM hot_spot WHERE state = 'merged'"))).one()
    assert merged.merged_into == one["code"]
    with pytest.raises(NotFound):
        await decide(town, SUPERVISOR, {"code": merged.code, "version": 2})


@pytest.mark.parametrize(
    "wrong",
    [
        {"owner_agency": "nobody"},
        {"owner_account": "nobody"},
        {"owner_agency": "roads", "owner_account": "leader"},
        {"done": True},
    ],
)
async def test_what_cannot_be_planned(town: Town, wrong: dict[str, Any]) -> None:
    for _ in range(3):
        await done(town)
    await look(town)
    (spot,) = await spots(town)
    with pytest.raises(BadInput):
        await decide(town, SUPERVISOR, spot, **wrong)
