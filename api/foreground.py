"""`hientruong run`: the whole system in one terminal. Ctrl-C stops everything it started; data stay.

The processes are those of compose.yaml: STEPS run to their end one after the other, CHILDREN stay. Each is a
process of this interpreter in its own session, so that Ctrl-C reaches us alone and we stop them in order: the
web server and the worker first, the database after them.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from types import FrameType

from sqlalchemy import create_engine, make_url

from api import cluster, migrate
from api.preflight import CannotRun, check_database, check_port, warn_about_typing_errors
from api.settings import Settings, SettingsError, read_settings

STEPS = (("migrate",), ("demo",))
CHILDREN = (("serve",), ("worker",))
READY_SECONDS = 120.0
STOP_SECONDS = 15.0
PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
STAFF = ("operator1", "operator2", "supervisor", "leader", "admin")


def main() -> int:
    """Run until Ctrl-C. Gives the exit status: 0 after Ctrl-C, 1 after a failure, which is one sentence."""
    try:
        with _signals(_interrupt):
            settings = read_settings()
            warn_about_typing_errors()
            check_port(settings)
            with _database(settings) as url:
                _run(settings, url)
    except (CannotRun, SettingsError, cluster.ClusterError) as problem:
        print(f"hientruong: {problem}", file=sys.stderr, flush=True)
        return 1
    except OSError as problem:
        print(f"hientruong: {_system_sentence(problem)}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; the data stay. Start again with 'make run'.", flush=True)
        return 0
    return 0


def _system_sentence(problem: OSError) -> str:
    place = problem.filename or "The system"
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk of {place} is full: free some space, then run again; it continues."
    return f"{place}: {problem.strerror or problem}. Repair that, then run again; it continues."


def _run(settings: Settings, url: str) -> None:
    environment = process_environment(settings, url)
    steps: Sequence[tuple[str, ...]] = _steps(settings)
    if not _is_migrated(url):
        for step in steps:
            with _started([step], environment) as (process,):
                _finish([process], [step])
        steps = ()
    # Where the tables are the newest there is nothing to migrate, and what is left to do runs beside the web server:
    # each process spends seconds on its imports. The others come when it answers, so that they do not slow it down.
    steps = [step for step in steps if step != ("migrate",)]
    with _started(CHILDREN[:1], environment) as serving, _started(steps, environment) as finishing:
        _finish(finishing, steps)
        _wait_until_ready(settings, serving)
        with _started(CHILDREN[1:], environment) as working:
            print(_table(settings), flush=True)
            while True:
                _check_alive([*serving, *working])
                time.sleep(0.5)


def _finish(processes: Sequence[subprocess.Popen[bytes]], steps: Sequence[Sequence[str]]) -> None:
    for process, step in zip(processes, steps, strict=True):
        if process.wait() != 0:
            raise CannotRun(f"'hientruong {step[0]}' failed: repair what it says above, then run again.")


def _is_migrated(url: str) -> bool:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return migrate.current(connection) == migrate.newest()
    finally:
        engine.dispose()


def _steps(settings: Settings) -> Sequence[tuple[str, ...]]:
    """The demo city is for trying out; production has its own data and no demo accounts."""
    return tuple(step for step in STEPS if step != ("demo",) or not settings.place.is_production)


def process_environment(settings: Settings, url: str) -> dict[str, str]:
    """What each process is told: the same database, state folder, port and password for all."""
    told = {
        "HIENTRUONG_DATABASE_URL": url,
        "HIENTRUONG_STATE_DIR": str(settings.place.state_dir.resolve()),
        "HIENTRUONG_HOST": settings.web.host,
        "HIENTRUONG_PORT": str(settings.web.port),
        "PYTHONUNBUFFERED": "1",
    }
    if not settings.place.is_production:
        told["HIENTRUONG_DEMO_PASSWORD"] = settings.demo_password()
    return {**os.environ, **told}


@contextlib.contextmanager
def _database(settings: Settings) -> Iterator[str]:
    """The URL of the database: the one that was given, or the embedded cluster while the block runs."""
    if settings.database.url is None:
        with cluster.running(settings.place.state_dir) as url:
            yield url
    else:
        check_database(settings.database.url)
        yield settings.database.url


# --- Processes ----------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _started(commands: Sequence[Sequence[str]], environment: dict[str, str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The processes of these commands while the block runs; whatever ends it, they are gone afterwards."""
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            processes.append(_start(command, environment))
        yield processes
    finally:
        with _signals(_nothing):  # a second Ctrl-C must not interrupt the tidying up
            _stop(processes)


def _start(command: Sequence[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "api.cli", *command],
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_die_with_parent(),
    )


def _die_with_parent() -> Callable[[], None] | None:
    """Have Linux stop a child whose parent was killed with -9, so that no web server keeps the port."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _stop(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # what it started itself, such as the picture decoder


def _check_alive(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    # While the server is not ready the others have not begun.
    for process, command in zip(processes, CHILDREN, strict=False):
        if process.poll() is not None:
            raise CannotRun(
                f"'hientruong {command[0]}' ended by itself with status {process.returncode}: "
                "the lines above say why; repair that, then run again."
            )


def _wait_until_ready(settings: Settings, processes: Sequence[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    said = "it did not answer"
    while time.monotonic() < deadline:
        _check_alive(processes)
        try:
            _get(settings, "/readyz")
            return
        except urllib.error.HTTPError as answer:
            said = answer.read().decode(errors="replace")
        except OSError as problem:
            said = str(problem)
        time.sleep(0.1)
    raise CannotRun(f"The web server was not ready after {READY_SECONDS:.0f} s ({said}): run it again.")


def _get(settings: Settings, path: str) -> bytes:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.web.host, settings.web.host)
    # Straight to this machine: a proxy of the environment has no business here.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(f"http://{host}:{settings.web.port}{path}", timeout=5) as answer:
        return bytes(answer.read())


# --- Signals ------------------------------------------------------------------------------------------------


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """Let the tidying up go on."""


@contextlib.contextmanager
def _signals(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Ctrl-C, a polite kill and a closed terminal all mean the same. Functions only: SIG_IGN is inherited."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)


# --- The table ----------------------------------------------------------------------------------------------


def _table(settings: Settings) -> str:
    origin = settings.web.origin
    rows = [
        ("Portal, resident app", f"{origin}/"),
        ("Operations center", f"{origin}/ioc"),
        ("Agency desk", f"{origin}/agency"),
        ("API", f"{origin}/docs"),
    ]
    if not settings.place.is_production:
        rows += [
            ("Demo accounts", ", ".join(STAFF)),
            ("", ", ".join(_agency_accounts(settings))),
            ("Their password", settings.demo_password()),
        ]
    rows += [
        ("Data", str(settings.place.state_dir.resolve())),
        ("Database", _database_place(settings)),
        ("Stop", "Ctrl-C; the data stay. 'make clean' removes them."),
    ]
    lines = [f"  {name:<22}{value}" for name, value in rows]
    return "\n".join(["", "Hiện Trường is running.", "", *lines, ""])


def _agency_accounts(settings: Settings) -> list[str]:
    try:
        agencies = json.loads(_get(settings, "/api/v1/agencies"))["agencies"]
        return [f"agency-{agency['code']}" for agency in agencies]
    except (OSError, ValueError, KeyError, TypeError):
        return ["agency-<code>"]


def _database_place(settings: Settings) -> str:
    if settings.database.url is None:
        return str(cluster.data_folder(settings.place.state_dir))
    return make_url(settings.database.url).render_as_string(hide_password=True)


if __name__ == "__main__":
    sys.exit(main())
