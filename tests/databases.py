"""Databases and engines of tests, given back whatever happens: what a failed test leaves open makes others fail."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine, text
from sqlalchemy.ext.asyncio import AsyncEngine

from api import cluster

MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3
"""Bytes of memory that are free for files before clusters lie there: all of a run together take a quarter of it."""


@contextmanager
def throwaway_cluster(name: str, otherwise: Path) -> Iterator[str]:
    """The address of a PostgreSQL of this process alone for the block; `name` tells it from others of the process.

    It lies in memory where there is room, else in `otherwise`: on the disk of a virtual machine a copy of a database
    costs twenty times as much. What a killed run left in memory the next one removes.
    """
    state = MEMORY / f"hientruong-tests-{os.getuid()}" / name if _has_room() else otherwise
    try:
        yield cluster.ensure_running(state, throwaway=True)
    finally:
        cluster.stop(state, throwaway=True)


def _has_room() -> bool:
    try:
        return os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    except OSError:
        return False


@asynccontextmanager
async def disposing(engine: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    """The engine for the block; afterwards none of its connections is left."""
    try:
        yield engine
    finally:
        await engine.dispose()


@contextmanager
def copied(server: Engine, template: str) -> Iterator[str]:
    """The address of a fresh copy of the database `template` for the block; `server` commits by itself."""
    name = f"test_{uuid4().hex[:12]}"
    # Through its log, as PostgreSQL has done it since 15, a copy costs twice as much; before there was no other way.
    way = "STRATEGY FILE_COPY" if (server.dialect.server_version_info or (0,)) >= (15,) else ""
    with server.connect() as conn:
        conn.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {way}'))
    try:
        yield server.url.set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as conn:
            conn.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
