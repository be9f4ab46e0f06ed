"""Takes a picture in or refuses it, by its content and never by its name."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from media.pool import Sandbox, WorkerDied
from media.verdicts import REFUSALS, Accepted, Caution, ContentType, Limits, Refused, WarningCode, refused

_DEFAULT_LIMITS = Limits()


async def check(path: Path, sandbox: Sandbox, limits: Limits = _DEFAULT_LIMITS) -> Accepted | Refused:
    """Judge the file at `path`: decoded to its last byte in the sandbox, or refused with a code.

    Never raises because of what is in the file. Raises OSError when the file cannot be read at all and
    `media.problems.SandboxUnavailable` when no decoding process can be started: both say nothing about the
    picture, so the caller must try again later and not refuse it.
    """
    size = (await asyncio.to_thread(path.stat)).st_size
    if size == 0:
        return refused("empty")
    if size > limits.max_bytes:
        return refused("too-large", f"It has {size} bytes; {limits.max_bytes} are allowed.")
    reply = await ask(sandbox, {"op": "inspect", "path": str(path.absolute()), "max_pixels": limits.max_pixels})
    if isinstance(reply, Refused):
        return reply
    # The digest seals the original, so it is not left to a process that has just run strangers' bytes.
    sha256 = await asyncio.to_thread(_sha256, path)
    try:
        return _accepted(reply, size, sha256, limits)
    except (KeyError, TypeError, ValueError):
        return refused("unreadable")


def check_count(count: int, limits: Limits = _DEFAULT_LIMITS) -> Refused | None:
    """The refusal for every picture beyond the allowed number of one report; `count` is 1 for the first."""
    if count <= limits.max_count:
        return None
    return refused("too-many", f"{limits.max_count} are allowed.")


async def ask(sandbox: Sandbox, job: dict[str, Any]) -> dict[str, Any] | Refused:
    """Run one job; every way in which a picture can break the process is a refusal."""
    try:
        reply = await sandbox.run(job)
    except WorkerDied as death:
        return refused("took-too-long" if death.by_clock else "unreadable")
    if isinstance(reply.get("done"), dict):
        done: dict[str, Any] = reply["done"]
        return done
    code, detail = (reply.get("refused") or ["unreadable", ""])[:2]
    return refused(code if code in REFUSALS else "unreadable", str(detail))


def _accepted(reply: dict[str, Any], size: int, sha256: str, limits: Limits) -> Accepted:
    """The reply as values, each looked at again: a picture may have taken over the process that sent it."""
    width, height = int(reply["width"]), int(reply["height"])
    if reply["content_type"] not in get_args(ContentType) or not 0 < width * height <= limits.max_pixels:
        raise ValueError("an impossible answer")
    taken_at = reply["taken_at"]
    return Accepted(
        content_type=reply["content_type"],
        width=width,
        height=height,
        bytes=size,
        sha256=sha256,
        taken_at=datetime.fromisoformat(taken_at) if taken_at else None,
        gps=_point(reply["gps"]),
        warnings=tuple(Caution(code, str(text)) for code, text in reply["warnings"] if code in get_args(WarningCode)),
    )


def _point(gps: Any) -> tuple[float, float] | None:
    if gps is None:
        return None
    lon, lat = float(gps[0]), float(gps[1])
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError("an impossible position")
    return lon, lat


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
