"""The state machine of uploads: what was acknowledged is there, what was not is not, whoever dies when."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import random
import resource
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from media import parts, problems, uploads
from media.folder_store import FolderStore
from media.keys import original_key
from media.tus import Checksum
from tests.media import pictures

NOW = datetime(2026, 3, 14, 8, 0, tzinfo=UTC)
ME, YOU = "device:1", "device:2"
BODY = random.Random(11).randbytes(3_000_000)
MIB = 1024 * 1024


@pytest.fixture
def desk(engine: AsyncEngine, tmp_path: Path) -> uploads.Desk:
    pace = parts.Pace(checkpoint_bytes=MIB, silence_seconds=5, patience_seconds=2)
    return uploads.Desk(engine.begin, tmp_path / "incoming", FolderStore(tmp_path / "store"), uploads.Policy(pace=pace))


async def _create(desk: uploads.Desk, length: int = len(BODY), owner: str = ME) -> uploads.UploadRow:
    async with desk.begin() as conn:
        return await uploads.create(conn, desk.folder, owner, length, {"filename": "ổ gà.jpg"}, NOW, desk.policy)


async def _head(desk: uploads.Desk, upload_id: str, owner: str = ME, now: datetime = NOW) -> uploads.UploadRow:
    async with desk.begin() as conn:
        return await uploads.head(conn, upload_id, owner, now)


async def _body(data: bytes, piece: int = 65_536) -> AsyncIterator[bytes]:
    for at in range(0, len(data), piece):
        yield data[at : at + piece]


async def _broken(data: bytes) -> AsyncIterator[bytes]:
    async for piece in _body(data):
        yield piece
    raise ConnectionResetError("the phone is gone")


async def _stored(desk: uploads.Desk, upload: uploads.UploadRow) -> bytes:
    assert upload.store_key is not None
    return b"".join([piece async for piece in desk.store.open(upload.store_key)])


async def test_in_three_pieces(desk: uploads.Desk) -> None:
    data = pictures.jpeg(1200, 900)
    upload = await _create(desk, len(data))
    assert (upload.offset, upload.length, upload.complete) == (0, len(data), False)
    assert upload.filename == "ổ gà.jpg"
    for start, stop in ((0, 1000), (1000, 50_000), (50_000, len(data))):
        upload = await uploads.append(desk, upload.id, ME, start, _body(data[start:stop]), NOW)
        assert upload.offset == stop
        assert (await _head(desk, upload.id)).offset == stop
    assert upload.complete
    assert upload.sha256 == hashlib.sha256(data).hexdigest()
    assert upload.store_key == original_key(upload.sha256)
    assert upload.content_type == "image/jpeg"
    assert await _stored(desk, upload) == data
    assert not [*desk.folder.rglob("*.part")]
    # The body of a finished upload may be sent once more by a client that missed the answer.
    assert (await uploads.append(desk, upload.id, ME, len(data), _body(b""), NOW)).complete


async def test_what_is_no_picture_has_no_content_type(desk: uploads.Desk) -> None:
    upload = await _create(desk, 6)
    upload = await uploads.append(desk, upload.id, ME, 0, _body(b"<html>"), NOW)
    assert upload.complete and upload.content_type is None


async def test_an_empty_upload_is_finished_by_an_empty_body(desk: uploads.Desk) -> None:
    upload = await _create(desk, 0)
    upload = await uploads.append(desk, upload.id, ME, 0, _body(b""), NOW)
    assert upload.complete and await _stored(desk, upload) == b""


async def test_a_wrong_offset_changes_nothing(desk: uploads.Desk) -> None:
    upload = await _create(desk)
    await uploads.append(desk, upload.id, ME, 0, _body(BODY[:1000]), NOW)
    for offset in (0, 999, 1001, 10**9):
        with pytest.raises(problems.UploadOffsetConflict) as conflict:
            await uploads.append(desk, upload.id, ME, offset, _body(b"x"), NOW)
        assert conflict.value.facts["offset"] == 1000
    done = await uploads.append(desk, upload.id, ME, 1000, _body(BODY[1000:]), NOW)
    assert await _stored(desk, done) == BODY


async def test_more_than_announced_is_refused_and_forgotten(desk: uploads.Desk) -> None:
    upload = await _create(desk, 1000)
    with pytest.raises(problems.UploadTooLarge):
        await uploads.append(desk, upload.id, ME, 0, _body(BODY[:1001]), NOW)
    assert (await _head(desk, upload.id)).offset == 0
    done = await uploads.append(desk, upload.id, ME, 0, _body(BODY[:1000]), NOW)
    assert await _stored(desk, done) == BODY[:1000]


async def test_more_than_allowed_is_refused_before_a_byte(desk: uploads.Desk) -> None:
    with pytest.raises(problems.UploadTooLarge):
        await _create(desk, desk.policy.max_bytes + 1)
    assert (await _create(desk, desk.policy.max_bytes)).offset == 0


async def test_the_quota_of_an_owner_holds_against_parallel_announcements(desk: uploads.Desk) -> None:
    made = await asyncio.gather(*(_create(desk, 19 * MIB) for _ in range(14)), return_exceptions=True)
    refused = [each for each in made if isinstance(each, problems.UploadQuotaReached)]
    assert (len(refused), len(made) - len(refused)) == (4, 10)
    assert (await _create(desk, 19 * MIB, YOU)).offset == 0
    # What is finished, cancelled or expired no longer counts.
    mine = next(each for each in made if isinstance(each, uploads.UploadRow))
    async with desk.begin() as conn:
        await uploads.terminate(conn, desk.folder, mine.id, ME, NOW)
    assert (await _create(desk, 19 * MIB)).offset == 0


async def test_another_owner_finds_nothing_on_any_verb(desk: uploads.Desk) -> None:
    upload = await _create(desk, 10)
    for stage in ("open", "complete"):
        for owner in (YOU, "", "device:", ME + " ", "account:1"):
            with pytest.raises(problems.UploadNotFound):
                await _head(desk, upload.id, owner)
            with pytest.raises(problems.UploadNotFound):
                await uploads.append(desk, upload.id, owner, upload.offset, _body(b"x"), NOW)
            async with desk.begin() as conn:
                with pytest.raises(problems.UploadNotFound):
                    await uploads.terminate(conn, desk.folder, upload.id, owner, NOW)
                with pytest.raises(problems.UploadNotFound):
                    await uploads.finished(conn, [upload.id], owner, NOW)
        if stage == "open":
            upload = await uploads.append(desk, upload.id, ME, 0, _body(BODY[:10]), NOW)
    assert (await _head(desk, upload.id)).complete


@pytest.mark.parametrize("upload_id", ["", "nope", "../../etc/passwd", "a" * 5000, "%", "\u2028"])
async def test_ids_that_never_were(desk: uploads.Desk, upload_id: str) -> None:
    with pytest.raises(problems.UploadNotFound):
        await uploads.append(desk, upload_id, ME, 0, _body(b"x"), NOW)


async def test_a_broken_connection_keeps_what_came(desk: uploads.Desk) -> None:
    upload = await _create(desk)
    with pytest.raises(ConnectionResetError):
        await uploads.append(desk, upload.id, ME, 0, _broken(BODY[:1_500_001]), NOW)
    assert (await _head(desk, upload.id)).offset == 1_500_001
    done = await uploads.append(desk, upload.id, ME, 1_500_001, _body(BODY[1_500_001:]), NOW)
    assert await _stored(desk, done) == BODY


async def test_checksums(desk: uploads.Desk) -> None:
    upload = await _create(desk)
    right = Checksum("sha1", hashlib.sha1(BODY[:2_000_000], usedforsecurity=False).digest())
    for body in (BODY[1:2_000_001], BODY[:1_999_999]):
        with pytest.raises(problems.UploadChecksumMismatch):
            await uploads.append(desk, upload.id, ME, 0, _body(body), NOW, right)
        assert (await _head(desk, upload.id)).offset == 0
    # Bytes that broke off cannot be checked, so they are not kept.
    with pytest.raises(ConnectionResetError):
        await uploads.append(desk, upload.id, ME, 0, _broken(BODY[:1_500_000]), NOW, right)
    assert (await _head(desk, upload.id)).offset == 0
    kept = await uploads.append(desk, upload.id, ME, 0, _body(BODY[:2_000_000]), NOW, right)
    assert kept.offset == 2_000_000
    done = await uploads.append(desk, upload.id, ME, 2_000_000, _body(BODY[2_000_000:]), NOW)
    assert await _stored(desk, done) == BODY


async def test_of_many_parallel_patches_one_writes(desk: uploads.Desk) -> None:
    upload = await _create(desk)
    outcomes = await asyncio.gather(
        *(uploads.append(desk, upload.id, ME, 0, _body(BODY), NOW) for _ in range(6)), return_exceptions=True
    )
    won = [each for each in outcomes if isinstance(each, uploads.UploadRow)]
    lost = (problems.UploadOffsetConflict, problems.UploadBusy, problems.UploadNotFound)
    assert len(won) == 1
    assert all(isinstance(each, lost) for each in outcomes if each is not won[0]), outcomes
    assert await _stored(desk, won[0]) == BODY


async def test_a_late_writer_does_not_cut_what_an_earlier_one_was_told(desk: uploads.Desk) -> None:
    """Two PATCHes start at offset 0; the second gets the lock only when the first has been acknowledged."""
    upload = await _create(desk)
    pace = replace(desk.policy.pace, patience_seconds=10)
    patient = replace(desk, policy=replace(desk.policy, pace=pace))
    gate = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield BODY[:1000]
        await gate.wait()

    first = asyncio.ensure_future(uploads.append(patient, upload.id, ME, 0, slow(), NOW))
    await asyncio.sleep(0.2)
    second = asyncio.ensure_future(uploads.append(patient, upload.id, ME, 0, _body(b"y" * 50), NOW))
    await asyncio.sleep(0.1)
    gate.set()
    assert (await first).offset == 1000
    with pytest.raises(problems.UploadOffsetConflict):
        await second
    done = await uploads.append(desk, upload.id, ME, 1000, _body(BODY[1000:]), NOW)
    assert await _stored(desk, done) == BODY


async def test_a_silent_connection_gives_way_to_a_living_one(desk: uploads.Desk) -> None:
    upload = await _create(desk)

    async def dead() -> AsyncIterator[bytes]:
        yield BODY[:700_000]
        await asyncio.sleep(60)

    hanging = asyncio.ensure_future(uploads.append(desk, upload.id, ME, 0, dead(), NOW))
    await asyncio.sleep(0.3)
    # The phone asks, is told 0, tries, and is told where the dead connection had come to.
    with pytest.raises(problems.UploadOffsetConflict) as conflict:
        await uploads.append(desk, upload.id, ME, 0, _body(BODY), NOW)
    assert conflict.value.facts["offset"] == 700_000
    with pytest.raises(problems.UploadStalled):
        await hanging
    done = await uploads.append(desk, upload.id, ME, 700_000, _body(BODY[700_000:]), NOW)
    assert await _stored(desk, done) == BODY
    assert not [*desk.folder.rglob("*.wanted")]


async def test_silence_ends_by_itself(desk: uploads.Desk) -> None:
    upload = await _create(desk)
    quick = replace(desk, policy=replace(desk.policy, pace=replace(desk.policy.pace, silence_seconds=1.0)))

    async def dead() -> AsyncIterator[bytes]:
        yield BODY[:10]
        await asyncio.sleep(60)

    with pytest.raises(problems.UploadStalled):
        await uploads.append(quick, upload.id, ME, 0, dead(), NOW)
    assert (await _head(desk, upload.id)).offset == 10


async def test_a_writer_elsewhere_is_waited_for_and_then_busy(desk: uploads.Desk) -> None:
    upload = await _create(desk)
    handle = os.open(parts.part_path(desk.folder, ME, upload.id), os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(problems.UploadBusy):
        await uploads.append(desk, upload.id, ME, 0, _body(b"x"), NOW)
    os.close(handle)
    assert (await uploads.append(desk, upload.id, ME, 0, _body(b"x"), NOW)).offset == 1


KILLED = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from sqlalchemy.ext.asyncio import create_async_engine
from media import parts, uploads
from media.folder_store import FolderStore

async def body():
    data = Path(sys.argv[4]).read_bytes()
    for at in range(0, len(data), 65536):
        yield data[at : at + 65536]
        await asyncio.sleep(0.03)

async def main():
    engine = create_async_engine(sys.argv[1])
    policy = uploads.Policy(pace=parts.Pace(checkpoint_bytes=262144))
    desk = uploads.Desk(engine.begin, Path(sys.argv[2]), FolderStore(Path(sys.argv[5])), policy)
    print("go", flush=True)
    await uploads.append(desk, sys.argv[3], "device:1", 0, body(), datetime(2026, 3, 14, 8, tzinfo=UTC))

asyncio.run(main())
"""


@pytest.mark.parametrize("seconds", [0.1, 0.25, 0.45])
async def test_kill_9_in_the_middle_of_a_body(
    desk: uploads.Desk, database_url: str, tmp_path: Path, seconds: float
) -> None:
    upload = await _create(desk)
    source = tmp_path / "source"
    source.write_bytes(BODY)
    place = [str(desk.folder), upload.id, str(source), str(tmp_path / "store")]
    writer = subprocess.Popen([sys.executable, "-c", KILLED, database_url, *place], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    await asyncio.to_thread(writer.stdout.readline)
    await asyncio.sleep(seconds)
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    reached = (await _head(desk, upload.id)).offset
    on_disk = parts.part_path(desk.folder, ME, upload.id).read_bytes()
    assert reached <= len(on_disk) < len(BODY)
    assert on_disk[:reached] == BODY[:reached]
    done = await uploads.append(desk, upload.id, ME, reached, _body(BODY[reached:]), NOW)
    assert done.sha256 == hashlib.sha256(BODY).hexdigest()
    assert await _stored(desk, done) == BODY


async def test_a_part_that_lost_acknowledged_bytes_is_not_continued(desk: uploads.Desk) -> None:
    upload = await _create(desk)
    await uploads.append(desk, upload.id, ME, 0, _body(BODY[:5000]), NOW)
    os.truncate(parts.part_path(desk.folder, ME, upload.id), 100)
    with pytest.raises(problems.UploadNotFound):
        await uploads.append(desk, upload.id, ME, 5000, _body(b"x"), NOW)


async def test_a_store_that_is_away_costs_only_the_last_piece(desk: uploads.Desk, tmp_path: Path) -> None:
    upload = await _create(desk)
    blocked = tmp_path / "blocked"
    blocked.write_bytes(b"a file where a folder should be")
    with pytest.raises(problems.StoreUnavailable):
        await uploads.append(replace(desk, store=FolderStore(blocked)), upload.id, ME, 0, _body(BODY), NOW)
    reached = (await _head(desk, upload.id)).offset
    assert 0 < reached < len(BODY)
    done = await uploads.append(desk, upload.id, ME, reached, _body(BODY[reached:]), NOW)
    assert await _stored(desk, done) == BODY


async def test_finished_ones_in_the_order_asked_for(desk: uploads.Desk) -> None:
    made = []
    for number in range(3):
        upload = await _create(desk, 4)
        made.append(await uploads.append(desk, upload.id, ME, 0, _body(b"abc%d" % number), NOW))
    wanted = [made[2].id, made[0].id, made[2].id]
    unfinished = await _create(desk, 4)
    async with desk.begin() as conn:
        assert [each.id for each in await uploads.finished(conn, wanted, ME, NOW)] == wanted
        with pytest.raises(problems.UploadNotFinished) as problem:
            await uploads.finished(conn, [made[0].id, unfinished.id], ME, NOW)
    assert problem.value.facts["id"] == unfinished.id


async def test_expiry(desk: uploads.Desk) -> None:
    end = NOW + desk.policy.lifetime
    half, whole, twin = await _create(desk, 9), await _create(desk, 4), await _create(desk, 4, YOU)
    await uploads.append(desk, half.id, ME, 0, _body(b"abc"), NOW)
    later = NOW + timedelta(hours=20)
    whole = await uploads.append(desk, whole.id, ME, 0, _body(b"same"), NOW)
    await uploads.append(desk, twin.id, YOU, 0, _body(b"same"), later)
    assert (await _head(desk, whole.id, now=end - timedelta(seconds=1))).complete
    with pytest.raises(problems.UploadNotFound):
        await _head(desk, whole.id, now=end)
    async with desk.begin() as conn:
        # The same picture still belongs to somebody else's upload, so its key is not given up.
        assert await uploads.expire(conn, desk.folder, end, desk.policy) == []
    assert not parts.part_path(desk.folder, ME, half.id).exists()
    assert (await _head(desk, twin.id, YOU, end)).complete
    async with desk.begin() as conn:
        unused = await uploads.expire(conn, desk.folder, later + desk.policy.lifetime, desk.policy)
    assert unused == [whole.store_key]


async def test_files_that_no_row_owns_are_swept(desk: uploads.Desk) -> None:
    alive = await _create(desk, 9)
    orphan = parts.part_path(desk.folder, ME, "0" * 32)
    parts.make(orphan)
    os.utime(orphan, (NOW.timestamp() - 90_000,) * 2)
    async with desk.begin() as conn:
        await uploads.expire(conn, desk.folder, NOW, desk.policy)
    assert not orphan.exists()
    assert parts.part_path(desk.folder, ME, alive.id).exists()


async def test_cancelled_while_bytes_come(desk: uploads.Desk) -> None:
    upload = await _create(desk)
    started = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield BODY[:2_000_000]
        started.set()
        await asyncio.sleep(0.5)
        yield BODY[2_000_000:]

    writing = asyncio.ensure_future(uploads.append(desk, upload.id, ME, 0, slow(), NOW))
    await started.wait()
    async with desk.begin() as conn:
        await uploads.terminate(conn, desk.folder, upload.id, ME, NOW)
    with pytest.raises(problems.UploadNotFound):
        await writing
    with pytest.raises(problems.UploadNotFound):
        await _head(desk, upload.id)


async def test_memory_and_loop_stay_free_while_a_large_body_comes(desk: uploads.Desk) -> None:
    upload = await _create(desk, 20 * MIB)
    piece, turns = os.urandom(65_536), 0

    async def body() -> AsyncIterator[bytes]:
        for _ in range(20 * MIB // len(piece)):
            yield piece

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    writing = asyncio.ensure_future(uploads.append(desk, upload.id, ME, 0, body(), NOW))
    while not writing.done():
        await asyncio.sleep(0.002)
        turns += 1
    assert (await writing).complete
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_kib < 12 * 1024
    assert turns > 10
