"""How loaded areas are: the same from the cells and from a look at every report, for each reader what they may see."""

from datetime import date, timedelta

from sqlalchemy import text

from ioc_dashboard.area_load import Load, area_loads
from reports import cells
from reports.callers import Caller
from tests.geo.drawing import area, cell, put, spot
from tests.reports.town import LEAD, OPERATOR, SUPERVISOR, Town
from tests.sealing import seal_all

DAY = date(2026, 11, 24)


async def loads(town: Town, caller: Caller) -> dict[str, Load]:
    """As of a fortnight later, when what was due is late."""
    async with town.engine.connect() as conn:
        later = town.now + timedelta(days=14)
        return await area_loads(conn, caller, town.city, now=later, day=DAY)


async def test_each_reader_gets_the_load_of_what_they_may_see(town: Town) -> None:
    async with town.engine.begin() as conn:
        await put(conn, area("A", "Một", cell(0, 0)), area("B", "Hai", cell(1, 0)), day=date(2025, 7, 1))
    phone = await town.phone()
    here, there = spot(0.5, 0.5), spot(1.5, 0.5)
    for lon, lat in (here, here, there):
        report = await town.send(phone, lon=lon, lat=lat)
    await town.give(OPERATOR, "verify", report["code"])
    await town.give(OPERATOR, "dispatch", report["code"])
    await town.send(phone, "conduct", lon=here[0], lat=here[1])
    expected = {
        "operator": {"A": Load(2, 2, 0), "B": Load(1, 1, 0)},
        "supervisor": {"A": Load(3, 3, 0), "B": Load(1, 1, 0)},
        "lead": {"B": Load(1, 1, 0)},
    }

    async def found() -> dict[str, dict[str, Load]]:
        readers = {"operator": OPERATOR, "supervisor": SUPERVISOR, "lead": LEAD}
        return {name: await loads(town, caller) for name, caller in readers.items()}

    assert await found() == expected
    await seal_all(town.engine)
    async with town.engine.begin() as conn:
        await cells.keep_up(conn)
    assert await found() == expected
    # The area ends and another has its place: its open reports count where they lie now.
    async with town.engine.begin() as conn:
        await conn.execute(text("UPDATE area SET valid_to = '2026-01-01' WHERE code = 'A'"))
        await put(conn, area("C", "Ba", cell(0, 0)), day=date(2026, 1, 1))
    assert await loads(town, OPERATOR) == {"C": Load(2, 2, 0), "B": Load(1, 1, 0)}
