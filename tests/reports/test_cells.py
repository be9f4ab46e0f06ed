"""The map's cells: whatever happens, in whatever order it is counted, a tile says what counting every report says."""

import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import product
from math import asinh, pi, radians, tan
from typing import Any

import mapbox_vector_tile
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from geo.quads import interleaved, span
from geo.tiles import TileAddress
from ioc_dashboard import board
from ioc_dashboard.map_filters import MapFilters, wanted_by
from reports import cells, journal
from reports.callers import Caller
from reports.cell_standing import standing
from reports.cell_tiles import Wanted, reports_tile
from reports.configuration import load
from reports.hexagon_tiles import hexagons_tile
from reports.lifecycle import Command
from reports.models import Report
from reports.problems import Problem
from reports.rows import visible_facts, visible_sql
from tests.reports.town import LEAD, LEADER, NOW, OPERATOR, OUTSIDER, SUPERVISOR, SUPPORT, Town, arguments
from tests.sealing import seal_all

READERS = {
    "operator": OPERATOR,
    "supervisor": SUPERVISOR,
    "leader": LEADER,
    "lead": LEAD,
    "supporting": SUPPORT,
    "outsider": OUTSIDER,
}
WORLD = TileAddress(0, 0, 0)


@pytest.fixture
async def town(engine: AsyncEngine) -> Town:
    """The small city, one category of which keeps places private."""
    town = await Town.founded(engine)
    async with engine.begin() as conn:
        await conn.execute(text("UPDATE category SET location_private = true WHERE code = 'no-approval'"))
        town.city = await _city(conn)
    return town


async def _city(conn: AsyncConnection) -> Any:
    return await load(conn)


def tile_of(lon: float, lat: float, z: int) -> TileAddress:
    """Worked out apart from the database."""
    side = 1 << z
    return TileAddress(z, int((lon + 180) / 360 * side), int((0.5 - asinh(tan(radians(lat))) / (2 * pi)) * side))


def features(tile: bytes, layer: str = "reports") -> list[dict[str, Any]]:
    """Of one layer."""
    decoded = mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True})
    return list(decoded.get(layer, {"features": []})["features"])


def plain(tile: bytes, layer: str = "reports") -> list[str]:
    """The features in an order of their own."""
    return sorted(
        str((one["geometry"]["coordinates"], sorted(one["properties"].items()))) for one in features(tile, layer)
    )


async def keep_up(town: Town, limit: int = cells.BATCH) -> int:
    """One round of the worker."""
    async with town.engine.begin() as conn:
        return await cells.keep_up(conn, limit)


async def something_happens(
    town: Town, chance: random.Random, phones: list[Caller], known: list[dict[str, Any]]
) -> None:
    """A resident sends, or somebody commands, allowed or not."""
    if len(known) < 4 or chance.random() < 0.3:
        lon, lat = 107.08 + chance.random() * 0.2, 10.35 + chance.choice((0, 0.1, 0.3)) * chance.random()
        category = chance.choice(list(town.city.categories))
        town.now = NOW - timedelta(hours=chance.choice((0, 30, 700, 9000)) * chance.random())
        known.append(await town.send(chance.choice(phones), category, lon=lon, lat=lat))
        town.now = NOW
        return
    report, other = chance.sample(known, 2)
    command = chance.choice([one for one in Command if one not in (Command.CLAIM, Command.HEARTBEAT)])
    by = chance.choice([OPERATOR, SUPERVISOR, LEAD, *phones])
    args = arguments(command, other=other["code"], due_at=report["due_at"])
    with suppress(Problem, KeyError):
        await town.give(by, command, report["code"], **args)


async def both(conn: AsyncConnection, tile: TileAddress, wanted: Wanted) -> tuple[list[str], list[str]]:
    """The tile and its hexagons as they are served, and from a look at every report."""
    known = await standing(conn, tile, wanted.scopes)
    served = await reports_tile(conn, tile, wanted, now=NOW, usable=known.usable, crowded=known.crowded)
    counted = await reports_tile(conn, tile, wanted, now=NOW, usable=False)
    fields = [await hexagons_tile(conn, tile, wanted, now=NOW, usable=usable) for usable in (known.usable, False)]
    return plain(served) + plain(fields[0], "hexagons"), plain(counted) + plain(fields[1], "hexagons")


def some_days(chance: random.Random) -> MapFilters:
    """A period, open at one end or at none, of whole days or not."""
    since, until = (NOW - timedelta(hours=chance.choice((40, 800, 9000)) * chance.random()) for _ in range(2))
    if chance.random() < 0.5:
        since = since.replace(hour=17, minute=0, second=0, microsecond=0)
    ends = chance.choice(((since, None), (None, until), (min(since, until), max(since, until)), (until, since)))
    of: dict[str, Any] = chance.choice(({}, {}, {"category": "pothole"}, {"agency": "ward"}))
    return MapFilters(groups=chance.choice(((), ("waiting", "done"))), since=ends[0], until=ends[1], **of)


@pytest.mark.parametrize("seed", range(3))
async def test_a_tile_is_what_counting_every_report_says(town: Town, seed: int) -> None:
    chance = random.Random(seed)
    phones = [await town.phone() for _ in range(3)]
    known: list[dict[str, Any]] = []
    questions = [
        MapFilters(),
        MapFilters(groups=("done",)),
        MapFilters(category="pothole"),
        MapFilters(category="pothole", agency="ward"),
        MapFilters(agency="ward", urgent=True, since=NOW - timedelta(days=20)),
        MapFilters(groups=("handling",), states=("resolved",), late=True),
    ]
    for _ in range(6):
        for _ in range(12):
            await something_happens(town, chance, phones, known)
        if chance.random() < 0.7:
            await seal_all(town.engine)
        await keep_up(town, chance.choice((3, 1000)))
        async with town.engine.connect() as conn:
            assert (await cells.compare(conn)).right
            for z in (0, chance.choice((5, 9)), chance.choice((11, 12, 13)), 14):
                tile = tile_of(known[0]["location"]["lon"], known[0]["location"]["lat"], z)
                for caller in READERS.values():
                    asked = chance.choice((*questions, some_days(chance), some_days(chance)))
                    served, counted = await both(conn, tile, wanted_by(caller, town.city, asked))
                    assert served == counted
    await seal_all(town.engine)
    while await keep_up(town):
        pass
    async with town.engine.connect() as conn:
        assert (await cells.compare(conn)).right
        pending = (await conn.execute(text(f"SELECT count(*) FROM ({cells.PENDING}) AS p"))).scalar_one()
        assert pending == 0
        await _agrees_with_the_list(conn, town)
        await _agrees_with_the_queue(conn, town)


async def _agrees_with_the_list(conn: AsyncConnection, town: Town) -> None:
    """Counted once more without any of the map's SQL, by each reader's own condition."""
    for name, caller in READERS.items():
        sql = f"SELECT r.state, r.resume_state, r.code FROM report r WHERE r.open AND {visible_sql(caller)}"
        rows = (await conn.execute(text(sql), visible_facts(caller, town.city))).all()
        wanted = wanted_by(caller, town.city, MapFilters())
        drawn = features(await reports_tile(conn, WORLD, wanted, now=NOW, usable=True))
        assert sum(one["properties"]["count"] for one in drawn) == len(rows), name
        handling = sum(
            (row.resume_state if row.state == "awaiting_resident" else row.state) in ("dispatched", "in_progress")
            for row in rows
        )
        assert sum(one["properties"].get("handling", 0) for one in drawn) == handling, name
        single = [one["properties"]["code"] for one in drawn if one["properties"]["count"] == 1]
        assert set(single) <= {row.code for row in rows}, name


async def _agrees_with_the_queue(conn: AsyncConnection, town: Town) -> None:
    """Under everything a desk narrows its tiles by (`queryOf`), they count what the queue shows of the same reports."""
    shown = await board.page(
        conn, OPERATOR, town.city, lambda one, _: one, filters=board.Filters(), now=NOW, limit=1000
    )
    choices: dict[str, list[Any]] = {
        "groups": [(), ("waiting",), ("handling",), ("approving",)],
        "category": [None, "pothole"],
        "agency": [None, "ward", "roads"],
        "area": [None, *{one["area"]["code"] for one in shown.reports if one["area"]}],
        "urgent": [False, True],
        "late": [False, True],
    }
    for several in product(*choices.values()):
        asked: dict[str, Any] = dict(zip(choices, several, strict=True))
        wanted = wanted_by(OPERATOR, town.city, MapFilters(**asked))
        drawn = features(await reports_tile(conn, WORLD, wanted, now=NOW, usable=True))
        queue = [one for one in shown.reports if _in_queue(one, **asked)]
        assert sum(one["properties"]["count"] for one in drawn) == len(queue), asked


def _in_queue(
    one: dict[str, Any], *, groups: Any, category: Any, agency: Any, area: Any, urgent: Any, late: Any
) -> bool:
    """What `inTab` and `matcher` of web/staff/queue.ts say."""
    group = {"received": "waiting", "verified": "waiting", "resolved": "approving"}.get(one["state"], "handling")
    if one["state"] == "awaiting_resident" and one["public_status"] == "waiting":
        group = "waiting"
    return (
        group in (groups or (group,))
        and one["category"] == (category or one["category"])
        and (agency is None or one["lead"] == agency or agency in one["supporting"])
        and (area is None or (one["area"] or {}).get("code") == area)
        and (one["urgency"] == "urgent" or not urgent)
        and (datetime.fromisoformat(one["due_at"]) < NOW or not late)
    )


async def test_only_what_is_sealed_is_counted_and_each_entry_once(town: Town) -> None:
    phone = await town.phone()
    assert await keep_up(town) == 0
    await town.send(phone)
    assert await keep_up(town) == 0
    await seal_all(town.engine)
    assert await keep_up(town, 1) == 1
    while await keep_up(town):
        pass
    async with town.engine.connect() as conn:
        cursor = (await conn.execute(text("SELECT seq FROM map_cursor"))).scalar_one()
        assert cursor == await journal.last_seq(conn)
        counts = [row.n for row in await conn.execute(text("SELECT n FROM map_cell WHERE facet = ''"))]
        assert counts == [1] * len(cells.LEVELS)
    assert await keep_up(town) == 0


async def test_two_workers_do_not_count_twice(town: Town) -> None:
    await keep_up(town)
    await town.send(await town.phone())
    await seal_all(town.engine)
    async with town.engine.begin() as one, town.engine.begin() as other:
        assert await cells.keep_up(one) > 0
        assert await cells.keep_up(other) == 0
    async with town.engine.connect() as conn:
        assert (await cells.compare(conn)).right


async def test_other_rules_are_obeyed_at_once_and_counted_by_later(town: Town) -> None:
    phone = await town.phone()
    report = await town.send(phone)
    await seal_all(town.engine)
    while await keep_up(town) or await keep_up(town):
        pass
    change: Callable[[AsyncConnection, str], Awaitable[Any]] = lambda conn, lane: conn.execute(  # noqa: E731
        text("UPDATE category SET lane = :lane WHERE code = 'pothole'"), {"lane": lane}
    )
    async with town.engine.begin() as conn:
        await change(conn, "restricted")
        named = {"id": SUPERVISOR.id, "now": NOW}
        await conn.execute(
            text("INSERT INTO category_reader VALUES (CAST(:id AS uuid), 'pothole', 'admin', :now)"), named
        )
        town.city = await _city(conn)
    wanted = wanted_by(OPERATOR, town.city, MapFilters())
    async with town.engine.connect() as conn:
        known = await standing(conn, WORLD, wanted.scopes)
        assert not known.usable
        assert plain(await reports_tile(conn, WORLD, wanted, now=NOW, usable=known.usable)) == []
        seen = wanted_by(SUPERVISOR, town.city, MapFilters())
        (one,) = features(await reports_tile(conn, WORLD, seen, now=NOW, usable=False))
        assert one["properties"]["code"] == report["code"]
    assert await keep_up(town) == 1
    async with town.engine.connect() as conn:
        assert (await standing(conn, WORLD, wanted.scopes)).usable
        assert plain(await reports_tile(conn, WORLD, wanted, now=NOW, usable=True)) == []
        read = "SELECT count(*) FROM map_cell WHERE scope < 10 AND n <> 0"
        assert (await conn.execute(text(read))).scalar_one() == 0


async def test_the_mark_of_a_tile_changes_with_what_is_in_it_alone(town: Town) -> None:
    phone = await town.phone()
    near, far = await town.send(phone), await town.send(phone, lon=100.0, lat=20.0)
    await seal_all(town.engine)
    while await keep_up(town) or await keep_up(town):
        pass
    wanted = wanted_by(OPERATOR, town.city, MapFilters())
    here = tile_of(near["location"]["lon"], near["location"]["lat"], 14)

    async def marks() -> list[str]:
        async with town.engine.connect() as conn:
            return [(await standing(conn, tile, wanted.scopes)).mark for tile in (here, WORLD)]

    before = await marks()
    await town.give(OPERATOR, "verify", far["code"])
    await seal_all(town.engine)
    await keep_up(town)
    meanwhile = await marks()
    assert meanwhile[0] == before[0] and meanwhile[1] != before[1]
    # Still one waiting report, but its state is another: no count moves, and the mark does.
    await town.give(OPERATOR, "verify", near["code"])
    unsealed = await marks()
    await seal_all(town.engine)
    await keep_up(town)
    assert len({before[0], unsealed[0], (await marks())[0]}) == 3


async def test_hexagons_hold_each_report_once_and_are_whole_at_the_edges(town: Town) -> None:
    phone = await town.phone()
    chance = random.Random(7)
    for _ in range(25):
        await town.send(phone, "pothole", lon=107.0 + chance.random() * 0.2, lat=10.2 + chance.random() * 0.2)
    await seal_all(town.engine)
    while await keep_up(town) or await keep_up(town):
        pass
    # Of a category and of a period cells are too wide for the usual hexagons at these zooms.
    questions = {4: MapFilters(), 11: MapFilters(), 12: MapFilters(category="pothole")}
    questions[10] = questions[13] = MapFilters(since=NOW - timedelta(days=40))
    whole: dict[int, int] = {}
    async with town.engine.connect() as conn:
        for z, asked in questions.items():
            whole.clear()
            wanted = wanted_by(OPERATOR, town.city, asked)
            first, last = tile_of(106.95, 10.45, z), tile_of(107.25, 10.15, z)
            for x in range(first.x, last.x + 1):
                for y in range(first.y, last.y + 1):
                    drawn = await hexagons_tile(conn, TileAddress(z, x, y), wanted, now=NOW, usable=True)
                    for one in features(drawn, "hexagons"):
                        assert whole.setdefault(one["id"], one["properties"]["count"]) == one["properties"]["count"]
            assert sum(whole.values()) == 25


async def test_quads_are_the_same_in_the_database_and_here(conn: AsyncConnection) -> None:
    chance = random.Random(1)
    for _ in range(50):
        x, y = chance.randrange(1 << 26), chance.randrange(1 << 26)
        there = (await conn.execute(text("SELECT quad(:x, :y)"), {"x": x, "y": y})).scalar_one()
        assert there == interleaved(x, y)
        z = chance.randrange(27)
        first, last = span(TileAddress(z, x >> (26 - z), y >> (26 - z)))
        assert first <= there <= last
    edges = (await conn.execute(text("SELECT web_x(-180), web_x(180), web_y(90), web_y(-90), web_y(0)"))).one()
    assert tuple(edges) == (0, (1 << 26) - 1, 0, (1 << 26) - 1, 1 << 25)


# Everything else as the first one has it; what the database makes itself it makes.
_COPIED = ", ".join(
    name
    for name, column in Report.__table__.columns.items()  # type: ignore[attr-defined]
    if column.computed is None and name not in ("id", "code", "lon", "lat")
)
_MORE = text(f"""
INSERT INTO report (code, lon, lat, {_COPIED})
SELECT 'CROWD-' || n, lon + (n % 50) * 0.00002, lat + (n / 50) * 0.00002, {_COPIED}
  FROM report, generate_series(1, 2100) AS n WHERE code = :code
""")


async def test_a_crowd_is_counted_and_comes_apart_further_in(town: Town, engine: AsyncEngine) -> None:
    first = await town.send(await town.phone(), lon=107.1, lat=10.4)
    async with engine.begin() as conn:
        await conn.execute(_MORE, {"code": first["code"]})
        await cells.recount(conn)
        for asked in (MapFilters(), MapFilters(states=("received",)), MapFilters(since=NOW - timedelta(days=3))):
            wanted = wanted_by(OPERATOR, town.city, asked)
            for z, single in ((13, False), (14, False), (15, False), (18, True)):
                here = tile_of(107.1005, 10.4004, z)
                served, counted = await both(conn, here, wanted)
                assert served == counted
                drawn = features(await reports_tile(conn, here, wanted, now=NOW, usable=True))
                assert all(one["properties"]["count"] == 1 for one in drawn) is single, z
                if z < 18:
                    assert sum(one["properties"]["count"] for one in drawn) == 2101, z
