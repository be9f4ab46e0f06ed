"""How many points a second are located, and with what plan.

    python -m bench.locate DATABASE_URL FILE... [--points 2000] [--clients 1] [--explain]

Loads the layers FILE... (anything `hientruong import-areas` reads) into the empty scratch database
DATABASE_URL, which needs the extensions postgis and pg_trgm, and locates random points of their extent, one
in ten off shore.
"""

import argparse
import asyncio
import json
import random
import re
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from geo.area_reading import ImportOptions
from geo.importing import run_import
from geo.models import Area
from geo.places import LOCATE_SQL

AT = date(2026, 1, 1)


def numbered(statement: str) -> str:
    """The statement with psycopg's own named parameters."""
    return re.sub(r"(?<!:):([a-z_]+)", r"%(\1)s", statement)


async def load(engine: AsyncEngine, files: list[Path]) -> None:
    tables = [Area.metadata.tables[name] for name in ("area", "area_piece", "place")]
    async with engine.begin() as conn:
        await conn.run_sync(Area.metadata.drop_all, tables=tables)
        await conn.run_sync(Area.metadata.create_all, tables=tables)
    for path in files:
        async with engine.begin() as conn:
            report = await run_import(conn, path, ImportOptions(valid_from=date(2025, 7, 1)), datetime.now(UTC))
        print("\n".join(report.lines()[:6]))
    async with engine.connect() as conn:
        await (await conn.execution_options(isolation_level="AUTOCOMMIT")).execute(text("VACUUM ANALYZE"))


async def client(url: str, points: list[dict[str, Any]], taken: list[float]) -> int:
    found = 0
    statement = sql.SQL(numbered(LOCATE_SQL))
    async with await psycopg.AsyncConnection.connect(url, autocommit=True, prepare_threshold=1) as conn:
        for point in points:
            begun = time.perf_counter()
            row = await (await conn.execute(statement, point, prepare=True)).fetchone()
            taken.append(time.perf_counter() - begun)
            found += row is not None
    return found


async def measure(url: str, points: list[dict[str, Any]], clients: int) -> None:
    taken: list[float] = []
    begun = time.perf_counter()
    found = sum(await asyncio.gather(*(client(url, points[n::clients], taken) for n in range(clients))))
    seconds = time.perf_counter() - begun
    taken.sort()
    print(
        json.dumps(
            {
                "clients": clients,
                "points": len(points),
                "found": found,
                "per_second": round(len(points) / seconds),
                "p50_ms": round(taken[len(taken) // 2] * 1000, 3),
                "p95_ms": round(taken[int(len(taken) * 0.95)] * 1000, 3),
            }
        )
    )


async def scatter(engine: AsyncEngine, count: int) -> list[dict[str, Any]]:
    chance = random.Random(7)
    async with engine.connect() as conn:
        spots = (
            await conn.execute(
                text(
                    "SELECT ST_X(p), ST_Y(p) FROM area, "
                    "LATERAL (SELECT (ST_Dump(ST_GeneratePoints(geom, 2, 7))).geom AS p) AS d"
                )
            )
        ).all()
    points = []
    for _ in range(count):
        lon, lat = chance.choice(spots)
        lon += chance.uniform(0.5, 1.0) if chance.random() < 0.1 else 0
        points.append({"lon": lon, "lat": lat, "at": AT, "cap_m": 2000.0, "kind": "commune"})
    return points


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--points", type=int, default=2000)
    parser.add_argument("--clients", type=int, default=1)
    parser.add_argument("--explain", action="store_true")
    arguments = parser.parse_args()
    engine = create_async_engine(arguments.url)
    if arguments.files:
        await load(engine, arguments.files)
    points = await scatter(engine, arguments.points)
    plain = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    if arguments.explain:
        async with await psycopg.AsyncConnection.connect(plain) as conn:
            explained = sql.SQL("EXPLAIN (ANALYZE, BUFFERS) " + numbered(LOCATE_SQL))
            print("\n".join(row[0] for row in await (await conn.execute(explained, points[0])).fetchall()))
    await measure(plain, points, arguments.clients)
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
