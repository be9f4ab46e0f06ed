"""Unfinished uploads as pieces in a bucket: `incoming/<upload id>/<offset>-<nonce>`, joined when all have come.

No writer waits for another one and none can block: a piece counts when its row was inserted for exactly the offset
where the upload stands, so of two writers one is told that it is at the wrong offset. A piece's name is used once, so a
slow writer can never replace bytes that count. What no row names is garbage of a killed process; the sweep drops it.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import secrets
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from media.keys import original_key
from media.pieces import Leftover, Piece, Saved, Whole
from media.pieces_body import Body, Pace, paced
from media.problems import NotStored, StoreUnavailable, UploadTooLarge
from media.s3_store import S3Store
from media.tus import Checksum

_INCOMING = "incoming"
_HEAD_BYTES = 4096
# Pieces fetched ahead while joining: hides the bucket's latency at 4 MiB each.
_AHEAD = 3


class BucketPlace:
    """The place (media.pieces) for any number of machines that share nothing but the bucket and the database."""

    def __init__(self, store: S3Store) -> None:
        self._store = store

    async def make(self, owner: str, upload_id: str) -> None:
        return None

    @asynccontextmanager
    async def held(self, owner: str, upload_id: str, pace: Pace) -> AsyncIterator[Pieces]:
        yield Pieces(self._store, upload_id, pace)

    async def remove(self, owner: str, upload_id: str) -> None:
        await self._store.delete_all([key async for key in self._store.list(f"{_INCOMING}/{upload_id}/")])

    async def leftovers(self, before: datetime) -> list[Leftover]:
        found = []
        async for key in self._store.older(f"{_INCOMING}/", before):
            upload_id, _, name = key.removeprefix(f"{_INCOMING}/").partition("/")
            found.append(Leftover(upload_id, name, key))
        return found

    async def drop(self, leftovers: Sequence[Leftover]) -> None:
        await self._store.delete_all([each.at for each in leftovers])


class Pieces:
    """One request's view of an upload in the bucket."""

    def __init__(self, store: S3Store, upload_id: str, pace: Pace) -> None:
        self._store = store
        self._pace = pace
        self._id = upload_id
        self._buffer = bytearray()
        self._saving = False
        self.pending: list[Piece] = []

    async def receive(
        self, offset: int, room: int, chunks: AsyncIterable[bytes], promised: Checksum | None, saved: Saved
    ) -> int:
        """As Holding says; saved bytes are in the bucket. Memory: one piece, which a slow phone never fills.

        When the body completes the upload, its last piece stays in memory and goes straight into the whole file: a
        photo that comes in one request is written once.
        """
        body = Body(promised)
        try:
            await self._take(body, offset, room, chunks, saved)
        except UploadTooLarge:
            await self.discard()
            raise
        except Exception:
            # Only a body that broke off: after a failed commit nobody knows what counts, and nothing is touched.
            if not self._saving:
                if body.promised:
                    await self.discard()
                elif body.unsaved and body.received < room:
                    await self._save(body, offset, saved)
            raise
        try:
            body.compare()
        except Exception:
            await self.discard()
            raise
        if body.received < room:
            await self._put(offset + body.received)
        return offset + body.received

    async def _take(self, body: Body, offset: int, room: int, chunks: AsyncIterable[bytes], saved: Saved) -> None:
        clock = asyncio.get_running_loop().time
        since = clock()
        async for chunk in paced(chunks, self._pace.silence_seconds):
            if body.received + len(chunk) > room:
                raise UploadTooLarge("More bytes came than were announced.")
            body.add(chunk)
            self._buffer += chunk
            full = len(self._buffer) >= self._pace.checkpoint_bytes
            late = bool(self._buffer) and clock() - since >= self._pace.checkpoint_seconds
            if (full or (late and not body.promised)) and body.received < room:
                await self._save(body, offset, saved)
                since = clock()

    async def _save(self, body: Body, offset: int, saved: Saved) -> None:
        self._saving = True
        await self._put(offset + body.received)
        if not body.promised:
            await saved(offset + body.received)
            body.saved = body.received
        self._saving = False

    async def _put(self, stop: int) -> None:
        """What waits in memory becomes a piece that ends at `stop`."""
        if not self._buffer:
            return
        start = stop - len(self._buffer)
        piece = Piece(start, len(self._buffer), f"{start:012d}-{secrets.token_hex(4)}")
        await self._store.put_bytes(self._key(piece.name), bytes(self._buffer))
        self._buffer.clear()
        self.pending.append(piece)

    def named(self) -> None:
        self.pending.clear()

    async def discard(self) -> None:
        names = [self._key(piece.name) for piece in self.pending]
        self.pending.clear()
        self._buffer.clear()
        # What cannot be removed now is dropped by the sweep: no row names it.
        with contextlib.suppress(StoreUnavailable):
            await self._store.delete_all(names)

    async def store(self, pieces: Sequence[Piece]) -> Whole:
        """One pass over the pieces: digested while they stream into a multipart upload, then copied by the bucket
        itself to the place that the digest names."""
        if not pieces:
            return await self._store_small(bytes(self._buffer))
        digest, head = hashlib.sha256(), bytearray()

        async def joined() -> AsyncIterator[bytes]:
            async for data in self._data(pieces):
                head.extend(data[: _HEAD_BYTES - len(head)])
                await asyncio.to_thread(digest.update, data)
                yield data

        draft = self._key(f"whole-{secrets.token_hex(8)}")
        await self._store.put_stream(draft, joined())
        sha256 = digest.hexdigest()
        await self._store.copy(draft, original_key(sha256))
        return Whole(bytes(head), sha256, original_key(sha256))

    async def _store_small(self, data: bytes) -> Whole:
        sha256 = await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest())
        await self._store.put_bytes(original_key(sha256), data)
        return Whole(data[:_HEAD_BYTES], sha256, original_key(sha256))

    async def _data(self, pieces: Sequence[Piece]) -> AsyncIterator[bytes]:
        """The bytes of all pieces in their order, then what waits in memory; NotStored when a piece is gone."""
        waiting = deque(pieces)
        coming: deque[asyncio.Task[bytes]] = deque()
        try:
            while waiting or coming:
                while waiting and len(coming) < _AHEAD:
                    coming.append(asyncio.create_task(self._piece(waiting.popleft())))
                yield await coming[0]
                coming.popleft()
        finally:
            for task in coming:
                task.cancel()
            await asyncio.gather(*coming, return_exceptions=True)
        if self._buffer:
            yield bytes(self._buffer)

    async def _piece(self, piece: Piece) -> bytes:
        data = await self._store.read(self._key(piece.name))
        if len(data) != piece.length:
            raise NotStored()
        return data

    async def clear(self) -> None:
        with contextlib.suppress(StoreUnavailable):
            keys = [key async for key in self._store.list(f"{_INCOMING}/{self._id}/")]
            await self._store.delete_all(keys)

    def _key(self, name: str) -> str:
        return f"{_INCOMING}/{self._id}/{name}"
