"""The rows of uploads: one owner's at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from media.pieces import Piece
from media.problems import UploadNotFinished, UploadNotFound, UploadOffsetConflict

COLUMNS = (
    "id, owner, bytes_total, bytes_received, metadata, filename, content_type, sha256, state, expires_at,"
    " created_at, completed_at, store_key"
)


@dataclass(frozen=True)
class UploadRow:
    """One upload as its owner may see it. `offset` and `length` in bytes; the last four when complete."""

    id: str
    owner: str
    length: int
    offset: int
    metadata: dict[str, str]
    filename: str | None
    expires_at: datetime
    created_at: datetime
    complete: bool
    completed_at: datetime | None
    content_type: str | None
    sha256: str | None
    store_key: str | None


async def head(conn: AsyncConnection, upload_id: str, owner: str, now: datetime) -> UploadRow:
    """The upload; raises UploadNotFound for an unknown, expired or somebody else's one."""
    found = await conn.execute(
        text(f"SELECT {COLUMNS} FROM upload WHERE id = :id AND owner = :owner AND expires_at > :now"),
        {"id": upload_id, "owner": owner, "now": now},
    )
    row = found.mappings().one_or_none()
    if row is None:
        raise UploadNotFound()
    return as_row(row)


async def known(conn: AsyncConnection, upload_ids: Sequence[str], owner: str, now: datetime) -> list[UploadRow]:
    """The owner's uploads with these ids, in this order, finished or not; raises UploadNotFound(id=...)."""
    found = await conn.execute(
        text(f"SELECT {COLUMNS} FROM upload WHERE id = ANY(:ids) AND owner = :owner AND expires_at > :now"),
        {"ids": list(upload_ids), "owner": owner, "now": now},
    )
    rows = {row["id"]: as_row(row) for row in found.mappings()}
    for upload_id in upload_ids:
        if upload_id not in rows:
            raise UploadNotFound(id=upload_id)
    return [rows[upload_id] for upload_id in upload_ids]


async def complete(conn: AsyncConnection, upload_id: str) -> UploadRow | None:
    """The upload if it is complete, whoever owns it: for the worker, to which its owner's report has named it."""
    found = await conn.execute(
        text(f"SELECT {COLUMNS} FROM upload WHERE id = :id AND state = 'complete'"), {"id": upload_id}
    )
    row = found.mappings().one_or_none()
    return as_row(row) if row is not None else None


async def finished(conn: AsyncConnection, upload_ids: Sequence[str], owner: str, now: datetime) -> list[UploadRow]:
    """The complete uploads with these ids, in this order.

    Raises UploadNotFound or UploadNotFinished, whose `facts` hold the `id`.
    """
    rows = await known(conn, upload_ids, owner, now)
    for row in rows:
        if not row.complete:
            raise UploadNotFinished(id=row.id)
    return rows


async def changed(
    conn: AsyncConnection, upload: UploadRow, change: str, values: dict[str, Any], pieces: Sequence[Piece] = ()
) -> UploadRow:
    """Apply a change to an upload that is open and stands where `upload` says, and name its new pieces.

    Raises UploadOffsetConflict when another writer was faster, UploadNotFound when it was cancelled meanwhile.
    """
    result = await conn.execute(
        text(
            f"UPDATE upload SET {change} WHERE id = :id AND state = 'open' AND bytes_received = :stood"
            f" AND expires_at > created_at RETURNING {COLUMNS}"
        ),
        {**values, "id": upload.id, "stood": upload.offset},
    )
    row = result.mappings().one_or_none()
    if row is None:
        raise await _why_not(conn, upload)
    if pieces:
        await conn.execute(
            text("INSERT INTO upload_piece (upload_id, start, length, name) VALUES (:id, :start, :length, :name)"),
            [{"id": upload.id, "start": one.start, "length": one.length, "name": one.name} for one in pieces],
        )
    return as_row(row)


async def _why_not(conn: AsyncConnection, upload: UploadRow) -> UploadNotFound | UploadOffsetConflict:
    # A cancelled one has expired with its creation, so that a slow writer cannot bring it back to life.
    found = await conn.execute(
        text("SELECT bytes_received FROM upload WHERE id = :id AND expires_at > created_at"), {"id": upload.id}
    )
    offset = found.scalar_one_or_none()
    return UploadNotFound() if offset is None else conflict(int(offset))


def conflict(offset: int) -> UploadOffsetConflict:
    """The refusal of a body for another offset than this one."""
    return UploadOffsetConflict(f"The upload continues at byte {offset}.", offset=offset)


async def pieces_of(conn: AsyncConnection, upload_id: str) -> list[Piece]:
    """The pieces that count, in the order of their bytes; none where the bytes lie in a file."""
    found = await conn.execute(
        text("SELECT start, length, name FROM upload_piece WHERE upload_id = :id ORDER BY start"), {"id": upload_id}
    )
    return [Piece(row.start, row.length, row.name) for row in found]


def as_row(row: RowMapping) -> UploadRow:
    """A row of the table as a value."""
    return UploadRow(
        id=row["id"],
        owner=row["owner"],
        length=row["bytes_total"],
        offset=row["bytes_received"],
        metadata=row["metadata"],
        filename=row["filename"],
        expires_at=row["expires_at"],
        created_at=row["created_at"],
        complete=row["state"] == "complete",
        completed_at=row["completed_at"],
        content_type=row["content_type"],
        sha256=row["sha256"],
        store_key=row["store_key"],
    )
