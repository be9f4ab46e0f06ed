"""Builds the web apps when their sources changed. Used by hatch_build.py and by the set-up.

The stamp in each dist/ is the hash of everything the build reads; equal stamps mean there is nothing to do.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

OUTPUTS = ("ioc_dashboard/dist", "portal/dist")
STAMP = ".sources"
MODULES_STAMP = ".hientruong-lock"
NOT_SOURCES = {"node_modules", "dist", "coverage", "test-results", ".vite"}


class WebBuildError(Exception):
    """npm or Vite failed; the message holds the end of what it said."""


def build_if_changed(root: Path, npm: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Build the web apps below `root` unless they are up to date or SKIP_WEB_BUILD=1. Gives whether it built.

    `npm` is the command; `environment` must have Node on its PATH. Raises WebBuildError.
    """
    if environment.get("SKIP_WEB_BUILD") == "1" or is_current(root):
        return False
    sources = hash_of_sources(root)
    install_modules(root, npm, environment)
    _npm(root, npm, ["run", "build"], environment)
    for output in OUTPUTS:
        if not (root / output).is_dir():
            raise WebBuildError(f"'npm run build' did not write {output}")
        (root / output / STAMP).write_text(sources + "\n")
    return True


def is_current(root: Path) -> bool:
    """Whether every dist/ was made from exactly the sources that lie there; a wheel's source has no web/."""
    if not (root / "web").is_dir():
        return True
    stamps = {_read(root / output / STAMP) for output in OUTPUTS}
    return stamps == {hash_of_sources(root)}


def install_modules(root: Path, npm: Sequence[str], environment: Mapping[str, str]) -> None:
    """Bring web/node_modules to what the lock file says, if it is not there yet. Raises WebBuildError."""
    lock = hashlib.sha256((root / "web" / "package-lock.json").read_bytes()).hexdigest()
    stamp = root / "web" / "node_modules" / MODULES_STAMP
    if _read(stamp) == lock:
        return
    _npm(root, npm, ["ci", "--no-audit", "--no-fund"], environment)
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(lock + "\n")


def hash_of_sources(root: Path) -> str:
    """One hash over the names and contents of all files of web/ that are not themselves products."""
    digest = hashlib.sha256()
    for path in _sources(root / "web"):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    for directory, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in NOT_SOURCES)
        for name in sorted(files):
            yield Path(directory) / name


def _npm(root: Path, npm: Sequence[str], arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        [*npm, *arguments],
        cwd=root / "web",
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode != 0:
        said = done.stdout.decode(errors="replace").strip()
        raise WebBuildError(f"'npm {' '.join(arguments)}' failed:\n{said[-4000:]}")


def _read(path: Path) -> str:
    return path.read_text().strip() if path.is_file() else ""
