"""A network between phone and city, to be made worse: it listens, opens a line per connection, and passes bytes."""

import asyncio
import contextlib
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

CHUNK = 16384


@dataclass
class Line:
    """One connection of the phone, and the one to the city that belongs to it."""

    from_phone: StreamReader
    to_phone: StreamWriter
    from_city: StreamReader
    to_city: StreamWriter
    doomed: bool = False
    """Whether its answer is to be lost."""


class Network:
    """Passes bytes both ways. `off`: nothing gets through at all."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._host, self._port = str(parts.hostname), int(parts.port or 80)
        self.url = ""
        self.off = False
        self.cuts = 0

    async def up(self, line: Line) -> bool:
        """Passes on what the phone sends; True when the connection must be cut, False when the phone ended it."""
        while data := await line.from_phone.read(CHUNK):
            line.to_city.write(data)
            await line.to_city.drain()
        return False

    async def back(self, line: Line) -> None:
        """Passes on what the city answers, to its end or until the answer is lost."""
        while data := await line.from_city.read(CHUNK):
            line.to_phone.write(data)
            await line.to_phone.drain()

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """One connection of the phone."""
        try:
            if self.off:
                raise OSError("no signal")
            line = Line(reader, writer, *await asyncio.open_connection(self._host, self._port))
        except OSError:
            writer.transport.abort()
            return
        both = [asyncio.create_task(self.up(line)), asyncio.create_task(self.back(line))]
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for task in both:
            task.cancel()
        cut = (await asyncio.gather(*both, return_exceptions=True))[0] is True
        if cut:
            self.cuts += 1
            writer.transport.abort()
        # What was passed up arrives; then the server sees the end, in the middle of a body.
        for end in (line.to_city,) if cut else (line.to_city, writer):
            end.close()
            with contextlib.suppress(OSError):
                await end.wait_closed()


Kind = TypeVar("Kind", bound=Network)


@asynccontextmanager
async def listening(network: Kind) -> AsyncIterator[Kind]:
    """Listens on a free port of the loopback until the end of the block."""
    server = await asyncio.start_server(network.serve, "127.0.0.1", 0)
    network.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield network
    finally:
        server.close()
