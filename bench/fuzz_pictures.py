"""Throws pictures at the intake that were made to hurt: those of other projects, and thousands of broken ones.

    python -m bench.fuzz_pictures [--files 3000] [--seconds 120] [--seed 1]

Each is judged and, if taken, made into copies, all of them by one confined process. It says how many were taken,
refused with which code, ran into a time limit, or ended the process, and by how much the process grew. A process that
ends is replaced and its file refused: that is what the confinement is for, and it still is counted here.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import json
import os
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from bench.corpora import gather
from media.containers import sniff
from media.derivatives import Derivatives, derive
from media.intake import check
from media.pool import Confinement, Sandbox, WorkerDied
from media.verdicts import Accepted, Limits, PictureType, Refused

LIMITS = Limits()
# The memory of the process is looked at after so many files.
EVERY = 500


class Counting(Sandbox):
    """The product's own sandbox, that also counts how its processes ended."""

    def __init__(self) -> None:
        super().__init__(size=1, confinement=Confinement(jobs_per_process=10**9))
        self.crashed: list[str] = []
        self.hung: list[str] = []
        self.name = ""

    async def run(self, job: dict[str, Any], progress: Any = None) -> dict[str, Any]:
        """As the product's; a death is noted with the name of the file."""
        try:
            return await super().run(job, progress)
        except WorkerDied as death:
            (self.hung if death.by_clock else self.crashed).append(self.name)
            raise


@dataclass
class Tally:
    """What became of the files."""

    files: int = 0
    taken: int = 0
    refused: collections.Counter[str] = field(default_factory=collections.Counter)
    taken_but_not_made: collections.Counter[str] = field(default_factory=collections.Counter)
    slowest: tuple[float, str] = (0.0, "")

    def told(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "files": self.files,
            "taken": self.taken,
            "refused": dict(self.refused.most_common()),
            "taken_but_not_made": dict(self.taken_but_not_made),
            "slowest_s": round(self.slowest[0], 2),
            "slowest": self.slowest[1],
        }


def broken(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """One of the ways in which files are hurt, by chance and by people."""
    made = data
    for _ in range(chance.choice((1, 1, 2, 5))):
        made = chance.choice(_WAYS)(made, chance, other) or b"\0"
    return made


def _flip(data: bytes, chance: random.Random, _: bytes) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def _overwrite(data: bytes, chance: random.Random, _: bytes) -> bytes:
    at, length = chance.randrange(len(data)), chance.choice((1, 2, 4, 16, 200))
    new = chance.choice((bytes(length), b"\xff" * length, chance.randbytes(length)))
    return data[:at] + new + data[at + length :]


def _cut(data: bytes, chance: random.Random, _: bytes) -> bytes:
    return data[: chance.randrange(len(data))]


def _take_out(data: bytes, chance: random.Random, _: bytes) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + data[at + chance.choice((1, 4, 200)) :]


def _repeat(data: bytes, chance: random.Random, _: bytes) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + data[at : at + chance.choice((4, 200, 5000))] * 2 + data[at:]


def _splice(data: bytes, chance: random.Random, other: bytes) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + other[at:]


def _lie_about_size(data: bytes, chance: random.Random, _: bytes) -> bytes:
    """Sizes and lengths stand at the beginning."""
    at = chance.randrange(128)
    return data[:at] + chance.choice(_NUMBERS) + data[at + 4 :]


_NUMBERS = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\1", b"\0\1\0\0", b"\x80\0\0\0")
_WAYS = (_flip, _overwrite, _cut, _take_out, _repeat, _splice, _lie_about_size)


async def _one(sandbox: Counting, tally: Tally, name: str, data: bytes, path: Path) -> None:
    path.write_bytes(data)
    sandbox.name, begun = name, time.perf_counter()
    verdict = await check(path, sandbox, LIMITS)
    tally.files += 1
    if isinstance(verdict, Accepted):
        tally.taken += 1
        made = await derive(path, sandbox, LIMITS)
        if isinstance(made, Refused):
            tally.taken_but_not_made[made.code] += 1
        elif not isinstance(made, Derivatives):
            raise SystemExit(f"{name}: {made!r}")
    else:
        tally.refused[verdict.code] += 1
    tally.slowest = max(tally.slowest, (time.perf_counter() - begun, name))


async def throw(say: Callable[[str], None], files: int, seconds: float, seed: int) -> dict[str, Any]:
    """First the pictures as they are, then broken ones until so many or so long; returns the counts."""
    seeds = gather(say)
    sandbox, whole, hurt = Counting(), Tally(), Tally()
    with tempfile.TemporaryDirectory(prefix="hientruong-fuzz-") as folder:
        path = Path(folder) / "picture"
        for name, data in seeds.items():
            await _one(sandbox, whole, name, data, path)
        say(f"as they are: {json.dumps(whole.told())}")
        # What no reader is asked about any more would only be refused again.
        names = sorted(name for name, data in seeds.items() if sniff(data[:1024]) in get_args(PictureType))
        chance = random.Random(seed)
        memory, deadline = [_memory()], time.monotonic() + seconds
        while hurt.files < files and time.monotonic() < deadline:
            name = chance.choice(names)
            data = broken(seeds[name], chance, seeds[chance.choice(names)])
            await _one(sandbox, hurt, f"{name}#{hurt.files}", data, path)
            if hurt.files % EVERY == 0:
                memory.append(_memory())
        say(f"broken: {json.dumps(hurt.told())}")
    await sandbox.close()
    found = {
        "as_they_are": whole.told(),
        "broken": hurt.told(),
        "hung": sandbox.hung,
        "crashed": sandbox.crashed,
        "resident_mib": memory,
        "seed": seed,
    }
    say(f"hung {sandbox.hung}, ended the process {sandbox.crashed}, resident {memory} MiB after each {EVERY}")
    return found


def _memory() -> float | None:
    """Resident MiB of the decoding process, the only child there is."""
    for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return round(int(line.split()[1]) / 1024, 1)
    return None


def measure(say: Callable[[str], None], files: int = 2000, seconds: float = 90.0, seed: int = 1) -> dict[str, Any]:
    """The bounded run of `python -m bench`."""
    return asyncio.run(throw(say, files, seconds, seed))


def main() -> None:
    """A run of any length."""
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz_pictures", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--files", type=int, default=3000)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    measure(lambda line: print(line, flush=True), wanted.files, wanted.seconds, wanted.seed)


if __name__ == "__main__":
    main()
