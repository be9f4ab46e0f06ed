"""The live half: one WebSocket connection on which answers and events arrive interleaved.

>>> async with Live.open("http://127.0.0.1:8000", token) as live:                   # doctest: +SKIP
...     answer = await live.subscribe("operations", since=1049)
...     report = await live.command("claim", "K7M2P9QX")
...     async for message in live.messages():
...         print(message["type"], message.get("event"))
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from api.clients.refusals import Closed, Refused, Unreachable

Message = dict[str, Any]

# The server never sends more than a snapshot of 200 reports at once; 16 MiB is far above that and still
# bounds what a confused server can make a client keep.
LARGEST_MESSAGE_BYTES = 16 << 20


class Live:
    """One open connection. `seq` is the last sequence number seen, to come back with after a break.

    Unsolicited messages wait in an unbounded queue on purpose: the reader must go on reading or the server
    would take this client for a slow one, and the answers to its own commands lie behind the events.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Message]] = {}
        self._arrived: asyncio.Queue[Message | Closed] = asyncio.Queue()
        self.hello: Message = {}
        self.seq = 0

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, token: str | None, *, authenticate: bool = True) -> AsyncIterator[Live]:
        """Connects to the city at `url` (http or https) and presents the token as the first message.

        Raises Unreachable, Refused (the token is not taken) and Closed.
        """
        try:
            socket = await connect(live_address(url), max_size=LARGEST_MESSAGE_BYTES, proxy=None)
        except (OSError, TimeoutError, InvalidHandshake, InvalidURI) as failure:
            raise Unreachable(f"{live_address(url)}: {failure}") from failure
        live = cls(socket)
        reader: asyncio.Task[None] | None = None
        try:
            live.hello = json.loads(await live._receive())
            reader = asyncio.create_task(live._read())
            if authenticate:
                await live.ask({"type": "auth", "token": token})
            yield live
        finally:
            if reader is not None:
                reader.cancel()
            await socket.close()

    async def ask(self, message: Message, timeout: float = 30.0) -> Message:
        """Sends one message and waits for the answer with its id. Raises Refused for an error answer."""
        number = next(self._numbers)
        waiting: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._answers[number] = waiting
        try:
            await self.send({"id": number, **message})
            # Not wait_for: in Python 3.11 it keeps an end by cancellation to itself when the answer comes with it.
            async with asyncio.timeout(timeout):
                answer = await waiting
        except TimeoutError as late:
            raise Unreachable(f"no answer to {message.get('type')} within {timeout} s") from late
        finally:
            self._answers.pop(number, None)
        if answer["type"] == "error":
            problem = answer["problem"]
            raise Refused(int(problem.get("status", 0)), problem)
        return answer

    async def send(self, message: Message | str | bytes) -> None:
        """Sends a message as it stands (text and bytes too: a test may want to misbehave)."""
        try:
            await self._socket.send(json.dumps(message) if isinstance(message, dict) else message)
        except ConnectionClosed as ended:
            raise _closed(ended) from ended

    async def subscribe(self, topic: str, since: int | None = None) -> Message:
        """Subscribes; the answer holds `seq` and a `snapshot`, or with `since` the missed events follow."""
        message: Message = {"type": "subscribe", "topic": topic}
        answer = await self.ask(message if since is None else {**message, "since": since})
        if "snapshot" in answer:
            self.seq = max(self.seq, int(answer["seq"]))
        return answer

    async def command(
        self,
        command: str,
        report: str,
        *,
        version: int | None = None,
        key: str | None = None,
        **arguments: Any,
    ) -> Message:
        """One command; gives the report after it. Raises Refused with the problem."""
        message: Message = {"type": "command", "command": command, "report": report, **arguments}
        if version is not None:
            message["version"] = version
        if key is not None:
            message["key"] = key
        report_after: Message = (await self.ask(message))["report"]
        return report_after

    async def next(self, timeout: float | None = None) -> Message:
        """The next event or presence message, `received` added (seconds since 1970, this machine's clock).

        Raises Closed at the end of the connection and TimeoutError after `timeout` seconds.
        """
        async with asyncio.timeout(timeout):
            message = await self._arrived.get()
        if isinstance(message, Closed):
            self._arrived.put_nowait(message)
            raise message
        self.seq = max(self.seq, int(message.get("seq") or 0))
        return message

    async def messages(self) -> AsyncIterator[Message]:
        """All further unsolicited messages, until the connection ends (then Closed is raised)."""
        while True:
            yield await self.next()

    async def _receive(self) -> str | bytes:
        try:
            return await self._socket.recv()
        except ConnectionClosed as ended:
            raise _closed(ended) from ended

    async def _read(self) -> None:
        try:
            while True:
                self._sort(json.loads(await self._receive()))
        except Closed as ended:
            self._arrived.put_nowait(ended)
            for waiting in self._answers.values():
                if not waiting.done():
                    waiting.set_exception(Closed(ended.code, ended.reason))

    def _sort(self, message: Message) -> None:
        waiting = self._answers.get(message["id"]) if isinstance(message.get("id"), int) else None
        if waiting is None:
            self._arrived.put_nowait({**message, "received": time.time()})
        elif not waiting.done():
            waiting.set_result(message)


def live_address(url: str) -> str:
    """The WebSocket address of a city's base address.

    >>> live_address("https://hientruong.example/")
    'wss://hientruong.example/api/v1/live'
    """
    return "ws" + url.rstrip("/").removeprefix("http") + "/api/v1/live"


def _closed(ended: ConnectionClosed) -> Closed:
    frame = ended.rcvd
    return Closed(1006, "") if frame is None else Closed(frame.code, frame.reason)
