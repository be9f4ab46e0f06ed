"""Takes a picture, film or voice note in or refuses it, by its content and never by its name."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from media.containers import sniff
from media.fingerprint import are_fingerprints
from media.pool import Progress, Sandbox, WorkerDied
from media.verdicts import (
    REFUSALS,
    Accepted,
    Caution,
    FilmType,
    Kind,
    Limits,
    PictureType,
    Refused,
    WarningCode,
    refused,
)

_DEFAULT_LIMITS = Limits()
_TYPES = {*get_args(PictureType), *get_args(FilmType)}
_PROBE_CPU_SECONDS, _PROBE_WALL_SECONDS = 60, 120.0


async def check(
    path: Path, sandbox: Sandbox, limits: Limits = _DEFAULT_LIMITS, films: Sandbox | None = None
) -> Accepted | Refused:
    """Judge the file at `path`: decoded to its last byte in the sandbox, or refused with a code.

    Films and voice notes are taken where `films` (of `pool.film_sandbox`) is given; they are read to their last packet
    and decoded at their beginning here, and wholly when their copies are made.

    Never raises because of what is in the file. Raises OSError when the file cannot be read at all and
    `media.problems.SandboxUnavailable` when no decoding process can be started: both say nothing about the
    file, so the caller must try again later and not refuse it.
    """
    size = (await asyncio.to_thread(path.stat)).st_size
    if size == 0:
        return refused("empty")
    told = sniff(await asyncio.to_thread(_head, path))
    is_film = told.startswith(("video/", "audio/"))
    if is_film and films is None:
        return refused("unsupported-type")
    most = _most_bytes(told, limits)
    if size > most:
        return refused("too-large", f"It has {size} bytes; {most} are allowed.")
    if is_film and films is not None:
        job = {"op": "probe", "path": str(path.absolute()), **film_bounds(limits)}
        reply = await ask(films, {**job, "cpu_seconds": _PROBE_CPU_SECONDS, "wall_seconds": _PROBE_WALL_SECONDS})
    else:
        reply = await ask(sandbox, {"op": "inspect", "path": str(path.absolute()), "max_pixels": limits.max_pixels})
    if isinstance(reply, Refused):
        return reply
    # The digest seals the original, so it is not left to a process that has just run strangers' bytes.
    sha256 = await asyncio.to_thread(_sha256, path)
    try:
        accepted = _accepted(reply, size, sha256, limits, is_film)
    except (KeyError, TypeError, ValueError, OverflowError):
        return refused("unreadable")
    if accepted.kind == "audio" and size > limits.voice_bytes:
        return refused("too-large", f"It has {size} bytes; {limits.voice_bytes} are allowed for a voice note.")
    return accepted


def film_bounds(limits: Limits) -> dict[str, Any]:
    """The part of the limits that a job about a film carries."""
    return {
        "film_pixels": limits.film_pixels,
        "film_seconds": limits.film_seconds,
        "voice_seconds": limits.voice_seconds,
    }


def _most_bytes(told: str, limits: Limits) -> int:
    if told.startswith("video/"):
        # Without pictures it is a voice note, which is known only after a look inside.
        return max(limits.film_bytes, limits.voice_bytes)
    if told in {"audio/ogg", "audio/amr", "audio/wav"}:
        return limits.voice_bytes
    return limits.film_bytes if told.startswith("audio/") else limits.max_bytes


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(1024)


def check_count(count: int, limits: Limits = _DEFAULT_LIMITS) -> Refused | None:
    """The refusal for every file beyond the allowed number of one report; `count` is 1 for the first."""
    if count <= limits.max_count:
        return None
    return refused("too-many", f"{limits.max_count} are allowed.")


async def ask(sandbox: Sandbox, job: dict[str, Any], progress: Progress | None = None) -> dict[str, Any] | Refused:
    """Run one job; every way in which a file can break the process is a refusal."""
    try:
        reply = await sandbox.run(job, progress)
    except WorkerDied as death:
        return refused("took-too-long" if death.by_clock else "unreadable")
    if isinstance(reply.get("done"), dict):
        done: dict[str, Any] = reply["done"]
        return done
    code, detail = (reply.get("refused") or ["unreadable", ""])[:2]
    return refused(code if code in REFUSALS else "unreadable", str(detail))


def _accepted(reply: dict[str, Any], size: int, sha256: str, limits: Limits, is_film: bool) -> Accepted:
    """The reply as values, each looked at again: a file may have taken over the process that sent it."""
    kind: Kind = reply["kind"] if is_film else "image"
    width, height = int(reply["width"]), int(reply["height"])
    if reply["content_type"] not in _TYPES or not _possible(kind, width, height, limits):
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
        gps_at=_fixed_at(reply.get("gps_at")),
        gps_accuracy_m=float(reply["gps_accuracy_m"]) if reply.get("gps_accuracy_m") else None,
        warnings=tuple(Caution(code, str(text)) for code, text in reply["warnings"] if code in get_args(WarningCode)),
        kind=kind,
        duration_s=_seconds(reply["duration_s"], kind, limits) if is_film else None,
        prints=reply["prints"] if are_fingerprints(reply.get("prints")) else None,
    )


def _possible(kind: str, width: int, height: int, limits: Limits) -> bool:
    if kind == "audio":
        return width == height == 0
    # Pixels of a film need not be square: seen upright it may be four times as wide as it is stored.
    most = limits.max_pixels if kind == "image" else 4 * limits.film_pixels
    return kind in {"image", "video"} and width > 0 and height > 0 and width * height <= most


def _seconds(told: Any, kind: str, limits: Limits) -> float:
    seconds = float(told)
    if not 0 < seconds <= (limits.film_seconds if kind == "video" else limits.voice_seconds) + 1:
        raise ValueError("an impossible length")
    return seconds


def _fixed_at(told: Any) -> datetime | None:
    at = datetime.fromisoformat(told) if told else None
    if at is not None and at.tzinfo is None:
        raise ValueError("a fix without its zone")
    return at


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
