"""What the upload tests share: a desk on a real database and folder, and bodies as networks bring them."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from media import uploads
from media.s3_store import S3Store

NOW = datetime(2026, 3, 14, 8, 0, tzinfo=UTC)
ME, YOU = "device:1", "device:2"
BODY = random.Random(11).randbytes(3_000_000)
MIB = 1024 * 1024


async def create(desk: uploads.Desk, length: int = len(BODY), owner: str = ME) -> uploads.UploadRow:
    return await uploads.create(desk, owner, length, {"filename": "ổ gà.mp4", "filetype": "video/mp4"}, NOW)


async def head(desk: uploads.Desk, upload_id: str, owner: str = ME, now: datetime = NOW) -> uploads.UploadRow:
    async with desk.begin() as conn:
        return await uploads.head(conn, upload_id, owner, now)


async def expire(desk: uploads.Desk, now: datetime) -> uploads.Expired:
    """One round of the sweep, as the worker makes it."""
    async with desk.begin() as conn:
        gone = await uploads.expire(conn, now)
    await uploads.sweep(desk, gone, now)
    return gone


async def left(desk: uploads.Desk) -> list[str]:
    """What lies in the place of unfinished uploads."""
    if isinstance(desk.store, S3Store):
        return [key async for key in desk.store.list("incoming/")]
    return [str(path) for path in desk.folder.rglob("*.*")]


async def sent(data: bytes, piece: int = 65_536) -> AsyncIterator[bytes]:
    for at in range(0, len(data), piece):
        yield data[at : at + piece]


async def broken(data: bytes) -> AsyncIterator[bytes]:
    async for piece in sent(data):
        yield piece
    raise ConnectionResetError("the phone is gone")


async def stored(desk: uploads.Desk, upload: uploads.UploadRow) -> bytes:
    assert upload.store_key is not None
    return b"".join([piece async for piece in desk.store.open(upload.store_key)])
