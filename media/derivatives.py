"""The copies that are shown, upright and with nothing in them but pixels and sound.

Pictures become WebP of at most 1600 and 400 px; films H.264 and AAC of at most 1280 x 720 with a poster in both sizes;
voice notes AAC.
"""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media.containers import Malformed, walk
from media.film_boxes import NotBare, read_bare
from media.intake import ask, film_bounds
from media.keys import derivative_key, original_key
from media.pool import Progress, Sandbox
from media.store import MediaStore
from media.verdicts import Kind, Limits, Refused, refused

__all__ = ["Derivatives", "Rendition", "derivative_key", "derive", "derive_into", "original_key"]

CONTENT_TYPE = "image/webp"
_DEFAULT_LIMITS = Limits()
_PIXEL_CHUNKS = {b"VP8 ", b"VP8L"}
# What a job leaves is handed out only when it is exactly this.
_TRACKS = {"video": {"vide"}, "audio": {"soun"}}


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
    store: MediaStore,
    sha256: str,
    sandbox: Sandbox,
    limits: Limits = _DEFAULT_LIMITS,
    *,
    kind: Kind = "image",
    progress: Progress | None = None,
) -> dict[str, dict[str, Any]] | Refused:
    """Make the copies of a sealed original and store them.

    Pictures: {"large": {"key", "width", "height"}, "small": {...}}. Films: the same for the poster, and {"video":
    {"key", "width", "height", "duration_s"}}. Voice notes: {"audio": {"key", "duration_s"}}. `sandbox` is one of
    `pool.film_sandbox` for both of these. `progress` is told the percentage as it grows, up to 100.

    Doing it twice gives the same keys, so a job may be repeated. Raises NotStored and StoreUnavailable of the
    store.
    """
    with tempfile.TemporaryDirectory(prefix="hientruong-original-", ignore_cleanup_errors=True) as name:
        source = Path(name) / "original"
        await store.fetch(original_key(sha256), source)
        if kind == "image":
            made = await _picture(store, sha256, source, sandbox, limits)
        else:
            made = await _film(store, sha256, source, sandbox, limits, kind, progress)
    if progress is not None and not isinstance(made, Refused):
        await progress(100)
    return made


_Answer = dict[str, dict[str, Any]]


async def _picture(store: MediaStore, sha256: str, source: Path, sandbox: Sandbox, limits: Limits) -> _Answer | Refused:
    made = await derive(source, sandbox, limits)
    if isinstance(made, Refused):
        return made
    return {
        name: await _keep(store, sha256, name, copy) for name, copy in (("large", made.large), ("small", made.small))
    }


async def _film(
    store: MediaStore,
    sha256: str,
    source: Path,
    sandbox: Sandbox,
    limits: Limits,
    kind: Kind,
    progress: Progress | None,
) -> _Answer | Refused:
    """What a film or voice note becomes; what is in the copies is read back before anything is stored."""
    main = source.with_name("video.mp4" if kind == "video" else "audio.m4a")
    large, small = source.with_name("large.webp"), source.with_name("small.webp")
    paths = {"path": str(source), "film": str(main), "large": str(large), "small": str(small)}
    reply = await ask(sandbox, {"op": "transcode", **paths, **film_bounds(limits)}, progress)
    if isinstance(reply, Refused):
        return reply
    try:
        facts = await asyncio.to_thread(_film_facts, main, kind, limits)
        answer = {str(kind): {"key": derivative_key(sha256, kind), **facts}}
        posters = []
        if kind == "video":
            for label, path in (("large", large), ("small", small)):
                posters.append((label, await _rendition(path, reply[label])))
    except (OSError, KeyError, TypeError, ValueError, Malformed):
        return refused("unreadable", "Its copies could not be made.")
    await store.put_file(derivative_key(sha256, kind), main)
    for label, poster in posters:
        answer[label] = await _keep(store, sha256, label, poster)
    return answer


async def _keep(store: MediaStore, sha256: str, name: str, copy: Rendition) -> dict[str, Any]:
    key = derivative_key(sha256, name)
    await store.put_bytes(key, copy.data)
    return {"key": key, "width": copy.width, "height": copy.height}


def _film_facts(path: Path, kind: Kind, limits: Limits) -> dict[str, Any]:
    """Read a film or voice note back and fail closed: raises ValueError when it holds more, or other, than it may."""
    shown = read_bare(path)
    if not _TRACKS[kind] <= shown.tracks or (kind == "audio" and "vide" in shown.tracks):
        raise NotBare("it has other tracks than were said")
    if not 0 < shown.seconds <= max(limits.film_seconds, limits.voice_seconds) + 3:
        raise NotBare("it has an impossible length")
    if kind == "audio":
        return {"duration_s": round(shown.seconds, 2)}
    if not (0 < min(shown.width, shown.height) <= 720 and max(shown.width, shown.height) <= 1280):
        raise NotBare("it has an impossible size")
    return {"width": shown.width, "height": shown.height, "duration_s": round(shown.seconds, 2)}


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
