"""The body of one request as it comes from a phone: counted, digested, and not waited for without end."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from media.problems import UploadChecksumMismatch, UploadStalled
from media.tus import Checksum

_TICK_SECONDS = 0.5


@dataclass(frozen=True)
class Pace:
    """Bytes and seconds between two check-points, seconds of silence allowed, seconds to wait for another writer.

    The seconds between check-points count only where bytes wait in memory (a bucket): they bound what is lost with a
    killed server or a dead connection, and with it the memory of one slow phone.
    """

    checkpoint_bytes: int = 4 * 1024 * 1024
    checkpoint_seconds: float = 3.0
    silence_seconds: float = 30.0
    patience_seconds: float = 4.0


class Body:
    """What has come of one request's body, and the digest promised for it."""

    def __init__(self, promised: Checksum | None) -> None:
        self.received = self.saved = 0
        self.promised = promised
        self._digest = hashlib.new(promised.algorithm, usedforsecurity=False) if promised else None

    def add(self, block: bytes) -> None:
        """Count and digest a block."""
        self.received += len(block)
        if self._digest is not None:
            self._digest.update(block)

    @property
    def unsaved(self) -> int:
        """Bytes that may be saved now: none before a promised digest was seen to agree."""
        return 0 if self.promised else self.received - self.saved

    def compare(self) -> None:
        """Raises UploadChecksumMismatch unless the promise was kept."""
        if self.promised and self._digest and self._digest.digest() != self.promised.digest:
            raise UploadChecksumMismatch()


async def never() -> bool:
    """Nobody else waits."""
    return False


async def paced(
    chunks: AsyncIterable[bytes], silence_seconds: float, wanted: Callable[[], Awaitable[bool]] = never
) -> AsyncIterator[bytes]:
    """The chunks, and an empty one for every half second of silence, so that the reader can act on time.

    Ends with UploadStalled when the client is silent for too long or, while it is silent, somebody else waits
    (`wanted`): phones change from Wi-Fi to mobile data in the middle of a request, and the dead connection must not
    block the living one.
    """
    iterator = aiter(chunks)
    while True:
        task = asyncio.ensure_future(_next(iterator))
        silent = 0.0
        try:
            while not (await asyncio.wait({task}, timeout=_TICK_SECONDS))[0]:
                silent += _TICK_SECONDS
                if silent >= silence_seconds or await wanted():
                    raise UploadStalled()
                yield b""
        except BaseException:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            raise
        chunk = task.result()
        if chunk is None:
            return
        if chunk:
            yield chunk


async def _next(iterator: AsyncIterator[bytes]) -> bytes | None:
    return await anext(iterator, None)
