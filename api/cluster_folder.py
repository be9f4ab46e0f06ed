"""Where a cluster lies: `.local/cluster`, or, where the database's user cannot reach that, below /var/lib.

The unprivileged user needs to pass every parent folder; a checkout in root's home (0700) is the usual case
where it cannot. That is tried out, not guessed. Standard library only.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
from pathlib import Path

from api.postgresql import ClusterError, account_for, call

FALLBACK = Path("/var/lib/hientruong")
SOCKET_PATH_LIMIT = 103  # bytes: sun_path holds 108 on Linux and 104 on macOS, one of them the final NUL


def name_of(throwaway: bool) -> str:
    """The folder's name: one kept cluster per checkout, one throw-away cluster per process."""
    return f"test-{os.getpid()}" if throwaway else "cluster"


def known(state_dir: Path, name: str) -> Path | None:
    """The folder of that name if it was made before."""
    return next((base / name for base in _bases(state_dir) if (base / name).is_dir()), None)


def every(state_dir: Path) -> list[Path]:
    """All clusters of this checkout, kept and throw-away."""
    return [path for base in _bases(state_dir) for path in sorted(base.glob("*")) if _is_cluster(path)]


def orphans(state_dir: Path) -> list[Path]:
    """Throw-away clusters whose process died without removing them."""
    tests = [path for path in every(state_dir) if path.name.startswith("test-")]
    return [path for path in tests if not alive(int(path.name.removeprefix("test-")))]


def prepare(state_dir: Path, name: str) -> Path:
    """The folder of that name, made if missing, where the database's user can use it. Raises ClusterError."""
    found = known(state_dir, name)
    if found is not None and (found / "data").exists():
        if _usable(found):
            return found
        raise ClusterError(f"The database's user cannot use {found} (any more). {make_it_yours(found)}")
    if _usable(state_dir / name):
        return state_dir / name
    remove(state_dir / name)
    base = FALLBACK / _digest(state_dir)
    if os.geteuid() != 0 or not _usable(base / name):
        raise ClusterError(f"The database cannot write to {state_dir}. {make_it_yours(state_dir)}")
    (state_dir / "where").write_text(f"{base}\n")
    return base / name


def socket_dir(folder: Path) -> Path:
    """The folder of the cluster's socket: inside, or in /tmp where the path is too long or has odd signs."""
    inside = folder / "sock"
    plain = re.fullmatch(r"[A-Za-z0-9_./-]+", str(inside)) is not None
    fits = len(os.fsencode(inside / ".s.PGSQL.5432.lock")) <= SOCKET_PATH_LIMIT
    return inside if plain and fits else _short_socket_dir(folder)


def remove(folder: Path) -> None:
    """Remove a stopped cluster with its socket."""
    for path in (folder, _short_socket_dir(folder)):
        shutil.rmtree(path, ignore_errors=True)
    if folder.parent.parent == FALLBACK:
        with contextlib.suppress(OSError):  # another cluster of this checkout still lies there
            folder.parent.rmdir()


def make_it_yours(folder: Path) -> str:
    """The way out when the rights of a folder are wrong."""
    return f"Give it to the user who runs this (sudo chown -R $USER '{folder}'), then run it again."


def alive(pid: int) -> bool:
    """Whether a process of this number runs; a zombie does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return not Path("/proc/self").exists()  # macOS has no /proc: kill's word counts


def server_pid(folder: Path) -> int | None:
    """The process that serves this cluster, None if there is none.

    The pid file alone proves nothing: after a crash of the machine its number may belong to anybody.
    """
    data = folder / "data"
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n")[0])
    except (OSError, ValueError):
        return None
    if not alive(pid):
        return None
    if Path("/proc/self").exists():
        try:
            return pid if Path(f"/proc/{pid}/cwd").samefile(data) else None
        except OSError:
            return None
    command = call(None, "ps", "-p", str(pid), "-o", "command=").stdout
    return pid if str(data) in command else None


def _bases(state_dir: Path) -> list[Path]:
    where = state_dir / "where"
    return [*([Path(where.read_text().strip())] if where.exists() else []), state_dir]


def _is_cluster(path: Path) -> bool:
    return path.is_dir() and re.fullmatch(r"cluster|test-\d+", path.name) is not None


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def _short_socket_dir(folder: Path) -> Path:
    return Path("/tmp") / f"hientruong-{_digest(folder)}"


def _usable(folder: Path) -> bool:
    """Make `folder` the database user's own and say whether that user really reaches and writes it."""
    account = account_for(folder / "data")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if account is not None:
            os.chown(folder, account.uid, account.gid)
        folder.chmod(0o700)
    except OSError:
        return False
    return call(account, "test", "-w", folder, "-a", "-x", folder).returncode == 0
