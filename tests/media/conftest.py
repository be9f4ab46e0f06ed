"""What the picture tests share: a sandbox for a test, files that go away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from media import parts, uploads
from media.folder_store import FolderStore
from media.pool import Sandbox
from reports import people
from tests.media.bodies import MIB
from tests.media.phones import Phones, Server


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


@pytest.fixture
def desk(engine: AsyncEngine, tmp_path: Path) -> uploads.Desk:
    pace = parts.Pace(checkpoint_bytes=MIB, silence_seconds=5, patience_seconds=2)
    return uploads.Desk(engine.begin, tmp_path / "incoming", FolderStore(tmp_path / "store"), uploads.Policy(pace=pace))


@pytest.fixture(scope="session")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="session")
def shared_database(server_url: str, template: str) -> Iterator[str]:
    """A migrated database for all tests on the wire: starting two servers takes longer than any of them."""
    name = f"test_uploads_{uuid4().hex[:12]}"
    root = create_engine(make_url(server_url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with root.connect() as conn:
        conn.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
        conn.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    root.dispose()


@pytest.fixture(scope="session")
def servers(shared_database: str, state: Path) -> Iterator[tuple[Server, Server]]:
    pair = (Server(shared_database, state), Server(shared_database, state))
    yield pair
    for server in pair:
        server.end()


@pytest.fixture
async def phones(servers: tuple[Server, Server], shared_database: str) -> AsyncIterator[Phones]:
    engine = create_async_engine(shared_database)
    async with engine.begin() as conn:
        tokens = [(await people.new_device(conn, "web", "vi", datetime.now(UTC)))[1] for _ in range(2)]
    await engine.dispose()
    for server in servers:
        await server.ready()
    mine, yours = ({"Authorization": f"Bearer {token}"} for token in tokens)
    async with (
        httpx2.AsyncClient(base_url=servers[0].url, headers=mine, timeout=20) as first,
        httpx2.AsyncClient(base_url=servers[1].url, headers=mine, timeout=20) as second,
        httpx2.AsyncClient(base_url=servers[0].url, headers=yours, timeout=20) as other,
    ):
        yield Phones(first, second, other, tokens[0])
