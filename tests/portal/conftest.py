"""The whole application in this process over the village."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.testclient import TestClient

from api.db import make_engine
from api.main import create_app
from api.settings import Database, Place, Secrets, Settings, Web
from tests.databases import disposing
from tests.portal.village import found
from tests.reports.town import LEVELS, WEEK

ORIGIN = "https://phananh.example"


@dataclass
class Portal:
    """A client of the portal, and a way to change its village behind its back."""

    client: TestClient
    url: str

    def change(self, work: Callable[[AsyncConnection], Coroutine[Any, Any, Any]]) -> Any:
        """Do `work` in a transaction of its own."""

        async def done() -> Any:
            async with disposing(make_engine(self.url, Database())) as engine, engine.begin() as conn:
                return await work(conn)

        return asyncio.run(done())


async def settled(conn: AsyncConnection) -> None:
    """The village with what the configuration of a city needs beside it."""
    await found(conn)
    await conn.execute(text("UPDATE category SET service_levels = CAST(:levels AS jsonb)"), {"levels": LEVELS})
    calendar = json.dumps({"zone": "Asia/Ho_Chi_Minh", "week": WEEK, "special": []})
    statement = "INSERT INTO calendar (code, name, definition) VALUES ('default', 'x', CAST(:data AS jsonb))"
    await conn.execute(text(statement), {"data": calendar})


@pytest.fixture
def portal(database_url: str, tmp_path: Path) -> Iterator[Portal]:
    """The portal of a village without reports."""
    settings = Settings(
        place=Place(state_dir=tmp_path),
        database=Database(url=database_url),
        secrets=Secrets(secret_key="a secret of the tests alone, 32 bytes"),
        web=Web(public_url=ORIGIN),
    )

    async def seed() -> None:
        async with disposing(make_engine(database_url, Database())) as engine, engine.begin() as conn:
            await settled(conn)

    asyncio.run(seed())
    with TestClient(create_app(settings)) as client:
        yield Portal(client, database_url)
