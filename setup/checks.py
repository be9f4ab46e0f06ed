"""Every check of `make test`, in order. All run, also after one failed; the exit status tells."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from setup import virtual_environment
from setup.problems import ROOT

CHECKS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("lint", ("ruff", "check", "."), "."),
    ("format", ("ruff", "format", "--check", "."), "."),
    ("types", ("mypy",), "."),
    ("imports", ("lint-imports",), "."),
    ("web: types and lint", ("npm", "run", "--silent", "check"), "web"),
    ("web: tests", ("npm", "test", "--silent"), "web"),
    # A file is one worker's whole, so that what its tests share is made once.
    ("tests", ("python", "-m", "pytest", "-n", "2", "--dist", "loadfile", "--durations", "15"), "."),
)


def run_all(extra: Sequence[str] = ()) -> int:
    """Run the checks; `extra` goes to pytest. Gives the exit status."""
    failed = []
    for name, command, folder in CHECKS:
        print(f"\n=== {name}: {' '.join(command)}", flush=True)
        arguments = [*command, *extra] if name == "tests" else [*command]
        if run_in_foreground(arguments, ROOT / folder) != 0:
            failed.append(name)
    if failed:
        print(f"\nFailed: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


def run_in_foreground(command: Sequence[str], folder: Path) -> int:
    """Run a program of the venv. Ctrl-C reaches it too; it is given the time to tidy up, then we stop."""
    interrupted = []
    # A handler, not SIG_IGN: the program would inherit that and be deaf to Ctrl-C.
    before = signal.signal(signal.SIGINT, lambda *_: interrupted.append(True))
    try:
        environment = virtual_environment.environment()
        program = virtual_environment.VENV / "bin" / command[0]
        status = subprocess.Popen([str(program), *command[1:]], cwd=folder, env=environment).wait()
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
