"""tus 1.0 on the wire, against two real server processes on one database, and with an independent client."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import os
import random
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from tusclient.client import TusClient

from reports import people

BODY = random.Random(12).randbytes(2_500_000)
AT = "/api/v1/uploads"
TUS = {"Tus-Resumable": "1.0.0"}
BYTES = {**TUS, "Content-Type": "application/offset+octet-stream"}


class Server:
    """One server process on a port of its own."""

    def __init__(self, database: str, state: Path) -> None:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {
            **os.environ,
            "HIENTRUONG_DATABASE_URL": database,
            "HIENTRUONG_STATE_DIR": str(state),
            "HIENTRUONG_SECRET_KEY": "a secret that is long enough for the tests",
        }
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.media.serving", str(self.port)]
        self.process = subprocess.Popen(command, env=self._environment, cwd=Path(__file__).parents[2])

    async def ready(self) -> None:
        async with httpx2.AsyncClient() as client:
            for _ in range(200):
                assert self.process.poll() is None, "the server ended by itself"
                try:
                    await client.options(self.url + AT)
                    return
                except httpx2.TransportError:
                    await asyncio.sleep(0.1)
        raise AssertionError("the server does not answer")

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def shared_database(server_url: str, template: str) -> Iterator[str]:
    """A migrated database for all tests of this file: starting two servers takes longer than any of them."""
    name = f"test_uploads_{uuid4().hex[:12]}"
    root = create_engine(make_url(server_url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with root.connect() as conn:
        conn.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
        conn.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    root.dispose()


@pytest.fixture(scope="module")
def servers(shared_database: str, state: Path) -> Iterator[tuple[Server, Server]]:
    pair = (Server(shared_database, state), Server(shared_database, state))
    yield pair
    for server in pair:
        server.end()


@dataclass
class Phones:
    """Two residents: `mine` speaks to the first server, `other_door` is the same one at the second."""

    mine: httpx2.AsyncClient
    other_door: httpx2.AsyncClient
    yours: httpx2.AsyncClient
    token: str


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


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


async def _created(client: httpx2.AsyncClient, length: int = len(BODY)) -> str:
    metadata = f"filename {_b64('ổ gà.jpg'.encode())},confidential"
    announced = {**TUS, "Upload-Length": str(length), "Upload-Metadata": metadata}
    answer = await client.post(AT, headers=announced)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert parsedate_to_datetime(answer.headers["Upload-Expires"]) > datetime.now(UTC)
    return str(answer.headers["Location"])


def _is_problem(answer: httpx2.Response, status: int, slug: str | None = None) -> bool:
    """RFC 9457 with the tus header, as every refusal here."""
    assert answer.status_code == status, (answer.status_code, answer.text)
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert answer.headers["Content-Type"] == "application/problem+json"
    if answer.request.method == "HEAD":
        return True
    body = answer.json()
    assert body["status"] == status and body["title"] and body["detail"] and body["instance"]
    return slug is None or body["type"] == f"/problems/{slug}"


async def test_options_needs_no_credential(phones: Phones, servers: tuple[Server, Server]) -> None:
    async with httpx2.AsyncClient(base_url=servers[0].url) as stranger:
        for at in (AT, f"{AT}/whatever"):
            answer = await stranger.options(at)
            assert answer.status_code == 204
            assert answer.headers["Tus-Version"] == answer.headers["Tus-Resumable"] == "1.0.0"
            extensions = "creation,creation-with-upload,expiration,checksum,termination"
            assert answer.headers["Tus-Extension"] == extensions
            assert answer.headers["Tus-Max-Size"] == str(20 * 1024 * 1024)
            assert "sha1" in answer.headers["Tus-Checksum-Algorithm"].split(",")


async def test_the_way_through_two_servers(phones: Phones) -> None:
    at = await _created(phones.mine)
    first = await phones.mine.patch(at, headers={**BYTES, "Upload-Offset": "0"}, content=BODY[:1_000_000])
    assert (first.status_code, first.headers["Upload-Offset"], first.content) == (204, "1000000", b"")
    assert first.headers["Tus-Resumable"] == "1.0.0" and first.headers["Upload-Expires"]
    seen = await phones.other_door.head(at, headers=TUS)
    assert (seen.status_code, seen.headers["Upload-Offset"]) == (200, "1000000")
    assert seen.headers["Upload-Length"] == str(len(BODY))
    assert seen.headers["Cache-Control"] == "no-store"
    assert seen.headers["Upload-Expires"]
    assert seen.headers["Upload-Metadata"] == f"filename {_b64('ổ gà.jpg'.encode())},confidential"
    rest = await phones.other_door.patch(at, headers={**BYTES, "Upload-Offset": "1000000"}, content=BODY[1_000_000:])
    assert (rest.status_code, rest.headers["Upload-Offset"]) == (204, str(len(BODY)))
    done = await phones.mine.head(at, headers=TUS)
    assert (done.status_code, done.headers["Upload-Offset"]) == (200, str(len(BODY)))


async def test_refusals_of_create(phones: Phones, servers: tuple[Server, Server]) -> None:
    post = phones.mine.post
    other = await post(AT, headers={"Tus-Resumable": "0.2.2", "Upload-Length": "5"})
    assert _is_problem(other, 412, "tus-version") and other.headers["Tus-Version"] == "1.0.0"
    assert _is_problem(await post(AT, headers={"Upload-Length": "5"}), 412)
    for wrong in ({}, {"Upload-Length": "-1"}, {"Upload-Length": "x"}, {"Upload-Defer-Length": "1"},
                  {"Upload-Length": "5", "Upload-Metadata": "a !!!"}):  # fmt: skip
        assert _is_problem(await post(AT, headers={**TUS, **wrong}), 400, "upload-header")
    huge = {**TUS, "Upload-Length": str(20 * 1024 * 1024 + 1)}
    assert _is_problem(await post(AT, headers=huge), 413, "upload-too-large")
    async with httpx2.AsyncClient(base_url=servers[0].url) as stranger:
        assert _is_problem(await stranger.post(AT, headers={**TUS, "Upload-Length": "5"}), 401, "no-credential")
    for _ in range(10):
        await _created(phones.yours, 20 * 1024 * 1024)
    full = await phones.yours.post(AT, headers={**TUS, "Upload-Length": str(20 * 1024 * 1024)})
    assert _is_problem(full, 429, "upload-quota") and full.headers["Retry-After"]


async def test_refusals_of_patch(phones: Phones) -> None:
    at = await _created(phones.mine, 10)
    patch = phones.mine.patch
    plain = {**TUS, "Content-Type": "application/octet-stream", "Upload-Offset": "0"}
    assert _is_problem(await patch(at, headers=plain, content=b"x"), 415)
    assert _is_problem(await patch(at, headers=BYTES, content=b"x"), 400, "upload-header")
    ahead = {**BYTES, "Upload-Offset": "3"}
    assert _is_problem(await patch(at, headers=ahead, content=b"x"), 409, "upload-offset")
    start = {**BYTES, "Upload-Offset": "0"}
    assert _is_problem(await patch(at, headers=start, content=b"x" * 11), 413, "upload-too-large")
    assert _is_problem(await patch(f"{AT}/none", headers=start, content=b"x"), 404, "upload-not-found")
    without = {name: value for name, value in start.items() if name != "Tus-Resumable"}
    assert _is_problem(await patch(at, headers=without, content=b"x"), 412)
    assert (await phones.mine.head(at, headers=TUS)).headers["Upload-Offset"] == "0"


async def test_checksum(phones: Phones) -> None:
    at = await _created(phones.mine, 10)
    wrong = _b64(hashlib.sha1(b"other", usedforsecurity=False).digest())
    right = _b64(hashlib.sha1(b"0123456789", usedforsecurity=False).digest())
    start = {**BYTES, "Upload-Offset": "0"}
    refused = await phones.mine.patch(at, headers={**start, "Upload-Checksum": f"sha1 {wrong}"}, content=b"0123456789")
    assert _is_problem(refused, 460, "upload-checksum")
    unknown = await phones.mine.patch(at, headers={**start, "Upload-Checksum": "crc32 AAAA"}, content=b"x")
    assert _is_problem(unknown, 400, "upload-header")
    taken = await phones.mine.patch(at, headers={**start, "Upload-Checksum": f"sha1 {right}"}, content=b"0123456789")
    assert (taken.status_code, taken.headers["Upload-Offset"]) == (204, "10")


async def test_creation_with_upload(phones: Phones) -> None:
    whole = await phones.mine.post(AT, headers={**BYTES, "Upload-Length": "5"}, content=b"hello")
    assert (whole.status_code, whole.headers["Upload-Offset"]) == (201, "5")
    half = await phones.mine.post(AT, headers={**BYTES, "Upload-Length": "5"}, content=b"he")
    assert (half.status_code, half.headers["Upload-Offset"]) == (201, "2")
    rest = {**BYTES, "Upload-Offset": "2"}
    assert (await phones.mine.patch(half.headers["Location"], headers=rest, content=b"llo")).status_code == 204
    empty = await phones.mine.post(AT, headers={**TUS, "Upload-Length": "0"})
    assert (empty.status_code, empty.headers["Upload-Offset"]) == (201, "0")


async def test_another_owner_gets_404_on_every_verb(phones: Phones) -> None:
    at = await _created(phones.mine, 5)
    for _ in range(2):  # open, then finished
        patch = {**BYTES, "Upload-Offset": "0"}
        assert _is_problem(await phones.yours.head(at, headers=TUS), 404)
        assert _is_problem(await phones.yours.patch(at, headers=patch, content=b"hello"), 404, "upload-not-found")
        assert _is_problem(await phones.yours.delete(at, headers=TUS), 404, "upload-not-found")
        for verb in ("PATCH", "DELETE", "HEAD"):
            override = {**patch, "X-HTTP-Method-Override": verb}
            assert _is_problem(await phones.yours.post(at, headers=override, content=b"hello"), 404)
        await phones.mine.patch(at, headers=patch, content=b"hello")
    assert (await phones.mine.head(at, headers=TUS)).headers["Upload-Offset"] == "5"


async def test_termination_and_method_override(phones: Phones) -> None:
    at = await _created(phones.mine, 5)
    override = {**BYTES, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    moved = await phones.mine.post(at, headers=override, content=b"hel")
    assert (moved.status_code, moved.headers["Upload-Offset"]) == (204, "3")
    assert _is_problem(await phones.mine.post(at, headers=TUS), 405)
    gone = await phones.mine.delete(at, headers=TUS)
    assert (gone.status_code, gone.headers["Tus-Resumable"]) == (204, "1.0.0")
    assert _is_problem(await phones.mine.head(at, headers=TUS), 404)
    assert _is_problem(await phones.mine.delete(at, headers=TUS), 404)


async def test_a_connection_cut_in_the_middle_is_resumed(phones: Phones, servers: tuple[Server, Server]) -> None:
    at = await _created(phones.mine)
    _, writer = await asyncio.open_connection("127.0.0.1", servers[0].port)
    head = (
        f"PATCH {at} HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
        f"Authorization: Bearer {phones.token}\r\nContent-Type: application/offset+octet-stream\r\n"
        f"Content-Length: {len(BODY)}\r\n\r\n"
    )
    writer.write(head.encode() + BODY[:800_000])
    await writer.drain()
    await asyncio.sleep(0.5)
    writer.close()
    for _ in range(50):
        reached = int((await phones.other_door.head(at, headers=TUS)).headers["Upload-Offset"])
        if reached:
            break
        await asyncio.sleep(0.1)
    assert reached == 800_000
    rest = {**BYTES, "Upload-Offset": str(reached)}
    done = await phones.other_door.patch(at, headers=rest, content=BODY[reached:])
    assert done.headers["Upload-Offset"] == str(len(BODY))


async def test_a_silent_connection_at_one_server_gives_way_at_the_other(
    phones: Phones, servers: tuple[Server, Server]
) -> None:
    at = await _created(phones.mine)
    _, writer = await asyncio.open_connection("127.0.0.1", servers[0].port)
    head = (
        f"PATCH {at} HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
        f"Authorization: Bearer {phones.token}\r\nContent-Type: application/offset+octet-stream\r\n"
        f"Content-Length: {len(BODY)}\r\n\r\n"
    )
    writer.write(head.encode() + BODY[:300_000])
    await writer.drain()
    await asyncio.sleep(0.5)
    start = {**BYTES, "Upload-Offset": "0"}
    told = await phones.other_door.patch(at, headers=start, content=BODY)
    assert _is_problem(told, 409, "upload-offset")
    reached = int((await phones.other_door.head(at, headers=TUS)).headers["Upload-Offset"])
    assert reached == 300_000
    rest = {**BYTES, "Upload-Offset": str(reached)}
    assert (await phones.other_door.patch(at, headers=rest, content=BODY[reached:])).status_code == 204
    writer.close()


async def test_kill_9_of_a_server_loses_nothing_acknowledged(phones: Phones, servers: tuple[Server, Server]) -> None:
    at = await _created(phones.mine)
    start = {**BYTES, "Upload-Offset": "0"}
    assert (await phones.mine.patch(at, headers=start, content=BODY[:1_000_000])).status_code == 204

    async def endless() -> AsyncIterator[bytes]:
        for place in range(1_000_000, len(BODY), 50_000):
            yield BODY[place : place + 50_000]
            await asyncio.sleep(0.05)

    going = {**BYTES, "Upload-Offset": "1000000", "Content-Length": str(len(BODY) - 1_000_000)}
    body = asyncio.ensure_future(phones.mine.patch(at, headers=going, content=endless()))
    await asyncio.sleep(0.5)
    servers[0].end()
    with pytest.raises(httpx2.TransportError):
        await body
    reached = int((await phones.other_door.head(at, headers=TUS)).headers["Upload-Offset"])
    assert 1_000_000 <= reached < len(BODY)
    rest = {**BYTES, "Upload-Offset": str(reached)}
    done = await phones.other_door.patch(at, headers=rest, content=BODY[reached:])
    assert (done.status_code, done.headers["Upload-Offset"]) == (204, str(len(BODY)))
    servers[0].start()


async def test_with_an_independent_client(phones: Phones, servers: tuple[Server, Server], state: Path) -> None:
    """tuspy uploads a part at one server, resumes at the other, and what is stored is what was sent."""

    body = random.Random(13).randbytes(2_100_000)

    def upload() -> None:
        client = TusClient(servers[0].url + AT, headers={"Authorization": f"Bearer {phones.token}"})
        sender = client.uploader(
            file_stream=io.BytesIO(body),
            chunk_size=600_000,
            metadata={"filename": "a.jpg"},
            upload_checksum=True,
        )
        sender.upload_chunk()  # type: ignore[no-untyped-call]
        sender.upload_chunk()  # type: ignore[no-untyped-call]
        assert sender.offset == 1_200_000
        assert sender.url is not None
        elsewhere = sender.url.replace(str(servers[0].port), str(servers[1].port))
        again = client.uploader(file_stream=io.BytesIO(body), url=elsewhere, chunk_size=700_000)
        assert again.offset == 1_200_000
        again.upload()
        assert again.offset == len(body)

    await asyncio.to_thread(upload)
    digest = hashlib.sha256(body).hexdigest()
    stored = state / "media" / "sealed" / digest[:2] / digest
    assert stored.read_bytes() == body
