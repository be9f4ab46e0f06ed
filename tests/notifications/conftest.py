"""A clean database with the whole schema, until the project's own fixtures give one."""

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import NullPool, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from api import cluster, migrate

_TABLES = text("""
SELECT string_agg(format('%I', tablename), ', ') FROM pg_tables
WHERE schemaname = 'public' AND tablename NOT IN ('spatial_ref_sys', 'alembic_version')
""")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("postgresql")
    try:
        url = cluster.ensure_running(folder, throwaway=True)
        migrate.upgrade(url)
        yield url
    finally:
        cluster.stop(folder, throwaway=True)


@pytest.fixture
async def engine(migrated: str) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(migrated, poolclass=NullPool)
    async with engine.begin() as conn:
        # The journal refuses to be emptied, which is right everywhere but here.
        await conn.execute(text("SET LOCAL session_replication_role = replica"))
        tables = (await conn.execute(_TABLES)).scalar_one()
        await conn.exec_driver_sql(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
    yield engine
    await engine.dispose()


@pytest.fixture
async def conn(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.begin() as conn:
        yield conn
