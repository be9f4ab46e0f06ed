"""Half-received files on disk: one writer at a time across all processes, flushed before anybody is told.

The file lock belongs to the open file, so the kernel frees it when a process is killed. A waiting writer
leaves a `.wanted` mark; a holder whose client has fallen silent sees it, keeps what it has, and lets go.
Phones change from Wi-Fi to mobile data in the middle of a request, and the dead connection must not block the
living one.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import os
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from media.problems import UploadBusy, UploadChecksumMismatch, UploadNotFound, UploadStalled, UploadTooLarge
from media.tus import Checksum

_WRITE_BYTES = 256 * 1024
_TICK_SECONDS = 0.5
_LOCK_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Pace:
    """Bytes between two check-points, seconds of silence allowed, seconds to wait for another writer."""

    checkpoint_bytes: int = 4 * 1024 * 1024
    silence_seconds: float = 30.0
    patience_seconds: float = 4.0


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


@asynccontextmanager
async def held(path: Path, pace: Pace) -> AsyncIterator[Part]:
    """The part with its lock; raises UploadBusy when another writer keeps it, UploadNotFound when it is
    gone."""
    try:
        handle = await asyncio.to_thread(os.open, path, os.O_RDWR)
    except FileNotFoundError as gone:
        raise UploadNotFound() from gone
    try:
        await _lock(handle, path, pace.patience_seconds)
        # It may have been finished or cancelled, and its name removed, while this one waited for the lock.
        if os.fstat(handle).st_nlink == 0:
            raise UploadNotFound()
        yield Part(handle, path, pace)
    finally:
        os.close(handle)


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


class _Body:
    """What has come of one request's body, and the digest promised for it."""

    def __init__(self, promised: Checksum | None) -> None:
        self.received = self.saved = 0
        self._promised = promised
        self._digest = hashlib.new(promised.algorithm, usedforsecurity=False) if promised else None

    def add(self, block: bytes) -> None:
        self.received += len(block)
        if self._digest is not None:
            self._digest.update(block)

    @property
    def unsaved(self) -> int:
        """Bytes that may be saved now: none before a promised digest was seen to agree."""
        return 0 if self._promised else self.received - self.saved

    def compare(self) -> None:
        if self._promised and self._digest and self._digest.digest() != self._promised.digest:
            raise UploadChecksumMismatch()


class Part:
    """A part whose lock is held."""

    def __init__(self, handle: int, path: Path, pace: Pace) -> None:
        self._handle = handle
        self.path = path
        self._pace = pace

    async def receive(
        self,
        offset: int,
        room: int,
        chunks: AsyncIterable[bytes],
        promised: Checksum | None,
        saved: Callable[[int], Awaitable[object]],
    ) -> int:
        """Write `chunks` behind `offset`, at most `room` bytes; returns the new offset, flushed to disk.

        `saved(offset)` is awaited after every flush on the way, and once more when the body breaks off, so
        that the client need not send those bytes again; then the error is passed on. With a promised checksum
        nothing is saved before all of it was seen and agreed. Memory: one chunk and 256 KiB.
        """
        await asyncio.to_thread(self._cut, offset)
        body = _Body(promised)
        try:
            async for block in _blocks(self._paced(chunks)):
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

    async def _save(self, body: _Body, offset: int, saved: Callable[[int], Awaitable[object]]) -> None:
        await self._flush()
        await saved(offset + body.received)
        body.saved = body.received

    async def sha256(self) -> str:
        """Digest of the whole file, lower-case hex."""

        def digest() -> str:
            with self.path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()

        return await asyncio.to_thread(digest)

    async def head(self, size: int) -> bytes:
        """The first bytes of the file."""
        return await asyncio.to_thread(os.pread, self._handle, size, 0)

    def _cut(self, offset: int) -> None:
        """Drop what nobody was told about (a writer was killed); less than was told means that the disk lost
        it."""
        if os.fstat(self._handle).st_size < offset:
            raise UploadNotFound("The received bytes of this upload were lost; start again.")
        os.ftruncate(self._handle, offset)
        os.lseek(self._handle, offset, os.SEEK_SET)

    async def _flush(self) -> None:
        await asyncio.to_thread(os.fsync, self._handle)

    async def _paced(self, chunks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        """The chunks; ends with UploadStalled when the client is silent for too long or somebody else
        waits."""
        iterator = aiter(chunks)
        while True:
            task = asyncio.ensure_future(_next(iterator))
            try:
                await self._patiently(task)
            except BaseException:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
                raise
            chunk = task.result()
            if chunk is None:
                return
            yield chunk

    async def _patiently(self, task: asyncio.Future[bytes | None]) -> None:
        silent = 0.0
        while not (await asyncio.wait({task}, timeout=_TICK_SECONDS))[0]:
            silent += _TICK_SECONDS
            if silent >= self._pace.silence_seconds or await asyncio.to_thread(_mark(self.path).exists):
                raise UploadStalled()


async def _next(iterator: AsyncIterator[bytes]) -> bytes | None:
    return await anext(iterator, None)


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
