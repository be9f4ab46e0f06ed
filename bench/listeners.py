"""A process that holds many WebSocket connections, counts the events on them, and costs little.

First line on standard input: {"target", "path", "sockets", "greetings": [[text, ...] per socket]}. It prints
{} when all are subscribed. Each further line {"expect": n} is answered at once by {} (counting has begun),
then, when every socket has n events, by {"first", "last", "deliveries", "p50_ms", "p95_ms", "sample"}: delays
are from the event's own `at` to its arrival, over all sockets.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sys
import time
from datetime import datetime
from typing import Any, cast

import uvloop

PATIENCE_SECONDS = 30.0


class Count:
    """What all sockets of this process have seen since the last order."""

    def __init__(self) -> None:
        self.expect(0, 0)

    def expect(self, events: int, sockets: int) -> None:
        """Begins to count."""
        self.wanted = events * sockets
        self.seen = 0
        self.first = self.last = 0.0
        self.arrivals: list[tuple[bytes, float]] = []
        self.done = asyncio.Event()

    def event(self, payload: bytes) -> None:
        """One event has arrived on one socket."""
        self.last = time.time()
        if not self.seen:
            self.first = self.last
        self.seen += 1
        self.arrivals.append((payload, self.last))
        if self.seen == self.wanted:
            self.done.set()

    def summary(self) -> dict[str, Any]:
        """Times in seconds since 1970, delays in milliseconds."""
        written: dict[bytes, float] = {}
        delays = []
        for payload, arrived in self.arrivals:
            if payload not in written:
                written[payload] = datetime.fromisoformat(json.loads(payload)["at"]).timestamp()
            delays.append(arrived - written[payload])
        delays.sort()
        return {
            "first": self.first,
            "last": self.last,
            "deliveries": self.seen,
            "p50_ms": round(delays[len(delays) // 2] * 1000, 2),
            "p95_ms": round(delays[int(len(delays) * 0.95)] * 1000, 2),
            "sample": self.arrivals[0][0].decode(),
        }


class Socket(asyncio.Protocol):
    """One WebSocket client: upgrades, greets, reads frames; it masks with zeros, which is a mask too."""

    def __init__(self, host: str, path: str, greetings: list[str], count: Count) -> None:
        self._host, self._path = host, path
        self._greetings = greetings
        self._count = count
        self._buffer = bytearray()
        self._upgraded = False
        self._answers = 0
        self.subscribed = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asks for the upgrade."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one without saying so
        key = base64.b64encode(os.urandom(16)).decode()
        self._transport.write(
            f"GET {self._path} HTTP/1.1\r\nHost: {self._host}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        """Takes whole frames out of what has come."""
        self._buffer += data
        if not self._upgraded:
            self._upgrade()
        if self._upgraded:
            self._frames()

    def _upgrade(self) -> None:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        if b" 101 " not in self._buffer[:20]:
            raise SystemExit(f"not upgraded: {bytes(self._buffer[:end])!r}")
        del self._buffer[: end + 4]
        self._upgraded = True
        for text in self._greetings:
            self._send(0x1, text.encode())
        if not self._greetings:
            self.subscribed.set()

    def _frames(self) -> None:
        buffer, position = self._buffer, 0
        while len(buffer) >= position + 2:
            length, start = buffer[position + 1], position + 2
            if length == 126:
                length, start = int.from_bytes(buffer[position + 2 : position + 4], "big"), position + 4
            elif length == 127:
                length, start = int.from_bytes(buffer[position + 2 : position + 10], "big"), position + 10
            if len(buffer) < start + length:
                break
            self._frame(buffer[position] & 0x0F, bytes(buffer[start : start + length]))
            position = start + length
        del buffer[:position]

    def _frame(self, opcode: int, payload: bytes) -> None:
        if opcode == 0x9:
            self._send(0xA, payload)
        elif opcode == 0x8:
            raise SystemExit(f"closed by the server: {payload!r}")
        elif self.subscribed.is_set():
            if b'"event"' in payload:
                self._count.event(payload)
        elif b'"hello"' not in payload[:40]:
            self._greeted(payload)

    def _greeted(self, payload: bytes) -> None:
        if b'"error"' in payload[:60]:
            raise SystemExit(f"refused: {payload!r}")
        self._answers += b'"result"' in payload[:60]
        if self._answers == len(self._greetings):
            self.subscribed.set()

    def _send(self, opcode: int, payload: bytes) -> None:
        length = len(payload)
        head = bytes([0x80 | opcode, 0x80 | length] if length < 126 else [0x80 | opcode, 0xFE])
        size = b"" if length < 126 else length.to_bytes(2, "big")
        self._transport.write(head + size + b"\0\0\0\0" + payload)


async def _orders() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=1 << 24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


def _say(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


async def main() -> None:
    """Connects, then follows orders until standard input ends."""
    orders, count, loop = await _orders(), Count(), asyncio.get_running_loop()
    spec = json.loads(await orders.readline())
    host, port = spec["target"].split(":")
    sockets: list[Socket] = []
    for number in range(spec["sockets"]):
        greetings = spec["greetings"][number] if spec["greetings"] else []
        socket = Socket(spec["target"], spec["path"], greetings, count)
        sockets.append(socket)
        await loop.create_connection(lambda made=socket: made, host, int(port))  # type: ignore[misc]
        await asyncio.wait_for(socket.subscribed.wait(), PATIENCE_SECONDS)
    _say({})
    while line := await orders.readline():
        count.expect(json.loads(line)["expect"], len(sockets))
        _say({})
        try:
            await asyncio.wait_for(count.done.wait(), PATIENCE_SECONDS)
        except TimeoutError:
            raise SystemExit(f"only {count.seen} of {count.wanted} deliveries came") from None
        _say(count.summary())


if __name__ == "__main__":
    uvloop.run(main())
