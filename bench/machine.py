"""What a measurement needs: a private PostgreSQL that keeps its promises, and processes on ports.

with Machine.made_ready() as machine:
    product = machine.serve()                    # "127.0.0.1:40123"
    by_hand = machine.by_hand()
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from api import cluster

REPOSITORY = Path(__file__).resolve().parents[1]
PASSWORD = "do-luong-hieu-nang"
READY_SECONDS = 60.0
NO_LIMIT = "1000000"


@dataclass
class Machine:
    """One fresh city with its demo data, and everything started on it."""

    folder: Path
    database_url: str
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @classmethod
    @contextlib.contextmanager
    def made_ready(cls, *, demo: bool = True) -> Iterator[Machine]:
        """A cluster of its own with fsync on, migrated and, with `demo`, filled; all of it is gone afterwards."""
        folder = Path(tempfile.mkdtemp(prefix="hientruong-bench-"))
        try:
            machine = cls(folder, cluster.ensure_running(folder / "state", throwaway=False))
            try:
                machine.run("migrate")
                if demo:
                    machine.run("demo")
                yield machine
            finally:
                machine.end()
        finally:
            cluster.remove_all(folder / "state")
            shutil.rmtree(folder, ignore_errors=True)

    @property
    def environment(self) -> dict[str, str]:
        """Limits are lifted: one address plays a thousand phones here."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("HIENTRUONG_")},
            "PYTHONPATH": str(REPOSITORY),
            "HIENTRUONG_DATABASE_URL": self.database_url,
            "HIENTRUONG_STATE_DIR": str(self.folder / "state"),
            "HIENTRUONG_STORE_URL": str(self.folder / "media"),
            "HIENTRUONG_DEMO_PASSWORD": PASSWORD,
            "HIENTRUONG_LIMITS_DEVICES_PER_MINUTE": NO_LIMIT,
            "HIENTRUONG_LIMITS_REPORTS_PER_MINUTE": NO_LIMIT,
            "HIENTRUONG_LIMITS_SOCKETS_PER_ADDRESS": NO_LIMIT,
            "HIENTRUONG_LIMITS_SOCKETS_PER_ACCOUNT": NO_LIMIT,
            "HIENTRUONG_LOG_LEVEL": "warning",
        }

    @property
    def libpq_url(self) -> str:
        """The database's address without SQLAlchemy's driver in it."""
        return self.database_url.replace("postgresql+psycopg://", "postgresql://", 1)

    def run(self, *arguments: str) -> None:
        """One command of the product to its end."""
        command = [sys.executable, "-m", "api.cli", *arguments]
        subprocess.run(command, env=self.environment, cwd=self.folder, check=True, stdout=subprocess.DEVNULL)

    def serve(self) -> str:
        """One more server of the product; gives host:port."""
        port = _free_port()
        return self._start(["-m", "api.cli", "serve"], port, "/readyz", HIENTRUONG_PORT=str(port))

    def work(self) -> None:
        """One more worker of the product."""
        self._spawn(["-m", "api.cli", "worker"])

    def by_hand(self) -> str:
        """One more server of the hand-written path on the same web server; gives host:port."""
        port = _free_port()
        arguments = ["-m", "uvicorn", "bench.by_hand:app", "--port", str(port), "--no-access-log"]
        return self._start([*arguments, "--log-level", "warning"], port, "/healthz", BENCH_DATABASE_URL=self.libpq_url)

    def broadcaster(self) -> str:
        """The bare `websockets` broadcast; gives host:port."""
        port = _free_port()
        return self._start(["-m", "bench.broadcaster", str(port)], port, "/healthz")

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What a query finds; what it changes is committed."""
        with psycopg.connect(self.libpq_url) as connection:
            cursor = connection.execute(query, values)
            return list(cursor) if cursor.description else []

    def settle(self) -> None:
        """Waits until the journal of all that was committed is sealed: nobody pays for another's work."""
        while self.rows("SELECT 1 FROM journal WHERE seq IS NULL LIMIT 1"):
            time.sleep(0.1)

    def end(self) -> None:
        """Stops whatever was started."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self, arguments: list[str], port: int, ready: str, **extra: str) -> str:
        _wait_for(f"http://127.0.0.1:{port}{ready}", self._spawn(arguments, **extra))
        return f"127.0.0.1:{port}"

    def _spawn(self, arguments: list[str], **extra: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{len(self.processes)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env={**self.environment, **extra},
            cwd=REPOSITORY,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        log.close()
        self.processes.append(process)
        return process


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), opener.open(address, timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise SystemExit(f"{address} did not become ready")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
