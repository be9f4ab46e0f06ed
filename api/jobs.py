"""The job queue: procrastinate, in the same database, enqueued in the same transaction as the change.

Jobs carry ids only and re-check the state when they run, because every queue delivers twice one day.
"""

from collections.abc import Sequence

from procrastinate import App, PsycopgConnector
from procrastinate.types import JSONValue
from sqlalchemy.ext.asyncio import AsyncConnection

MEDIA_QUEUE = "media"
DERIVE = "media:derive"


def make_app(dsn: str) -> App:
    """An app that can enqueue, and run what is registered with it. `dsn`: libpq connection string."""
    return App(connector=PsycopgConnector(conninfo=dsn, min_size=1, max_size=5))


# Enqueueing uses the connection of the transaction; this app is never opened.
_ENQUEUER = make_app("")


async def enqueue_pictures(conn: AsyncConnection, attachment_ids: Sequence[str]) -> None:
    """One derivative job per picture, in the transaction of `conn`: it exists exactly if the change does."""
    if not attachment_ids:
        return
    raw = (await conn.get_raw_connection()).driver_connection
    job = _ENQUEUER.configure_task(DERIVE, queue=MEDIA_QUEUE, connection=raw)
    arguments: list[dict[str, JSONValue]] = [{"attachment_id": attachment_id} for attachment_id in attachment_ids]
    await job.batch_defer_async(*arguments)
