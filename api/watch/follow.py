"""Follows a topic across broken lines: what was missed arrives after the reconnect, nothing arrives twice.

>>> async for item in follow(Following("http://127.0.0.1:8000", token="...")):       # doctest: +SKIP
...     print(item["type"])         # connection | snapshot | event | presence
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass

from api.clients import Client, Closed, Live, Message, Refused, Unreachable

# A line that came back is tried at once, a city that is restarting is not hammered: doubling up to the cap,
# with a random part so that a room full of watchers does not return in one wave.
FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 15.0

# After these the same step would only fail again.
FINAL_CODES = frozenset({4400, 1003, 1009})
DEAD_CREDENTIAL = 4401


@dataclass
class Following:
    """What to follow and as whom; `since` moves on with every event that was seen."""

    url: str
    username: str | None = None
    password: str | None = None
    token: str | None = None
    topic: str = "operations"
    since: int | None = None
    reconnect: bool = True


async def follow(wanted: Following) -> AsyncIterator[Message]:
    """Everything the topic says, `{"type": "connection"}` items telling of the line itself.

    Raises Unreachable when the very first attempt fails, Refused when the city says no, Closed for a close
    code that a further attempt cannot heal (and for any, without `reconnect`).
    """
    pause, connected = FIRST_PAUSE_SECONDS, False
    while True:
        try:
            async for item in _one_connection(wanted):
                connected, pause = True, FIRST_PAUSE_SECONDS
                yield item
        except (Closed, Unreachable) as lost:
            _raise_if_hopeless(wanted, lost, connected)
            yield {"type": "connection", "state": "lost", "detail": str(lost), "since": wanted.since}
        await asyncio.sleep(pause * random.uniform(0.5, 1.0))
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


async def _one_connection(wanted: Following) -> AsyncIterator[Message]:
    token = await _credential(wanted)
    async with Live.open(wanted.url, token) as live:
        answer = await live.subscribe(wanted.topic, wanted.since)
        missed_until = _caught_up_at(wanted, answer)
        yield {
            "type": "connection",
            "state": "open",
            "topic": wanted.topic,
            "seq": answer.get("seq"),
            "reset": bool(answer.get("reset")),
        }
        if "snapshot" in answer:
            wanted.since = int(answer["seq"])
            yield {"type": "snapshot", "seq": answer["seq"], "snapshot": answer["snapshot"]}
        async for message in live.messages():
            if message.get("type") == "event":
                seq = int(message["seq"])
                wanted.since = max(wanted.since or 0, seq)
                message["missed"] = seq <= missed_until
            yield message


def _caught_up_at(wanted: Following, answer: Message) -> int:
    """Up to this number an event happened while the line was down; 0 when a snapshot replaces them."""
    return 0 if wanted.since is None or "snapshot" in answer else int(answer.get("seq") or 0)


async def _credential(wanted: Following) -> str:
    if wanted.token is not None:
        return wanted.token
    async with Client.open(wanted.url) as city:
        account = await city.login(wanted.username or "", wanted.password or "")
        wanted.token = account.token
        return str(account.token)


def _raise_if_hopeless(wanted: Following, lost: Closed | Unreachable, connected: bool) -> None:
    if not wanted.reconnect or (isinstance(lost, Unreachable) and not connected):
        raise lost
    if isinstance(lost, Closed):
        if lost.code in FINAL_CODES:
            raise lost
        if lost.code == DEAD_CREDENTIAL:
            if wanted.password is None:
                raise Refused(401, {"title": "The credential is no longer taken", "detail": lost.reason})
            wanted.token = None
