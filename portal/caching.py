"""What everybody sees is made once and kept: the version of the public facts, and a bounded shelf of finished answers.

A version is asked for before the page is made and belongs to it; the page may be newer than its version says, never
older. So whoever finds the version unchanged may take what is on the shelf, or keep what it has (304).
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

FRESH_SECONDS = 0.25
"""How long a version counts as the newest. What was published is seen within one second, sealing included."""

CALM_SECONDS = 30.0
"""How old the counts on a map of the whole city may be when no cell has the answer: each tile looks at all."""

MOST_BYTES = 64 * 1024 * 1024
MOST_OF_ONE = 2 * 1024 * 1024
"""Bytes of finished answers one process keeps, and of the largest one worth keeping."""

# One row of an index each: the newest fact about anything public, and the number of the city's configuration.
_VERSION = text("""
SELECT (SELECT version FROM configuration) AS city,
       (SELECT seq FROM journal
         WHERE seq IS NOT NULL AND ((after ->> 'state') IN ('published', 'closed') OR event = 'report.reopened')
         ORDER BY seq DESC LIMIT 1) AS seq
""")


async def public_version(conn: AsyncConnection) -> str:
    """The version of everything that is public: changes when a report is published, rated, closed or reopened, when a
    picture of a public one is ready or hidden, and when the city changes categories or agencies.
    """
    row = (await conn.execute(_VERSION)).one()
    return f"{row.city or 0}-{row.seq or 0}"


class Newest:
    """The newest version as this process knows it: asked for at most every `seconds`, by one request for all."""

    def __init__(
        self, ask: Callable[[], Awaitable[str]], clock: Callable[[], float], seconds: float = FRESH_SECONDS
    ) -> None:
        self._ask, self._clock, self._seconds = ask, clock, seconds
        self._known: str | None = None
        self._until = 0.0
        self._asking: asyncio.Future[str] | None = None

    async def version(self) -> str:
        """The version, at most `seconds` old."""
        if self._known is not None and self._clock() < self._until:
            return self._known
        if self._asking is None:
            self._asking = asyncio.ensure_future(self._refresh())
            self._asking.add_done_callback(self._asked)
        # Shielded: the first to ask may go away, the others still wait for the answer.
        return await asyncio.shield(self._asking)

    async def _refresh(self) -> str:
        began = self._clock()
        known = await self._ask()
        self._known, self._until = known, began + self._seconds
        return known

    def _asked(self, done: "asyncio.Future[str]") -> None:
        self._asking = None
        if not done.cancelled():
            done.exception()  # looked at here too, in case everybody who asked has gone


@dataclass(frozen=True, slots=True)
class Finished:
    """An answer ready to send: as it is, and packed with gzip (None where that is not worth it)."""

    plain: bytes
    packed: bytes | None = None

    @property
    def size(self) -> int:
        """Bytes held."""
        return len(self.plain) + len(self.packed or b"")


@dataclass
class Shelf:
    """Finished answers by what was asked for, each with the tag it was made under; the one not asked for longest goes.

    The same key under a new tag takes the old one's place, so what is out of date does not pile up.
    """

    most_bytes: int = MOST_BYTES
    bytes: int = 0
    _kept: OrderedDict[Hashable, tuple[str, Finished]] = field(default_factory=OrderedDict)
    _making: dict[Hashable, "asyncio.Future[Finished]"] = field(default_factory=dict)

    def get(self, key: Hashable, tag: str) -> Finished | None:
        """What is kept for this key and tag."""
        tagged = self._kept.get(key)
        if tagged is None or tagged[0] != tag:
            return None
        self._kept.move_to_end(key)
        return tagged[1]

    def keep(self, key: Hashable, tag: str, finished: Finished) -> None:
        """Keep an answer if it is not too large."""
        self._drop(key)
        if finished.size > MOST_OF_ONE:
            return
        self._kept[key] = (tag, finished)
        self.bytes += finished.size
        while self.bytes > self.most_bytes:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: Hashable) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self.bytes -= gone[1].size

    async def made(self, key: Hashable, tag: str, make: Callable[[], Awaitable[Finished]]) -> Finished:
        """What is kept, or what `make` makes now; whoever asks meanwhile for the same waits for the same."""
        found = self.get(key, tag)
        if found is not None:
            return found
        asked = (key, tag)
        making = self._making.get(asked)
        if making is None:
            making = asyncio.ensure_future(self._make(key, tag, make))
            self._making[asked] = making
            making.add_done_callback(lambda done: self._done(asked, done))
        return await asyncio.shield(making)

    async def _make(self, key: Hashable, tag: str, make: Callable[[], Awaitable[Finished]]) -> Finished:
        finished = await make()
        self.keep(key, tag, finished)
        return finished

    def _done(self, asked: Hashable, done: "asyncio.Future[Finished]") -> None:
        self._making.pop(asked, None)
        if not done.cancelled():
            done.exception()
