"""Fixtures of the story's tests."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.reports.town import Town


@pytest.fixture
async def town(engine: AsyncEngine) -> Town:
    """A small city in a fresh database."""
    return await Town.founded(engine)
