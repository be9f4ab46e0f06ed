"""Uploads that lie in a bucket as pieces: many machines, no folder between them, nobody waits for a lock."""

from __future__ import annotations

import asyncio
import hashlib
import random
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from media import problems, uploads
from media.s3_store import S3Store
from tests.databases import disposing
from tests.media.bodies import BODY, ME, MIB, NOW, broken, create, expire, head, left, sent, stored
from tests.media.phones import BYTES, TUS, Phones, Server, created, is_problem
from tests.media.s3_server import S3Server, free_port
from tests.story.people import eventually

FILM = random.Random(14).randbytes(12_345_678)
NOTHING = uploads.Expired((), (), ())


@pytest.fixture
def desk(bucket_desk: uploads.Desk) -> uploads.Desk:
    return bucket_desk


@pytest.fixture
async def other(desk: uploads.Desk, database_url: str) -> AsyncIterator[uploads.Desk]:
    """Another machine: its own connections, its own folder."""
    async with disposing(create_async_engine(database_url)) as engine:
        yield replace(desk, begin=engine.begin, folder=desk.folder.with_name("elsewhere"))


async def test_a_film_by_turns_of_two_machines(desk: uploads.Desk, other: uploads.Desk, s3_server: S3Server) -> None:
    """They share the bucket and the database; the folders stay as they are, not there."""
    upload = await create(desk, len(FILM))
    before = len(s3_server.asked(r"POST .*uploads="))
    for turn, start in enumerate(range(0, len(FILM), 1_700_000)):
        at = (desk, other)[turn % 2]
        with pytest.raises(problems.UploadOffsetConflict) as conflict:
            await uploads.append(at, upload.id, ME, start + 1, sent(b"x"), NOW)
        assert conflict.value.facts["offset"] == start
        upload = await uploads.append(at, upload.id, ME, start, sent(FILM[start : start + 1_700_000]), NOW)
    assert upload.sha256 == hashlib.sha256(FILM).hexdigest()
    assert await stored(other, upload) == FILM
    assert len(s3_server.asked(r"POST .*uploads=")) == before + 1, "one multipart upload of S3"
    assert len(s3_server.asked(r"PUT .*whole-.*partNumber=3")) >= 1, "of several parts"
    assert await left(desk) == []
    assert not desk.folder.exists() and not other.folder.exists()


async def test_a_photo_in_one_request_is_written_once(desk: uploads.Desk, s3_server: S3Server) -> None:
    upload = await create(desk, 900_000)
    before = len(s3_server.asked("PUT "))
    done = await uploads.append(desk, upload.id, ME, 0, sent(BODY[:900_000]), NOW)
    assert await stored(desk, done) == BODY[:900_000]
    assert len(s3_server.asked("PUT ")) == before + 1


async def test_a_dead_connection_blocks_nobody(desk: uploads.Desk) -> None:
    """What it had brought is put away while it is silent; the living one is told and goes on at once."""
    upload = await create(desk)

    async def dead() -> AsyncIterator[bytes]:
        yield BODY[:700_000]
        await asyncio.sleep(60)

    hanging = asyncio.ensure_future(uploads.append(desk, upload.id, ME, 0, dead(), NOW))

    async def offset() -> int:
        return (await head(desk, upload.id)).offset

    assert await eventually(offset, bool) == 700_000
    done = await uploads.append(desk, upload.id, ME, 700_000, sent(BODY[700_000:]), NOW)
    assert await stored(desk, done) == BODY
    with pytest.raises(problems.UploadStalled):
        await hanging
    assert (await head(desk, upload.id)).complete


async def test_of_two_writers_at_one_offset_the_slower_is_told(desk: uploads.Desk) -> None:
    """Both have bytes for offset 0, of different length; only one set of them counts."""
    upload = await create(desk)
    begun, gate = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"y" * 5000
        begun.set()
        await gate.wait()

    late = replace(desk, policy=replace(desk.policy, pace=replace(desk.policy.pace, checkpoint_seconds=60)))
    first = asyncio.ensure_future(uploads.append(late, upload.id, ME, 0, slow(), NOW))
    await begun.wait()
    assert (await uploads.append(desk, upload.id, ME, 0, sent(BODY[:1000]), NOW)).offset == 1000
    gate.set()
    with pytest.raises(problems.UploadOffsetConflict) as conflict:
        await first
    assert conflict.value.facts["offset"] == 1000
    assert len(await left(desk)) == 1, "the piece that does not count was taken away"
    done = await uploads.append(desk, upload.id, ME, 1000, sent(BODY[1000:]), NOW)
    assert await stored(desk, done) == BODY


async def test_two_that_finish_together_finish_once(desk: uploads.Desk) -> None:
    upload = await create(desk)
    await uploads.append(desk, upload.id, ME, 0, sent(BODY[:2_000_000]), NOW)
    told: list[str] = []

    async def tell(conn: AsyncConnection, upload_id: str) -> None:
        told.append(upload_id)

    hearing = replace(desk, on_complete=tell)
    ends = (uploads.append(hearing, upload.id, ME, 2_000_000, sent(BODY[2_000_000:]), NOW) for _ in range(4))
    outcomes = await asyncio.gather(*ends, return_exceptions=True)
    won = [each for each in outcomes if isinstance(each, uploads.UploadRow)]
    assert len(won) == 1 and told == [upload.id]
    assert all(isinstance(each, problems.UploadOffsetConflict) for each in outcomes if each is not won[0]), outcomes
    assert await stored(desk, won[0]) == BODY


class Fault:
    """Transactions of which one loses its connection, before its commit or after it."""

    def __init__(self, engine: AsyncEngine, number: int, *, after: bool) -> None:
        self._engine, self._left, self._after = engine, number, after

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        self._left -= 1
        async with self._engine.connect() as conn:
            yield conn
            if self._left != 0 or self._after:
                await conn.commit()
            if self._left == 0:
                raise OperationalError("COMMIT", {}, Exception("the connection is gone"))


@pytest.mark.parametrize("after", [False, True])
async def test_a_commit_that_nobody_knows_about(desk: uploads.Desk, engine: AsyncEngine, after: bool) -> None:
    """The piece lies in the bucket; whether its row does, only the database knows. Nothing that counts is removed."""
    upload = await create(desk)
    # Two transactions look; the third names the first piece.
    failing = replace(desk, begin=Fault(engine, 3, after=after).begin)
    with pytest.raises(OperationalError):
        await uploads.append(failing, upload.id, ME, 0, sent(BODY), NOW)
    reached = (await head(desk, upload.id)).offset
    assert (reached > 0) is after
    assert len(await left(desk)) == 1
    await uploads.append(desk, upload.id, ME, reached, sent(BODY[reached:2_500_000]), NOW)
    counting = len(await left(desk)) - (0 if after else 1)
    # A day later, as the sweep sees it, the piece that no row names is gone and the others are not.
    await uploads.sweep(desk, NOTHING, datetime.now(UTC) + desk.policy.lifetime + timedelta(hours=1))
    assert len(await left(desk)) == counting
    done = await uploads.append(desk, upload.id, ME, 2_500_000, sent(BODY[2_500_000:]), NOW)
    assert await stored(desk, done) == BODY


async def test_young_leftovers_are_left(desk: uploads.Desk) -> None:
    await desk.store.put_bytes(f"incoming/{'0' * 32}/000000000000-abcd", b"x")
    await uploads.sweep(desk, NOTHING, datetime.now(UTC))
    assert len(await left(desk)) == 1
    await uploads.sweep(desk, NOTHING, datetime.now(UTC) + desk.policy.lifetime + timedelta(hours=1))
    assert await left(desk) == []


async def test_a_piece_that_the_bucket_lost(desk: uploads.Desk) -> None:
    upload = await create(desk)
    await uploads.append(desk, upload.id, ME, 0, sent(BODY[:2_500_000]), NOW)
    lost = sorted(await left(desk))[1]
    await desk.store.delete(lost)
    with pytest.raises(problems.UploadNotFound, match="lost"):
        await uploads.append(desk, upload.id, ME, 2_500_000, sent(BODY[2_500_000:]), NOW)
    assert not (await head(desk, upload.id)).complete


async def test_a_bucket_that_is_away_costs_only_the_last_piece(desk: uploads.Desk) -> None:
    upload = await create(desk)
    await uploads.append(desk, upload.id, ME, 0, sent(BODY[:1_500_000]), NOW)
    nowhere = S3Store("bucket", endpoint=f"http://127.0.0.1:{free_port()}", access_key_id="i", secret_access_key="k")
    for rest in (BODY[1_500_000:], BODY[1_500_000:1_600_000]):
        with pytest.raises(problems.StoreUnavailable):
            await uploads.append(replace(desk, store=nowhere), upload.id, ME, 1_500_000, sent(rest), NOW)
    assert (await head(desk, upload.id)).offset == 1_500_000
    done = await uploads.append(desk, upload.id, ME, 1_500_000, sent(BODY[1_500_000:]), NOW)
    assert await stored(desk, done) == BODY


async def test_connections_cut_every_300_kilobytes(desk: uploads.Desk) -> None:
    upload, reached = await create(desk), 0
    while reached + 300_000 < len(BODY):
        with pytest.raises(ConnectionResetError):
            await uploads.append(desk, upload.id, ME, reached, broken(BODY[reached : reached + 300_000]), NOW)
        reached += 300_000
        assert (await head(desk, upload.id)).offset == reached
    done = await uploads.append(desk, upload.id, ME, reached, sent(BODY[reached:]), NOW)
    assert await stored(desk, done) == BODY


async def test_expiry_takes_the_pieces(desk: uploads.Desk) -> None:
    upload, kept = await create(desk), await create(desk)
    later = NOW + timedelta(hours=1)
    await uploads.append(desk, upload.id, ME, 0, sent(BODY[:2_200_000]), NOW)
    await uploads.append(desk, kept.id, ME, 0, sent(BODY[:2_200_000]), later)
    assert len(await left(desk)) == 6
    assert (await expire(desk, NOW + desk.policy.lifetime)).ids == (upload.id,)
    assert {key.split("/")[1] for key in await left(desk)} == {kept.id}
    assert (await uploads.append(desk, kept.id, ME, 2_200_000, sent(BODY[2_200_000:]), later)).complete


async def test_memory_stays_small_while_a_film_is_joined(desk: uploads.Desk) -> None:
    """Pieces are read a few at a time and parts sent a few at a time, whatever the film's length."""
    length = 64 * MIB
    upload = await create(desk, length)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    done = await uploads.append(desk, upload.id, ME, 0, zeros(length), NOW)
    assert done.complete and await desk.store.size(str(done.store_key)) == length
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_kib < 40 * 1024, grown_kib


async def zeros(length: int) -> AsyncIterator[bytes]:
    for _ in range(length // MIB):
        yield bytes(MIB)


async def test_two_machines_on_the_wire(phones_apart: Phones, apart: tuple[Server, Server]) -> None:
    """One is killed in the middle of a body; the phone goes on at the other one, which shares no folder with it."""
    at = await created(phones_apart.mine, len(FILM))
    start = {**BYTES, "Upload-Offset": "0"}
    assert (await phones_apart.mine.patch(at, headers=start, content=FILM[:3_000_000])).status_code == 204
    seen = await phones_apart.other_door.head(at, headers=TUS)
    assert seen.headers["Upload-Offset"] == "3000000"

    dead, kept_back = asyncio.Event(), len(FILM) - 400_000

    async def slow() -> AsyncIterator[bytes]:
        for place in range(3_000_000, kept_back, 400_000):
            yield FILM[place : min(place + 400_000, kept_back)]
            await asyncio.sleep(0.02)
        # The rest does not come before the machine is gone.
        await dead.wait()
        yield FILM[kept_back:]

    going = {**BYTES, "Upload-Offset": "3000000", "Content-Length": str(len(FILM) - 3_000_000)}
    body = asyncio.ensure_future(phones_apart.mine.patch(at, headers=going, content=slow()))

    async def offset() -> int:
        return int((await phones_apart.other_door.head(at, headers=TUS)).headers["Upload-Offset"])

    await eventually(offset, lambda reached: reached > 3_000_000)
    apart[0].end()
    dead.set()
    with pytest.raises(httpx2.TransportError):
        await body
    reached = await offset()
    assert 3_000_000 < reached < len(FILM)
    wrong = {**BYTES, "Upload-Offset": str(reached - 1)}
    assert is_problem(await phones_apart.other_door.patch(at, headers=wrong, content=b"x"), 409, "upload-offset")
    rest = {**BYTES, "Upload-Offset": str(reached)}
    done = await phones_apart.other_door.patch(at, headers=rest, content=FILM[reached:])
    assert (done.status_code, done.headers["Upload-Offset"]) == (204, str(len(FILM)))
    apart[0].start()
    await apart[0].ready()
    assert (await phones_apart.mine.head(at, headers=TUS)).headers["Upload-Offset"] == str(len(FILM))
    assert is_problem(await phones_apart.yours.head(at, headers=TUS), 404)
    assert (await phones_apart.mine.delete(at, headers=TUS)).status_code == 204
    assert is_problem(await phones_apart.other_door.head(at, headers=TUS), 404)
