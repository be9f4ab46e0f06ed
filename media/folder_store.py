"""Pictures in a folder of this machine, or of a file system that several machines share."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

from media.problems import NotStored, StoreUnavailable
from media.store import check_key

_PIECE = 256 * 1024
# Names of unfinished writes start with a dot, which no key does.
_UNFINISHED = ".unfinished"
_STALE_SECONDS = 24 * 3600.0
_T = TypeVar("_T")


class FolderStore:
    """A MediaStore below `root`, which is made when missing. Files are readable by this user only."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    async def put_file(self, key: str, path: Path) -> None:
        target = self._path(key)
        # Opened outside: a missing source is the caller's affair, every other fault is the folder's.
        with await asyncio.to_thread(path.open, "rb") as source:
            await _written(lambda: self._write(target, lambda out: shutil.copyfileobj(source, out, _PIECE)))

    async def put_bytes(self, key: str, data: bytes) -> None:
        target = self._path(key)
        await _written(lambda: self._write(target, lambda out: out.write(data)))

    async def open(self, key: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        path = self._path(key)
        file = await _threaded(lambda: path.open("rb"))
        try:
            await _threaded(lambda: file.seek(start))
            left = None if stop is None else max(0, stop - start)
            while left is None or left > 0:
                wanted = _PIECE if left is None else min(_PIECE, left)
                piece = await _threaded(lambda size=wanted: file.read(size))  # type: ignore[misc]
                if not piece:
                    return
                left = None if left is None else left - len(piece)
                yield piece
        finally:
            file.close()

    async def fetch(self, key: str, path: Path) -> None:
        source = self._path(key)
        await _threaded(lambda: shutil.copyfile(source, path))

    async def size(self, key: str) -> int:
        path = self._path(key)
        return (await _threaded(path.stat)).st_size

    async def exists(self, key: str) -> bool:
        path = self._path(key)
        return await _threaded(path.is_file)

    async def delete(self, key: str) -> None:
        path = self._path(key)
        await _threaded(lambda: path.unlink(missing_ok=True))

    async def list(self, prefix: str = "") -> AsyncIterator[str]:
        start = self._path(prefix.rstrip("/")) if prefix else self.root
        for key in await _threaded(lambda: [*self._walk(start)]):
            yield key

    async def ready(self) -> bool:
        """Also removes what writes that were killed long ago have left behind."""
        try:
            await _written(self._tidy)
        except StoreUnavailable:
            return False
        return True

    async def close(self) -> None:
        return None

    def _path(self, key: str) -> Path:
        return self.root / check_key(key)

    def _write(self, target: Path, copy: Callable[[BinaryIO], object]) -> None:
        """Write aside, flush to disk, rename: a reader or a crash sees the whole object or none."""
        self._make(target.parent)
        draft = self._drafts() / secrets.token_hex(16)
        try:
            with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
                copy(out)
                out.flush()
                os.fsync(out.fileno())
            os.replace(draft, target)
        finally:
            draft.unlink(missing_ok=True)
        _fsync_folder(target.parent)

    def _make(self, folder: Path) -> None:
        """Make the folder and flush each new name on the way down; a link out of the root is refused."""
        missing = []
        while not folder.is_dir():
            missing.append(folder)
            folder = folder.parent
        for each in reversed(missing):
            each.mkdir(mode=0o700, exist_ok=True)
            _fsync_folder(each.parent)
        deepest = missing[0] if missing else folder
        if not deepest.resolve().is_relative_to(self.root):
            raise ValueError("a link leads out of the store")

    def _drafts(self) -> Path:
        drafts = self.root / _UNFINISHED
        drafts.mkdir(mode=0o700, parents=True, exist_ok=True)
        return drafts

    def _tidy(self) -> None:
        oldest = time.time() - _STALE_SECONDS
        for draft in self._drafts().iterdir():
            with contextlib.suppress(FileNotFoundError):
                if draft.stat().st_mtime < oldest:
                    draft.unlink()
        if not os.access(self.root, os.W_OK | os.X_OK):
            raise PermissionError(13, "the folder cannot be written to", str(self.root))

    def _walk(self, start: Path) -> Iterator[str]:
        for folder, names, files in os.walk(start):
            names[:] = [name for name in names if not name.startswith(".")]
            for name in files:
                yield (Path(folder) / name).relative_to(self.root).as_posix()


async def _threaded(work: Callable[[], _T]) -> _T:
    """Run file work outside the loop; the errors of files become the problems of a store."""
    try:
        return await asyncio.to_thread(work)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as missing:
        raise NotStored() from missing
    except OSError as fault:
        raise StoreUnavailable(f"The folder of pictures: {fault.strerror}.") from fault


async def _written(work: Callable[[], _T]) -> _T:
    """Like `_threaded`, for writing: there nothing can be missing but the folder itself."""
    try:
        return await asyncio.to_thread(work)
    except OSError as fault:
        raise StoreUnavailable(f"The folder of pictures: {fault.strerror}.") from fault


def _fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
