"""A worker process for the test that kills it: carries one hand-over to `roads` and never comes to write it down.

Argument: database URL. The agency's system answers only when the test wants.
"""

import asyncio
import sys

from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import create_async_engine

from reports.configuration import load
from tests.notifications.handed import Outside
from tests.reports.town import Town


async def main(database: str) -> None:
    engine = create_async_engine(database, poolclass=NullPool)
    async with engine.connect() as conn:
        town = Town(engine, await load(conn))
    print("ready", flush=True)
    await Outside(town).carry()
    # Never reached: the test kills this process between the sending and the note.
    print("settled", flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
