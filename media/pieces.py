"""Where the bytes of unfinished uploads lie: one small protocol, a folder or a bucket behind it.

With a folder store the bytes grow in a file of the same machine (or of a file system that machines share). With a
bucket every process puts what it received into the bucket as pieces, so that any process on any machine goes on where
another one stopped and no folder is shared. Which of the two follows from the store: `media.stores.place_of`.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from media.pieces_body import Pace
from media.tus import Checksum

Saved = Callable[[int], Awaitable[object]]


@dataclass(frozen=True)
class Piece:
    """Bytes from `start` on, `length` of them, in an object that the place knows by `name`."""

    start: int
    length: int
    name: str


@dataclass(frozen=True)
class Whole:
    """A file that lies complete in the store under `key`; `head` are its first bytes (4 KiB, or all of them)."""

    head: bytes
    sha256: str
    key: str


@dataclass(frozen=True)
class Leftover:
    """Something old in a place. `piece` is "" where an upload has no pieces but one file."""

    upload_id: str
    piece: str
    at: str


class Holding(Protocol):
    """An upload while one request writes to it."""

    @property
    def pending(self) -> Sequence[Piece]:
        """Pieces that are safe but that no row names yet; the next commit must name them."""

    async def receive(
        self, offset: int, room: int, chunks: AsyncIterable[bytes], promised: Checksum | None, saved: Saved
    ) -> int:
        """Take `chunks` behind `offset`, at most `room` bytes; returns the offset reached.

        `saved(offset)` is awaited on the way whenever bytes are safe, and once more when the body breaks off, so
        that the client need not send them again; then the error is passed on. With a promised checksum nothing is
        saved before all of it was seen and agreed. Raises UploadTooLarge, UploadStalled, UploadChecksumMismatch,
        UploadNotFound and whatever `chunks` raises.
        """
        ...

    def named(self) -> None:
        """The pending pieces have been committed."""

    async def discard(self) -> None:
        """The pending pieces will never be committed: forget them."""

    async def store(self, pieces: Sequence[Piece]) -> Whole:
        """Put the whole file into the store, under its digest. `pieces`: what the rows and `pending` name.

        Raises FileNotFoundError or NotStored when bytes are gone, StoreUnavailable.
        """
        ...

    async def clear(self) -> None:
        """The upload is complete: remove what it lay in."""


class Place(Protocol):
    """A place for the bytes of unfinished uploads."""

    async def make(self, owner: str, upload_id: str) -> None:
        """Prepare for a new upload, before its row is committed."""

    def held(self, owner: str, upload_id: str, pace: Pace) -> AbstractAsyncContextManager[Holding]:
        """The upload for one writer; raises UploadNotFound, and UploadBusy where writers take turns."""
        ...

    async def remove(self, owner: str, upload_id: str) -> None:
        """Remove all bytes of an upload, if there are any."""

    async def leftovers(self, before: datetime) -> list[Leftover]:
        """Everything that has lain unchanged since `before`; what no row names may be dropped."""
        ...

    async def drop(self, leftovers: Sequence[Leftover]) -> None:
        """Remove these."""
