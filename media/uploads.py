"""Resumable uploads: the state machine of tus 1.0 on a table and a place that all processes share.

The table is the truth: a byte counts when it was safe in its place (a file, or pieces in the bucket: media.pieces) and
then committed. What a killed writer left beyond that does not count. Another owner's upload does not exist, on every
verb. Why this is not a library: docs/adr/0011-resumable-uploads.md.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterable, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from media.containers import sniff
from media.pieces import Holding, Leftover, Place
from media.pieces_body import Pace
from media.problems import NotStored, UploadNotFound, UploadOffsetConflict, UploadQuotaReached, UploadTooLarge
from media.store import MediaStore
from media.stores import place_of
from media.tus import Checksum, filename
from media.upload_rows import (
    COLUMNS,
    UploadRow,
    as_row,
    changed,
    complete,
    conflict,
    finished,
    head,
    known,
    pieces_of,
)

__all__ = [
    "Desk", "Expired", "Policy", "UploadRow", "append", "complete", "create", "expire", "finished", "head", "known",
    "sweep", "terminate",
]  # fmt: skip

MIB = 1024 * 1024
Begin = Callable[[], AbstractAsyncContextManager[AsyncConnection]]
OnComplete = Callable[[AsyncConnection, str], Awaitable[object]]


@dataclass(frozen=True)
class Policy:
    """Bytes of one file by what it says it is; what one owner may have open; how long an upload is kept.

    `lifetime` counts from the last byte that came, or from completion.
    """

    image_bytes: int = 20 * MIB
    film_bytes: int = 200 * MIB
    voice_bytes: int = 20 * MIB
    open_bytes_per_owner: int = 400 * MIB
    open_per_owner: int = 60
    lifetime: timedelta = timedelta(hours=24)
    pace: Pace = field(default_factory=Pace)

    @property
    def max_bytes(self) -> int:
        """The largest upload of any kind."""
        return max(self.image_bytes, self.film_bytes, self.voice_bytes)

    def most_bytes(self, filetype: str) -> int:
        """The bytes allowed for what a file says it is. One that does not say is taken for a picture."""
        limits = {"audio": self.voice_bytes, "video": self.film_bytes}
        return limits.get(filetype.strip().lower().partition("/")[0], self.image_bytes)


@dataclass(frozen=True)
class Desk:
    """What receiving needs beside the request: a transaction at a time, a folder, the store, the limits.

    `begin` opens a transaction that commits at its end. Receiving takes it, and not a connection, because a
    body comes as slowly as the phone's network and no connection may be held that long. `folder` is used only when
    the store is a folder too. `on_complete` is awaited in the very transaction that makes an upload complete.
    """

    begin: Begin
    folder: Path
    store: MediaStore
    policy: Policy = field(default_factory=Policy)
    on_complete: OnComplete | None = None

    @property
    def place(self) -> Place:
        """Where the bytes of unfinished uploads lie."""
        return place_of(self.store, self.folder)


@dataclass(frozen=True)
class Expired:
    """Uploads that ended by time: their ids, their owners in the same order, and store keys nothing here names.

    The keys may still belong to something else that this room does not know, so deleting them is the caller's
    decision.
    """

    ids: tuple[str, ...]
    owners: tuple[str, ...]
    unused: tuple[str, ...]


async def create(desk: Desk, owner: str, length: int, metadata: dict[str, str], now: datetime) -> UploadRow:
    """Announce an upload of `length` bytes; raises UploadTooLarge or UploadQuotaReached. Commits by itself."""
    policy = desk.policy
    most = policy.most_bytes(metadata.get("filetype", ""))
    if length > most:
        raise UploadTooLarge(f"It has {length} bytes; {most} are allowed.")
    upload_id = secrets.token_hex(16)
    async with desk.begin() as conn:
        await _reserve(conn, owner, length, now, policy)
        await desk.place.make(owner, upload_id)
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
            "SELECT coalesce(sum(bytes_total), 0), count(*) FROM upload"
            " WHERE owner = :owner AND state = 'open' AND expires_at > :now"
        ),
        {"owner": owner, "now": now},
    )
    open_bytes, count = announced.one()
    if int(open_bytes) + length > policy.open_bytes_per_owner or int(count) >= policy.open_per_owner:
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
    upload = await _standing(desk, upload_id, owner, offset, now)
    if upload.complete:
        return upload
    async with desk.place.held(owner, upload_id, desk.policy.pace) as holding:
        # Looked at again: where writers take turns, the one before this one may have moved the offset.
        writer = _Writer(desk, holding, await _standing(desk, upload_id, owner, offset, now), now)
        reached = await holding.receive(offset, writer.upload.length - offset, chunks, checksum, writer.saved)
        return await (writer.saved(reached) if reached < writer.upload.length else writer.finish())


async def _standing(desk: Desk, upload_id: str, owner: str, offset: int, now: datetime) -> UploadRow:
    async with desk.begin() as conn:
        upload = await head(conn, upload_id, owner, now)
    if upload.offset != offset:
        raise conflict(upload.offset)
    return upload


class _Writer:
    """Commits what one request has brought into its place."""

    def __init__(self, desk: Desk, holding: Holding, upload: UploadRow, now: datetime) -> None:
        self._desk = desk
        self._holding = holding
        self._now = now
        self.upload = upload

    async def saved(self, reached: int) -> UploadRow:
        """The bytes up to `reached` count from here on, and the upload lives on from now."""
        return await self._commit("bytes_received = :offset, expires_at = :until", {"offset": reached})

    async def finish(self) -> UploadRow:
        """Store, digest, commit, in this order: `complete` is said only when the store holds the whole file."""
        async with self._desk.begin() as conn:
            pieces = await pieces_of(conn, self.upload.id)
        try:
            whole = await self._holding.store([*pieces, *self._holding.pending])
        except (FileNotFoundError, NotStored) as gone:
            # Cancelled, or finished by another writer; if neither, the place has lost what it had.
            await _standing(self._desk, self.upload.id, self.upload.owner, self.upload.offset, self._now)
            raise UploadNotFound("The received bytes of this upload were lost; start again.") from gone
        kind = str(sniff(whole.head))
        done = await self._commit(
            "bytes_received = bytes_total, state = 'complete', sha256 = :sha256, store_key = :key,"
            " content_type = :kind, completed_at = :now, expires_at = :until",
            {
                "sha256": whole.sha256,
                "key": whole.key,
                # Otherwise it is the code of a refusal.
                "kind": kind if "/" in kind else None,
                "now": self._now,
            },
            whole=True,
        )
        await self._holding.clear()
        return done

    async def _commit(self, change: str, values: dict[str, object], whole: bool = False) -> UploadRow:
        desk = self._desk
        values["until"] = self._now + desk.policy.lifetime
        try:
            async with desk.begin() as conn:
                self.upload = await changed(conn, self.upload, change, values, self._holding.pending)
                if whole and desk.on_complete is not None:
                    await desk.on_complete(conn, self.upload.id)
        except (UploadNotFound, UploadOffsetConflict):
            await self._holding.discard()
            raise
        except BaseException:
            # Nobody knows whether it was committed: forgotten here, and left for the sweep to judge.
            self._holding.named()
            raise
        self._holding.named()
        return self.upload


async def terminate(desk: Desk, upload_id: str, owner: str, now: datetime) -> None:
    """End an upload, finished or not; raises UploadNotFound.

    Its half-received bytes go at once. Its row has expired from here on, whatever the clock says, and goes with the
    next round of `expire`, which judges what it has stored and tells whoever waited for it.
    """
    async with desk.begin() as conn:
        await head(conn, upload_id, owner, now)
        await conn.execute(
            text("UPDATE upload SET expires_at = created_at WHERE id = :id AND owner = :owner"),
            {"id": upload_id, "owner": owner},
        )
    await desk.place.remove(owner, upload_id)


async def expire(conn: AsyncConnection, now: datetime) -> Expired:
    """Forget all uploads whose time is over. Their half-received bytes go with `sweep`, after the commit."""
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
    return Expired(
        tuple(row["id"] for row in rows),
        tuple(row["owner"] for row in rows),
        tuple(str(key) for key in left.scalars()),
    )


async def sweep(desk: Desk, expired: Expired, now: datetime) -> None:
    """Remove the bytes of expired uploads, and old bytes that no row names: their process was killed."""
    for upload_id, owner in zip(expired.ids, expired.owners, strict=True):
        await desk.place.remove(owner, upload_id)
    old = await desk.place.leftovers(now - desk.policy.lifetime)
    if old:
        async with desk.begin() as conn:
            needed = await _needed(conn, old)
        await desk.place.drop([each for each in old if (each.upload_id, each.piece) not in needed])


async def _needed(conn: AsyncConnection, old: list[Leftover]) -> set[tuple[str, str]]:
    """What rows name of these: (upload, piece), the piece "" for an upload that is one file."""
    found = await conn.execute(
        text(
            "SELECT id, '' FROM upload WHERE state = 'open' AND id = ANY(:ids)"
            " UNION ALL SELECT upload_id, name FROM upload_piece WHERE upload_id = ANY(:ids)"
        ),
        {"ids": list({each.upload_id for each in old})},
    )
    return {(row[0], row[1]) for row in found}
