"""The engine, and the one rule about transactions: one per request, command or job, committed before the answer."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import orjson
import psycopg
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from api.settings import Database
from reports.problems import BadInput, TooMany, Unavailable


def make_engine(url: str, settings: Database) -> AsyncEngine:
    """A pool of connections whose statements and lock waits end by themselves."""
    return create_async_engine(
        url,
        pool_size=settings.pool_size,
        max_overflow=settings.pool_overflow,
        pool_pre_ping=False,
        pool_recycle=1800,
        # The connection used last comes first: its statements are prepared and planned already.
        pool_use_lifo=True,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        connect_args={
            "options": f"-c statement_timeout={int(settings.statement_seconds * 1000)} "
            f"-c lock_timeout={int(settings.lock_seconds * 1000)} -c timezone=UTC -c application_name=hientruong "
            # Compiling a statement costs more than any of ours takes. A page is no dearer out of order than in order on
            # today's disks; with the default of 4 the open tenth of a million reports is found by reading all of them.
            "-c jit=off -c random_page_cost=1.1",
            "prepare_threshold": 1,
        },
    )


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


@contextmanager
def told_plainly() -> Iterator[None]:
    """The database's own errors as problems: it is away (503), busy (429), or was given what it cannot hold (422)."""
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, PoolTimeout) as error:
        raise _problem_of(error) from error
    except (psycopg.OperationalError, OSError) as error:
        raise Unavailable from error


def _problem_of(error: SQLAlchemyError) -> Exception:
    driver = getattr(error, "orig", None)
    state = getattr(driver, "sqlstate", None)
    if state in ("55P03", "40P01"):  # lock not available, deadlock
        return TooMany("Somebody else is changing the same thing; try again in a moment.", retry_after_s=1)
    if state == "22P05" or "NUL" in str(driver):
        return BadInput(("", "some text contains the character U+0000, which cannot be kept"))
    away = isinstance(error, (PoolTimeout, OperationalError)) or getattr(error, "connection_invalidated", False)
    # 57P: the server is shutting down or starting; 57014 is a statement that took too long.
    if away or str(state or "").startswith("57"):
        return Unavailable()
    return error


class Transactions:
    """Begins transactions and tells, after each commit, that there may be something to seal."""

    def __init__(self, engine: AsyncEngine, committed: Callable[[], None]) -> None:
        self.engine = engine
        self._autocommit = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._committed = committed

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that may write; commits at the end, rolls back on any error."""
        with told_plainly():
            async with self.engine.begin() as conn:
                yield conn
        self._committed()

    @asynccontextmanager
    async def single(self) -> AsyncIterator[AsyncConnection]:
        """For work whose only write is one statement, which is a transaction by itself, without BEGIN and COMMIT.

        Nothing else may be written here, unless it holds together by itself (`reports.driving.together`); what is read
        before may be older than the write.
        """
        with told_plainly():
            async with self._autocommit.connect() as conn:
                yield conn
        self._committed()

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[AsyncConnection]:
        """For reading what need not be of one moment: each statement by itself, no waiting for BEGIN and COMMIT."""
        with told_plainly():
            async with self._autocommit.connect() as conn:
                yield conn

    @asynccontextmanager
    async def quiet(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that reads and may note that it did: commits, and wakes nobody."""
        with told_plainly():
            async with self.engine.begin() as conn:
                yield conn

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads; wakes nobody."""
        with told_plainly():
            async with self.engine.connect() as conn:
                yield conn
