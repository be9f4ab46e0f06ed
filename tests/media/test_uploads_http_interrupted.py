"""Uploads over two servers whose connections break, whose server is killed; and an independent client."""

from __future__ import annotations

import asyncio
import hashlib
import io
import random
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from tusclient.client import TusClient

from tests.media.phones import AT, BODY, BYTES, TUS, Phones, Server, created, is_problem
from tests.story.people import eventually


async def written(state: Path, at: str, least: int) -> None:
    """Waits until so many bytes of the upload lie on the servers' disk; they are written 256 KiB and more at a time."""
    (part,) = state.glob(f"incoming/*/{at.rsplit('/', 1)[1]}.part")

    async def size() -> int:
        return part.stat().st_size

    await eventually(size, lambda now: now >= least)


async def test_a_connection_cut_in_the_middle_is_resumed(
    phones: Phones, servers: tuple[Server, Server], state: Path
) -> None:
    at = await created(phones.mine)
    _, writer = await asyncio.open_connection("127.0.0.1", servers[0].port)
    head = (
        f"PATCH {at} HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
        f"Authorization: Bearer {phones.token}\r\nContent-Type: application/offset+octet-stream\r\n"
        f"Content-Length: {len(BODY)}\r\n\r\n"
    )
    writer.write(head.encode() + BODY[:800_000])
    await writer.drain()
    await written(state, at, 524_288)
    writer.close()

    async def offset() -> int:
        return int((await phones.other_door.head(at, headers=TUS)).headers["Upload-Offset"])

    # All that the server had read; the last of what was sent it may not have, as with a real network.
    reached = await eventually(offset, bool)
    assert 524_288 <= reached <= 800_000
    rest = {**BYTES, "Upload-Offset": str(reached)}
    done = await phones.other_door.patch(at, headers=rest, content=BODY[reached:])
    assert done.headers["Upload-Offset"] == str(len(BODY))


async def test_a_silent_connection_at_one_server_gives_way_at_the_other(
    phones: Phones, servers: tuple[Server, Server], state: Path
) -> None:
    at = await created(phones.mine)
    _, writer = await asyncio.open_connection("127.0.0.1", servers[0].port)
    head = (
        f"PATCH {at} HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
        f"Authorization: Bearer {phones.token}\r\nContent-Type: application/offset+octet-stream\r\n"
        f"Content-Length: {len(BODY)}\r\n\r\n"
    )
    writer.write(head.encode() + BODY[:300_000])
    await writer.drain()
    await written(state, at, 262_144)
    start = {**BYTES, "Upload-Offset": "0"}
    told = await phones.other_door.patch(at, headers=start, content=BODY)
    assert is_problem(told, 409, "upload-offset")
    reached = int((await phones.other_door.head(at, headers=TUS)).headers["Upload-Offset"])
    assert reached == 300_000
    rest = {**BYTES, "Upload-Offset": str(reached)}
    assert (await phones.other_door.patch(at, headers=rest, content=BODY[reached:])).status_code == 204
    writer.close()


async def test_kill_9_of_a_server_loses_nothing_acknowledged(
    phones: Phones, servers: tuple[Server, Server], state: Path
) -> None:
    at = await created(phones.mine)
    start = {**BYTES, "Upload-Offset": "0"}
    assert (await phones.mine.patch(at, headers=start, content=BODY[:1_000_000])).status_code == 204

    dead = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        for place in range(1_000_000, len(BODY) - 50_000, 50_000):
            yield BODY[place : place + 50_000]
            await asyncio.sleep(0.01)
        await dead.wait()
        yield BODY[-50_000:]

    going = {**BYTES, "Upload-Offset": "1000000", "Content-Length": str(len(BODY) - 1_000_000)}
    body = asyncio.ensure_future(phones.mine.patch(at, headers=going, content=endless()))
    await written(state, at, 1_262_144)
    servers[0].end()
    dead.set()
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
