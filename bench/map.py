"""How fast the map's tiles are made with a million reports, a tenth of them open: each zoom, each kind, each filter.

    python -m bench map                     # 1,000,000 reports, 100,000 open
    python -m bench map --reports 20000     # smaller

Uncached is the tile made by the database as for the first who asks; by tag is an HTTP request of a browser that holds
the tile already. Counting in is the worker's step for a batch of news. Where other work is done on the machine, the
processor time of a tile (of the database and of the asking program) says more than the clock.
"""

from __future__ import annotations

import asyncio
import math
import os
import random
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.db import make_engine
from api.settings import Database
from bench.machine import PASSWORD, Machine
from geo.tiles import TileAddress
from ioc_dashboard.area_load import area_loads
from ioc_dashboard.map_filters import MapFilters, wanted_by
from portal import tiles as public_tiles
from portal.filters import Filters
from reports import cells
from reports.callers import Caller
from reports.cell_standing import standing
from reports.cell_tiles import reports_tile
from reports.codes import new_code
from reports.configuration import City, load
from reports.hexagon_tiles import hexagons_tile

REPORTS = 1_000_000
OPEN_SHARE = 10
TIMES = 9
AGAIN = 3
WANTED_MS = 20
CENTRES = (
    (107.084, 10.346, 0.02),
    (107.17, 10.50, 0.03),
    (106.98, 10.80, 0.05),
    (106.70, 10.78, 0.08),
    (107.11, 10.39, 0.12),
)
"""Where people live: centre and spread in degrees."""

OPERATOR = Caller("account", "bench", "bench", "bench", "operator")
_FILL = """
INSERT INTO report (code, state, category, description, channel, anonymous, lon, lat, area_code, area_name,
    area_valid_from, lead, supporting, involved, received_at, due_at, due_basis, version, urgency, extensions,
    approved_by, public_media, resolved_at, published_at)
SELECT f.code, f.state, k.code, 'Ổ gà sâu, số ' || f.n, 'app', false, f.lon, f.lat, a.code, a.name, a.valid_from,
       g.code, '{}', CASE WHEN f.state IN ('received', 'verified') THEN '{}' ELSE ARRAY[g.code] END,
       now() - f.n * interval '40 seconds', now() + (f.n % 97 - 15) * interval '1 hour', 'running', 3,
       CASE WHEN f.n % 23 = 0 THEN 'urgent' ELSE 'normal' END, 0, '{}', '{}',
       CASE WHEN f.state IN ('published', 'closed') THEN now() END,
       CASE WHEN f.state IN ('published', 'closed') THEN now() END
  FROM fresh f
  JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS many FROM category
         WHERE parent_code IS NOT NULL) k ON k.place = f.n % k.many
  JOIN (SELECT code, name, valid_from, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS many
          FROM area WHERE kind = 'commune' AND valid_to IS NULL) a ON a.place = (f.n / 7) % a.many
  JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS many FROM agency) g
    ON g.place = (f.n / 3) % g.many
"""
OPEN = ("received", "verified", "dispatched", "in_progress", "in_progress", "resolved")


def fill(url: str, many: int, seed: int = 1) -> None:
    """That many reports around where people live, one in OPEN_SHARE open; copied in, without journal."""
    chance = random.Random(seed)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TEMP TABLE fresh (n int, code text, state text, lon float8, lat float8)")
        with connection.cursor().copy("COPY fresh FROM STDIN") as rows:
            # A million random codes hold some twice.
            codes = {new_code() for _ in range(many + many // 1000 + 100)}
            for number, code in zip(range(1, many + 1), codes, strict=False):
                lon, lat, spread = chance.choice(CENTRES)
                state = chance.choice(OPEN) if number % OPEN_SHARE == 0 else chance.choice(("published", "closed"))
                place = (chance.gauss(lon, spread), chance.gauss(lat, spread))
                rows.write_row((number, code, state, *place))
        connection.execute(_FILL)
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE report")


def measure(machine: Machine, say: Any, reports: int = REPORTS) -> dict[str, Any]:
    """Milliseconds per tile, and of the worker's counting."""
    began = time.monotonic()
    fill(machine.libpq_url, reports)
    say(f"map: {reports} reports in {time.monotonic() - began:.0f} s")
    found: dict[str, Any] = {"reports": reports}
    found |= asyncio.run(_parts(machine, say))
    with psycopg.connect(machine.libpq_url, autocommit=True) as connection:
        # What filling and counting have left to be done is not what a browser waits for.
        connection.execute("VACUUM ANALYZE report, journal, map_cell, map_point")
        connection.execute("CHECKPOINT")
    target = machine.serve()
    found |= asyncio.run(_by_tag(target))
    say(f"map, tile by tag over HTTP: {_said(found['by_tag_ms'])}; nothing at all: {_said(found['nothing_ms'])}")
    return found


def _said(spread: dict[str, float]) -> str:
    used = f", processor {spread['processor']:.1f} ms" if "processor" in spread else ""
    return f"p50 {spread['p50']:.1f} ms, p95 {spread['p95']:.1f} ms{used}"


async def _parts(machine: Machine, say: Any) -> dict[str, Any]:
    engine = make_engine(machine.database_url, Database())
    found: dict[str, Any] = {}
    async with engine.begin() as conn:
        began = time.monotonic()
        await cells.recount(conn)
        found["recount_s"] = round(time.monotonic() - began, 1)
        say(f"map: everything counted in {found['recount_s']} s")
    async with engine.connect() as conn:
        await (await conn.execution_options(isolation_level="AUTOCOMMIT")).execute(
            text("VACUUM ANALYZE map_cell, map_point")
        )
    async with engine.connect() as conn:
        city = await load(conn)
        for name, work in _works(city).items():
            found[name] = await _timed(conn, work)
            say(f"map, {name}: {_said(found[name])}")
    slow = [name for name, spread in found.items() if ", z" in name and spread["p95"] > WANTED_MS]
    say(f"map, tiles above {WANTED_MS} ms (p95): {', '.join(slow) or 'none'}")
    found["counting in 500 reports"] = await _counting(engine, say)
    await engine.dispose()
    return found


Work = Callable[[AsyncConnection, TileAddress], Awaitable[object]]


def _works(city: City) -> dict[str, list[tuple[Work, TileAddress]]]:
    """By name what is asked, at the tiles around the places where people live."""
    points, hexagons = _questions(city)
    works: dict[str, list[tuple[Work, TileAddress]]] = {}
    for z in range(17):
        for questions, as_hexagons in ((points, False), (hexagons, True)):
            for name, question in questions.items():
                works[f"{name}, z{z}"] = [(_staff(city, question, as_hexagons), tile) for tile in _tiles(z)]
        works[f"public, z{z}"] = [(_public, tile) for tile in _tiles(z)]
    works["load of areas"] = [(_load(city), TileAddress(0, 0, 0))] * TIMES
    return works


def _questions(city: City) -> tuple[dict[str, MapFilters], dict[str, MapFilters]]:
    """By name what is asked of tiles of reports, and of tiles of hexagons."""
    now = datetime.now(UTC)
    month, year = now - timedelta(days=30), now - timedelta(days=365)
    # One that has others below it: its own and theirs are as many as those of several.
    category, agency = next(iter(city.categories)), next(iter(city.agencies))
    done = ("done",)
    points = {
        "open": MapFilters(),
        "open of a category": MapFilters(category=category),
        "open of a category at an agency": MapFilters(category=category, agency=agency),
        "late of an agency": MapFilters(agency=agency, late=True),
        "done": MapFilters(groups=done),
        "done of a category": MapFilters(groups=done, category=category),
        "done of an agency": MapFilters(groups=done, agency=agency),
        "done of a month": MapFilters(groups=done, since=month),
        "done of a year": MapFilters(groups=done, since=year),
        "done of a category in a month": MapFilters(groups=done, category=category, since=month),
        "done of an agency in a year": MapFilters(groups=done, agency=agency, since=year),
    }
    hexagons = {
        "hexagons": MapFilters(),
        "hexagons of done": points["done"],
        "hexagons of a category": points["done of a category"],
        "hexagons of a month": points["done of a month"],
        "hexagons of a year": points["done of a year"],
    }
    return points, hexagons


def _staff(city: City, question: MapFilters, hexagons: bool) -> Work:
    wanted = wanted_by(OPERATOR, city, question)

    async def work(conn: AsyncConnection, tile: TileAddress) -> bytes:
        known = await standing(conn, tile, wanted.scopes)
        now, usable = datetime.now(UTC), known.usable
        if hexagons:
            return await hexagons_tile(conn, tile, wanted, now=now, usable=usable)
        return await reports_tile(conn, tile, wanted, now=now, usable=usable, crowded=known.crowded)

    return work


async def _public(conn: AsyncConnection, tile: TileAddress) -> bytes:
    return await public_tiles.reports_tile(conn, tile.z, tile.x, tile.y, Filters(), datetime.now(UTC))


def _load(city: City) -> Work:
    async def work(conn: AsyncConnection, _: TileAddress) -> object:
        return await area_loads(conn, OPERATOR, city, now=datetime.now(UTC), day=date.today())

    return work


def _tiles(z: int) -> list[TileAddress]:
    """The tiles of the centres, some several times, as often as anything is timed."""
    side = 1 << z
    found = []
    for lon, lat, _ in CENTRES:
        down = 0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)
        found.append(TileAddress(z, int((lon + 180) / 360 * side), int(down * side)))
    return [found[place % len(found)] for place in range(TIMES)]


async def _timed(conn: AsyncConnection, works: list[tuple[Work, TileAddress]]) -> dict[str, float]:
    took = []
    for work, tile in works:
        began = time.perf_counter()
        await work(conn, tile)
        took.append((time.perf_counter() - began) * 1000)
        await conn.rollback()
    before = await _processor_ms(conn)
    for work, tile in works * AGAIN:
        await work(conn, tile)
        await conn.rollback()
    used = await _processor_ms(conn) - before
    return _spread(took) | {"processor": round(used / len(works) / AGAIN, 1)}


async def _processor_ms(conn: AsyncConnection) -> float:
    """What this program and its connection's process of the database have used so far; the latter in steps of 10."""
    process = (await conn.execute(text("SELECT pg_backend_pid()"))).scalar_one()
    await conn.rollback()
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    ticks = int(fields[11]) + int(fields[12])
    return ticks * 1000 / os.sysconf("SC_CLK_TCK") + time.process_time() * 1000


def _spread(took: list[float]) -> dict[str, float]:
    ordered = sorted(took)
    return {"p50": round(statistics.median(ordered), 2), "p95": round(ordered[int(len(ordered) * 0.95)], 2)}


async def _counting(engine: Any, say: Any) -> dict[str, float]:
    """The worker's step after 500 reports changed: their entries are written, sealed by hand, and counted in."""
    took = []
    for _ in range(5):
        async with engine.begin() as conn:
            await conn.execute(
                text("""
                WITH few AS (SELECT id FROM report WHERE open ORDER BY random() LIMIT 500),
                     changed AS (UPDATE report SET state = 'in_progress' WHERE id IN (SELECT id FROM few) RETURNING id)
                INSERT INTO journal (report_id, event, actor, data, audience, at, seq)
                SELECT id, 'report.accepted', '{}', '{}', 'internal', now(),
                       (SELECT coalesce(max(seq), 0) FROM journal) + row_number() OVER () FROM changed""")
            )
        began = time.perf_counter()
        async with engine.begin() as conn:
            await cells.keep_up(conn)
        took.append((time.perf_counter() - began) * 1000)
    say(f"map, counting in 500 changed reports: {_said(_spread(took))}")
    return _spread(took)


async def _by_tag(target: str) -> dict[str, dict[str, float]]:
    """A browser that holds the tile asks whether it still does; and the same client at the door that does nothing."""
    took: dict[str, list[float]] = {"by_tag_ms": [], "nothing_ms": []}
    async with httpx2.AsyncClient(base_url=f"http://{target}", trust_env=False) as http:
        answer = await http.post("/api/v1/sessions", json={"username": "operator1", "password": PASSWORD})
        headers = {"Authorization": f"Bearer {answer.json()['token']}"}
        for z in (8, 11, 13, 14):
            for tile in set(_tiles(z)):
                address = f"/api/v1/tiles/open/{z}/{tile.x}/{tile.y}.mvt"
                tag = (await http.get(address, headers=headers)).headers["etag"]
                held = {**headers, "If-None-Match": tag}
                for name, asked in [("by_tag_ms", address), ("nothing_ms", "/healthz")] * 20:
                    began = time.perf_counter()
                    again = await http.get(asked, headers=held)
                    took[name].append((time.perf_counter() - began) * 1000)
                    if again.status_code not in (200, 304):
                        raise SystemExit(f"{asked}: {again.status_code}")
    return {name: _spread(some) for name, some in took.items()}
