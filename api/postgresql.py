"""The programs of PostgreSQL on this machine: which have PostGIS, as whom they run. Standard library only.

They run in "/" (their user may be unable to enter our folder), in an own session (Ctrl-C is for us to
handle), and, when we are root, as another user: initdb and postgres refuse to run as root. The identity
changes between fork and exec, so nothing of Python has to be readable for that user.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BINDIRS = (
    "usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "usr/pgsql-*/bin",  # Fedora, Red Hat (packages of the PostgreSQL project)
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
    "Applications/Postgres.app/Contents/Versions/*/bin",
)


class ClusterError(Exception):
    """The embedded database cannot run. The message is one sentence that says what to do."""


@dataclass(frozen=True)
class Account:
    """The operating system's user (numbers of user and group) that the database runs as."""

    uid: int
    gid: int


def account_for(data: Path) -> Account | None:
    """As whom the cluster at `data` must run; None when that is simply us. Raises ClusterError."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)  # made by an ordinary user before root came
    try:
        postgres = pwd.getpwnam("postgres")
    except KeyError:
        raise ClusterError(
            "PostgreSQL does not run as root and there is no user 'postgres': install the package "
            "postgresql-postgis, or run this as an ordinary user."
        ) from None
    return Account(postgres.pw_uid, postgres.pw_gid)


def call(account: Account | None, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run one program as `account` (None: as us) and give its exit status and what it said."""
    environment = {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "LC_ALL": utf8_locale(),  # English messages: the cluster module reads some of them
        "HOME": "/",
    }
    arguments: Sequence[str] = [str(part) for part in command]
    return subprocess.run(
        arguments,
        cwd="/",
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        start_new_session=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def utf8_locale() -> str:
    """A UTF-8 locale that is always there, so that lower() and sorting know Vietnamese letters."""
    return "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"


def find_bindir(major: str | None = None) -> Path:
    """The programs of the newest PostgreSQL that has PostGIS, or of version `major`. Raises ClusterError."""
    found = sorted((_version(path), path) for path in _candidates() if _has_postgis(path))
    for version, path in reversed(found):
        if major is None or str(version) == major:
            return path
    if major is not None and found:
        raise ClusterError(
            f"The data were written by PostgreSQL {major}, which is not installed with PostGIS any more: "
            f"install postgresql-{major}-postgis-3, or start afresh with 'make clean'."
        )
    raise ClusterError(
        "No PostgreSQL with PostGIS is installed: run 'make run', which installs it, or install the package "
        "postgresql-postgis (macOS: brew install postgis), or set HIENTRUONG_DATABASE_URL."
    )


def _candidates() -> set[Path]:
    found = {path for pattern in BINDIRS for path in Path("/").glob(pattern)}
    on_path = shutil.which("pg_config")
    if on_path:
        found.add(Path(call(None, on_path, "--bindir").stdout.strip() or "/nonexistent"))
    return {path.resolve() for path in found if (path / "initdb").exists() and (path / "pg_ctl").exists()}


def _has_postgis(bindir: Path) -> bool:
    shares = [Path("/usr/share/postgresql") / bindir.parent.name]
    if (bindir / "pg_config").exists():
        shares.append(Path(call(None, bindir / "pg_config", "--sharedir").stdout.strip() or "/nonexistent"))
    return any((share / "extension" / "postgis.control").exists() for share in shares)


def _version(bindir: Path) -> int:
    number = re.search(r"(\d+)", call(None, bindir / "postgres", "--version").stdout)
    return int(number.group(1)) if number else 0
