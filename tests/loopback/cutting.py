"""A network that breaks: every connection is cut when a number of bytes have gone up.

async with cutting(city_url, every=300_000) as network:
    ... the phone speaks to network.url ...
    assert network.cuts > 3
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

CHUNK = 16384


class CuttingNetwork:
    """Passes bytes both ways; after `every` bytes from the phone the connection is reset. `cuts`: how often so far.
    `off`: nothing gets through at all.
    """

    def __init__(self, target: str, every: int) -> None:
        parts = urlsplit(target)
        self._host, self._port = str(parts.hostname), int(parts.port or 80)
        self._every = every
        self.url = ""
        self.cuts = 0
        self.off = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the phone."""
        if self.off:
            writer.transport.abort()
            return
        try:
            up_reader, up_writer = await asyncio.open_connection(self._host, self._port)
        except OSError:
            writer.transport.abort()
            return
        both = [
            asyncio.create_task(self._up(reader, up_writer)),
            asyncio.create_task(self._back(up_reader, writer)),
        ]
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for task in both:
            task.cancel()
        cut = (await asyncio.gather(*both, return_exceptions=True))[0] is True
        if cut:
            self.cuts += 1
            writer.transport.abort()
        # What was passed up arrives; then the server sees the end, in the middle of a body.
        for end in (up_writer,) if cut else (up_writer, writer):
            end.close()
            with contextlib.suppress(OSError):
                await end.wait_closed()

    async def _up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """True when the connection must be cut, False when the phone ended it."""
        left = self._every
        while data := await reader.read(min(CHUNK, left)):
            if self.off:
                return True
            writer.write(data)
            await writer.drain()
            left -= len(data)
            if left <= 0:
                return True
        return False

    async def _back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()


@asynccontextmanager
async def cutting(target: str, every: int = 300_000) -> AsyncIterator[CuttingNetwork]:
    """Listens on a free port of the loopback until the end of the block."""
    network = CuttingNetwork(target, every)
    server = await asyncio.start_server(network.serve, "127.0.0.1", 0)
    network.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield network
    finally:
        server.close()
