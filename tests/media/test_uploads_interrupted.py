"""Uploads whose client, connection, server, disk or store goes away, or comes twice."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import resource
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from media import parts, problems, uploads
from media.folder_store import FolderStore
from tests.media.bodies import BODY, ME, MIB, NOW, broken, create, head, left, sent, stored
from tests.media.s3_server import S3Server
from tests.processes import lasting


async def test_a_broken_connection_keeps_what_came(desk: uploads.Desk) -> None:
    upload = await create(desk)
    with pytest.raises(ConnectionResetError):
        await uploads.append(desk, upload.id, ME, 0, broken(BODY[:1_500_001]), NOW)
    assert (await head(desk, upload.id)).offset == 1_500_001
    done = await uploads.append(desk, upload.id, ME, 1_500_001, sent(BODY[1_500_001:]), NOW)
    assert await stored(desk, done) == BODY


async def test_of_many_parallel_patches_one_writes(desk: uploads.Desk) -> None:
    upload = await create(desk)
    outcomes = await asyncio.gather(
        *(uploads.append(desk, upload.id, ME, 0, sent(BODY), NOW) for _ in range(6)), return_exceptions=True
    )
    won = [each for each in outcomes if isinstance(each, uploads.UploadRow)]
    lost = (problems.UploadOffsetConflict, problems.UploadBusy, problems.UploadNotFound)
    assert len(won) == 1
    assert all(isinstance(each, lost) for each in outcomes if each is not won[0]), outcomes
    assert await stored(desk, won[0]) == BODY


async def test_a_late_writer_does_not_cut_what_an_earlier_one_was_told(folder_desk: uploads.Desk) -> None:
    """Two PATCHes start at offset 0; the second gets the lock only when the first has been acknowledged."""
    desk = folder_desk
    upload = await create(desk)
    pace = replace(desk.policy.pace, patience_seconds=10)
    patient = replace(desk, policy=replace(desk.policy, pace=pace))
    begun, gate = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield BODY[:1000]
        begun.set()
        # Never silent, or it would give way to the one that waits.
        while not gate.is_set():
            yield b""
            await asyncio.sleep(0.01)

    first = asyncio.ensure_future(uploads.append(patient, upload.id, ME, 0, slow(), NOW))
    await begun.wait()
    second = asyncio.ensure_future(uploads.append(patient, upload.id, ME, 0, sent(b"y" * 50), NOW))
    waits = parts.part_path(desk.folder, ME, upload.id).with_suffix(".wanted")
    while not waits.exists():
        await asyncio.sleep(0.01)
    gate.set()
    assert (await first).offset == 1000
    with pytest.raises(problems.UploadOffsetConflict):
        await second
    done = await uploads.append(desk, upload.id, ME, 1000, sent(BODY[1000:]), NOW)
    assert await stored(desk, done) == BODY


async def test_a_silent_connection_gives_way_to_a_living_one(folder_desk: uploads.Desk) -> None:
    desk = folder_desk
    upload = await create(desk)
    patient = replace(desk, policy=replace(desk.policy, pace=replace(desk.policy.pace, patience_seconds=60)))
    fallen_silent = asyncio.Event()

    async def dead() -> AsyncIterator[bytes]:
        yield BODY[:700_000]
        fallen_silent.set()
        await asyncio.sleep(60)

    hanging = asyncio.ensure_future(uploads.append(desk, upload.id, ME, 0, dead(), NOW))
    await fallen_silent.wait()
    # The phone asks, is told 0, tries, and is told where the dead connection had come to.
    with pytest.raises(problems.UploadOffsetConflict) as conflict:
        await uploads.append(patient, upload.id, ME, 0, sent(BODY), NOW)
    assert conflict.value.facts["offset"] == 700_000
    with pytest.raises(problems.UploadStalled):
        await hanging
    done = await uploads.append(desk, upload.id, ME, 700_000, sent(BODY[700_000:]), NOW)
    assert await stored(desk, done) == BODY
    assert not [*desk.folder.rglob("*.wanted")]


async def test_silence_ends_by_itself(desk: uploads.Desk) -> None:
    upload = await create(desk)
    quick = replace(desk, policy=replace(desk.policy, pace=replace(desk.policy.pace, silence_seconds=1.0)))

    async def dead() -> AsyncIterator[bytes]:
        yield BODY[:10]
        await asyncio.sleep(60)

    with pytest.raises(problems.UploadStalled):
        await uploads.append(quick, upload.id, ME, 0, dead(), NOW)
    assert (await head(desk, upload.id)).offset == 10


async def test_a_writer_elsewhere_is_waited_for_and_then_busy(folder_desk: uploads.Desk) -> None:
    desk = folder_desk
    upload = await create(desk)
    handle = os.open(parts.part_path(desk.folder, ME, upload.id), os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(problems.UploadBusy):
        await uploads.append(desk, upload.id, ME, 0, sent(b"x"), NOW)
    os.close(handle)
    assert (await uploads.append(desk, upload.id, ME, 0, sent(b"x"), NOW)).offset == 1


KILLED = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from sqlalchemy.ext.asyncio import create_async_engine
from media import uploads
from media.pieces_body import Pace
from media.stores import store_from_url

async def body():
    data = Path(sys.argv[4]).read_bytes()
    for at in range(0, len(data), 65536):
        if at + 65536 >= len(data):
            await asyncio.sleep(3600)  # It is killed before its end, however late.
        yield data[at : at + 65536]
        await asyncio.sleep(0.03)

async def main():
    engine = create_async_engine(sys.argv[1])
    policy = uploads.Policy(pace=Pace(checkpoint_bytes=262144))
    desk = uploads.Desk(engine.begin, Path(sys.argv[2]), store_from_url(sys.argv[5], "id", "key"), policy)
    print("go", flush=True)
    await uploads.append(desk, sys.argv[3], "device:1", 0, body(), datetime(2026, 3, 14, 8, tzinfo=UTC))

asyncio.run(main())
"""


@pytest.mark.parametrize("seconds", [0.1, 0.25, 0.45])
async def test_kill_9_in_the_middle_of_a_body(
    desk: uploads.Desk, bucket: str, s3_server: S3Server, database_url: str, tmp_path: Path, seconds: float
) -> None:
    in_files = isinstance(desk.store, FolderStore)
    url = f"folder:{tmp_path / 'store'}" if in_files else s3_server.url_of(bucket)
    upload = await create(desk)
    source = tmp_path / "source"
    source.write_bytes(BODY)
    place = [str(desk.folder), upload.id, str(source), url]
    with lasting([sys.executable, "-c", KILLED, database_url, *place], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        await asyncio.to_thread(writer.stdout.readline)
        await asyncio.sleep(seconds)
    reached = (await head(desk, upload.id)).offset
    assert reached < len(BODY)
    if in_files:
        on_disk = parts.part_path(desk.folder, ME, upload.id).read_bytes()
        assert reached <= len(on_disk) < len(BODY)
        assert on_disk[:reached] == BODY[:reached]
    done = await uploads.append(desk, upload.id, ME, reached, sent(BODY[reached:]), NOW)
    assert done.sha256 == hashlib.sha256(BODY).hexdigest()
    assert await stored(desk, done) == BODY
    assert await left(desk) == []


async def test_a_part_that_lost_acknowledged_bytes_is_not_continued(folder_desk: uploads.Desk) -> None:
    desk = folder_desk
    upload = await create(desk)
    await uploads.append(desk, upload.id, ME, 0, sent(BODY[:5000]), NOW)
    os.truncate(parts.part_path(desk.folder, ME, upload.id), 100)
    with pytest.raises(problems.UploadNotFound):
        await uploads.append(desk, upload.id, ME, 5000, sent(b"x"), NOW)


async def test_a_store_that_is_away_costs_only_the_last_piece(folder_desk: uploads.Desk, tmp_path: Path) -> None:
    desk = folder_desk
    upload = await create(desk)
    blocked = tmp_path / "blocked"
    blocked.write_bytes(b"a file where a folder should be")
    with pytest.raises(problems.StoreUnavailable):
        await uploads.append(replace(desk, store=FolderStore(blocked)), upload.id, ME, 0, sent(BODY), NOW)
    reached = (await head(desk, upload.id)).offset
    assert 0 < reached < len(BODY)
    done = await uploads.append(desk, upload.id, ME, reached, sent(BODY[reached:]), NOW)
    assert await stored(desk, done) == BODY


async def test_cancelled_while_bytes_come(desk: uploads.Desk) -> None:
    upload = await create(desk)
    started, cancelled = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield BODY[:2_000_000]
        started.set()
        await cancelled.wait()
        yield BODY[2_000_000:]

    writing = asyncio.ensure_future(uploads.append(desk, upload.id, ME, 0, slow(), NOW))
    await started.wait()
    await uploads.terminate(desk, upload.id, ME, NOW)
    cancelled.set()
    with pytest.raises(problems.UploadNotFound):
        await writing
    with pytest.raises(problems.UploadNotFound):
        await head(desk, upload.id)


async def test_memory_and_loop_stay_free_while_a_large_body_comes(desk: uploads.Desk) -> None:
    upload = await create(desk, 20 * MIB)
    piece, turns = os.urandom(65_536), 0

    async def much() -> AsyncIterator[bytes]:
        for _ in range(20 * MIB // len(piece)):
            yield piece

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    writing = asyncio.ensure_future(uploads.append(desk, upload.id, ME, 0, much(), NOW))
    while not writing.done():
        await asyncio.sleep(0.002)
        turns += 1
    assert (await writing).complete
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_kib < 12 * 1024
    assert turns > 10
