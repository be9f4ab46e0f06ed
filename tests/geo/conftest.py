"""A clean database with the tables of this room, until the project's own fixtures give one."""

import os
from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest
from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from geo.models import Area

HOST = "/tmp/ht/sock"
TABLES = [Area.metadata.tables[name] for name in ("area", "area_piece", "place")]


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    name = f"ht_geo_{os.getpid()}"
    with psycopg.connect(f"host={HOST} user=hientruong dbname=postgres", autocommit=True) as root:
        root.execute(f"CREATE DATABASE {name}")
        with psycopg.connect(f"host={HOST} user=hientruong dbname={name}", autocommit=True) as new:
            for extension in ("postgis", "unaccent", "pg_trgm"):
                new.execute(f"CREATE EXTENSION {extension}")
        yield name
        root.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(
        f"postgresql+psycopg://hientruong@/{database}?host={HOST}", poolclass=NullPool
    )
    async with engine.begin() as conn:
        await conn.run_sync(Area.metadata.create_all, tables=TABLES)
        await conn.exec_driver_sql("TRUNCATE area, area_piece, place RESTART IDENTITY")
    yield engine
    await engine.dispose()


@pytest.fixture
async def conn(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.begin() as conn:
        yield conn
