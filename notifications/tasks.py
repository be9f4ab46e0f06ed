"""What a worker process runs for this room: the journal's reader, a job per delivery, a sweep a minute.

    wiring = Wiring(transactions.begin, channels={"fcm": ..., "webpush": ..., "console": ...})
    app.add_tasks_from(wiring.blueprint, namespace="notifications") await wiring.react()            # at the
    start and after each wake-up of the journal; also every few seconds

Only processes that call `react` or run the queue need the channels.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from procrastinate import Blueprint
from procrastinate.tasks import Task
from procrastinate.types import JSONValue
from sqlalchemy.ext.asyncio import AsyncConnection

from notifications import reactor, sender
from notifications.channels.base import Channel
from notifications.sender import Begin

QUEUE: Final = "notifications"


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Wiring:
    """The room with what it is plugged into. `channels` by name; a channel that is not there is not used."""

    begin: Begin
    channels: Mapping[str, Channel]
    clock: Callable[[], datetime] = _utc_now
    blueprint: Blueprint = field(init=False, default_factory=Blueprint)
    _deliver: Task[[int], Awaitable[None], [int]] = field(init=False)

    def __post_init__(self) -> None:
        self._deliver = self.blueprint.task(name="deliver", queue=QUEUE, pass_context=False)(self.deliver)
        # No lock on the sweep: a worker that dies in it would leave the lock taken until somebody looks.
        swept = self.blueprint.task(name="sweep", queue=QUEUE)(self.sweep)
        self.blueprint.periodic(cron="* * * * *")(swept)

    async def enqueue(self, conn: AsyncConnection, ids: Sequence[int], at: datetime) -> None:
        """Queue one job per delivery in the transaction of `conn`, to run at `at` or later."""
        raw = (await conn.get_raw_connection()).driver_connection
        job = self._deliver.configure(connection=raw, schedule_at=at if at > self.clock() else None)
        arguments: list[dict[str, JSONValue]] = [{"delivery_id": one} for one in ids]
        await job.batch_defer_async(*arguments)

    async def react(self) -> int:
        """Read the journal until nothing is left to react to; answers the number of entries."""
        total = 0
        while True:
            async with self.begin() as conn:
                read = await reactor.react(conn, enqueue=self.enqueue, channels=self.channels.keys(), now=self.clock())
            total += read
            if read == 0:
                return total

    async def deliver(self, delivery_id: int) -> None:
        """The job: send one delivery."""
        await sender.deliver(self.begin, delivery_id, channels=self.channels, enqueue=self.enqueue, clock=self.clock)

    async def sweep(self, timestamp: int) -> None:
        """The job of each minute; `timestamp` is the minute it was planned for."""
        async with self.begin() as conn:
            await sender.sweep(conn, enqueue=self.enqueue, now=self.clock())

    async def close(self) -> None:
        """Free what the channels hold open."""
        for channel in self.channels.values():
            await channel.close()
