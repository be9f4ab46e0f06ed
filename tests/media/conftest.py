"""What the picture tests share: a sandbox for a test, files that go away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from media import uploads
from media.folder_store import FolderStore
from media.pieces_body import Pace
from media.pool import Sandbox, film_sandbox
from reports import people
from tests.databases import copied, disposing
from tests.media.bodies import MIB
from tests.media.phones import Phones, Server
from tests.media.s3_server import S3Server

_POLICY = uploads.Policy(pace=Pace(checkpoint_bytes=MIB, checkpoint_seconds=0.5, silence_seconds=5, patience_seconds=2))


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    opened = Sandbox(size=1)
    yield opened
    await opened.close()


@pytest.fixture
async def reels() -> AsyncIterator[Sandbox]:
    """The process for films and voice notes."""
    opened = film_sandbox(film_seconds=10, voice_seconds=10)
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
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    server = S3Server(tmp_path_factory.mktemp("s3"))
    yield server
    server.end()


@pytest.fixture
def folder_desk(engine: AsyncEngine, tmp_path: Path) -> uploads.Desk:
    """A desk whose bytes lie in files."""
    return uploads.Desk(engine.begin, tmp_path / "incoming", FolderStore(tmp_path / "store"), _POLICY)


@pytest.fixture
def bucket(s3_server: S3Server) -> str:
    """A bucket of this test alone."""
    return s3_server.bucket()


@pytest.fixture
def bucket_desk(engine: AsyncEngine, tmp_path: Path, s3_server: S3Server, bucket: str) -> uploads.Desk:
    """A desk whose bytes lie in a bucket; the folder it is given does not exist."""
    return uploads.Desk(engine.begin, tmp_path / "no-such-folder", s3_server.store(bucket), _POLICY)


@pytest.fixture(params=["folder", "bucket"])
def desk(request: pytest.FixtureRequest) -> uploads.Desk:
    """Both keep the same promises."""
    opened: uploads.Desk = request.getfixturevalue(f"{request.param}_desk")
    return opened


@pytest.fixture(scope="session")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="session")
def shared_database(_server: Engine, template: str) -> Iterator[str]:
    """A migrated database for all tests on the wire: starting two servers takes longer than any of them."""
    with copied(_server, template) as url:
        yield url


@pytest.fixture(scope="session")
def servers(shared_database: str, state: Path) -> Iterator[tuple[Server, Server]]:
    pair = (Server(shared_database, state), Server(shared_database, state))
    yield pair
    for server in pair:
        server.end()


@pytest.fixture(scope="session")
def apart(
    shared_database: str, s3_server: S3Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, Server]]:
    """Two servers of two machines: each has a folder of its own, the store is a bucket."""
    settings = {
        "HIENTRUONG_STORE_URL": s3_server.url_of(s3_server.bucket()),
        "HIENTRUONG_STORE_ACCESS_KEY": "id",
        "HIENTRUONG_STORE_SECRET_KEY": "key",
    }
    folders = [tmp_path_factory.mktemp("machine") for _ in range(2)]
    pair = (Server(shared_database, folders[0], **settings), Server(shared_database, folders[1], **settings))
    yield pair
    for server in pair:
        server.end()


@pytest.fixture
def phones_at(shared_database: str) -> Callable[[tuple[Server, Server]], AbstractAsyncContextManager[Phones]]:
    """Fresh residents at a pair of servers."""
    return lambda servers: _phones(servers, shared_database)


@asynccontextmanager
async def _phones(servers: tuple[Server, Server], database: str) -> AsyncIterator[Phones]:
    now = datetime.now(UTC)
    async with disposing(create_async_engine(database)) as engine, engine.begin() as conn:
        tokens = [(await people.new_device(conn, "web", "vi", now))[1] for _ in range(2)]
        account = await people.save_account(
            conn, username=f"operator-{uuid4().hex}", name="Trực", role="operator", agency=None, password_hash="x"
        )
        session = await people.new_session(conn, str(account), now, now + timedelta(hours=1))
    for server in servers:
        await server.ready()
    mine, yours, staff = ({"Authorization": f"Bearer {token}"} for token in (*tokens, session))
    first, second = (server.url for server in servers)
    async with (
        httpx2.AsyncClient(base_url=first, headers=mine, timeout=60) as phone,
        httpx2.AsyncClient(base_url=second, headers=mine, timeout=60) as other_door,
        httpx2.AsyncClient(base_url=first, headers=yours, timeout=60) as other,
        httpx2.AsyncClient(base_url=second, headers=staff, timeout=60) as operator,
        httpx2.AsyncClient(base_url=first, timeout=60) as nobody,
    ):
        yield Phones(phone, other_door, other, operator, nobody, *tokens)


@pytest.fixture
async def phones(servers: tuple[Server, Server], shared_database: str) -> AsyncIterator[Phones]:
    async with _phones(servers, shared_database) as opened:
        yield opened


@pytest.fixture
async def phones_apart(apart: tuple[Server, Server], shared_database: str) -> AsyncIterator[Phones]:
    async with _phones(apart, shared_database) as opened:
        yield opened
