"""The hot path's two statements go to psycopg directly: SQLAlchemy's way costs a quarter of a whole submit.

The connection, its transaction and its errors stay SQLAlchemy's; only the building of statement and result is left out.
docs/performance.md has the figures.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

_PARAMETER = re.compile(r"(?<![:\w]):(\w+)")


def driver_sql(statement: str) -> str:
    """`:name` parameters as psycopg's `%(name)s`; a literal % doubled."""
    return _PARAMETER.sub(r"%(\1)s", statement.replace("%", "%%"))


async def fetch_one(conn: AsyncConnection, statement: str, facts: dict[str, Any]) -> Any:
    """Execute a statement made by `driver_sql` in the connection's transaction; its one row, by name.

    Raises SQLAlchemy's IntegrityError or DBAPIError, as any other statement of the connection would.
    """
    raw: Any = (await conn.get_raw_connection()).driver_connection
    try:
        async with raw.cursor(row_factory=namedtuple_row) as cursor:
            await cursor.execute(statement, facts)
            return await cursor.fetchone()
    except psycopg.IntegrityError as error:
        raise IntegrityError(statement, None, error) from error
    except psycopg.Error as error:
        raise DBAPIError(statement, None, error) from error


@asynccontextmanager
async def together(conn: AsyncConnection) -> AsyncIterator[None]:
    """What is written inside is written as a whole, also on a connection that commits each statement by itself."""
    raw: Any = (await conn.get_raw_connection()).driver_connection
    async with raw.transaction():
        yield
