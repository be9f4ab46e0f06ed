"""A process that sends reports over raw sockets as fast as the answers come, and says how fast that was.

    echo '{"targets": ["127.0.0.1:8000"], "connections": 8, "seconds": 3, ...}' | python -m bench.load

It parses no more of an answer than its status and length, so that it takes a small part of the machine.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

import uvloop

WARM_UP_SECONDS = 0.5


@dataclass
class Figures:
    """What is counted, from the end of the warm-up on."""

    begin: float
    end: float
    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        """Requests a second; p50 and p95 in milliseconds; how many answers of each status."""
        ordered = sorted(self.latencies)
        return {
            "per_second": round(len(ordered) / (self.end - self.begin), 1),
            "p50_ms": round(ordered[len(ordered) // 2] * 1000, 2) if ordered else None,
            "p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1000, 2) if ordered else None,
            "statuses": self.statuses,
        }


class Requests(Protocol):
    """What a connection asks for, one after the other."""

    def next(self) -> bytes:
        """One request as finished bytes."""
        ...


class Reports:
    """Endless different reports as finished bytes: another device, key and place each time."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._chance = random.Random(spec["seed"])
        self._tokens: list[str] = spec["tokens"]
        self._category: str = spec["category"]
        self._spots: list[list[float]] = spec["spots"]

    def next(self) -> bytes:
        """One POST of a report of about 300 bytes."""
        chance = self._chance
        lon, lat = chance.choice(self._spots)
        body = (
            f'{{"category":"{self._category}","description":"Ổ gà sâu giữa làn xe máy, tối qua có người té.",'
            f'"location":{{"lon":{lon + chance.uniform(-0.002, 0.002):.6f},'
            f'"lat":{lat + chance.uniform(-0.002, 0.002):.6f},"accuracy_m":12}}}}'
        ).encode()
        key = uuid.UUID(int=chance.getrandbits(128), version=4)
        head = (
            f"POST /api/v1/reports HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer "
            f"{chance.choice(self._tokens)}\r\nIdempotency-Key: {key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


class Connection(asyncio.Protocol):
    """One keep-alive connection with one request under way."""

    def __init__(self, requests: Requests, figures: Figures) -> None:
        self._requests = requests
        self._figures = figures
        self._buffer = bytearray()
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Sends the first request."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one without saying so
        self._send()

    def data_received(self, data: bytes) -> None:
        """Counts a finished answer and sends the next request."""
        self._buffer += data
        head_end = self._buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head = bytes(self._buffer[:head_end]).lower()
        status = int(head[9:12])
        length = 0 if status == 304 else int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        if len(self._buffer) < head_end + 4 + length:
            return
        self._count(status)
        self._buffer.clear()
        if time.perf_counter() < self._figures.end:
            self._send()
        else:
            self._transport.close()

    def _count(self, status: int) -> None:
        now, figures = time.perf_counter(), self._figures
        if figures.begin <= now <= figures.end:
            figures.latencies.append(now - self._sent_at)
            figures.statuses[status] = figures.statuses.get(status, 0) + 1

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        self._transport.write(self._requests.next())


async def load(spec: dict[str, Any]) -> dict[str, Any]:
    """Keeps `connections` busy for `seconds` after the warm-up."""
    begin = time.perf_counter() + WARM_UP_SECONDS
    figures = Figures(begin, begin + spec["seconds"])
    loop, requests = asyncio.get_running_loop(), Reports(spec)
    for number in range(spec["connections"]):
        host, port = spec["targets"][number % len(spec["targets"])].split(":")
        await loop.create_connection(lambda: Connection(requests, figures), host, int(port))
    await asyncio.sleep(figures.end - time.perf_counter() + 0.2)
    return figures.summary()


if __name__ == "__main__":
    print(json.dumps(uvloop.run(load(json.loads(sys.stdin.read())))))
