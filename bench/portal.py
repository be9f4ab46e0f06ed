"""How fast the public portal answers with 100,000 published reports: list and report page, tiles, search, figures.

Cold means that nobody has asked for the same before (every request another page); warm is the first page again and
again from memory, and with the browser's tag (304).
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import psycopg
from sqlalchemy.ext.asyncio import AsyncConnection

from api.db import make_engine
from api.settings import Database
from bench.machine import REPOSITORY, Machine
from portal import hot_spots, published, tiles
from portal import statistics as figures
from portal.filters import Filters
from reports import hot_spot_rows
from reports.codes import new_code
from reports.hot_spots import THE_RULE
from reports.measures import Period

REPORTS = 100_000
CONNECTIONS = (1, 32)
SLICE_SECONDS = 2.0
PROCESSES = 2
DIFFERENT = 4000
MIDDLE = (107.13, 10.40)
ZOOMS = (0, 6, 8, 10, 12, 13, 14, 16)
SEARCHES = ("o ga", "den duong", "cho rach dua", "khong co gi nhu the", "trieu cuong", "phuong vung tau")

WORDS = (
    "Ổ gà sâu giữa làn xe máy trước chợ Rạch Dừa",
    "Đèn đường hẻm tắt nhiều đêm liền, rất tối",
    "Rác tồn đọng ở góc đường",
    "Nắp cống vỡ trước cổng trường tiểu học",
    "Cây nghiêng sắp ngã đè dây điện",
    "Nước ngập khi triều cường dâng cao",
    "Vỉa hè bị chiếm để bán hàng",
    "Biển báo bị che khuất bởi cành cây",
    "Xà bần đổ trộm ven biển Bãi Sau",
)
_SPREAD = """
CREATE TEMP TABLE filled AS
SELECT f.code, f.n, k.code AS category, a.code AS area, a.name AS area_name, a.valid_from, g.code AS lead,
       p.lon + (random() - 0.5) * 0.02 AS lon, p.lat + (random() - 0.5) * 0.02 AS lat,
       now() - f.n * interval '10 minutes' AS done
  FROM fresh f
  JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS many FROM category
         WHERE public AND lane <> 'restricted' AND parent_code IS NOT NULL) k ON k.place = f.n % k.many
  JOIN (SELECT code, name, valid_from, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS many
          FROM area WHERE kind = 'commune' AND valid_to IS NULL) a ON a.place = (f.n / 7) % a.many
  JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS many FROM agency) g
    ON g.place = (f.n / 3) % g.many
  JOIN (SELECT ST_X(point::geometry) AS lon, ST_Y(point::geometry) AS lat, row_number() OVER (ORDER BY id) - 1 AS place,
               count(*) OVER () AS many FROM place) p ON p.place = f.n % p.many
"""
_FILL = """
WITH made AS (
  INSERT INTO report (code, state, category, description, channel, anonymous, lon, lat, area_code, area_name,
    area_valid_from, lead, supporting, involved, received_at, due_at, due_basis, version, urgency, extensions,
    approved_by, public_media, public_answer, resolved_at, published_at, rating)
  SELECT code, CASE WHEN n %% 3 = 0 THEN 'published' ELSE 'closed' END, category,
    (%(words)s::text[])[1 + n %% 9] || ', số ' || n, 'app', false, lon, lat, area, area_name, valid_from,
    lead, '{}', '{}',
    done - interval '1 hour' * (n %% 200), done + interval '1 hour' * (n %% 40 - 5), 'running', 9, 'normal', 0, '{}',
    ARRAY[gen_random_uuid()::text, gen_random_uuid()::text], 'Đã xử lý xong, cảm ơn người dân.', done,
    done + interval '1 hour', CASE WHEN n %% 2 = 0 THEN
      jsonb_build_object('rating', (ARRAY['satisfied','acceptable','unsatisfied'])[1 + n %% 3]) END
  FROM filled RETURNING id, public_media, published_at
)
INSERT INTO attachment (id, report_id, role, kind, position, filename, sha256, bytes, state, privacy, public_copies,
    created_at)
SELECT one.id::uuid, made.id, CASE WHEN one.place = 1 THEN 'report' ELSE 'proof' END, 'image', one.place, 'x.jpg', '',
       1, 'ready', '{"state": "checked", "areas": []}', '{"large": {"key": "x", "width": 1600, "height": 1200},
       "small": {"key": "y", "width": 400, "height": 300}}', published_at
  FROM made, unnest(made.public_media) WITH ORDINALITY AS one(id, place)
"""


def measure(machine: Machine, say: Any) -> dict[str, Any]:
    """Requests a second and latencies per page and way of asking; milliseconds of what the pages are made of."""
    began = time.monotonic()
    codes = fill(machine, REPORTS)
    say(f"portal: {REPORTS} published reports in {time.monotonic() - began:.0f} s")
    found: dict[str, Any] = {"reports": REPORTS, "parts_ms": asyncio.run(_parts(machine))}
    for name, spread in found["parts_ms"].items():
        say(f"portal, {name}: p50 {spread['p50']:.1f} ms, p95 {spread['p95']:.1f} ms")
    targets = [machine.serve() for _ in range(PROCESSES)]
    chance = random.Random(1)
    some = chance.sample(codes, DIFFERENT)
    deep = [f"/?after={_micros(chance.randrange(REPORTS))}-{code}" for code in some]
    ways: dict[str, tuple[list[str], dict[str, str]]] = {
        "list, cold": (deep, {}),
        "list, warm": (["/"], {}),
        "list, 304": (["/"], {"If-None-Match": _tag(targets[0], "/")}),
        "report, cold": ([f"/reports/{code}" for code in some], {}),
        "report, warm": ([f"/reports/{codes[0]}"], {}),
        "report, 304": ([f"/reports/{codes[0]}"], {"If-None-Match": _tag(targets[0], f"/reports/{codes[0]}")}),
    }
    for name, (paths, headers) in ways.items():
        for connections in CONNECTIONS:
            spec = {"targets": targets, "connections": connections, "seconds": SLICE_SECONDS, "paths": paths}
            part = _slice({**spec, "headers": headers})
            found[f"{name}, {connections}"] = part
            rate = f"{part['per_second']:>7.0f}/s (p95 {part['p95_ms']:.1f} ms)"
            say(f"portal, {name}, {connections:>2} connections: {rate}")
    return found


def fill(machine: Machine, many: int) -> list[str]:
    """That many published reports with two pictures each, all over the demo city; their codes, newest first."""
    codes = [new_code() for _ in range(many)]
    with psycopg.connect(machine.libpq_url) as connection:
        connection.execute("CREATE TEMP TABLE fresh (n int, code text)")
        with connection.cursor().copy("COPY fresh FROM STDIN") as rows:
            for number, code in enumerate(codes):
                rows.write_row((number + 1, code))
        connection.execute(_SPREAD)
        connection.execute(_FILL, {"words": list(WORDS)})
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE report, attachment")
    return codes


async def _parts(machine: Machine) -> dict[str, dict[str, float]]:
    engine = make_engine(machine.database_url, Database())
    now = datetime.now(UTC)
    found = {}
    async with engine.connect() as conn:
        for z in ZOOMS:
            x, y = _tile(z)
            found[f"tile z{z}"] = await _timed(conn, partial(_tile_of, z, x, y))
        for q in SEARCHES:
            found[f"search {q!r}"] = await _timed(conn, partial(_search, q))
        narrow = Filters(category="road", area="26506")
        found["list of a category and area"] = await _timed(conn, lambda c: published.published_page(c, narrow))
        found["figures above the list"] = await _timed(conn, lambda c: published.portal_counts(c, now), 5)
        whole = Period()
        zone = "Asia/Ho_Chi_Minh"
        found["statistics"] = await _timed(conn, lambda c: figures.statistics(c, whole, now, zone=zone), 3)
        found["hot spots, as a worker looks for them"] = await _timed(
            conn, lambda c: hot_spot_rows.groups(c, THE_RULE, now), 3
        )
        found["hot spots"] = await _timed(conn, lambda c: hot_spots.hot_spots(c, now), 3)
    await engine.dispose()
    return found


async def _tile_of(z: int, x: int, y: int, conn: AsyncConnection) -> bytes:
    return await tiles.reports_tile(conn, z, x, y, Filters(), datetime.now(UTC))


async def _search(q: str, conn: AsyncConnection) -> str:
    return await published.published_page(conn, Filters(q=q))


def _tile(z: int) -> tuple[int, int]:
    side = 1 << z
    # 10.40 degrees north lies 0.4709 of the way down the map.
    return int((MIDDLE[0] + 180) / 360 * side), int(0.4709 * side)


async def _timed(
    conn: AsyncConnection, work: Callable[[AsyncConnection], Awaitable[object]], times: int = 15
) -> dict[str, float]:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        await work(conn)
        took.append((time.perf_counter() - began) * 1000)
        await conn.rollback()  # each request has a transaction of its own, with its own settings
    ordered = sorted(took)
    return {"p50": round(statistics.median(ordered), 2), "p95": round(ordered[int(len(ordered) * 0.95)], 2)}


def _micros(place: int) -> int:
    """When the report of this place was published, as cursors say it."""
    return int((datetime.now(UTC) - timedelta(minutes=10 * place)).timestamp() * 1e6)


def _tag(target: str, path: str) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://{target}{path}", timeout=30) as answer:
        return str(answer.headers["etag"])


def _slice(spec: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.getting"],
        input=json.dumps(spec).encode(),
        cwd=REPOSITORY,
        check=True,
        stdout=subprocess.PIPE,
    )
    part: dict[str, Any] = json.loads(done.stdout)
    if not set(part["statuses"]) <= {"200", "304"}:
        raise SystemExit(f"{spec['paths'][0]}: not every page was there: {part['statuses']}")
    return part
