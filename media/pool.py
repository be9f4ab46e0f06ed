"""A small pool of decoding processes: started when needed, replaced when one dies, closed with the server."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media.problems import SandboxUnavailable

_PACKAGE_ROOT = Path(__file__).resolve().parent.parent
# No variable of the server reaches the process: they hold its secrets. One malloc arena keeps the address space of
# its threads inside the limit.
_ENVIRONMENT = {"PYTHONPATH": str(_PACKAGE_ROOT), "MALLOC_ARENA_MAX": "1", "PYTHONDONTWRITEBYTECODE": "1"}
if sys.pycache_prefix is not None:
    # Where the server finds its modules compiled; to compile them anew takes half of the time of a start.
    _ENVIRONMENT["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
_START_SECONDS = 30.0
_LONGEST_ANSWER = 64 * 1024
_MOST_NEWS = 1000
_MIB = 1024 * 1024

Progress = Callable[[int], Awaitable[None]]
"""Told the percentage that is done; it only grows. What it raises ends the job and reaches the caller."""


PICTURES = (sys.executable, "-P", "-m", "media.sandbox")
FILMS = (sys.executable, "-P", "-m", "media.film_sandbox")


class WorkerDied(Exception):
    """The process ended in the middle of a job; `by_clock` when a time limit ended it."""

    def __init__(self, *, by_clock: bool) -> None:
        super().__init__("took too long" if by_clock else "died")
        self.by_clock = by_clock


@dataclass(frozen=True)
class Confinement:
    """What one decoding process may use: address space and written files in bytes, processor and wall-clock seconds
    for each job.

    1 GiB holds a 110-megapixel picture with alpha (440 MB) and its reduced copies; the wall clock is longer
    than the processor's because the machine may be busy with other things.
    """

    memory_bytes: int = 1024 * _MIB
    cpu_seconds: int = 15
    wall_seconds: float = 45.0
    jobs_per_process: int = 500
    file_bytes: int = 32 * _MIB


def _rising(progress: Progress | None) -> Progress:
    """`progress` only for news that is new: a job that is tried again begins at nought."""
    highest = -1

    async def told(percent: int) -> None:
        nonlocal highest
        if percent > highest:
            highest = percent
            if progress is not None:
                try:
                    await progress(percent)
                except Exception as fault:
                    raise _Untold from fault

    return told


class _Untold(Exception):
    """The caller's own function failed. Never to be taken for a fault of the process, which would blame the file."""


class _Worker:
    """One process and its pipes."""

    def __init__(self, process: asyncio.subprocess.Process, network_closed: bool) -> None:
        self.process = process
        self.network_closed = network_closed
        self.jobs = 0
        self.gone = asyncio.Event()

    @property
    def alive(self) -> bool:
        return self.process.returncode is None

    async def ask(self, job: dict[str, Any], seconds: float, progress: Progress) -> dict[str, Any]:
        self.jobs += 1
        try:
            # Not wait_for: up to Python 3.11 it can lose a cancellation that comes together with the answer.
            async with asyncio.timeout(seconds):
                return await self._exchange(job, progress)
        except TimeoutError as late:
            raise WorkerDied(by_clock=True) from late
        except (ConnectionError, ValueError) as broken:
            raise WorkerDied(by_clock=await self._ended_by_clock()) from broken

    async def _exchange(self, job: dict[str, Any], progress: Progress) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(job).encode() + b"\n")
        await self.process.stdin.drain()
        for _ in range(_MOST_NEWS):
            reply = await self._line()
            if "progress" not in reply:
                return reply
            if not isinstance(reply["progress"], int):
                raise ValueError("progress is a number")
            await progress(min(100, max(0, reply["progress"])))
        raise ValueError("more news than work")

    async def _line(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = await self.process.stdout.readline()
        if not line.endswith(b"\n"):
            raise ConnectionResetError("the answer ended early")
        reply = json.loads(line)
        if not isinstance(reply, dict):
            raise ValueError("an answer is an object")
        return reply

    async def _ended_by_clock(self) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                await self.process.wait()
        return self.process.returncode == -signal.SIGXCPU

    def kill(self) -> None:
        """Without asking: nothing in the process is worth a farewell."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    async def end(self) -> None:
        """Kill, collect, close the pipes; nobody may be waiting for an answer any more."""
        self.kill()
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        # The end of a process counts only when its output was read to the end, and reading pauses by itself
        # when the process has said more than anybody listened to.
        while await self.process.stdout.read(_LONGEST_ANSWER):
            pass
        await self.process.wait()
        self.gone.set()


class Sandbox:
    """Runs decoding jobs in at most `size` confined processes.

    `command` is the program and its arguments before the limits on memory and files: `FILMS` for films and voice
    notes, and only a test that needs a misbehaving process gives yet another one.
    """

    def __init__(
        self,
        size: int = 2,
        confinement: Confinement | None = None,
        command: Sequence[str] = PICTURES,
    ) -> None:
        self.confinement = confinement or Confinement()
        self._command = tuple(command)
        self._free = asyncio.Semaphore(size)
        # Last in, first out: under light load one process does all the work and the others are never started.
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._closed = False

    async def run(self, job: dict[str, Any], progress: Progress | None = None) -> dict[str, Any]:
        """The answer to one job; raises WorkerDied or SandboxUnavailable. A job may ask for less time than the
        confinement gives: `cpu_seconds`, `wall_seconds`.

        A process that died for no reason of time may have been ended from outside (out-of-memory killer,
        operator) and the picture may be innocent, so such a job is tried once more in a fresh process.
        """
        news = _rising(progress)
        try:
            async with self._free:
                try:
                    return await self._once(job, news)
                except WorkerDied as death:
                    if death.by_clock:
                        raise
                    return await self._once(job, news)
        except _Untold as untold:
            assert untold.__cause__ is not None
            raise untold.__cause__ from None

    async def _once(self, job: dict[str, Any], progress: Progress) -> dict[str, Any]:
        limits = self.confinement
        cpu = min(limits.cpu_seconds, int(job.get("cpu_seconds", limits.cpu_seconds)))
        wall = min(limits.wall_seconds, float(job.get("wall_seconds", limits.wall_seconds)))
        worker = await self._take()
        healthy = False
        try:
            reply = await worker.ask({**job, "cpu_seconds": cpu}, wall, progress)
            healthy = not self._closed and worker.jobs < limits.jobs_per_process
            return reply
        finally:
            if healthy:
                self._busy.discard(worker)
                self._idle.append(worker)
            else:
                await asyncio.shield(self._discard(worker))

    async def _discard(self, worker: _Worker) -> None:
        await worker.end()
        self._busy.discard(worker)

    async def _take(self) -> _Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                self._busy.add(worker)
                return worker
            await worker.end()
        if self._closed:
            raise SandboxUnavailable("The decoding processes were closed.")
        return await self._start()

    async def _start(self) -> _Worker:
        process = await asyncio.create_subprocess_exec(
            *self._command,
            str(self.confinement.memory_bytes),
            str(self.confinement.file_bytes),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd="/",
            env=_ENVIRONMENT,
            start_new_session=True,
            limit=_LONGEST_ANSWER,
        )
        worker = _Worker(process, False)
        # Counted as busy from its first moment, so that closing finds it while it still starts.
        self._busy.add(worker)
        try:
            if self._closed:
                raise ValueError("closed meanwhile")
            assert process.stdout is not None
            async with asyncio.timeout(_START_SECONDS):
                hello = json.loads(await process.stdout.readline())
            worker.network_closed = bool(hello["network_closed"])
        except (TimeoutError, ValueError, KeyError, TypeError) as fault:
            await self._discard(worker)
            raise SandboxUnavailable() from fault
        except BaseException:
            await asyncio.shield(self._discard(worker))
            raise
        return worker

    async def close(self) -> None:
        """End all processes; running jobs and later ones end with SandboxUnavailable."""
        self._closed = True
        idle, self._idle = self._idle, []
        busy = [*self._busy]
        for worker in busy:
            worker.kill()
        await asyncio.gather(*(worker.end() for worker in idle), *(worker.gone.wait() for worker in busy))


def film_sandbox(film_seconds: float, voice_seconds: float, size: int = 1) -> Sandbox:
    """The processes for films and voice notes: more memory, time by the longest one; none is started before a job.

    How much one needs was measured by `python -m bench films`; docs/adr/0012 has the figures.
    """
    longest = max(film_seconds, voice_seconds)
    confinement = Confinement(
        memory_bytes=1536 * _MIB,
        cpu_seconds=round(60 + 12 * longest),
        wall_seconds=60 + 24 * longest,
        jobs_per_process=20,
        file_bytes=128 * _MIB,
    )
    return Sandbox(size=size, confinement=confinement, command=FILMS)
