"""What the picture tests share: a sandbox for a test, files that go away, a database with the tables."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import NullPool, create_engine
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel import SQLModel

import geo.models
import media.models
import notifications.models
import reports.models
from media.pool import Sandbox

TABLES = (geo.models, media.models, notifications.models, reports.models)
HOST = "/tmp/ht/sock"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    opened = Sandbox(size=1)
    yield opened
    await opened.close()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def written(data: bytes, name: str = "picture") -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return written


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    name = f"ht_media_{os.getpid()}"
    with psycopg.connect(f"host={HOST} user=hientruong dbname=postgres", autocommit=True) as root:
        root.execute(f"CREATE DATABASE {name}")
        with psycopg.connect(f"host={HOST} user=hientruong dbname={name}", autocommit=True) as made:
            for extension in ("postgis", "unaccent", "pg_trgm"):
                made.execute(f"CREATE EXTENSION {extension}")
        url = f"postgresql+psycopg://hientruong@/{name}?host={HOST}"
        creator = create_engine(url)
        SQLModel.metadata.create_all(creator)
        creator.dispose()
        yield url
        root.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(database, poolclass=NullPool)
    async with engine.begin() as conn:
        names = ", ".join(f'"{table.name}"' for table in SQLModel.metadata.sorted_tables)
        await conn.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
    yield engine
    await engine.dispose()
