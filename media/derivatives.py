"""The copies that are shown: WebP of at most 1600 and 400 px, upright, with nothing in them but pixels."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media.containers import Malformed, walk
from media.intake import ask
from media.keys import derivative_key, original_key
from media.pool import Sandbox
from media.store import MediaStore
from media.verdicts import Limits, Refused, refused

__all__ = ["Derivatives", "Rendition", "derivative_key", "derive", "derive_into", "original_key"]

CONTENT_TYPE = "image/webp"
_DEFAULT_LIMITS = Limits()
_PIXEL_CHUNKS = {b"VP8 ", b"VP8L"}


@dataclass(frozen=True)
class Rendition:
    """One copy: the bytes of a WebP file and its size in pixels."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Derivatives:
    """The copies of one picture by name."""

    large: Rendition
    small: Rendition


async def derive(original: Path | bytes, sandbox: Sandbox, limits: Limits = _DEFAULT_LIMITS) -> Derivatives | Refused:
    """Make both copies of a picture that `intake.check` accepted; raises as `check` does."""
    with tempfile.TemporaryDirectory(prefix="hientruong-derive-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source = original if isinstance(original, Path) else folder / "original"
        if isinstance(original, bytes):
            await asyncio.to_thread(source.write_bytes, original)
        large, small = folder / "large.webp", folder / "small.webp"
        job = {"op": "derive", "path": str(source.absolute()), "large": str(large), "small": str(small)}
        reply = await ask(sandbox, {**job, "max_pixels": limits.max_pixels})
        if isinstance(reply, Refused):
            return reply
        try:
            return Derivatives(await _rendition(large, reply["large"]), await _rendition(small, reply["small"]))
        except (OSError, KeyError, TypeError, ValueError, Malformed):
            return refused("unreadable", "Its copies could not be made.")


async def derive_into(
    store: MediaStore, sha256: str, sandbox: Sandbox, limits: Limits = _DEFAULT_LIMITS
) -> dict[str, dict[str, Any]] | Refused:
    """Make the copies of a sealed original and store them: {"large": {"key", "width", "height"}, "small":
    {...}}.

    Doing it twice gives the same keys, so a job may be repeated. Raises NotStored and StoreUnavailable of the
    store.
    """
    with tempfile.TemporaryDirectory(prefix="hientruong-original-", ignore_cleanup_errors=True) as name:
        source = Path(name) / "original"
        await store.fetch(original_key(sha256), source)
        made = await derive(source, sandbox, limits)
    if isinstance(made, Refused):
        return made
    answer = {}
    for label, copy in (("large", made.large), ("small", made.small)):
        key = derivative_key(sha256, label)
        await store.put_bytes(key, copy.data)
        answer[label] = {"key": key, "width": copy.width, "height": copy.height}
    return answer


async def _rendition(path: Path, size: Any) -> Rendition:
    """Read a copy back and fail closed: a copy with any chunk beside the pixels is not handed out."""
    data = await asyncio.to_thread(path.read_bytes)
    container = walk(data)
    if container.content_type != CONTENT_TYPE or container.end != len(data) or not chunks(data) <= _PIXEL_CHUNKS:
        raise ValueError("a copy holds more than pixels")
    if container.size != (size[0], size[1]):
        raise ValueError("a copy has another size than was said")
    return Rendition(data, size[0], size[1])


def chunks(webp: bytes) -> set[bytes]:
    """The names of all chunks of a WebP file (RFC 9649 section 2.3)."""
    found, at = set(), 12
    while at + 8 <= len(webp):
        found.add(webp[at : at + 4])
        length = int.from_bytes(webp[at + 4 : at + 8], "little")
        at += 8 + length + length % 2
    return found
