"""Nobody exposed: the copies that the public may see, with faces and number plates hidden, or none at all.

Everything here ends in copies that were checked or in `Withheld` with a reason; there is no third way. The work is
done by the examiner process on our own re-encoded copies. The store's own troubles (`NotStored`, `StoreUnavailable`)
and `SandboxUnavailable` are raised: they say nothing about the picture, so the job is to be tried again later, and
until then nothing is public.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from media import areas as places
from media.areas import Area
from media.bareness import facts
from media.containers import Malformed
from media.fingerprint import MOST_FRAMES, Frame, are_fingerprints
from media.pool import Confinement, Progress, Sandbox, WorkerDied
from media.store import MediaStore

Reason = Literal["no-model", "examiner-failed", "took-too-long", "lost-track"]
MediaKind = Literal["image", "video"]
Copies = dict[str, dict[str, Any]]

_COMMAND = (sys.executable, "-P", "-m", "media.examiner")
_MIB = 1024 * 1024
_CONFINEMENT = Confinement(
    # A photo of 1600 x 1600 at one and a half scale: 1.3 GB at most, most of it the libraries' own address space.
    memory_bytes=3072 * _MIB,
    cpu_seconds=3600,
    wall_seconds=7200.0,
    jobs_per_process=200,
    file_bytes=64 * _MIB,
)
_PICTURE_CPU_SECONDS = 60
# Looking and following cost about three seconds of processor time for each second of film, rendering one more.
_CPU_SECONDS_PER_SECOND = 15
_WALL_PER_CPU = 3


@dataclass(frozen=True)
class Withheld:
    """Nothing may be shown, and why; a person can look and mark areas by hand. `areas` is what was found so far."""

    reason: Reason
    detail: str = ""
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True)
class Found:
    """What an examination found: areas to hide, the fingerprints of the picture, and the copies with the areas hidden
    when they were asked for."""

    areas: tuple[Area, ...]
    prints: str
    copies: Copies = field(default_factory=dict)


@dataclass(frozen=True)
class Prints:
    """The fingerprints of a picture or poster, and of a film those of the pictures by which it is known again."""

    still: str
    frames: tuple[Frame, ...] = ()


class Examiner:
    """The examiner processes (started when needed) and where their face model lies; None: in the installed package."""

    def __init__(self, sandbox: Sandbox, face_models: Path | None = None) -> None:
        self.sandbox = sandbox
        self.face_models = face_models

    async def close(self) -> None:
        """End the processes."""
        await self.sandbox.close()


def open_examiner(size: int = 1, face_models: Path | None = None, confinement: Confinement = _CONFINEMENT) -> Examiner:
    """An examiner of at most `size` processes; none is started before the first job."""
    return Examiner(Sandbox(size, confinement, _COMMAND), face_models)


def public_key(sha256: str, hidden: str, name: str) -> str:
    """Where the public copy `name` (large, small, video) lies; `hidden` is the digest of its areas."""
    file = "video.mp4" if name == "video" else f"{name}.webp"
    return f"public/{sha256[:2]}/{sha256}/{hidden}/{file}"


async def examine(
    store: MediaStore, derivatives: Copies, kind: MediaKind, examiner: Examiner, progress: Progress | None = None
) -> Found | Withheld:
    """Look for faces and plates in the copies of `media.derivatives`, without making public ones."""
    with _folder() as name:
        work = _Work(Path(name), store, derivatives, kind, examiner, progress)
        return await _examined(work, await work.job("examine"))


async def examine_and_render(
    store: MediaStore,
    sha256: str,
    derivatives: Copies,
    kind: MediaKind,
    examiner: Examiner,
    progress: Progress | None = None,
) -> Found | Withheld:
    """Look, hide what was found, and store the public copies: what happens to every picture and film by itself."""
    with _folder() as name:
        work = _Work(Path(name), store, derivatives, kind, examiner, progress)
        job = await work.job("examine") | work.outputs()
        found = await _examined(work, job)
        if isinstance(found, Withheld):
            return found
        copies = await _stored(work, sha256, found.areas)
        return copies if isinstance(copies, Withheld) else Found(found.areas, found.prints, copies)


async def render(
    store: MediaStore,
    sha256: str,
    derivatives: Copies,
    kind: MediaKind,
    areas: Sequence[Area | Mapping[str, Any]],
    examiner: Examiner,
    progress: Progress | None = None,
) -> Copies | Withheld:
    """Make the public copies with exactly these areas hidden; none means that a person saw nothing to hide.

    The keys change with the areas, so that no cache shows an older, less hidden copy under the new address.
    Raises ValueError for areas that make no sense.
    """
    wanted = places.read(areas, film=kind == "video")
    with _folder() as name:
        work = _Work(Path(name), store, derivatives, kind, examiner, progress)
        job = await work.job("render") | work.outputs()
        await asyncio.to_thread(work.areas.write_text, json.dumps([area.as_json() for area in wanted]))
        done = await work.ask(job)
        if isinstance(done, Withheld):
            return done
        return await _stored(work, sha256, wanted)


async def fingerprints(
    store: MediaStore, derivatives: Copies, kind: MediaKind, examiner: Examiner
) -> Prints | Withheld:
    """The perceptual hashes of a picture (of a film: of its poster) in the eight ways of `media.fingerprint`, and of a
    film those of the pictures by which it is known again.
    """
    with _folder() as name:
        work = _Work(Path(name), store, derivatives, kind, examiner, None)
        done = await work.ask(await work.job("fingerprint"))
        return done if isinstance(done, Withheld) else _prints(done)


def _prints(done: Mapping[str, Any]) -> Prints | Withheld:
    """The answer as values, each looked at again: the process has just run a stranger's bytes."""
    prints, told = done.get("prints"), done.get("frames")
    try:
        frames = tuple(Frame(float(second), digits) for second, digits in told or ())
    except (TypeError, ValueError):
        return Withheld("examiner-failed", "impossible fingerprints")
    sound = all(0 <= one.second < 1e5 and are_fingerprints(one.prints) and len(one.prints) == 128 for one in frames)
    if not are_fingerprints(prints) or not sound or len(frames) > MOST_FRAMES:
        return Withheld("examiner-failed", "no fingerprint")
    return Prints(str(prints), frames)


@dataclass(frozen=True)
class _Work:
    """One job in a folder of its own."""

    folder: Path
    store: MediaStore
    derivatives: Copies
    kind: MediaKind
    examiner: Examiner
    progress: Progress | None

    @property
    def areas(self) -> Path:
        return self.folder / "areas.json"

    def path(self, name: str) -> Path:
        return self.folder / ("video.mp4" if name == "video" else f"{name}.webp")

    def outputs(self) -> dict[str, str]:
        names = ("large", "small", "video") if self.kind == "video" else ("large", "small")
        return {name: str(self.path(name)) for name in names}

    async def job(self, op: str) -> dict[str, Any]:
        """The job with its inputs fetched, and as much time as its length allows."""
        still = self.folder / "still"
        await self.store.fetch(self.derivatives["large"]["key"], still)
        source, seconds = still, _PICTURE_CPU_SECONDS
        if self.kind == "video":
            film = self.derivatives["video"]
            source = self.folder / "film"
            await self.store.fetch(film["key"], source)
            seconds += int(_CPU_SECONDS_PER_SECOND * float(film["duration_s"]))
        faces = self.examiner.face_models
        return {
            "op": op,
            "path": str(source),
            "still": str(still),
            "film": self.kind == "video",
            "areas": str(self.areas),
            "face_models": str(faces) if faces is not None else None,
            "cpu_seconds": seconds,
            "wall_seconds": seconds * _WALL_PER_CPU,
        }

    async def ask(self, job: dict[str, Any]) -> dict[str, Any] | Withheld:
        """The answer; every way in which the process can fail is a reason to withhold."""
        try:
            reply = await self.examiner.sandbox.run(job, self.progress)
        except WorkerDied as death:
            return Withheld("took-too-long" if death.by_clock else "examiner-failed", str(death))
        done = reply.get("done")
        if not isinstance(done, dict):
            return Withheld("examiner-failed", str(reply.get("refused"))[:200])
        if "withheld" not in done:
            return done
        reason, detail = (*done["withheld"], "", "")[:2]
        held = await asyncio.to_thread(self.found) if reason == "lost-track" else ()
        return Withheld(reason if reason in get_args(Reason) else "examiner-failed", str(detail)[:200], held)

    def found(self) -> tuple[Area, ...]:
        """The areas that the process has written, read as strictly as a stranger's."""
        return places.read(json.loads(self.areas.read_text()), film=self.kind == "video")


async def _examined(work: _Work, job: dict[str, Any]) -> Found | Withheld:
    done = await work.ask(job)
    if isinstance(done, Withheld):
        return done
    try:
        found = await asyncio.to_thread(work.found)
    except (OSError, ValueError) as fault:
        return Withheld("examiner-failed", str(fault)[:200])
    prints = done.get("prints")
    return Found(found, str(prints)) if are_fingerprints(prints) else Withheld("examiner-failed", "no fingerprint")


async def _stored(work: _Work, sha256: str, areas: Sequence[Area]) -> Copies | Withheld:
    """Check every copy once more and store them all, the film last, so that it never stands without its poster."""
    answer: Copies = {}
    try:
        for name in work.outputs():
            known = await asyncio.to_thread(facts, work.path(name), name)
            answer[name] = {"key": public_key(sha256, places.digest(areas), name), **known}
    except (OSError, ValueError, Malformed) as fault:
        return Withheld("examiner-failed", str(fault)[:200])
    for name, copy in answer.items():
        await work.store.put_file(copy["key"], work.path(name))
    return answer


def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="hientruong-privacy-", ignore_cleanup_errors=True)
