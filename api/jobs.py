"""The job queue: procrastinate, in the same database, enqueued in the same transaction as the change.

Jobs carry ids only and re-check the state when they run, because every queue delivers twice one day.
"""

from collections.abc import Sequence

from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.types import JSONValue
from sqlalchemy.ext.asyncio import AsyncConnection

MEDIA_QUEUE = "media"
# Films take a minute where pictures take a second; nobody's picture waits behind them.
FILMS_QUEUE = "films"
# Looking for faces takes a second of a processor for each picture; nobody's arrival waits behind it.
HIDING_QUEUE = "hiding"
CALLERS_QUEUE = "callers"
ARRIVE = "media:arrive"
DERIVE = "media:derive"
HIDE = "media:hide"
RENDER = "media:render"
PRINT = "media:print"
COMPARE = "media:compare"
TELL_CALLER = "desk:tell"

# A store that is away or a process that cannot start says nothing about the picture: an hour of tries, then a person.
AGAIN = RetryStrategy(max_attempts=30, wait=10, linear_wait=10)

# (attachment id, kind): the kind chooses the queue.
Medium = tuple[str, str]


def make_app(dsn: str) -> App:
    """An app that can enqueue, and run what is registered with it. `dsn`: libpq connection string."""
    return App(connector=PsycopgConnector(conninfo=dsn, min_size=1, max_size=5))


# Enqueueing uses the connection of the transaction; this app is never opened.
_ENQUEUER = make_app("")


async def enqueue_pictures(conn: AsyncConnection, media: Sequence[Medium]) -> None:
    """One job a file that makes its copies, in the transaction of `conn`: it exists exactly if the change does."""
    await _enqueue_each(conn, DERIVE, MEDIA_QUEUE, media)


async def enqueue_hiding(conn: AsyncConnection, media: Sequence[Medium], *, urgent: bool = True) -> None:
    """One job a picture or film that looks for faces and plates and makes the public copies.

    `urgent` False: for what has waited long already and lets the new ones pass.
    """
    await _enqueue_each(conn, HIDE, HIDING_QUEUE, media, priority=1 if urgent else 0)


async def enqueue_render(conn: AsyncConnection, media: Sequence[Medium]) -> None:
    """One job a picture or film that makes the public copies by the areas a person has named."""
    # Somebody sits before the screen and waits for it.
    await _enqueue_each(conn, RENDER, HIDING_QUEUE, media, priority=2)


async def enqueue_prints(conn: AsyncConnection, media: Sequence[Medium], *, urgent: bool = True) -> None:
    """One job a picture or film that takes its fingerprints and compares it.

    An approver may wait for it, so it passes what takes longer; `urgent` False: for what is older, behind all others.
    """
    await _enqueue_each(conn, PRINT, HIDING_QUEUE, media, priority=2 if urgent else -1)


async def enqueue_comparing(conn: AsyncConnection, attachment_ids: Sequence[str]) -> None:
    """One job a file that compares it anew."""
    await _enqueue(conn, COMPARE, MEDIA_QUEUE, "attachment_id", attachment_ids, priority=1)


async def enqueue_arrival(conn: AsyncConnection, *upload_ids: str) -> None:
    """One job an upload that hands it to the attachments that wait for it, if any do."""
    await _enqueue(conn, ARRIVE, MEDIA_QUEUE, "upload_id", upload_ids)


async def enqueue_telling(conn: AsyncConnection, report_id: int) -> None:
    """One job that sends the caller the code of the report that was written down for them."""
    await _enqueue(conn, TELL_CALLER, CALLERS_QUEUE, "report_id", [str(report_id)])


async def _enqueue_each(
    conn: AsyncConnection, task: str, queue: str, media: Sequence[Medium], priority: int = 0
) -> None:
    films = [attachment_id for attachment_id, kind in media if kind == "video"]
    others = [attachment_id for attachment_id, kind in media if kind != "video"]
    await _enqueue(conn, task, queue, "attachment_id", others, priority)
    await _enqueue(conn, task, FILMS_QUEUE, "attachment_id", films, priority)


async def _enqueue(
    conn: AsyncConnection, task: str, queue: str, argument: str, values: Sequence[str], priority: int = 0
) -> None:
    if not values:
        return
    raw = (await conn.get_raw_connection()).driver_connection
    job = _ENQUEUER.configure_task(task, queue=queue, priority=priority, connection=raw)
    arguments: list[dict[str, JSONValue]] = [{argument: value} for value in values]
    await job.batch_defer_async(*arguments)
