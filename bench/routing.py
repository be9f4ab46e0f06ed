"""Routing: what deciding, finding the place and trying a draft cost.

    python -m bench routing                                     # 3,300 invented communes
    python -m bench routing --areas FILE                        # a city's own, anything `hientruong import-areas` reads
    python -m bench routing --areas FILE --reports 20000

500 rules: some by kind, some by area, some urgent, some by hours, some near a road, relative ones at the end. Deciding
is measured beside trying the rules one after the other, in the same run and on the same facts; both must agree.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import psycopg
from shapely import from_wkt
from shapely.geometry import Point, box
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from api.db import make_engine
from api.settings import Database
from bench.machine import Machine
from bench.trying import through_the_door
from geo.area_reading import ImportOptions
from geo.areas import Incoming
from geo.importing import import_areas, run_import
from geo.nearest import nearest
from geo.places import locate
from geo.shapes import from_shapely
from reports.codes import new_code
from reports.configuration import City, load
from reports.models import Agency, Calendar, Category, RoutingRule
from reports.routing import Asset, Facts, Neighbour, Place, choose
from reports.rule_problems import AreaName, problems
from reports.try_out import try_out

REPORTS = 100_000
RULES, SIDE, DEPARTMENTS, KINDS, LEAVES, ROADS = 500, 58, 60, 12, 60, 2_000
VALID_FROM = date(2025, 7, 1)
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
LEVELS = {"normal": {"amount": 3, "unit": "working_days", "starts": "dispatched"}}
WEEK = {day: [["07:30", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
Say = Callable[[str], None]


def measure(machine: Machine, say: Say, areas: Path | None = None, reports: int = REPORTS) -> dict[str, Any]:
    """All figures; `areas`: a file of communes, else invented ones."""
    return asyncio.run(_measure(machine, say, areas, reports))


async def _measure(machine: Machine, say: Say, areas: Path | None, reports: int) -> dict[str, Any]:
    engine = make_engine(machine.database_url, Database(statement_seconds=600.0))
    try:
        found: dict[str, Any] = {"import": await _import(engine, areas)}
        say(f"import: {found['import']}")
        chance = random.Random(7)
        async with engine.begin() as conn:
            places = await _communes(conn)
            await _configure(conn, places, chance)
            city = await load(conn)
        begun = time.perf_counter()
        told = problems(city, [AreaName(code, code) for code, _ in places], {})
        found["problems"] = {"found": len(told), "seconds": round(time.perf_counter() - begun, 2)}
        say(f"problems: {found['problems']}")
        found["decide"] = _decide(city, places, chance)
        say(f"decide: {found['decide']}")
        found["place and decide"] = await _place_and_decide(engine, city, places, chance)
        say(f"place and decide: {found['place and decide']}")
        _fill(machine, city, places, reports, chance)
        found["try out"] = await _try(engine, city, reports)
        say(f"try out: {found['try out']}")
        leaf = next(code for code, category in city.categories.items() if category.leaf)
        at = places[0][1].representative_point()
        found["through the door"] = await asyncio.to_thread(through_the_door, machine, leaf, (at.x, at.y), "so-1")
        say(f"through the door: {found['through the door']}")
        return found
    finally:
        await engine.dispose()


async def _import(engine: AsyncEngine, areas: Path | None) -> dict[str, Any]:
    begun = time.perf_counter()
    async with engine.begin() as conn:
        if areas is None:
            cells = ((column, row) for column in range(SIDE) for row in range(SIDE - 1))
            shapes = [box(105 + c * 0.05, 10 + r * 0.05, 105.05 + c * 0.05, 10.05 + r * 0.05) for c, r in cells]
            new = [Incoming(n, f"a{n:05}", f"Phường {n}", from_shapely(shape)) for n, shape in enumerate(shapes)]
            report = await import_areas(conn, new, "commune", VALID_FROM)
        else:
            report = await run_import(conn, areas, ImportOptions(valid_from=VALID_FROM), NOW)
    seconds = round(time.perf_counter() - begun, 2)
    async with engine.connect() as conn:
        outside = await conn.execution_options(isolation_level="AUTOCOMMIT")
        await outside.execute(text("VACUUM ANALYZE"))
    return {"areas": len(report.added), "refused": len(report.refused), "seconds": seconds}


async def _communes(conn: AsyncConnection) -> list[tuple[str, Any]]:
    sql = "SELECT code, ST_AsText(geom) AS shape FROM area WHERE valid_to IS NULL ORDER BY code"
    rows = await conn.execute(text(sql))
    return [(row.code, from_wkt(row.shape)) for row in rows]


async def _configure(conn: AsyncConnection, places: Sequence[tuple[str, Any]], chance: random.Random) -> None:
    departments = [f"so-{n}" for n in range(DEPARTMENTS)]
    kinds = [(f"kind-{n}", None) for n in range(KINDS)]
    leaves = [(f"leaf-{n}", f"kind-{n % KINDS}") for n in range(LEAVES)]
    agencies = [_agency(code, None) for code in departments] + [_agency(f"ubnd-{code}", code) for code, _ in places]
    await _add(conn, Agency, agencies)
    await _add(conn, Category, [_category(n, *kind) for n, kind in enumerate([*kinds, *leaves])])
    definition = {"zone": "Asia/Ho_Chi_Minh", "week": WEEK, "special": []}
    await _add(conn, Calendar, [{"code": "default", "name": "x", "definition": definition}])
    await _add(conn, RoutingRule, list(_rules(places, departments, [code for code, _ in leaves], chance)))
    await conn.execute(text("UPDATE configuration SET default_desk = 'so-0'"))
    await _roads(conn, places, departments, chance)


async def _add(conn: AsyncConnection, model: Any, rows: Sequence[dict[str, Any]]) -> None:
    await conn.execute(insert(model.__table__), rows)


def _agency(code: str, area: str | None) -> dict[str, Any]:
    return Agency(code=code, name=code, name_en=code, kind="x", area_code=area).model_dump()


def _category(position: int, code: str, parent: str | None) -> dict[str, Any]:
    names: dict[str, Any] = {"code": code, "name": code, "name_en": code, "icon": "road", "parent_code": parent}
    return Category(**names, position=position, service_levels=LEVELS).model_dump()


def _rules(
    places: Sequence[tuple[str, Any]], departments: Sequence[str], leaves: Sequence[str], chance: random.Random
) -> Iterable[dict[str, Any]]:
    codes = [code for code, _ in places]
    for number in range(RULES):
        asked: dict[str, Any] = {"lead": chance.choice(departments)}
        if number >= RULES - KINDS - 1:
            asked = {"relative": {"to": "commune"}}
            asked["category"] = f"kind-{number - RULES + KINDS + 1}" if number < RULES - 1 else None
        else:
            asked["category"] = chance.choice([*leaves, *leaves, f"kind-{chance.randrange(KINDS)}"])
            asked["areas"] = chance.sample(codes, min(len(codes), chance.choice((5, 20, 100))))
            asked["urgency"] = chance.choice((None, None, None, "urgent"))
            asked["when"] = chance.choice((None, None, None, None, "closed"))
            asked["near"] = {"layer": "roads", "within_m": 30} if number % 25 == 0 else None
        rule = RoutingRule(**asked, code=f"r{number}", position=number, name=f"Quy tắc {number}")
        yield rule.model_dump(exclude={"id"})


async def _roads(
    conn: AsyncConnection, places: Sequence[tuple[str, Any]], departments: Sequence[str], chance: random.Random
) -> None:
    rows = []
    for number in range(ROADS):
        at = _point(chance.choice(places)[1], chance)
        steps = ((at.x + step * chance.uniform(0, 0.002), at.y + step * chance.uniform(0, 0.002)) for step in range(20))
        line = ", ".join(f"{x} {y}" for x, y in steps)
        rows.append({"code": f"w{number}", "owner": chance.choice(departments), "line": f"LINESTRING({line})"})
    sql = "INSERT INTO layer_feature (layer, code, part, name, owner, geom, whole) "
    shape = "SELECT 'roads', :code, 0, :code, :owner, g, g FROM ST_GeomFromText(:line, 4326) g"
    await conn.execute(text(sql + shape), rows)


def _point(shape: Any, chance: random.Random) -> Point:
    west, south, east, north = shape.bounds
    for _ in range(50):
        point = Point(chance.uniform(west, east), chance.uniform(south, north))
        if shape.contains(point):
            return point
    return Point(shape.representative_point())


def _facts(city: City, places: Sequence[tuple[str, Any]], chance: random.Random, many: int) -> list[Facts]:
    leaves = [category.path for category in city.categories.values() if category.leaf]
    near = {"roads": Asset("w1", "w1", "so-1", 12.0)}
    made = []
    for _ in range(many):
        code = chance.choice(places)[0]
        place = Place(code, code, "2025-07-01", 0.0, Neighbour("b", "b", chance.uniform(1, 2000)))
        at = NOW - timedelta(minutes=chance.randrange(40_000))
        urgency = chance.choice(("normal", "normal", "urgent"))
        made.append(Facts(chance.choice(leaves), urgency, place, at, (106.0, 10.0), chance.choice(({}, near))))
    return made


def _decide(city: City, places: Sequence[tuple[str, Any]], chance: random.Random) -> dict[str, Any]:
    facts = _facts(city, places, chance, 20_000)
    city.index.choose(facts[0])
    quick, by_index = _timed(city.index.choose, facts)
    slow, one_by_one = _timed(
        lambda one: choose(city.rules, one, city.ground, default_desk=city.default_desk), facts[:5_000]
    )
    if by_index[:5_000] != one_by_one:
        raise SystemExit("the index decided otherwise than the rules one after the other")
    ratio = round(slow["p50_ms"] / quick["p50_ms"], 1)
    return {"areas": len(places), "rules": len(city.rules), "index": quick, "one by one": slow, "ratio": ratio}


def _timed(decide: Callable[[Facts], Any], facts: Sequence[Facts]) -> tuple[dict[str, float], list[Any]]:
    taken, decided = [], []
    for one in facts:
        begun = time.perf_counter()
        decided.append(decide(one))
        taken.append(time.perf_counter() - begun)
    return _spread(taken), decided


def _spread(taken: list[float]) -> dict[str, float]:
    ordered = sorted(taken)
    middle, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    figures = {"p50_ms": middle, "p95_ms": late, "mean_ms": sum(taken) / len(taken)}
    return {name: round(value * 1000, 4) for name, value in figures.items()}


async def _place_and_decide(
    engine: AsyncEngine, city: City, places: Sequence[tuple[str, Any]], chance: random.Random
) -> dict[str, Any]:
    facts = _facts(city, places, chance, 2_000)
    points = [_point(chance.choice(places)[1], chance) for _ in facts]
    taken, found = [], 0
    async with engine.connect() as conn:
        for one, point in zip(facts, points, strict=True):
            begun = time.perf_counter()
            at = await locate(conn, point.x, point.y, NOW.date())
            assets = await nearest(conn, point.x, point.y, city.index.layers())
            place = Place(at.code, at.name, at.valid_from.isoformat(), at.distance_m) if at else None
            near = {layer: Asset(f.code, f.name, f.owner, f.distance_m) for layer, f in assets.items()}
            city.index.choose(replace(one, place=place, assets=near))
            taken.append(time.perf_counter() - begun)
            found += at is not None
    return {"points": len(points), "found": found, **_spread(taken)}


_COLUMNS = """code, version, state, urgency, category, description, channel, anonymous, lon, lat, area_code, area_name,
    area_valid_from, lead, supporting, involved, route, received_at, due_at, due_basis, extensions, approved_by,
    public_media"""


def _fill(machine: Machine, city: City, places: Sequence[tuple[str, Any]], many: int, chance: random.Random) -> None:
    """Reports of the last month, routed as they would have been; those near a road as if there were none."""
    shapes = dict(places)
    copy = f"COPY report ({_COLUMNS}) FROM STDIN"
    with psycopg.connect(machine.libpq_url) as connection, connection.cursor() as cursor, cursor.copy(copy) as rows:
        for facts in _facts(city, places, chance, many):
            facts = replace(facts, assets={})
            code = facts.place.code if facts.place else ""
            at, route = _point(shapes[code], chance), city.index.choose(facts).as_document()
            rows.write_row(
                (new_code(), 1, "received", facts.urgency, facts.category_path[0], "x", "app", False, at.x, at.y,
                 code, code, VALID_FROM, route["lead"], [], [], orjson.dumps(route).decode(), facts.at, facts.at,
                 "projected", 0, [], [])
            )  # fmt: skip
    with psycopg.connect(machine.libpq_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE report")


async def _try(engine: AsyncEngine, city: City, many: int) -> dict[str, Any]:
    """A draft with every tenth rule's lead changed; then the same when every area has a new version."""
    every_tenth = {rule.id for n, rule in enumerate(city.rules) if n % 10 == 0 and rule.lead}
    moved = tuple(replace(rule, lead="so-1") if rule.id in every_tenth else rule for rule in city.rules)
    without = tuple(replace(rule, near=None) for rule in moved)
    since, until = NOW - timedelta(days=60), NOW + timedelta(days=1)
    figures: dict[str, Any] = {"reports": many}
    async with engine.begin() as conn:
        for name, rules in (("no layers", without), ("asking roads", moved)):
            figures[name] = await _tried(conn, replace(city, rules=rules), since, until)
        await conn.execute(text("UPDATE report SET area_valid_from = '2020-01-01'"))
        figures["all located anew"] = await _tried(conn, replace(city, rules=without), since, until)
    return figures


async def _tried(conn: AsyncConnection, draft: City, since: datetime, until: datetime) -> dict[str, Any]:
    begun, cpu = time.perf_counter(), time.process_time()
    found = await try_out(conn, draft, since, until)
    seconds = round(time.perf_counter() - begun, 2)
    ours = round(time.process_time() - cpu, 2)
    return {
        "seconds": seconds,
        "of them our cpu": ours,
        "moved": found.reports - found.same,
        "relocated": found.relocated,
        "decided": found.reports,
    }
