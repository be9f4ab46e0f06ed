"""Every check of `make test`, in order. All run, also after one failed; the exit status tells."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from setup import virtual_environment
from setup.problems import ROOT

WORKERS = ("-n", "3", "--dist", "loadscope", "--no-loadscope-reorder")
CHECKS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("lint", ("ruff", "check", "."), "."),
    ("format", ("ruff", "format", "--check", "."), "."),
    ("imports", ("lint-imports",), "."),
    ("web: types and lint", ("npm", "run", "--silent", "check"), "web"),
    ("web: tests", ("npm", "test", "--silent"), "web"),
    # Has been running beside the others; see BESIDE.
    ("types", ("mypy",), "."),
    # What is one worker's whole and what comes first, tests/conftest.py says.
    ("tests", ("python", "-m", "pytest", *WORKERS, "--durations", "25"), "."),
)


_NOT_KEPT = "PYTHONDONTWRITEBYTECODE"
BESIDE = "types"
"""The longest but the tests, on one processor: it begins with the first check and is waited for when its turn comes."""
COMPILING = ("python", "-m", "pytest", "--collect-only", "-o", "addopts=--import-mode=importlib", "-p", "no:terminal")
"""Runs beside the quick checks: whatever the tests import is compiled once, where each worker of them would compile all
of it in the same moment. It says nothing: what is wrong the tests themselves say."""


def run_all(extra: Sequence[str] = ()) -> int:
    """Run the checks; `extra` goes to pytest. Gives the exit status."""
    failed = []
    beside, folder = next((command, folder) for name, command, folder in CHECKS if name == BESIDE)
    with _begun(beside, ROOT / folder) as ended, _begun(COMPILING, ROOT) as compiled:
        for name, command, folder in CHECKS:
            print(f"\n=== {name}: {' '.join(command)}", flush=True)
            if name == "tests":
                compiled()
            arguments = [*command, *extra] if name == "tests" else [*command]
            if (ended() if name == BESIDE else run_in_foreground(arguments, ROOT / folder)) != 0:
                failed.append(name)
    if failed:
        print(f"\nFailed: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


@contextmanager
def _begun(command: Sequence[str], folder: Path) -> Iterator[Callable[[], int]]:
    """Starts a check that is silent for now; gives what waits for it, prints what it said, and gives its status."""
    program = str(virtual_environment.VENV / "bin" / command[0])
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [program, *command[1:]],
            cwd=folder,
            env=_environment(),
            stdout=said,
            stderr=subprocess.STDOUT,
        )

        def ended() -> int:
            status = process.wait()
            said.seek(0)
            print(said.read().decode(errors="replace"), end="", flush=True)
            return status

        try:
            yield ended
        finally:
            process.kill()
            process.wait()


def _environment() -> dict[str, str]:
    """That of the venv, and a folder for what Python has compiled: the tests start hundreds of processes of ours, and
    where PYTHONDONTWRITEBYTECODE is set each of them would compile every module again.
    """
    given = {name: value for name, value in virtual_environment.environment().items() if name != _NOT_KEPT}
    return {**given, "PYTHONPYCACHEPREFIX": str(ROOT / ".local" / "compiled")}


def run_in_foreground(command: Sequence[str], folder: Path) -> int:
    """Run a program of the venv. Ctrl-C reaches it too; it is given the time to tidy up, then we stop."""
    interrupted = []
    # A handler, not SIG_IGN: the program would inherit that and be deaf to Ctrl-C.
    before = signal.signal(signal.SIGINT, lambda *_: interrupted.append(True))
    try:
        program = virtual_environment.VENV / "bin" / command[0]
        status = subprocess.Popen([str(program), *command[1:]], cwd=folder, env=_environment()).wait()
    finally:
        signal.signal(signal.SIGINT, before)
    if interrupted:
        raise KeyboardInterrupt
    return status


def replace_by(command: Sequence[str]) -> None:
    """Become that program of the venv, so that signals reach it without a parent in between."""
    program = str(virtual_environment.VENV / "bin" / command[0])
    os.chdir(ROOT)
    os.execve(program, [program, *command[1:]], virtual_environment.environment())
