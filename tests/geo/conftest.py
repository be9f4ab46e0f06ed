"""One database for all tests of this room, emptied before each: a copy of the template for each would cost
more than the tests themselves.
"""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.db import make_engine
from api.settings import Database
from tests.databases import disposing


@pytest.fixture
async def engine(shared_database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine of the database of the file, without areas and places."""
    async with disposing(make_engine(shared_database_url, Database())) as engine:
        async with engine.begin() as conn:
            tables = "area, area_piece, place, basemap_feature, basemap_source, layer_feature"
            await conn.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
        yield engine
