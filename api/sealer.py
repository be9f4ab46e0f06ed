"""Seals the journal: soon after each commit of this process, and every second whatever happened elsewhere."""

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from reports.sealing import BATCH, seal

log = logging.getLogger(__name__)

# A process that dies between commit and sealing leaves entries behind; any other finds them within this time.
SWEEP_SECONDS = 1.0
# The first commit is sealed at once; those that follow within this time are sealed together. One round costs about as
# much as one report, so a busy city seals thirty times a second instead of a thousand.
GAP_SECONDS = 0.03


class Sealer:
    """One per process. Wake-ups that come while it works are answered by one more round, not by one each."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._wanted = asyncio.Event()
        self.alive_at: float = 0.0

    def wake(self) -> None:
        """Something was committed that may need sealing. Never waits."""
        self._wanted.set()

    async def run(self) -> None:
        """Seal until cancelled; a database that is away is asked again a second later."""
        while True:
            try:
                async with asyncio.timeout(SWEEP_SECONDS):
                    await self._wanted.wait()
            except TimeoutError:
                pass
            self._wanted.clear()
            try:
                if await self.seal_all() is None:
                    self._wanted.set()
                self.alive_at = asyncio.get_running_loop().time()
                await asyncio.sleep(GAP_SECONDS)
            except (SQLAlchemyError, OSError) as error:
                log.warning("sealing failed, trying again: %s", error)
                await asyncio.sleep(SWEEP_SECONDS)

    async def seal_all(self) -> int | None:
        """Seal everything that is committed now; returns how many entries, None when another process is at it."""
        total = 0
        while True:
            async with self._engine.begin() as conn:
                sealed = await seal(conn)
            if sealed is None:
                return None
            total += sealed
            if sealed < BATCH:
                return total
