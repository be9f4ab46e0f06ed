"""The state machine of uploads: what was acknowledged is there, what was not is not."""

from __future__ import annotations

import asyncio
import hashlib
import os
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from media import parts, problems, uploads
from media.keys import original_key
from media.tus import Checksum
from tests.media import pictures
from tests.media.bodies import BODY, ME, MIB, NOW, YOU, broken, create, expire, head, left, sent, stored


async def test_in_three_pieces(desk: uploads.Desk) -> None:
    data = pictures.jpeg(1200, 900)
    upload = await create(desk, len(data))
    assert (upload.offset, upload.length, upload.complete) == (0, len(data), False)
    assert upload.filename == "ổ gà.mp4"
    for start, stop in ((0, 1000), (1000, 50_000), (50_000, len(data))):
        upload = await uploads.append(desk, upload.id, ME, start, sent(data[start:stop]), NOW)
        assert upload.offset == stop
        assert (await head(desk, upload.id)).offset == stop
    assert upload.complete
    assert upload.sha256 == hashlib.sha256(data).hexdigest()
    assert upload.store_key == original_key(upload.sha256)
    assert upload.content_type == "image/jpeg"
    assert await stored(desk, upload) == data
    assert await left(desk) == []
    # The body of a finished upload may be sent once more by a client that missed the answer.
    assert (await uploads.append(desk, upload.id, ME, len(data), sent(b""), NOW)).complete


async def test_what_is_no_picture_has_no_content_type(desk: uploads.Desk) -> None:
    upload = await create(desk, 6)
    upload = await uploads.append(desk, upload.id, ME, 0, sent(b"<html>"), NOW)
    assert upload.complete and upload.content_type is None


async def test_an_empty_upload_is_finished_by_an_empty_body(desk: uploads.Desk) -> None:
    upload = await create(desk, 0)
    upload = await uploads.append(desk, upload.id, ME, 0, sent(b""), NOW)
    assert upload.complete and await stored(desk, upload) == b""


async def test_a_wrong_offset_changes_nothing(desk: uploads.Desk) -> None:
    upload = await create(desk)
    await uploads.append(desk, upload.id, ME, 0, sent(BODY[:1000]), NOW)
    for offset in (0, 999, 1001, 10**9):
        with pytest.raises(problems.UploadOffsetConflict) as conflict:
            await uploads.append(desk, upload.id, ME, offset, sent(b"x"), NOW)
        assert conflict.value.facts["offset"] == 1000
    done = await uploads.append(desk, upload.id, ME, 1000, sent(BODY[1000:]), NOW)
    assert await stored(desk, done) == BODY


async def test_more_than_announced_is_refused_and_forgotten(desk: uploads.Desk) -> None:
    upload = await create(desk, 1000)
    with pytest.raises(problems.UploadTooLarge):
        await uploads.append(desk, upload.id, ME, 0, sent(BODY[:1001]), NOW)
    assert (await head(desk, upload.id)).offset == 0
    done = await uploads.append(desk, upload.id, ME, 0, sent(BODY[:1000]), NOW)
    assert await stored(desk, done) == BODY[:1000]


async def test_more_than_allowed_is_refused_before_a_byte(desk: uploads.Desk) -> None:
    with pytest.raises(problems.UploadTooLarge):
        await create(desk, desk.policy.max_bytes + 1)
    assert (await create(desk, desk.policy.max_bytes)).offset == 0


@pytest.mark.parametrize(
    ("filetype", "most"),
    [("image/jpeg", 20), (" IMAGE/heic", 20), ("audio/mp4", 20), ("video/mp4", 200), ("", 20), ("images", 20)],
)
async def test_the_limit_follows_what_the_file_says_it_is(folder_desk: uploads.Desk, filetype: str, most: int) -> None:
    metadata = {"filetype": filetype} if filetype else {}
    assert (await uploads.create(folder_desk, ME, most * MIB, metadata, NOW)).length == most * MIB
    with pytest.raises(problems.UploadTooLarge, match=str(most * MIB)):
        await uploads.create(folder_desk, ME, most * MIB + 1, metadata, NOW)


async def test_the_quota_of_an_owner_holds_against_parallel_announcements(folder_desk: uploads.Desk) -> None:
    desk = folder_desk
    made = await asyncio.gather(*(create(desk, 39 * MIB) for _ in range(14)), return_exceptions=True)
    refused = [each for each in made if isinstance(each, problems.UploadQuotaReached)]
    assert (len(refused), len(made) - len(refused)) == (4, 10)
    assert (await create(desk, 39 * MIB, YOU)).offset == 0
    # What is finished, cancelled or expired no longer counts.
    mine = next(each for each in made if isinstance(each, uploads.UploadRow))
    await uploads.terminate(desk, mine.id, ME, NOW)
    assert (await create(desk, 39 * MIB)).offset == 0


async def test_a_film_and_the_photos_of_a_report_fit_the_quota(folder_desk: uploads.Desk) -> None:
    for length in (200 * MIB, *[20 * MIB] * 6):
        assert (await create(folder_desk, length)).length == length


async def test_the_number_of_open_uploads_is_bounded(folder_desk: uploads.Desk) -> None:
    few = replace(folder_desk, policy=replace(folder_desk.policy, open_per_owner=3))
    made = await asyncio.gather(*(create(few, 1) for _ in range(5)), return_exceptions=True)
    assert [isinstance(each, problems.UploadQuotaReached) for each in made].count(True) == 2
    first = next(each for each in made if isinstance(each, uploads.UploadRow))
    assert (await uploads.append(few, first.id, ME, 0, sent(b"x"), NOW)).complete
    assert not (await create(few, 1)).complete


async def test_another_owner_finds_nothing_on_any_verb(desk: uploads.Desk) -> None:
    upload = await create(desk, 10)
    for stage in ("open", "complete"):
        for owner in (YOU, "", "device:", ME + " ", "account:1"):
            with pytest.raises(problems.UploadNotFound):
                await head(desk, upload.id, owner)
            with pytest.raises(problems.UploadNotFound):
                await uploads.append(desk, upload.id, owner, upload.offset, sent(b"x"), NOW)
            with pytest.raises(problems.UploadNotFound):
                await uploads.terminate(desk, upload.id, owner, NOW)
            async with desk.begin() as conn:
                with pytest.raises(problems.UploadNotFound):
                    await uploads.finished(conn, [upload.id], owner, NOW)
                with pytest.raises(problems.UploadNotFound):
                    await uploads.known(conn, [upload.id], owner, NOW)
        if stage == "open":
            upload = await uploads.append(desk, upload.id, ME, 0, sent(BODY[:10]), NOW)
    assert (await head(desk, upload.id)).complete


@pytest.mark.parametrize("upload_id", ["", "nope", "../../etc/passwd", "a" * 5000, "%", "\u2028"])
async def test_ids_that_never_were(desk: uploads.Desk, upload_id: str) -> None:
    with pytest.raises(problems.UploadNotFound):
        await uploads.append(desk, upload_id, ME, 0, sent(b"x"), NOW)


async def test_checksums(desk: uploads.Desk) -> None:
    upload = await create(desk)
    right = Checksum("sha1", hashlib.sha1(BODY[:2_000_000], usedforsecurity=False).digest())
    for body in (BODY[1:2_000_001], BODY[:1_999_999]):
        with pytest.raises(problems.UploadChecksumMismatch):
            await uploads.append(desk, upload.id, ME, 0, sent(body), NOW, right)
        assert (await head(desk, upload.id)).offset == 0
    # Bytes that broke off cannot be checked, so they are not kept.
    with pytest.raises(ConnectionResetError):
        await uploads.append(desk, upload.id, ME, 0, broken(BODY[:1_500_000]), NOW, right)
    assert (await head(desk, upload.id)).offset == 0
    kept = await uploads.append(desk, upload.id, ME, 0, sent(BODY[:2_000_000]), NOW, right)
    assert kept.offset == 2_000_000
    done = await uploads.append(desk, upload.id, ME, 2_000_000, sent(BODY[2_000_000:]), NOW)
    assert await stored(desk, done) == BODY


async def test_finished_ones_in_the_order_asked_for(desk: uploads.Desk) -> None:
    made = []
    for number in range(3):
        upload = await create(desk, 4)
        made.append(await uploads.append(desk, upload.id, ME, 0, sent(b"abc%d" % number), NOW))
    wanted = [made[2].id, made[0].id, made[2].id]
    unfinished = await create(desk, 4)
    async with desk.begin() as conn:
        assert [each.id for each in await uploads.finished(conn, wanted, ME, NOW)] == wanted
        with pytest.raises(problems.UploadNotFinished) as problem:
            await uploads.finished(conn, [made[0].id, unfinished.id], ME, NOW)
        known = await uploads.known(conn, [unfinished.id, made[1].id], ME, NOW)
        assert [(each.id, each.complete) for each in known] == [(unfinished.id, False), (made[1].id, True)]
        with pytest.raises(problems.UploadNotFound) as missing:
            await uploads.known(conn, [made[0].id, "nope"], ME, NOW)
        assert missing.value.facts["id"] == "nope"
    assert problem.value.facts["id"] == unfinished.id


async def test_expiry(desk: uploads.Desk) -> None:
    end = NOW + desk.policy.lifetime
    half, whole, twin = await create(desk, 9), await create(desk, 4), await create(desk, 4, YOU)
    await uploads.append(desk, half.id, ME, 0, sent(b"abc"), NOW)
    later = NOW + timedelta(hours=20)
    whole = await uploads.append(desk, whole.id, ME, 0, sent(b"same"), NOW)
    await uploads.append(desk, twin.id, YOU, 0, sent(b"same"), later)
    assert (await head(desk, whole.id, now=end - timedelta(seconds=1))).complete
    with pytest.raises(problems.UploadNotFound):
        await head(desk, whole.id, now=end)
    assert await left(desk) != []
    gone = await expire(desk, end)
    # The same picture still belongs to somebody else's upload, so its key is not given up.
    assert (set(gone.ids), gone.owners, gone.unused) == ({half.id, whole.id}, (ME, ME), ())
    assert await left(desk) == []
    assert (await head(desk, twin.id, YOU, end)).complete
    gone = await expire(desk, later + desk.policy.lifetime)
    assert (gone.ids, gone.unused) == ((twin.id,), (whole.store_key,))


async def test_bytes_that_come_keep_an_upload_alive(desk: uploads.Desk) -> None:
    upload = await create(desk, 9)
    for hours in (20, 40, 60):
        now = NOW + timedelta(hours=hours)
        upload = await uploads.append(desk, upload.id, ME, upload.offset, sent(b"ab"), now)
        assert upload.expires_at == now + desk.policy.lifetime
        assert (await expire(desk, now)).ids == ()
    # Looking does not.
    await head(desk, upload.id, now=now + timedelta(hours=23))
    assert (await expire(desk, now + timedelta(hours=24))).ids == (upload.id,)


async def test_termination_removes_what_had_come(desk: uploads.Desk) -> None:
    upload = await create(desk)
    await uploads.append(desk, upload.id, ME, 0, sent(BODY[:2_500_000]), NOW)
    assert await left(desk) != []
    await uploads.terminate(desk, upload.id, ME, NOW)
    assert await left(desk) == []
    gone = await expire(desk, NOW)
    assert (gone.ids, gone.unused) == ((upload.id,), ())


async def test_a_finished_one_that_is_cancelled_leaves_nothing_for_ever(desk: uploads.Desk) -> None:
    upload = await create(desk, 10)
    upload = await uploads.append(desk, upload.id, ME, 0, sent(BODY[:10]), NOW)
    await uploads.terminate(desk, upload.id, ME, NOW)
    with pytest.raises(problems.UploadNotFound):
        await head(desk, upload.id)
    gone = await expire(desk, NOW)
    assert (gone.ids, gone.unused) == ((upload.id,), (upload.store_key,))


async def test_files_that_no_row_owns_are_swept(folder_desk: uploads.Desk) -> None:
    desk = folder_desk
    alive = await create(desk, 9)
    orphan, idle = (parts.part_path(desk.folder, ME, name) for name in ("0" * 32, alive.id))
    parts.make(orphan)
    for path in (orphan, idle):
        os.utime(path, (NOW.timestamp() - 90_000,) * 2)
    await expire(desk, NOW)
    assert not orphan.exists()
    assert idle.exists(), "a row owns it, however old"


async def test_completion_is_told_in_the_same_transaction(desk: uploads.Desk) -> None:
    told = []

    async def tell(conn: AsyncConnection, upload_id: str) -> None:
        told.append((upload_id, (await uploads.known(conn, [upload_id], ME, NOW))[0].complete))

    async def fail(conn: AsyncConnection, upload_id: str) -> None:
        raise RuntimeError("no job")

    upload = await create(desk, 10)
    with pytest.raises(RuntimeError):
        await uploads.append(replace(desk, on_complete=fail), upload.id, ME, 0, sent(BODY[:10]), NOW)
    assert (await head(desk, upload.id)).offset == 0
    hearing = replace(desk, on_complete=tell)
    await uploads.append(hearing, upload.id, ME, 0, sent(BODY[:4]), NOW)
    assert told == []
    done = await uploads.append(hearing, upload.id, ME, 4, sent(BODY[4:10]), NOW)
    assert told == [(upload.id, True)]
    assert await stored(desk, done) == BODY[:10]
