"""Half-received files on disk: one writer at a time across all processes, flushed before anybody is told.

The file lock belongs to the open file, so the kernel frees it when a process is killed. A waiting writer
leaves a `.wanted` mark; a holder whose client has fallen silent sees it, keeps what it has, and lets go.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import os
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from media.keys import original_key
from media.pieces import Leftover, Piece, Saved, Whole
from media.pieces_body import Body, Pace, paced
from media.problems import UploadBusy, UploadNotFound, UploadTooLarge
from media.store import MediaStore
from media.tus import Checksum

_WRITE_BYTES = 256 * 1024
_LOCK_POLL_SECONDS = 0.05
_HEAD_BYTES = 4096


def part_path(folder: Path, owner: str, upload_id: str) -> Path:
    """The file of an upload. The owner is part of the path, so nobody can lock what is another's."""
    return folder / hashlib.sha256(owner.encode()).hexdigest()[:24] / f"{upload_id}.part"


def make(path: Path) -> None:
    """Create the empty file and flush its name to disk."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def remove(path: Path) -> None:
    """Remove the file and its mark, if they are there."""
    path.unlink(missing_ok=True)
    _mark(path).unlink(missing_ok=True)


class FolderPlace:
    """The place (media.pieces) for one machine, or for several that share a file system with working `flock`."""

    def __init__(self, folder: Path, store: MediaStore) -> None:
        self.folder = folder
        self._store = store

    async def make(self, owner: str, upload_id: str) -> None:
        await asyncio.to_thread(make, part_path(self.folder, owner, upload_id))

    @asynccontextmanager
    async def held(self, owner: str, upload_id: str, pace: Pace) -> AsyncIterator[Part]:
        """The part with its lock; raises UploadBusy when another writer keeps it, UploadNotFound when it is gone."""
        path = part_path(self.folder, owner, upload_id)
        try:
            handle = await asyncio.to_thread(os.open, path, os.O_RDWR)
        except FileNotFoundError as gone:
            raise UploadNotFound() from gone
        try:
            await _lock(handle, path, pace.patience_seconds)
            # It may have been finished or cancelled, and its name removed, while this one waited for the lock.
            if os.fstat(handle).st_nlink == 0:
                raise UploadNotFound()
            yield Part(handle, path, pace, self._store)
        finally:
            os.close(handle)

    async def remove(self, owner: str, upload_id: str) -> None:
        await asyncio.to_thread(remove, part_path(self.folder, owner, upload_id))

    async def leftovers(self, before: datetime) -> list[Leftover]:
        return await asyncio.to_thread(self._old, before.timestamp())

    async def drop(self, leftovers: Sequence[Leftover]) -> None:
        for each in leftovers:
            await asyncio.to_thread(Path(each.at).unlink, missing_ok=True)

    def _old(self, before: float) -> list[Leftover]:
        found = []
        for path in self.folder.glob("*/*.*"):
            with contextlib.suppress(FileNotFoundError):
                if path.suffix in {".part", ".wanted"} and path.stat().st_mtime < before:
                    found.append(Leftover(path.stem, "", str(path)))
        return found


async def _lock(handle: int, path: Path, patience: float) -> None:
    clock = asyncio.get_running_loop().time
    deadline, marked = clock() + patience, False
    try:
        while True:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            if clock() > deadline:
                raise UploadBusy()
            if not marked:
                await asyncio.to_thread(_mark(path).touch)
                marked = True
            await asyncio.sleep(_LOCK_POLL_SECONDS)
    finally:
        if marked:
            await asyncio.to_thread(_mark(path).unlink, missing_ok=True)


def _mark(path: Path) -> Path:
    return path.with_suffix(".wanted")


class Part:
    """A part whose lock is held. It has no pieces: bytes lie in the file up to the offset of the row."""

    pending: Sequence[Piece] = ()

    def __init__(self, handle: int, path: Path, pace: Pace, store: MediaStore) -> None:
        self._handle = handle
        self.path = path
        self._pace = pace
        self._store = store

    async def receive(
        self, offset: int, room: int, chunks: AsyncIterable[bytes], promised: Checksum | None, saved: Saved
    ) -> int:
        """As Holding says; saved bytes were flushed to disk. Memory: one chunk and 256 KiB."""
        await asyncio.to_thread(self._cut, offset)
        body = Body(promised)
        try:
            async for block in _blocks(paced(chunks, self._pace.silence_seconds, self._wanted)):
                if body.received + len(block) > room:
                    raise UploadTooLarge("More bytes came than were announced.")
                await asyncio.to_thread(_write, self._handle, block)
                body.add(block)
                if body.unsaved >= self._pace.checkpoint_bytes and body.received < room:
                    await self._save(body, offset, saved)
        except UploadTooLarge:
            raise
        except Exception:
            if body.unsaved and body.received < room:
                await self._save(body, offset, saved)
            raise
        body.compare()
        await self._flush()
        return offset + body.received

    async def _save(self, body: Body, offset: int, saved: Saved) -> None:
        await self._flush()
        await saved(offset + body.received)
        body.saved = body.received

    def named(self) -> None:
        return None

    async def discard(self) -> None:
        return None

    async def store(self, pieces: Sequence[Piece]) -> Whole:
        head = await asyncio.to_thread(os.pread, self._handle, _HEAD_BYTES, 0)
        sha256 = await asyncio.to_thread(self._sha256)
        await self._store.put_file(original_key(sha256), self.path)
        return Whole(head, sha256, original_key(sha256))

    async def clear(self) -> None:
        await asyncio.to_thread(remove, self.path)

    def _sha256(self) -> str:
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def _cut(self, offset: int) -> None:
        """Drop what nobody was told about (a writer was killed); less than was told means that the disk lost
        it."""
        if os.fstat(self._handle).st_size < offset:
            raise UploadNotFound("The received bytes of this upload were lost; start again.")
        os.ftruncate(self._handle, offset)
        os.lseek(self._handle, offset, os.SEEK_SET)

    async def _flush(self) -> None:
        await asyncio.to_thread(os.fsync, self._handle)

    async def _wanted(self) -> bool:
        return await asyncio.to_thread(_mark(self.path).exists)


async def _blocks(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Small chunks joined to blocks worth a trip to a thread; the last, incomplete one also before an
    error."""
    waiting = bytearray()
    fault: Exception | None = None
    try:
        async for chunk in chunks:
            waiting += chunk
            if len(waiting) >= _WRITE_BYTES:
                yield bytes(waiting)
                waiting.clear()
    except Exception as broken:
        fault = broken
    if waiting:
        yield bytes(waiting)
    if fault is not None:
        raise fault


def _write(handle: int, block: bytes) -> None:
    view = memoryview(block)
    while view:
        view = view[os.write(handle, view) :]
