"""Resumable uploads: the state machine of tus 1.0 on a table and a folder that all processes share.

The table is the truth: a byte counts when it was flushed to disk and then committed. Bytes of the file beyond
the committed offset belong to a writer that was killed and are cut off by the next one. Another owner's
upload does not exist, on every verb. Why this is not a library: docs/adr/0011-resumable-uploads.md.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from media import parts
from media.containers import sniff
from media.keys import original_key
from media.problems import UploadNotFound, UploadOffsetConflict, UploadQuotaReached, UploadTooLarge
from media.store import MediaStore
from media.tus import Checksum, filename
from media.upload_rows import COLUMNS, UploadRow, as_row, changed, finished, head

__all__ = ["Desk", "Policy", "UploadRow", "append", "create", "expire", "finished", "head", "terminate"]

Begin = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


@dataclass(frozen=True)
class Policy:
    """Bytes of one upload, announced bytes of one owner's unfinished uploads, and how long an upload is
    kept."""

    max_bytes: int = 20 * 1024 * 1024
    open_bytes_per_owner: int = 200 * 1024 * 1024
    lifetime: timedelta = timedelta(hours=24)
    pace: parts.Pace = field(default_factory=parts.Pace)


@dataclass(frozen=True)
class Desk:
    """What receiving needs beside the request: a transaction at a time, the shared folder, the store, the
    limits.

    `begin` opens a transaction that commits at its end. Receiving takes it, and not a connection, because a
    body comes as slowly as the phone's network and no connection may be held that long.
    """

    begin: Begin
    folder: Path
    store: MediaStore
    policy: Policy = field(default_factory=Policy)


async def create(
    conn: AsyncConnection,
    folder: Path,
    owner: str,
    length: int,
    metadata: dict[str, str],
    now: datetime,
    policy: Policy,
) -> UploadRow:
    """Announce an upload of `length` bytes; raises UploadTooLarge or UploadQuotaReached."""
    if length > policy.max_bytes:
        raise UploadTooLarge(f"It has {length} bytes; {policy.max_bytes} are allowed.")
    await _reserve(conn, owner, length, now, policy)
    upload_id = secrets.token_hex(16)
    await asyncio.to_thread(parts.make, parts.part_path(folder, owner, upload_id))
    row = await conn.execute(
        text(
            "INSERT INTO upload (id, owner, bytes_total, bytes_received, metadata, filename, state,"
            " expires_at, created_at)"
            " VALUES (:id, :owner, :length, 0, CAST(:metadata AS jsonb), :filename, 'open', :until, :now)"
            f" RETURNING {COLUMNS}"
        ),
        {
            "id": upload_id,
            "owner": owner,
            "length": length,
            "metadata": json.dumps(metadata),
            "filename": filename(metadata),
            "until": now + policy.lifetime,
            "now": now,
        },
    )
    return as_row(row.mappings().one())


async def _reserve(conn: AsyncConnection, owner: str, length: int, now: datetime, policy: Policy) -> None:
    # Two announcements of one owner at the same moment must see each other's bytes.
    await conn.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('upload/' || :owner, 0))"), {"owner": owner})
    announced = await conn.execute(
        text(
            "SELECT coalesce(sum(bytes_total), 0) FROM upload"
            " WHERE owner = :owner AND state = 'open' AND expires_at > :now"
        ),
        {"owner": owner, "now": now},
    )
    if int(announced.scalar_one()) + length > policy.open_bytes_per_owner:
        raise UploadQuotaReached(retry_after_s=60)


async def append(
    desk: Desk,
    upload_id: str,
    owner: str,
    offset: int,
    chunks: AsyncIterable[bytes],
    now: datetime,
    checksum: Checksum | None = None,
) -> UploadRow:
    """Receive a body at `offset` and, with the last byte, digest and store the file.

    Raises UploadNotFound, UploadOffsetConflict (with `offset`), UploadBusy, UploadStalled, UploadTooLarge,
    UploadChecksumMismatch, StoreUnavailable, and whatever `chunks` raises; bytes that had come are kept where
    the protocol allows it. Commits through `desk.begin` and must not be called inside a transaction.
    """

    async def standing() -> UploadRow:
        async with desk.begin() as conn:
            return _continues(await head(conn, upload_id, owner, now), offset)

    upload = await standing()
    if upload.complete:
        return upload
    async with parts.held(parts.part_path(desk.folder, owner, upload_id), desk.policy.pace) as part:
        # Looked at again under the lock: the writer before this one may have moved the offset.
        upload = await standing()

        async def saved(reached: int) -> UploadRow:
            async with desk.begin() as conn:
                return await _advance(conn, upload, reached)

        reached = await part.receive(offset, upload.length - offset, chunks, checksum, saved)
        if reached < upload.length:
            return await saved(reached)
        return await _finish(desk, upload, part, now)


async def terminate(conn: AsyncConnection, folder: Path, upload_id: str, owner: str, now: datetime) -> None:
    """Forget an upload, finished or not; raises UploadNotFound. What it has stored stays for `expire` to
    judge."""
    await head(conn, upload_id, owner, now)
    await conn.execute(text("DELETE FROM upload WHERE id = :id AND owner = :owner"), {"id": upload_id, "owner": owner})
    await asyncio.to_thread(parts.remove, parts.part_path(folder, owner, upload_id))


async def expire(conn: AsyncConnection, folder: Path, now: datetime, policy: Policy) -> list[str]:
    """Forget all uploads whose time is over and remove their half-received files.

    Returns the store keys that no upload mentions any more. They may still belong to something else that this
    room does not know, so deleting them is the caller's decision.
    """
    gone = await conn.execute(
        text("DELETE FROM upload WHERE expires_at <= :now RETURNING id, owner, store_key"), {"now": now}
    )
    rows = gone.mappings().all()
    left = await conn.execute(
        text(
            "SELECT key FROM unnest(CAST(:keys AS text[])) AS key"
            " WHERE NOT EXISTS (SELECT 1 FROM upload WHERE store_key = key) GROUP BY key ORDER BY key"
        ),
        {"keys": [row["store_key"] for row in rows if row["store_key"]]},
    )
    unused = [str(key) for key in left.scalars()]
    paths = [parts.part_path(folder, row["owner"], row["id"]) for row in rows]
    await asyncio.to_thread(_sweep, folder, paths, (now - policy.lifetime).timestamp())
    return unused


def _sweep(folder: Path, paths: list[Path], oldest: float) -> None:
    """Remove the files of forgotten rows, and files that no row can own any more: made, then rolled back."""
    for path in paths:
        parts.remove(path)
    for path in folder.glob("*/*.*"):
        if path.suffix in {".part", ".wanted"} and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _continues(upload: UploadRow, offset: int) -> UploadRow:
    if upload.offset != offset:
        raise UploadOffsetConflict(f"The upload continues at byte {upload.offset}.", offset=upload.offset)
    return upload


async def _advance(conn: AsyncConnection, upload: UploadRow, offset: int) -> UploadRow:
    return await changed(conn, upload, "bytes_received = :offset", {"offset": offset})


async def _finish(desk: Desk, upload: UploadRow, part: parts.Part, now: datetime) -> UploadRow:
    """Digest, store, commit, in this order: `complete` is said only when the store holds the whole file."""
    kind = sniff(await part.head(1024))
    try:
        sha256 = await part.sha256()
        key = original_key(sha256)
        await desk.store.put_file(key, part.path)
    except FileNotFoundError as cancelled:
        raise UploadNotFound() from cancelled
    async with desk.begin() as conn:
        done = await changed(
            conn,
            upload,
            "bytes_received = bytes_total, state = 'complete', sha256 = :sha256, store_key = :key,"
            " content_type = :kind, completed_at = :now, expires_at = :until",
            {
                "sha256": sha256,
                "key": key,
                "kind": kind if kind.startswith("image/") else None,
                "now": now,
                "until": now + desk.policy.lifetime,
            },
        )
    await asyncio.to_thread(parts.remove, part.path)
    return done
