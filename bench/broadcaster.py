"""The yardstick of the fan-out: nothing but `websockets.broadcast`.

`burst 400 <text>` is an order: it sends the text 400 times to everybody else.
"""

from __future__ import annotations

import asyncio
import sys
from http import HTTPStatus

from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.http11 import Request, Response

OTHERS: set[ServerConnection] = set()


async def _listen(connection: ServerConnection) -> None:
    OTHERS.add(connection)
    try:
        async for message in connection:
            word, number, text = str(message).split(" ", 2)
            assert word == "burst"
            OTHERS.discard(connection)
            for _ in range(int(number)):
                broadcast(OTHERS, text)
                # As a server that lives: others get their turn between two messages.
                await asyncio.sleep(0)
    finally:
        OTHERS.discard(connection)


def _health(connection: ServerConnection, request: Request) -> Response | None:
    return connection.respond(HTTPStatus.OK, "ready\n") if request.path == "/healthz" else None


async def _main(port: int) -> None:
    async with serve(_listen, "127.0.0.1", port, compression=None, process_request=_health) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
