"""Gives jobs to one fresh process and says what they took: the product's own confined processes, or a rival's.

All of them speak the same way: a line of JSON when ready, then one line of JSON in and one out for each job.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MIB = 1024 * 1024
REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Cost:
    """What a process did: its answers, wall-clock seconds of each job, and of its whole life processor seconds and
    the largest resident memory in MiB."""

    answers: list[dict[str, Any]]
    seconds: list[float]
    cpu_seconds: float
    peak_mib: float


def run(
    module: str, jobs: list[dict[str, Any]], *arguments: str, memory: int = 1024 * MIB, files: int = 128 * MIB
) -> Cost:
    """Run the jobs, one after the other, in a fresh `python -m module MEMORY FILES`."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", module, *(arguments or (str(memory), str(files)))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(REPOSITORY), "MALLOC_ARENA_MAX": "1"},
    )
    assert process.stdin is not None and process.stdout is not None
    answers, seconds = [], []
    try:
        json.loads(process.stdout.readline())
        for job in jobs:
            begun = time.perf_counter()
            process.stdin.write(json.dumps(job).encode() + b"\n")
            process.stdin.flush()
            answers.append(_answer(process.stdout))
            seconds.append(time.perf_counter() - begun)
        peak = _peak_mib(process.pid)
    finally:
        process.stdin.close()
        process.stdout.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(answers, seconds, usage.ru_utime + usage.ru_stime, peak)


def _peak_mib(pid: int) -> float:
    """The process's own peak; what wait4 tells would include the memory of the parent it was forked from."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _answer(lines: Any) -> dict[str, Any]:
    while True:
        answer: dict[str, Any] = json.loads(lines.readline())
        if "progress" not in answer:
            return answer
