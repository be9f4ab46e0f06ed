"""The engine, and the one rule about transactions: one per request, command or job, committed before the answer."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from api.settings import Database


def make_engine(url: str, settings: Database) -> AsyncEngine:
    """A pool of connections whose statements and lock waits end by themselves."""
    return create_async_engine(
        url,
        pool_size=settings.pool_size,
        max_overflow=settings.pool_overflow,
        pool_pre_ping=False,
        pool_recycle=1800,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        connect_args={
            "options": f"-c statement_timeout={int(settings.statement_seconds * 1000)} "
            f"-c lock_timeout={int(settings.lock_seconds * 1000)} -c timezone=UTC -c application_name=hientruong "
            # Compiling a statement costs more than any of ours takes.
            "-c jit=off",
            "prepare_threshold": 2,
        },
    )


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


class Transactions:
    """Begins transactions and tells, after each commit, that there may be something to seal."""

    def __init__(self, engine: AsyncEngine, committed: Callable[[], None]) -> None:
        self.engine = engine
        self._autocommit = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._committed = committed

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that may write; commits at the end, rolls back on any error."""
        async with self.engine.begin() as conn:
            yield conn
        self._committed()

    @asynccontextmanager
    async def single(self) -> AsyncIterator[AsyncConnection]:
        """For work whose only write is one statement, which is a transaction by itself, without BEGIN and COMMIT.

        Nothing else may be written here; what is read before may be older than the write.
        """
        async with self._autocommit.connect() as conn:
            yield conn
        self._committed()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads; wakes nobody."""
        async with self.engine.connect() as conn:
            yield conn
