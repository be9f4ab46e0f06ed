"""A network that lets a request arrive and then loses its answer.

async with losing(city_url) as network:
    network.losing = b"POST /api/v1/reports"
    ... the phone speaks to network.url ...
"""

from contextlib import AbstractAsyncContextManager

from tests.loopback.network import CHUNK, Line, Network, listening


class LosingNetwork(Network):
    """An answer to a request that begins with `losing` never comes back. `lost`: how many so far."""

    def __init__(self, target: str) -> None:
        super().__init__(target)
        self.losing: bytes | None = None
        self.lost = 0

    async def up(self, line: Line) -> bool:
        while data := await line.from_phone.read(CHUNK):
            line.doomed = line.doomed or (self.losing is not None and self.losing in data)
            line.to_city.write(data)
            await line.to_city.drain()
        return False

    async def back(self, line: Line) -> None:
        while data := await line.from_city.read(CHUNK):
            if line.doomed:
                self.lost += 1
                return
            line.to_phone.write(data)
            await line.to_phone.drain()


def losing(target: str) -> AbstractAsyncContextManager[LosingNetwork]:
    """One to the city at `target`, until the end of the block."""
    return listening(LosingNetwork(target))
