"""The tables of this room: files on their way in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

_INSTANT = DateTime(timezone=True)


def _instant(name: str, *, nullable: bool = False) -> Any:
    return Field(default=None, sa_column=Column(name, _INSTANT, nullable=nullable))


class Upload(SQLModel, table=True):
    """A resumable upload. `bytes_received` counts only bytes that were flushed to disk before the commit.

    State `open` accepts bytes; `complete` has all of them, its digest, and lies in the store under
    `store_key`. `owner` is whatever names the sender elsewhere (`device:<id>`, `account:<id>`); only that
    owner can see the row.
    """

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'complete')", name="upload_state"),
        CheckConstraint("bytes_received BETWEEN 0 AND bytes_total", name="upload_bytes"),
        CheckConstraint(
            "state = 'open' OR (bytes_received = bytes_total AND sha256 IS NOT NULL AND store_key IS NOT NULL"
            " AND completed_at IS NOT NULL)",
            name="upload_complete",
        ),
        Index("upload_open_of_owner", "owner", postgresql_where=text("state = 'open'")),
        Index("upload_expiry", "expires_at"),
        Index("upload_store_key", "store_key", postgresql_where=text("store_key IS NOT NULL")),
    )

    id: str = Field(primary_key=True)
    owner: str
    bytes_total: int = Field(sa_column=Column("bytes_total", BigInteger, nullable=False))
    bytes_received: int = Field(
        default=0, sa_column=Column("bytes_received", BigInteger, nullable=False, server_default="0")
    )
    # `metadata` is a name SQLAlchemy keeps for itself on classes; the column has it all the same.
    details: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column("metadata", JSONB, nullable=False, server_default="{}")
    )
    filename: str | None = None
    content_type: str | None = None
    sha256: str | None = None
    state: str = Field(default="open", sa_column_kwargs={"server_default": "open"})
    expires_at: datetime = _instant("expires_at")
    created_at: datetime = _instant("created_at")
    completed_at: datetime | None = _instant("completed_at", nullable=True)
    store_key: str | None = None


class UploadPiece(SQLModel, table=True):
    """Bytes of an unfinished upload that lie in the bucket, `length` of them from `start` on, under `name`.

    The primary key is what makes two writers at one offset impossible.
    """

    __tablename__ = "upload_piece"
    __table_args__ = (CheckConstraint("start >= 0 AND length > 0", name="upload_piece_bytes"),)

    upload_id: str = Field(
        sa_column=Column("upload_id", String, ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True)
    )
    start: int = Field(sa_column=Column("start", BigInteger, primary_key=True, autoincrement=False))
    length: int = Field(sa_column=Column("length", BigInteger, nullable=False))
    name: str
