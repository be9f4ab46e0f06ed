"""The embedded database: one private PostgreSQL cluster with PostGIS, on a unix socket, for one checkout.

Standard library only, so that the set-up scripts can use it before anything is installed. A cluster is one
folder:

    <folder>/data    the data, complete or absent (initdb writes to data.new, which is renamed at the end)
    <folder>/sock    the socket (or /tmp/hientruong-<hash> where the path would exceed the kernel's limit)
    <folder>/log     what the server said
    <folder>/lock    held while somebody starts or stops it
    <folder>/users   locked (shared) by each process that needs it, so that only the last one stops it
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from api import cluster_folder
from api.postgresql import Account, ClusterError, account_for, call, find_bindir, utf8_locale

__all__ = ["ClusterError", "data_folder", "ensure_running", "in_use", "remove_all", "running", "stop"]

NAME = "hientruong"  # of the database and of its user
EXTENSIONS = ("postgis", "unaccent", "pg_trgm")
PORT = "5432"  # only part of the socket's file name; always given, so that PGPORT in the shell does not count
PATIENCE = 15.0  # seconds: after kill -9 the dead postmaster may hold its lock file for a while
LOG_LIMIT = 10_000_000  # bytes

COMMON = {
    "listen_addresses": "",
    "port": PORT,
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "jit": "off",
    "random_page_cost": "1.1",
}
KEPT = {"max_connections": "200", "shared_buffers": "256MB", "max_wal_size": "2GB"}
# Nothing of a test cluster needs to outlive a power cut.
THROWAWAY = {
    "max_connections": "300",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "128MB",
}


@dataclass(frozen=True)
class Cluster:
    """One cluster: its folder (absolute), the programs that serve it, and the user they run as (None: us)."""

    folder: Path
    bindir: Path
    account: Account | None
    throwaway: bool

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    @property
    def socket_dir(self) -> Path:
        return cluster_folder.socket_dir(self.folder)


def ensure_running(state_dir: Path, *, throwaway: bool) -> str:
    """Create the cluster if it is not there, start it if it does not run, give SQLAlchemy's URL (psycopg 3).

    The database exists and has the extensions. `throwaway`: a cluster of this process alone, without crash
    safety, removed by `stop`. Raises ClusterError.
    """
    cluster = _locate(state_dir, throwaway)
    with _locked(cluster.folder):
        if not _answers(cluster):
            _initialise(cluster)
            _start(cluster)
        _create_database(cluster)
    return f"postgresql+psycopg://{NAME}@/{NAME}?host={quote(str(cluster.socket_dir), safe='/')}&port={PORT}"


def stop(state_dir: Path, *, throwaway: bool) -> None:
    """Stop the cluster if it runs, rolling back what is unfinished; a throw-away one is removed as well."""
    folder = cluster_folder.known(state_dir.resolve(), cluster_folder.name_of(throwaway))
    if folder is None:
        return
    with _locked(folder):
        _stop(folder)
    if throwaway:
        cluster_folder.remove(folder)


@contextlib.contextmanager
def running(state_dir: Path, *, throwaway: bool = False) -> Iterator[str]:
    """The cluster's URL while the block runs; then it is stopped unless another process still uses it."""
    with open(_locate(state_dir, throwaway).folder / "users", "a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield ensure_running(state_dir, throwaway=throwaway)
        finally:
            if _is_last(users):
                stop(state_dir, throwaway=throwaway)


def remove_all(state_dir: Path) -> list[Path]:
    """Stop and remove every cluster of this checkout, the kept one too. Gives the folders that are gone."""
    folders = cluster_folder.every(state_dir.resolve())
    for folder in folders:
        _stop(folder)
        cluster_folder.remove(folder)
    return folders


def in_use(state_dir: Path) -> bool:
    """Whether some process is between the two ends of `running` on the kept cluster."""
    users = data_folder(state_dir) / "users"
    if not users.exists():
        return False
    with open(users, "a") as handle:
        return not _is_last(handle)


def data_folder(state_dir: Path) -> Path:
    """Where the kept cluster lies, for messages."""
    name = cluster_folder.name_of(throwaway=False)
    return cluster_folder.known(state_dir.resolve(), name) or state_dir.resolve() / name


def _locate(state_dir: Path, throwaway: bool) -> Cluster:
    state_dir = state_dir.resolve()
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        for orphan in cluster_folder.orphans(state_dir):
            _stop(orphan)
            cluster_folder.remove(orphan)
        folder = cluster_folder.prepare(state_dir, cluster_folder.name_of(throwaway))
        written = folder / "data" / "PG_VERSION"
        bindir = find_bindir(written.read_text().strip() if written.exists() else None)
    except OSError as problem:
        hint = cluster_folder.make_it_yours(state_dir)
        raise ClusterError(f"{problem.filename}: {problem.strerror}. {hint}") from None
    return Cluster(folder, bindir, account_for(folder / "data"), throwaway)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with open(folder / "lock", "a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _is_last(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _answers(cluster: Cluster) -> bool:
    """Whether the server takes connections; waits while it is still recovering."""
    deadline = time.monotonic() + 4 * PATIENCE
    while cluster.pid_file.exists():
        status = call(None, cluster.bindir / "pg_isready", "-h", cluster.socket_dir, "-p", PORT).returncode
        if status != 1 or time.monotonic() > deadline:  # 1: it is there, but starting up or shutting down
            return status == 0
        time.sleep(0.2)
    return False


def _initialise(cluster: Cluster) -> None:
    if cluster.data.exists():
        return
    half = cluster.folder / "data.new"
    shutil.rmtree(half, ignore_errors=True)
    options = ("-U", NAME, "--auth=trust", "--encoding=UTF8", f"--locale={utf8_locale()}", "--no-sync")
    made = call(cluster.account, cluster.bindir / "initdb", "-D", half, *options)
    if made.returncode != 0:
        raise _explained(cluster, made.stderr or made.stdout)
    half.rename(cluster.data)


def _configure(cluster: Cluster) -> None:
    """Write our settings at each start: the folder may have moved since the last one."""
    settings = {**COMMON, **(THROWAWAY if cluster.throwaway else KEPT)}
    settings["unix_socket_directories"] = str(cluster.socket_dir)
    ours = cluster.data / "hientruong.conf"
    ours.write_text("".join(f"{name} = '{value}'\n" for name, value in settings.items()))
    main = cluster.data / "postgresql.conf"
    if "include 'hientruong.conf'" not in main.read_text():
        with open(main, "a") as handle:
            handle.write("\ninclude 'hientruong.conf'\n")
    log = cluster.folder / "log"
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        os.truncate(log, 0)
    cluster.socket_dir.mkdir(mode=0o700, exist_ok=True)
    if cluster.account is not None:
        os.chown(ours, cluster.account.uid, cluster.account.gid)
        os.chown(cluster.socket_dir, cluster.account.uid, cluster.account.gid, follow_symlinks=False)
    if cluster.socket_dir.is_symlink() or cluster.socket_dir.stat().st_mode & 0o077:
        raise ClusterError(f"{cluster.socket_dir} is not private to the database: remove it, then run this again.")


def _start(cluster: Cluster) -> None:
    """Start the server; what a killed one left behind is waited for or removed."""
    deadline = time.monotonic() + PATIENCE
    while not _start_once(cluster):
        said = _last_words(cluster.folder)
        held = "lock file" in said or "shared memory block" in said
        if not held or time.monotonic() > deadline:
            raise _explained(cluster, said)
        # PostgreSQL itself refuses while an old backend holds the shared memory: two servers never write one
        # folder.
        if cluster_folder.server_pid(cluster.folder) is None:
            cluster.pid_file.unlink(missing_ok=True)
        time.sleep(0.5)


def _start_once(cluster: Cluster) -> bool:
    log = cluster.folder / "log"
    command = (cluster.bindir / "pg_ctl", "-D", cluster.data, "-l", log, "-w", "-t", "60", "start")
    try:
        _configure(cluster)
        return call(cluster.account, *command).returncode == 0
    except OSError as problem:
        raise _explained(cluster, f"{problem.filename}: {problem.strerror}") from None
    except KeyboardInterrupt:
        time.sleep(1)  # the server may have been forked already and not have written its pid yet
        _stop(cluster.folder)
        raise


def _create_database(cluster: Cluster) -> None:
    psql = (cluster.bindir / "psql", "-X", "-q", "-h", cluster.socket_dir, "-p", PORT, "-U", NAME)
    wanted = "; ".join(f"create extension if not exists {name}" for name in EXTENSIONS)
    made = call(cluster.account, *psql, "-d", NAME, "-v", "ON_ERROR_STOP=1", "-c", wanted)
    if made.returncode != 0 and "does not exist" in made.stderr:
        call(cluster.account, *psql, "-d", "postgres", "-c", f"create database {NAME}")
        made = call(cluster.account, *psql, "-d", NAME, "-v", "ON_ERROR_STOP=1", "-c", wanted)
    if made.returncode != 0:
        raise _explained(cluster, made.stderr)


def _stop(folder: Path) -> None:
    """Ask the server to stop at once but cleanly; kill what does not obey. No server is no error."""
    pid = cluster_folder.server_pid(folder)
    # To PostgreSQL these mean: fast, immediate, none.
    for sign, patience in (
        (signal.SIGINT, 4 * PATIENCE),
        (signal.SIGQUIT, PATIENCE),
        (signal.SIGKILL, PATIENCE),
    ):
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sign)
        deadline = time.monotonic() + patience
        while cluster_folder.alive(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        pid = cluster_folder.server_pid(folder)


def _last_words(folder: Path) -> str:
    """The last complaint in the server's log, with its hint."""
    log = folder / "log"
    lines = log.read_text(errors="replace").splitlines()[-20:] if log.exists() else []
    said = [line.split(":  ", 1)[1] for line in lines if "FATAL:  " in line or "PANIC:  " in line]
    return said[-1] if said else ""


def _explained(cluster: Cluster, said: str) -> ClusterError:
    folder = cluster.folder
    if "No space left" in said or "could not extend" in said:
        return ClusterError(f"The disk of {folder} is full: free some space, then run this again; it continues.")
    complaint = next((line for line in reversed(said.strip().splitlines()) if line), "it said nothing")
    return ClusterError(f"The database in {folder} does not start ({complaint}): see {folder / 'log'}, then try again.")
