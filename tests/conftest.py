"""Real PostgreSQL for every test: a throw-away cluster a session, one template, a fresh database where asked for.

HIENTRUONG_TEST_DATABASE_URL may name another server (its user must be allowed to create databases).
"""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from api import cluster, migrate
from api.db import make_engine
from api.settings import Database


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL with PostGIS that may be filled and thrown away."""
    given = os.environ.get("HIENTRUONG_TEST_DATABASE_URL")
    if given:
        yield given
        return
    state = Path(tmp_path_factory.mktemp("cluster"))
    try:
        yield cluster.ensure_running(state, throwaway=True)
    finally:
        cluster.stop(state, throwaway=True)


@pytest.fixture(scope="session")
def _server(server_url: str) -> Iterator[Engine]:
    engine = create_engine(make_url(server_url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def template(server_url: str, _server: Engine) -> Iterator[str]:
    """The name of a migrated database that fresh ones are copied from."""
    name = f"template_{uuid4().hex[:12]}"
    with _server.connect() as conn:
        conn.execute(text(f'CREATE DATABASE "{name}"'))
    migrate.upgrade(make_url(server_url).set(database=name).render_as_string(hide_password=False))
    yield name
    _drop(_server, name)


@pytest.fixture
def database_url(server_url: str, _server: Engine, template: str) -> Iterator[str]:
    """A fresh, migrated, empty database of this test alone."""
    name = f"test_{uuid4().hex[:12]}"
    with _server.connect() as conn:
        conn.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    _drop(_server, name)


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine of the fresh database, as the product makes it."""
    engine = make_engine(database_url, Database())
    yield engine
    await engine.dispose()


@pytest.fixture
async def conn(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction of the fresh database, committed at the end of the test."""
    async with engine.begin() as connection:
        yield connection


def _drop(server: Engine, name: str) -> None:
    with server.connect() as conn:
        conn.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
