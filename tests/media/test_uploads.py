"""The state machine of uploads: what was acknowledged is there, what was not is not."""

from __future__ import annotations

import asyncio
import hashlib
import os
from datetime import timedelta

import pytest

from media import parts, problems, uploads
from media.keys import original_key
from media.tus import Checksum
from tests.media import pictures
from tests.media.bodies import BODY, ME, MIB, NOW, YOU, broken, create, head, sent, stored


async def test_in_three_pieces(desk: uploads.Desk) -> None:
    data = pictures.jpeg(1200, 900)
    upload = await create(desk, len(data))
    assert (upload.offset, upload.length, upload.complete) == (0, len(data), False)
    assert upload.filename == "ổ gà.jpg"
    for start, stop in ((0, 1000), (1000, 50_000), (50_000, len(data))):
        upload = await uploads.append(desk, upload.id, ME, start, sent(data[start:stop]), NOW)
        assert upload.offset == stop
        assert (await head(desk, upload.id)).offset == stop
    assert upload.complete
    assert upload.sha256 == hashlib.sha256(data).hexdigest()
    assert upload.store_key == original_key(upload.sha256)
    assert upload.content_type == "image/jpeg"
    assert await stored(desk, upload) == data
    assert not [*desk.folder.rglob("*.part")]
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


async def test_the_quota_of_an_owner_holds_against_parallel_announcements(desk: uploads.Desk) -> None:
    made = await asyncio.gather(*(create(desk, 19 * MIB) for _ in range(14)), return_exceptions=True)
    refused = [each for each in made if isinstance(each, problems.UploadQuotaReached)]
    assert (len(refused), len(made) - len(refused)) == (4, 10)
    assert (await create(desk, 19 * MIB, YOU)).offset == 0
    # What is finished, cancelled or expired no longer counts.
    mine = next(each for each in made if isinstance(each, uploads.UploadRow))
    async with desk.begin() as conn:
        await uploads.terminate(conn, desk.folder, mine.id, ME, NOW)
    assert (await create(desk, 19 * MIB)).offset == 0


async def test_another_owner_finds_nothing_on_any_verb(desk: uploads.Desk) -> None:
    upload = await create(desk, 10)
    for stage in ("open", "complete"):
        for owner in (YOU, "", "device:", ME + " ", "account:1"):
            with pytest.raises(problems.UploadNotFound):
                await head(desk, upload.id, owner)
            with pytest.raises(problems.UploadNotFound):
                await uploads.append(desk, upload.id, owner, upload.offset, sent(b"x"), NOW)
            async with desk.begin() as conn:
                with pytest.raises(problems.UploadNotFound):
                    await uploads.terminate(conn, desk.folder, upload.id, owner, NOW)
                with pytest.raises(problems.UploadNotFound):
                    await uploads.finished(conn, [upload.id], owner, NOW)
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
    async with desk.begin() as conn:
        # The same picture still belongs to somebody else's upload, so its key is not given up.
        assert await uploads.expire(conn, desk.folder, end, desk.policy) == []
    assert not parts.part_path(desk.folder, ME, half.id).exists()
    assert (await head(desk, twin.id, YOU, end)).complete
    async with desk.begin() as conn:
        unused = await uploads.expire(conn, desk.folder, later + desk.policy.lifetime, desk.policy)
    assert unused == [whole.store_key]


async def test_files_that_no_row_owns_are_swept(desk: uploads.Desk) -> None:
    alive = await create(desk, 9)
    orphan = parts.part_path(desk.folder, ME, "0" * 32)
    parts.make(orphan)
    os.utime(orphan, (NOW.timestamp() - 90_000,) * 2)
    async with desk.begin() as conn:
        await uploads.expire(conn, desk.folder, NOW, desk.policy)
    assert not orphan.exists()
    assert parts.part_path(desk.folder, ME, alive.id).exists()
