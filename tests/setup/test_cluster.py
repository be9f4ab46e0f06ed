"""The embedded database, on the real PostgreSQL of this machine, through what was seen to go wrong."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from api import cluster, cluster_folder
from api.postgresql import ClusterError, find_bindir

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def state_dir() -> Iterator[Path]:
    """A state folder that the database's user reaches; pytest's own folders are closed to other users."""
    folder = Path(tempfile.mkdtemp(prefix="ht-state-"))
    folder.chmod(0o755)
    yield folder
    cluster.remove_all(folder)
    shutil.rmtree(folder)


def ask(url: str, question: str) -> object:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        answer = connection.execute(question)
        row = answer.fetchone() if answer.description else None
        return row[0] if row else None


def postmaster(state_dir: Path) -> int:
    pid_file = cluster.data_folder(state_dir) / "data" / "postmaster.pid"
    return int(pid_file.read_text().split("\n")[0])


def test_it_has_postgis_and_knows_vietnamese_letters(state_dir: Path) -> None:
    with cluster.running(state_dir) as url:
        assert "USE_GEOS" in str(ask(url, "select postgis_version()"))
        assert ask(url, "select lower('ĐƯỜNG TRẦN PHÚ')") == "đường trần phú"
        assert ask(url, "select unaccent('Phường Vũng Tàu')") == "Phuong Vung Tau"
        assert ask(url, "show listen_addresses") == ""
        assert ask(url, "show fsync") == "on"


def test_data_stay_when_it_is_stopped_and_nothing_else_does(state_dir: Path) -> None:
    with cluster.running(state_dir) as url:
        ask(url, "create table kept as select 42 as answer")
        pid = postmaster(state_dir)
    assert not cluster_folder.alive(pid)
    assert not (cluster.data_folder(state_dir) / "data" / "postmaster.pid").exists()
    with cluster.running(state_dir) as url:
        assert ask(url, "select answer from kept") == 42


def test_a_throwaway_cluster_leaves_nothing(state_dir: Path) -> None:
    url = cluster.ensure_running(state_dir, throwaway=True)
    assert ask(url, "show fsync") == "off"
    assert url == cluster.ensure_running(state_dir, throwaway=True)
    cluster.stop(state_dir, throwaway=True)
    assert [path.name for path in state_dir.iterdir()] == []


def test_the_last_of_two_users_stops_it(state_dir: Path) -> None:
    with cluster.running(state_dir) as url:
        with cluster.running(state_dir) as same:
            assert url == same
        assert cluster.in_use(state_dir)
        assert ask(url, "select 1") == 1
    assert not cluster.in_use(state_dir)
    with pytest.raises(psycopg.OperationalError):
        ask(url, "select 1")


def test_two_who_come_at_once_make_one_cluster(state_dir: Path) -> None:
    urls: list[str] = []
    program = (
        "import sys, pathlib; from api import cluster;"
        "print(cluster.ensure_running(pathlib.Path(sys.argv[1]), throwaway=False))"
    )

    def start() -> None:
        command = [sys.executable, "-c", program, str(state_dir)]
        urls.append(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(urls) == 3 and len(set(urls)) == 1
    cluster.stop(state_dir, throwaway=False)


def test_after_kill_9_it_starts_again_with_what_was_committed(state_dir: Path) -> None:
    url = cluster.ensure_running(state_dir, throwaway=False)
    ask(url, "create table kept as select 42 as answer")
    os.kill(postmaster(state_dir), signal.SIGKILL)
    with cluster.running(state_dir) as url:
        assert ask(url, "select answer from kept") == 42


def test_a_lock_file_of_some_other_process_is_no_obstacle(state_dir: Path) -> None:
    url = cluster.ensure_running(state_dir, throwaway=False)
    ask(url, "create table kept as select 42 as answer")
    pid_file = cluster.data_folder(state_dir) / "data" / "postmaster.pid"
    content = pid_file.read_text()
    cluster.stop(state_dir, throwaway=False)
    # As after a crash of the machine: the number now belongs to a program that has nothing to do with us.
    bystander = subprocess.Popen(["sleep", "300"], user=pid_file.parent.stat().st_uid if os.geteuid() == 0 else None)
    try:
        pid_file.write_text("\n".join([str(bystander.pid), *content.split("\n")[1:]]))
        shutil.chown(pid_file, pid_file.parent.stat().st_uid, pid_file.parent.stat().st_gid)
        with cluster.running(state_dir) as url:
            assert ask(url, "select answer from kept") == 42
        assert bystander.poll() is None, "the bystander was killed"
    finally:
        bystander.kill()
        bystander.wait()


def test_a_half_made_cluster_is_made_again(state_dir: Path) -> None:
    cluster.ensure_running(state_dir, throwaway=False)
    cluster.stop(state_dir, throwaway=False)
    folder = cluster.data_folder(state_dir)
    (folder / "data").rename(folder / "data.new")  # initdb was killed before its end
    (folder / "data.new" / "PG_VERSION").unlink()
    with cluster.running(state_dir) as url:
        assert ask(url, "select 1") == 1


def test_the_throwaway_cluster_of_a_killed_process_is_swept(state_dir: Path) -> None:
    program = (
        "import sys, pathlib, os, signal; from api import cluster;"
        "cluster.ensure_running(pathlib.Path(sys.argv[1]), throwaway=True);"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", program, str(state_dir)], cwd=ROOT, check=False)
    (orphan,) = state_dir.glob("test-*")
    pid = int((orphan / "data" / "postmaster.pid").read_text().split("\n")[0])
    with cluster.running(state_dir):
        assert not orphan.exists()
        assert not cluster_folder.alive(pid)


@pytest.mark.parametrize("name", ["d" * 120, "có dấu và 'cách'"])
def test_long_and_odd_paths(state_dir: Path, name: str) -> None:
    (state_dir / name).mkdir(mode=0o755)
    try:
        with cluster.running(state_dir / name) as url:
            assert ask(url, "select 1") == 1
            socket = cluster_folder.socket_dir(cluster.data_folder(state_dir / name))
            assert socket.parent == Path("/tmp")
            assert socket.stat().st_mode & 0o077 == 0
    finally:
        cluster.remove_all(state_dir / name)
    assert not socket.exists()


def test_below_a_closed_folder_it_lies_where_its_user_reaches_it(state_dir: Path) -> None:
    closed = state_dir / "closed"
    closed.mkdir(mode=0o700)
    local = closed / "project" / ".local"
    with contextlib.ExitStack() as stack:
        stack.callback(cluster.remove_all, local)
        with cluster.running(local) as url:
            ask(url, "create table kept as select 42 as answer")
        folder = cluster.data_folder(local)
        if os.geteuid() == 0:  # the database runs as another user, who may not pass
            assert folder == Path((local / "where").read_text().strip()) / "cluster"
            assert folder.parent.parent == cluster_folder.FALLBACK
        else:
            assert folder == local / "cluster"
        with cluster.running(local) as url:
            assert ask(url, "select answer from kept") == 42
    assert not folder.exists()
    assert not folder.parent.exists() or folder.parent == local


def test_clusters_are_removed_on_request(state_dir: Path) -> None:
    cluster.ensure_running(state_dir, throwaway=False)
    cluster.ensure_running(state_dir, throwaway=True)
    assert len(cluster.remove_all(state_dir)) == 2
    assert list(state_dir.iterdir()) == []


def test_data_of_a_postgresql_that_is_gone_are_not_touched(state_dir: Path) -> None:
    cluster.ensure_running(state_dir, throwaway=False)
    cluster.stop(state_dir, throwaway=False)
    version = cluster.data_folder(state_dir) / "data" / "PG_VERSION"
    version.write_text("9\n")
    with pytest.raises(ClusterError, match=r"^The data were written by PostgreSQL 9, .*make clean"):
        cluster.ensure_running(state_dir, throwaway=False)
    assert version.exists()


def test_a_server_that_refuses_its_settings_is_explained(state_dir: Path) -> None:
    cluster.ensure_running(state_dir, throwaway=False)
    cluster.stop(state_dir, throwaway=False)
    with open(cluster.data_folder(state_dir) / "data" / "postgresql.conf", "a") as file:
        file.write("\nno_such_setting = 1\n")
    with pytest.raises(ClusterError, match=r"does not start \(.*contains errors.*\): see .*/log, then try again\."):
        cluster.ensure_running(state_dir, throwaway=False)


def test_the_programs_have_postgis() -> None:
    bindir = find_bindir()
    assert (bindir / "initdb").exists() and (bindir / "pg_ctl").exists()
