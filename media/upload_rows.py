"""The rows of uploads: one owner's at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from media.problems import UploadNotFinished, UploadNotFound

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


async def finished(conn: AsyncConnection, upload_ids: Sequence[str], owner: str, now: datetime) -> list[UploadRow]:
    """The complete uploads with these ids, in this order.

    Raises UploadNotFound or UploadNotFinished, whose `facts` hold the `id`.
    """
    found = await conn.execute(
        text(f"SELECT {COLUMNS} FROM upload WHERE id = ANY(:ids) AND owner = :owner AND expires_at > :now"),
        {"ids": list(upload_ids), "owner": owner, "now": now},
    )
    rows = {row["id"]: as_row(row) for row in found.mappings()}
    for upload_id in upload_ids:
        if upload_id not in rows:
            raise UploadNotFound(id=upload_id)
        if not rows[upload_id].complete:
            raise UploadNotFinished(id=upload_id)
    return [rows[upload_id] for upload_id in upload_ids]


async def changed(conn: AsyncConnection, upload: UploadRow, change: str, values: dict[str, Any]) -> UploadRow:
    """Apply a change to a still open upload; it may have been cancelled meanwhile: UploadNotFound."""
    result = await conn.execute(
        text(f"UPDATE upload SET {change} WHERE id = :id AND state = 'open' RETURNING {COLUMNS}"),
        {**values, "id": upload.id},
    )
    row = result.mappings().one_or_none()
    if row is None:
        raise UploadNotFound()
    return as_row(row)


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
