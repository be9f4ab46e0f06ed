"""A process that asks for pages over raw sockets as fast as the answers come, and says how fast that was.

    echo '{"targets": ["127.0.0.1:8000"], "connections": 8, "seconds": 3, "paths": ["/"], "headers": {}}' \
        | python -m bench.getting

The paths are taken in turn, each connection beginning somewhere else.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from typing import Any, cast

import uvloop

from bench.load import WARM_UP_SECONDS, Figures


class Reader(asyncio.Protocol):
    """One keep-alive connection with one request under way."""

    def __init__(self, requests: list[bytes], start: int, figures: Figures) -> None:
        self._requests = itertools.cycle(requests[start:] + requests[:start])
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
        now, figures = time.perf_counter(), self._figures
        if figures.begin <= now <= figures.end:
            figures.latencies.append(now - self._sent_at)
            figures.statuses[status] = figures.statuses.get(status, 0) + 1
        self._buffer.clear()
        if now < figures.end:
            self._send()
        else:
            self._transport.close()

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        self._transport.write(next(self._requests))


async def get(spec: dict[str, Any]) -> dict[str, Any]:
    """Keeps `connections` busy for `seconds` after the warm-up."""
    more = "".join(f"{name}: {value}\r\n" for name, value in {"Accept-Encoding": "gzip", **spec["headers"]}.items())
    requests = [f"GET {path} HTTP/1.1\r\nHost: bench\r\n{more}\r\n".encode() for path in spec["paths"]]
    begin = time.perf_counter() + WARM_UP_SECONDS
    figures = Figures(begin, begin + spec["seconds"])
    loop = asyncio.get_running_loop()
    for number in range(spec["connections"]):
        host, port = spec["targets"][number % len(spec["targets"])].split(":")
        start = number * len(requests) // spec["connections"]
        await loop.create_connection(lambda start=start: Reader(requests, start, figures), host, int(port))  # type: ignore[misc]
    await asyncio.sleep(figures.end - time.perf_counter() + 0.3)
    return figures.summary()


if __name__ == "__main__":
    print(json.dumps(uvloop.run(get(json.loads(sys.stdin.read())))))
