"""Carries hand-overs: takes what is due, sends it while no database connection is held, writes down what came of it.

Any number of workers may run one; the claim on the row decides. An agency that stalls or is down delays nobody else:
each has a task of its own, and after a failure it rests a little before anything else is tried there.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection

from notifications.channels.base import Delivered, Outcome, Refused, Retry
from notifications.handovers import outbox, queue
from notifications.handovers.messages import Message
from notifications.handovers.queue import Claimed
from notifications.sender import SEND_LIMIT, Begin
from reports.external_systems import Target

#: Carried to one agency before the others are looked at again.
BATCH: Final = 50
_REST: Final = timedelta(seconds=2)
_LONGEST_REST: Final = timedelta(minutes=1)
_log = logging.getLogger(__name__)

#: What is to be said, read in a transaction: None when there is nothing to say any more.
Compose: TypeAlias = Callable[[AsyncConnection, Claimed, Target], Awaitable[Message | None]]
#: Sends it: no transaction is open.
Send: TypeAlias = Callable[[Claimed, Target, Message], Awaitable[Outcome]]


@dataclass
class Courier:
    """One per worker process."""

    begin: Begin
    compose: Compose
    send: Send
    clock: Callable[[], datetime]
    _under_way: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _resting: dict[str, tuple[datetime, int]] = field(default_factory=dict)

    async def react(self) -> int:
        """Read the journal until nothing is left to hand over; answers the number of entries."""
        total = 0
        while True:
            async with self.begin() as conn:
                read = await outbox.react(conn, self.clock())
            total += read
            if read == 0:
                return total

    async def round(self) -> None:
        """Begin to carry what is due, where nothing is under way and nobody rests. Does not wait for it."""
        now = self.clock()
        self._under_way = {agency: task for agency, task in self._under_way.items() if not task.done()}
        resting = [agency for agency, (until, _) in self._resting.items() if until > now]
        async with self.begin() as conn:
            agencies = await queue.waiting_agencies(conn, now, [*self._under_way, *resting])
        for agency in agencies:
            self._under_way[agency] = asyncio.create_task(self._carry_all(agency), name=f"hand-overs to {agency}")

    async def settled(self) -> None:
        """Wait until all that is under way has been carried."""
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    async def close(self) -> None:
        """Stop; what was under way is taken up again when its lease has ended."""
        for task in self._under_way.values():
            task.cancel()
        await self.settled()

    async def _carry_all(self, agency: str) -> None:
        for _ in range(BATCH):
            try:
                outcome = await self.carry(agency)
            except Exception:
                _log.exception("a hand-over to %s broke", agency)
                outcome = Retry("broke")
            if outcome is None:
                return
            if isinstance(outcome, Retry):
                times = self._resting.get(agency, (self.clock(), 0))[1] + 1
                rest = min(_REST * 2 ** min(times - 1, 10), _LONGEST_REST)
                self._resting[agency] = (self.clock() + rest, times)
                return
            self._resting.pop(agency, None)

    async def carry(self, agency: str) -> Outcome | None:
        """One hand-over; None when none was due. Opens and commits its own two transactions."""
        async with self.begin() as conn:
            claimed = await queue.claim(conn, agency, self.clock())
            if claimed is None:
                return None
            target = (await outbox.targets(conn)).get(agency)
            message: Message | Retry | None = None
            if target is not None and target.kind == claimed.kind:
                message = await self._composed(conn, claimed, target)
        outcome = message if isinstance(message, Retry) else await self._sent(claimed, target, message)
        async with self.begin() as conn:
            state = await queue.settle(conn, claimed, outcome, self.clock())
        if not isinstance(outcome, Delivered):
            _log.warning("hand-over %s to %s is %s: %s", claimed.id, agency, state, outcome.reason)
        return outcome

    async def _composed(self, conn: AsyncConnection, claimed: Claimed, target: Target) -> Message | Retry | None:
        """What cannot be put into words is a failure like any other: counted, seen by people, given up in the end. One
        that took its claim back would be the first again, for ever.
        """
        try:
            async with conn.begin_nested():
                return await self.compose(conn, claimed, target)
        except Exception as error:
            _log.exception("hand-over %s cannot be put into words", claimed.id)
            return Retry(f"broke: {type(error).__name__}")

    async def _sent(self, claimed: Claimed, target: Target | None, message: Message | None) -> Outcome:
        if target is None or target.kind != claimed.kind:
            return Refused("the agency has no such system any more")
        if message is None:
            return Refused("there is nothing to be told of it any more")
        try:
            async with asyncio.timeout(SEND_LIMIT):
                return await self.send(claimed, target, message)
        except TimeoutError:
            return Retry(f"no answer within {SEND_LIMIT:.0f} s")
        except Exception as error:
            _log.exception("hand-over %s broke on its way", claimed.id)
            return Retry(f"broke: {type(error).__name__}")
