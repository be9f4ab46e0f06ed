"""A player's own socket: kept open, resumed after a break, its events handed on one by one.

>>> desk = Desk(account, "operations", stage)                                        # doctest: +SKIP
>>> group.create_task(desk.keep_open(on_event))                                      # doctest: +SKIP
>>> report = await desk.command("claim", "K7M2P9QX")                                 # doctest: +SKIP
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from api.clients import Client, Closed, Live, Message, Refused, Unreachable
from api.simulate.tally import Tally
from api.simulate.town import Plan, Town

PAUSE_SECONDS = 1.0


@dataclass
class Stage:
    """What all players share. Only reports of this play are touched: a visitor's own report stays theirs."""

    city: Client
    plan: Plan
    town: Town
    tally: Tally
    group: asyncio.TaskGroup
    chance: random.Random
    ours: set[str] = field(default_factory=set)

    async def think(self, low: float, high: float) -> None:
        """Waits as a person would, between `low` and `high` seconds, less when the town is in a hurry."""
        await asyncio.sleep(self.chance.uniform(low, high) * self.plan.haste)

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Starts a piece of work whose failure the tally has already counted."""
        self.group.create_task(_counted(work))


async def _counted(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except (Refused, Unreachable, Closed):
        return


class Desk:
    """One credential's live connection to one topic (None: topics are added with `follow`)."""

    def __init__(self, account: Client, topic: str | None, stage: Stage) -> None:
        self.account = account
        self.stage = stage
        self.topics: dict[str, int | None] = {} if topic is None else {topic: None}
        self.opened = asyncio.Event()
        self._live: Live | None = None

    async def keep_open(self, hear: Callable[[Message], None]) -> None:
        """Stays connected until cancelled; `hear` gets each snapshot report and each event as an event."""
        while True:
            try:
                async with Live.open(self.account.url, self.account.token) as live:
                    self._live = live
                    for topic, since in list(self.topics.items()):
                        await self._subscribe(live, topic, since, hear)
                    self.opened.set()
                    async for message in live.messages():
                        self._hear(message, hear)
            except (Closed, Unreachable) as lost:
                self.stage.tally.errors[f"line: {lost}"] += 1
            self.opened.clear()
            await asyncio.sleep(PAUSE_SECONDS)

    async def follow(self, topic: str) -> None:
        """Adds a topic to the open connection, and to every later one."""
        self.topics[topic] = None
        await self.opened.wait()
        with self.stage.tally.step("subscribe"):
            await self._connection().subscribe(topic)

    async def command(self, command: str, code: str, **arguments: Any) -> Message:
        """One timed command over the socket; gives the report after it. Raises as Live.command does."""
        await self.opened.wait()
        with self.stage.tally.step(command):
            return await self._connection().command(command, code, **arguments)

    def _connection(self) -> Live:
        if self._live is None:
            raise Unreachable("the desk's line is down")
        return self._live

    async def _subscribe(self, live: Live, topic: str, since: int | None, hear: Callable[[Message], None]) -> None:
        answer = await live.subscribe(topic, since)
        snapshot = answer.get("snapshot") or {}
        for report in snapshot.get("reports", []):
            hear({"type": "event", "event": "snapshot", "report": report})

    def _hear(self, message: Message, hear: Callable[[Message], None]) -> None:
        if message.get("type") != "event":
            return
        for topic in self.topics:
            self.topics[topic] = message["seq"]
        if message.get("at"):
            written = datetime.fromisoformat(message["at"]).timestamp()
            self.stage.tally.took("commit-to-screen", message["received"] - written)
        hear(message)
