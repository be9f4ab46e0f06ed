"""Where pictures lie: one protocol, a folder or an S3 bucket behind it.

Keys are relative paths of lower-case letters, digits, `.`, `_`, `-`, parts divided by `/`. Objects are
written whole or not at all and are never changed; writing the same key again replaces it whole.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

_KEY = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*")
_LONGEST_KEY = 400


class MediaStore(Protocol):
    """What every store can do. All raise `StoreUnavailable` when the place behind them does not answer."""

    async def put_file(self, key: str, path: Path) -> None:
        """Store the file, durable when this returns; raises FileNotFoundError when it is not there."""

    async def put_bytes(self, key: str, data: bytes) -> None:
        """Store the bytes; they are durable when this returns."""

    def open(self, key: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, without, `stop` (None: the end); raises NotStored at the first."""
        ...

    async def fetch(self, key: str, path: Path) -> None:
        """Write the object into a new file; raises NotStored."""

    async def size(self, key: str) -> int:
        """Bytes of the object; raises NotStored."""
        ...

    async def exists(self, key: str) -> bool:
        """Whether there is such an object."""
        ...

    async def delete(self, key: str) -> None:
        """Remove the object; no error when there is none."""

    def list(self, prefix: str = "") -> AsyncIterator[str]:
        """All keys below a prefix that ends at a `/`, in no order."""
        ...

    async def ready(self) -> bool:
        """Whether the store answers and can be written to."""
        ...

    async def close(self) -> None:
        """Let go of connections."""


def check_key(key: str) -> str:
    """The key itself; raises ValueError for whatever could leave the store or hit its own files."""
    if len(key) > _LONGEST_KEY or not _KEY.fullmatch(key):
        raise ValueError(f"not a key of the store: {key[:80]!r}")
    return key
