"""`hientruong run`, the real system: it starts, says where it is, stops without a trace, explains itself."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import psycopg
import pytest

from api import cluster, preflight

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def state_dir() -> Iterator[Path]:
    """A state folder that the database's user reaches; pytest's own folders are closed to other users."""
    folder = Path(tempfile.mkdtemp(prefix="ht-state-"))
    folder.chmod(0o755)
    yield folder
    cluster.remove_all(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def database(state_dir: Path) -> Iterator[str]:
    yield cluster.ensure_running(state_dir, throwaway=True)
    cluster.stop(state_dir, throwaway=True)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(autouse=True)
def nothing_runs_on() -> Iterator[None]:
    """What a failed test left running would hold its port and its database."""
    yield
    while Running.started:
        process = Running.started.pop()
        process.kill()
        process.wait()


class Running:
    """One `hientruong run` whose talk is collected in a file."""

    started: ClassVar[list[subprocess.Popen[bytes]]] = []

    def __init__(self, state_dir: Path, port: int, **variables: str) -> None:
        bare = {name: value for name, value in os.environ.items() if not name.startswith("HIENTRUONG_")}
        self.talk = state_dir / f"talk-{time.monotonic_ns()}"
        self.environment = {**bare, "PORT": str(port), "HIENTRUONG_STATE_DIR": str(state_dir), **variables}
        with open(self.talk, "wb") as talk:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "api.foreground"],
                cwd=ROOT,
                env=self.environment,
                stdout=talk,
                stderr=talk,
            )
        self.started.append(self.process)

    def said(self) -> str:
        return self.talk.read_text()

    def wait_until_it_says(self, text: str, seconds: float = 240) -> None:
        deadline = time.monotonic() + seconds
        while text not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def offspring(self) -> list[int]:
        """The processes that were told our state folder, ourselves not counted."""
        mark = f"HIENTRUONG_STATE_DIR={self.environment['HIENTRUONG_STATE_DIR']}\0".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                told = mark in (entry / "environ").read_bytes()
            except OSError:
                continue
            if told and int(entry.name) not in (self.process.pid, os.getpid()):
                found.append(int(entry.name))
        return found


def end(running: Running, sign: signal.Signals) -> int:
    running.process.send_signal(sign)
    return running.process.wait(timeout=120)


def sentence(state_dir: Path, port: int, **variables: str) -> str:
    """What a `hientruong run` that cannot start says at its end; it must be one line and status 1."""
    running = Running(state_dir, port, **variables)
    assert running.process.wait(timeout=120) == 1
    lines = running.said().strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("hientruong: "), lines
    return lines[0].removeprefix("hientruong: ")


@pytest.mark.timeout(400)
def test_the_whole_life(state_dir: Path, port: int) -> None:
    first = Running(state_dir, port)
    first.wait_until_it_says("is running.")
    first.wait_until_it_says("Stop ")
    said = first.said()
    for expected in (
        f"http://127.0.0.1:{port}/ioc",
        "operator1, operator2, supervisor, leader, admin",
        "agency-",
    ):
        assert expected in said
    password = (state_dir / "demo-password").read_text().strip()
    assert re.search(rf"Their password +{re.escape(password)}\n", said)
    assert len(first.offspring()) >= 2
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
        assert answer.status == 200
    assert end(first, signal.SIGINT) == 0
    assert first.said().rstrip().endswith("Stopped; the data stay. Start again with 'make run'.")
    leaves_nothing(first, state_dir, port)

    second = Running(state_dir, port)
    second.wait_until_it_says("is running.")
    assert re.search(rf"Their password +{re.escape(password)}\n", second.said())
    assert end(second, signal.SIGTERM) == 0
    leaves_nothing(second, state_dir, port)

    # kill -9 of the parent: the processes go with it, the database stays and is found by the next run.
    third = Running(state_dir, port)
    third.wait_until_it_says("is running.")
    third.process.kill()
    third.process.wait()
    deadline = time.monotonic() + 120
    while third.offspring() and time.monotonic() < deadline:
        time.sleep(0.1)
    fourth = Running(state_dir, port)
    fourth.wait_until_it_says("is running.")
    victim = next(pid for pid in fourth.offspring() if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(victim, signal.SIGKILL)
    assert fourth.process.wait(timeout=120) == 1
    assert fourth.said().rstrip().splitlines()[-1].startswith("hientruong: 'hientruong worker' ended by itself")
    leaves_nothing(fourth, state_dir, port)


def leaves_nothing(running: Running, state_dir: Path, port: int) -> None:
    assert running.offspring() == []
    assert not (cluster.data_folder(state_dir) / "data" / "postmaster.pid").exists()
    assert not cluster.in_use(state_dir)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def test_a_taken_port(state_dir: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = int(other.getsockname()[1])
        said = sentence(state_dir, port)
    assert said.startswith(f"Port {port} is taken by another program: stop that one, or choose another")
    assert said.endswith("PORT=9000 make run.")


def test_a_wrong_setting(state_dir: Path, port: int) -> None:
    said = sentence(state_dir, port, HIENTRUONG_ENVIRONMENT="prod")
    assert said.startswith("HIENTRUONG_ENVIRONMENT is wrong: Input should be 'demo' or 'production'")


def test_a_state_folder_that_cannot_be_made(state_dir: Path, port: int, database: str) -> None:
    (state_dir / "file").touch()
    folder = str(state_dir / "file" / "folder")
    said = sentence(state_dir, port, HIENTRUONG_DATABASE_URL=database, HIENTRUONG_STATE_DIR=folder)
    assert said == f"{folder}: Not a directory. Repair that, then run again; it continues."


def test_a_database_that_does_not_answer_and_its_password_stays_hidden(state_dir: Path, port: int) -> None:
    url = f"postgresql://somebody:hush@127.0.0.1:{port}/city"
    said = sentence(state_dir, port, HIENTRUONG_DATABASE_URL=url)
    assert "cannot be used" in said and said.endswith("start it or correct HIENTRUONG_DATABASE_URL.")
    assert "hush" not in said


def test_a_database_without_postgis(state_dir: Path, port: int, database: str) -> None:
    # The server has PostGIS; a catalogue that hides it comes first on the search path of this address.
    with psycopg.connect(database.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("create schema hides")
        connection.execute(
            "create view hides.pg_available_extensions as select * from pg_catalog.pg_available_extensions"
            " where name <> 'postgis'"
        )
    url = f"{database}&options=-csearch_path%3Dhides%2Cpg_catalog"
    said = sentence(state_dir, port, HIENTRUONG_DATABASE_URL=url)
    assert "has no PostGIS: install that on its server (Debian: postgresql-postgis), or unset" in said


def test_a_typing_error_in_a_variable_is_pointed_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HIENTRUONG_DATABSE_URL", "x")
    preflight.warn_about_typing_errors()
    said = capsys.readouterr().err
    assert "HIENTRUONG_DATABSE_URL is not a setting and has no effect; did you mean HIENTRUONG_DATABASE_URL?" in said
