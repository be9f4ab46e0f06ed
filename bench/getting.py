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
from functools import partial
from typing import Any

import uvloop

from bench.load import WARM_UP_SECONDS, Connection, Figures


class InTurn:
    """The same requests again and again, beginning with one of them."""

    def __init__(self, requests: list[bytes], start: int) -> None:
        self._requests = itertools.cycle(requests[start:] + requests[:start])

    def next(self) -> bytes:
        """The next one."""
        return next(self._requests)


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
        await loop.create_connection(partial(Connection, InTurn(requests, start), figures), host, int(port))
    await asyncio.sleep(figures.end - time.perf_counter() + 0.3)
    return figures.summary()


if __name__ == "__main__":
    print(json.dumps(uvloop.run(get(json.loads(sys.stdin.read())))))
