"""A whole city in processes: migrated, demo data loaded, any number of `serve` and `worker`, on free ports.

    with City.founded(folder, database_url, settings) as city:
        server, worker = city.serve(), city.work()
        requests.get(server.url + "/readyz")
        server.kill()

The processes are the ones `make run` starts; only ports, database and folders differ. What each of them said
lies in `<folder>/<name>.log`.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

REPOSITORY = Path(__file__).resolve().parents[2]
PASSWORD = "mot-mat-khau-cho-thu-nghiem"
# Against what hangs; a loaded machine must not be taken for that.
READY_SECONDS = 180.0
END_SECONDS = 60.0

# A test city is one address and few people: the limits under test are set where they are tested.
ROOMY = {
    "HIENTRUONG_LIMITS_DEVICES_PER_MINUTE": "100000",
    "HIENTRUONG_LIMITS_SIGN_INS_PER_MINUTE": "100000",
}


@dataclass
class Process:
    """One `serve` or `worker`. `url` is "" for a worker."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path
    url: str = ""

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait(END_SECONDS)

    def end(self) -> int:
        """What Ctrl-C does; gives the exit status. Fails when the process does not obey."""
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGINT)
        try:
            return self.popen.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.name} did not end on SIGINT:\n{self.said()}") from None

    def said(self) -> str:
        """Its log so far, the last 6,000 characters."""
        return self.log.read_text(errors="replace")[-6000:]


@dataclass
class City:
    """One database and the processes on it."""

    folder: Path
    database_url: str
    settings: dict[str, str] = field(default_factory=dict)
    processes: list[Process] = field(default_factory=list)

    @classmethod
    @contextlib.contextmanager
    def founded(cls, folder: Path, database_url: str, settings: dict[str, str] | None = None) -> Iterator[City]:
        """A demo city in the empty database; at the end its processes are stopped. Tests, of which there are many,
        have theirs from `Foundation`."""
        city = cls(folder, database_url, settings or {})
        city.found()
        with city.ended():
            yield city

    def found(self) -> None:
        """Migrates the empty database and loads the demo city."""
        self.run("migrate")
        self.run("demo")

    @contextlib.contextmanager
    def ended(self) -> Iterator[None]:
        """At the end of the block whatever was started is stopped."""
        try:
            yield
        finally:
            for process in self.processes:
                process.kill()

    @property
    def state(self) -> Path:
        """Its secrets and what is on its way."""
        return self.folder / "state"

    @property
    def media(self) -> Path:
        """Its pictures, films and voices."""
        return self.folder / "media"

    @property
    def environment(self) -> dict[str, str]:
        """Of every process: nothing of the caller's own HIENTRUONG_* settings leaks in."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("HIENTRUONG_") and name not in ("PORT", "PYTHONPATH")
        }
        return {
            **inherited,
            **ROOMY,
            "PYTHONPATH": str(REPOSITORY),
            "PYTHONUNBUFFERED": "1",
            "HIENTRUONG_DATABASE_URL": self.database_url,
            "HIENTRUONG_STATE_DIR": str(self.state),
            "HIENTRUONG_STORE_URL": str(self.media),
            "HIENTRUONG_DEMO_PASSWORD": PASSWORD,
            **self.settings,
        }

    def run(self, *arguments: str, seconds: float = 300) -> str:
        """One command of the command line to its end; gives what it printed. Fails on a status but 0."""
        done = subprocess.run(
            _command(*arguments),
            env=self.environment,
            cwd=self.folder,
            timeout=seconds,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"hientruong {arguments} ended with {done.returncode}:\n{done.stderr}"
        return done.stdout

    def serve(self, port: int | None = None) -> Process:
        """One more server, ready to answer (on `port`, or a free one)."""
        port = port or free_port()
        process = self._start("serve", {"HIENTRUONG_PORT": str(port)}, f"http://127.0.0.1:{port}")
        self.wait_ready(process)
        return process

    def work(self) -> Process:
        """One more worker."""
        return self._start("worker", {}, "")

    def wait_ready(self, process: Process) -> None:
        """Until /readyz says 200. Fails with the log when the process ends or takes too long."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if process.popen.poll() is not None:
                break
            with contextlib.suppress(OSError, urllib.error.URLError):
                opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
                with opener.open(process.url + "/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            time.sleep(0.1)
        raise AssertionError(f"{process.name} did not become ready:\n{process.said()}")

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """What a query finds in the city's database, for facts no outsider may see."""
        with psycopg.connect(plain_url(self.database_url)) as connection:
            return list(connection.execute(query, values))

    def _start(self, command: str, extra: dict[str, str], url: str) -> Process:
        name = f"{command}-{len(self.processes) + 1}"
        log = self.folder / f"{name}.log"
        with log.open("wb") as output:
            popen = subprocess.Popen(
                _command(command),
                env={**self.environment, **extra},
                cwd=self.folder,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        process = Process(name, popen, log, url)
        self.processes.append(process)
        return process


@dataclass
class Stage:
    """A running city and what its processes are."""

    city: City
    first: Process
    second: Process
    worker: Process


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from api.cli import main; main()", *arguments]


def free_port() -> int:
    """A TCP port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def plain_url(url: str) -> str:
    """The address as libpq reads it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def new_database(url: str, name: str) -> str:
    """Creates an empty database with our extensions beside the one at `url`; gives its address."""
    with psycopg.connect(plain_url(url), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    before, _, query = url.partition("?")
    fresh = f"{before.rsplit('/', 1)[0]}/{quote(name)}" + (f"?{query}" if query else "")
    with psycopg.connect(plain_url(fresh), autocommit=True) as connection:
        for extension in ("postgis", "unaccent", "pg_trgm"):
            connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    return fresh
