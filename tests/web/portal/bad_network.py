"""A network between phone and city that lets a request arrive and then loses its answer.

async with bad_network(city_url) as network:
    network.losing = b"POST /api/v1/reports"
    ... the phone speaks to network.url ...
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

CHUNK = 65536


class BadNetwork:
    """Passes bytes both ways; an answer to a request that begins with `losing` never comes back."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._host, self._port = str(parts.hostname), int(parts.port or 80)
        self.url = ""
        self.losing: bytes | None = None
        self.lost = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the phone."""
        up_reader, up_writer = await asyncio.open_connection(self._host, self._port)
        doomed = asyncio.Event()

        async def there() -> None:
            while data := await reader.read(CHUNK):
                if self.losing is not None and self.losing in data:
                    doomed.set()
                up_writer.write(data)
                await up_writer.drain()

        async def back() -> None:
            while data := await up_reader.read(CHUNK):
                if doomed.is_set():
                    self.lost += 1
                    return
                writer.write(data)
                await writer.drain()

        both = [asyncio.create_task(there()), asyncio.create_task(back())]
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for task in both:
            task.cancel()
        await asyncio.gather(*both, return_exceptions=True)
        for end in (writer, up_writer):
            end.close()
            with contextlib.suppress(OSError):
                await end.wait_closed()


@asynccontextmanager
async def bad_network(target: str) -> AsyncIterator[BadNetwork]:
    """Listens on a free port of the loopback until the end of the block."""
    network = BadNetwork(target)
    server = await asyncio.start_server(network.serve, "127.0.0.1", 0)
    network.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield network
    finally:
        server.close()
