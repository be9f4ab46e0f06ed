"""The set-up behind make: python3 -m setup.bootstrap run|test|bench|web|install|clean

Run by whatever python3 the system has, before anything is installed. It parses under old Pythons too, so that
they get a sentence instead of a SyntaxError.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO

from api import cluster
from api.kept_secret import kept_secret
from setup import checks, system_packages, virtual_environment
from setup.problems import ROOT, SetupProblem, explain_os_error

OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")


def main(arguments: list[str]) -> int:
    """Do one action; every failure is one sentence on standard error and status 1."""
    if not arguments or arguments[0] not in ACTIONS:
        print(f"usage: python3 -m setup.bootstrap {'|'.join(ACTIONS)}", file=sys.stderr)
        return 2
    try:
        use_new_enough_python(arguments)
        return ACTIONS[arguments[0]](arguments[1:])
    except SetupProblem as problem:
        print(f"hientruong: {problem}", file=sys.stderr)
    except OSError as problem:
        print(f"hientruong: {explain_os_error(problem)}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nhientruong: stopped; running it again continues.", file=sys.stderr)
        return 130
    return 1


def use_new_enough_python(arguments: list[str]) -> None:
    """Go over to a newer interpreter if this one is too old. Raises SetupProblem."""
    if sys.version_info >= OLDEST:
        return
    for name in NEWER:
        path = shutil.which(name)
        if path:
            os.execv(path, [path, "-m", "setup.bootstrap", *arguments])
    found = ".".join(str(part) for part in sys.version_info[:3])
    raise SetupProblem(
        f"Python 3.11 or newer is needed and this is {found}: install one (Debian 12 and Ubuntu 24.04 have "
        "it as the package python3), then run this again."
    )


def run(extra: list[str]) -> int:
    """Install what is missing, then become `python -m api.foreground`."""
    if _only_docker():
        return _run_in_docker()
    prepare(tests=False)
    checks.replace_by(["python", "-m", "api.foreground", *extra])
    return 0


def test(extra: list[str]) -> int:
    """Install what is missing, then run every check and test."""
    prepare(tests=True)
    with _setup_lock():
        virtual_environment.ensure_web_tools(log_file())
    return checks.run_all(extra)


def bench(extra: list[str]) -> int:
    """Install what is missing, then measure."""
    prepare(tests=True)
    checks.replace_by(["python", "-m", "bench", *extra])
    return 0


def web(_extra: list[str]) -> int:
    """Build the web apps if their sources changed."""
    prepare(tests=False)
    print("The web apps are up to date.")
    return 0


def install(extra: list[str]) -> int:
    """Install everything and start nothing; an image has its database elsewhere (--without-database)."""
    prepare(tests=False, database="--without-database" not in extra)
    return 0


def clean(extra: list[str]) -> int:
    """Remove the database and the rest of the state folder, after asking."""
    state = state_dir()
    if not state.exists():
        print(f"{state} is not there: nothing to remove.")
        return 0
    if "--yes" not in extra:
        print(f"This removes {state} and {cluster.data_folder(state)}: all reports, pictures and keys.")
        if input("Remove them? Type yes: ").strip().lower() != "yes":
            print("Nothing was removed.")
            return 1
    if cluster.in_use(state):
        raise SetupProblem("The system is running: stop it first (Ctrl-C where 'make run' runs), then clean.")
    cluster.remove_all(state)
    shutil.rmtree(state)
    return 0


def prepare(tests: bool, database: bool = True) -> None:
    """System packages, the venv, the project and the web apps; one process at a time. Raises SetupProblem."""
    with _setup_lock():
        own_database = database and (tests or not os.environ.get("HIENTRUONG_DATABASE_URL"))
        system_packages.install_missing(database=own_database, browser=tests, log=log_file())
        virtual_environment.ensure(tests, log_file())


def state_dir() -> Path:
    """`.local` of the checkout unless HIENTRUONG_STATE_DIR says otherwise."""
    return Path(os.environ.get("HIENTRUONG_STATE_DIR") or ROOT / ".local").resolve()


def log_file() -> Path:
    """Where the talk of the installers goes."""
    return state_dir() / "setup.log"


def _setup_lock() -> IO[str]:
    """An open, locked file: closing it (or dying) gives the lock back."""
    state_dir().mkdir(parents=True, exist_ok=True)
    handle = open(state_dir() / "setup.lock", "w")  # noqa: SIM115 - the caller's with statement closes it
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Another set-up of this checkout is running: waiting for it ...", flush=True)
        fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def _only_docker() -> bool:
    """Whether PostGIS is neither here nor installable, but Docker is."""
    installable = shutil.which("apt-get") or shutil.which("brew")
    given = os.environ.get("HIENTRUONG_DATABASE_URL") or system_packages.has_postgis()
    return not given and not installable and shutil.which("docker") is not None


def _run_in_docker() -> int:
    print("PostGIS cannot be installed here: running with Docker (docker compose up --build).", flush=True)
    password = os.environ.get("HIENTRUONG_DEMO_PASSWORD") or kept_secret(state_dir(), "demo-password", length=6)
    print(f"The demo accounts' password will be {password}", flush=True)
    environment = {**os.environ, "HIENTRUONG_DEMO_PASSWORD": password}
    return subprocess.call(["docker", "compose", "up", "--build"], cwd=ROOT, env=environment)


ACTIONS = {"run": run, "test": test, "bench": bench, "web": web, "install": install, "clean": clean}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
