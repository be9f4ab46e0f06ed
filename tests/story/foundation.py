"""The demo city is loaded once a run; every other city that tests need begins as a copy of what it was then.

Loading it means to live through weeks of reports, which takes as long as many tests do. A copy is what an administrator
makes of a city, `pg_dump` and its folders, and lies where all workers of the run find it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from api.postgresql import find_bindir
from tests.story.city import City, plain_url


@dataclass(frozen=True)
class Foundation:
    """Keeps the copy in `folder`, which the workers of a run share."""

    folder: Path

    @contextlib.contextmanager
    def city(self, folder: Path, database_url: str, settings: dict[str, str] | None = None) -> Iterator[City]:
        """A demo city of its own in an empty database with our extensions; at the end its processes are stopped."""
        city = City(folder, database_url, settings or {})
        if "HIENTRUONG_TEST_DATABASE_URL" in os.environ:
            city.found()  # programs of another version may not understand that server
        else:
            self._lay(city)
        with city.ended():
            yield city

    def _lay(self, city: City) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / "lock", "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._whole.exists():
                city.found()
                self._keep(city)
                return
        self._copy(city)

    @property
    def _whole(self) -> Path:
        """There once everything is."""
        return self.folder / "whole"

    def _keep(self, city: City) -> None:
        half = self.folder / "dump"
        _program("pg_dump", "--format=custom", "--compress=0", f"--file={half}", f"--dbname={_of(city)}")
        for part in (city.state, city.media):
            shutil.copytree(part, self.folder / part.name, dirs_exist_ok=True)
        self._whole.touch()

    def _copy(self, city: City) -> None:
        _program("pg_restore", "--single-transaction", f"--dbname={_of(city)}", str(self.folder / "dump"))
        with psycopg.connect(_of(city), autocommit=True) as connection:
            connection.execute("ANALYZE")
        for part in (city.state, city.media):
            shutil.copytree(self.folder / part.name, part)


def _of(city: City) -> str:
    return plain_url(city.database_url)


def _program(name: str, *arguments: str) -> None:
    done = subprocess.run([find_bindir() / name, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, f"{name} ended with {done.returncode}:\n{done.stderr}"
