"""One database for all tests of this room, emptied before each: a copy of the template for each would cost
more than the tests themselves.
"""

from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.db import make_engine
from api.settings import Database


@pytest.fixture(scope="module")
def kept_url(server_url: str, _server: Engine, template: str) -> Iterator[str]:
    """A migrated database of one test module."""
    name = f"geo_{uuid4().hex[:12]}"
    with _server.connect() as conn:
        conn.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    with _server.connect() as conn:
        conn.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


@pytest.fixture
async def engine(kept_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine of the kept database, without areas and places."""
    engine = make_engine(kept_url, Database())
    async with engine.begin() as conn:
        await conn.execute(text("TRUNCATE area, area_piece, place, basemap_feature, basemap_source RESTART IDENTITY"))
    yield engine
    await engine.dispose()
