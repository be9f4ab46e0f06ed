"""How a step of the set-up fails: in one sentence that says what to do."""

from __future__ import annotations

import errno
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

DISK = re.compile(r"No space left on device|ENOSPC|Disk quota exceeded|os error 28\b")
NETWORK = re.compile(
    r"Temporary failure (in name resolution|resolving)|Could not (resolve|connect)|Network is unreachable"
    r"|No route to host|NewConnectionError|ConnectTimeout|ReadTimeout|Connection (refused|reset|timed out)"
    r"|dns error|error sending request|tcp connect error|EAI_AGAIN|ENOTFOUND|ETIMEDOUT|ECONNREFUSED"
)


class SetupProblem(Exception):
    """The set-up cannot go on. The message is one sentence that says what to do."""


def disk_full(place: Path) -> SetupProblem:
    return SetupProblem(f"The disk of {place} is full: free about 3 GB, then run this again; it continues.")


def explain_os_error(problem: OSError) -> SetupProblem:
    """The sentence for an error of the operating system that nobody caught nearer to its place."""
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(ROOT)
    if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return SetupProblem(
            f"{problem.filename} cannot be written: give the project's folder to the user who runs this "
            f"(sudo chown -R $USER '{ROOT}'), then run this again."
        )
    return SetupProblem(f"{problem}: repair that, then run this again; it continues.")


def run_logged(what: str, command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> None:
    """Run one program, its talk going to the end of `log`. Raises SetupProblem, beginning with `what`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "a+b") as handle:
        handle.write(f"\n$ {' '.join(command)}\n".encode())
        handle.flush()
        begin = handle.tell()
        try:
            status = subprocess.run(
                command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=handle,
                stderr=handle,
                env=environment,
                check=False,
            ).returncode
        except FileNotFoundError:
            raise SetupProblem(
                f"{what} failed because {command[0]} is not there: install it, run this again."
            ) from None
        if status != 0:
            handle.seek(begin)
            raise _explained(what, handle.read().decode(errors="replace"), log)


def _explained(what: str, said: str, log: Path) -> SetupProblem:
    if DISK.search(said):
        return disk_full(ROOT)
    if NETWORK.search(said):
        return SetupProblem(f"{what} needs the network, which is not reachable: connect, then run this again ({log}).")
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"(?i)(fatal|error|e:|npm err)", line)]
    web = [line for line in lines if "WebBuildError: " in line]
    complaint = (web or errors or lines or ["it said nothing"])[-1].rstrip(":.")
    return SetupProblem(f"{what} failed ({complaint}): see {log}, repair that, then run this again; it continues.")
