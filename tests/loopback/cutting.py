"""A network that breaks: every connection is cut when a number of bytes have gone up.

async with cutting(city_url, every=300_000) as network:
    ... the phone speaks to network.url ...
    assert network.cuts > 3
"""

from contextlib import AbstractAsyncContextManager

from tests.loopback.network import CHUNK, Line, Network, listening


class CuttingNetwork(Network):
    """After `every` bytes from the phone the connection is reset. `cuts`: how often so far."""

    def __init__(self, target: str, every: int) -> None:
        super().__init__(target)
        self._every = every

    async def up(self, line: Line) -> bool:
        left = self._every
        while data := await line.from_phone.read(min(CHUNK, left)):
            if self.off:
                return True
            line.to_city.write(data)
            await line.to_city.drain()
            left -= len(data)
            if left <= 0:
                return True
        return False


def cutting(target: str, every: int = 300_000) -> AbstractAsyncContextManager[CuttingNetwork]:
    """One to the city at `target`, until the end of the block."""
    return listening(CuttingNetwork(target, every))
