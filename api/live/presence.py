"""Who looks at what, across processes: said by NOTIFY, repeated while it is true, forgotten when it is not repeated.

Nothing depends on it being right: it is a courtesy between people. Claims are what keeps two of them off one report.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.db import Transactions
from api.live.hub import Hub
from reports.callers import Caller
from reports.configuration import City

CHANNEL = "presence"
REPEAT_SECONDS = 20.0
FORGET_SECONDS = 60.0
_NOTIFY = text(f"SELECT pg_notify('{CHANNEL}', :payload)")


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looks at a report, or at none. `category`: of a report in the restricted lane, which only its readers
    may learn is looked at; None for any other.
    """

    by: dict[str, str]
    report: str | None
    category: str | None = None

    def told(self, caller: Caller, city: City | None) -> dict[str, Any]:
        """What this listener learns of it."""
        open_to = self.category is None or (city is not None and caller.id in city.readers_of(self.category))
        return {"by": self.by, "report": self.report if open_to else None}


@dataclass(slots=True)
class Presence:
    """The presences known to this process, by connection."""

    hub: Hub
    transactions: Transactions
    clock: Callable[[], float]
    city: Callable[[], City | None]
    _own: dict[str, Look] = field(default_factory=dict)
    _known: dict[str, tuple[float, Look]] = field(default_factory=dict)

    async def look(self, connection: str, caller: Caller, report: str | None, category: str | None = None) -> None:
        """The caller on this connection now looks at `report`, or at none. `category` as `Look` says."""
        look = Look({"username": caller.username, "name": caller.name}, report, category)
        if report is None:
            self._own.pop(connection, None)
        else:
            self._own[connection] = look
        await self._say(connection, look)

    async def gone(self, connection: str) -> None:
        """The connection has ended."""
        look = self._own.pop(connection, None)
        if look is not None:
            await self._say(connection, Look(look.by, None))

    def heard(self, payload: str) -> None:
        """Somebody's presence, from whichever process; tell those at the desks if it is new to them."""
        said = json.loads(payload)
        self._keep(said["connection"], Look(**said["look"]))

    def _keep(self, connection: str, look: Look) -> None:
        known = self._known.get(connection)
        before = known[1] if known else Look(look.by, None)
        if look.report is None:
            self._known.pop(connection, None)
        else:
            self._known[connection] = (self.clock(), look)
        if before == look:
            return
        city = self.city()

        def message(caller: Caller) -> str | None:
            told = look.told(caller, city)
            if told == before.told(caller, city):
                return None
            return json.dumps({"type": "presence", **told}, ensure_ascii=False)

        self.hub.tell_each("operations", message)

    def current(self, caller: Caller) -> list[dict[str, Any]]:
        """Everybody who looks at something now, as far as the caller may know."""
        self._forget_old()
        told = [look.told(caller, self.city()) for _, look in self._known.values()]
        return [one for one in told if one["report"] is not None]

    def _forget_old(self) -> None:
        limit = self.clock() - FORGET_SECONDS
        for connection, (at, look) in tuple(self._known.items()):
            if at < limit:
                self._keep(connection, Look(look.by, None))

    async def run(self) -> None:
        """Repeat what is true here, so that processes that started later know, and those that died are forgotten."""
        while True:
            await asyncio.sleep(REPEAT_SECONDS)
            for connection, look in tuple(self._own.items()):
                await self._say(connection, look)
            self._forget_old()

    async def _say(self, connection: str, look: Look) -> None:
        payload = json.dumps({"connection": connection, "look": asdict(look)}, ensure_ascii=False)
        try:
            async with self.transactions.engine.begin() as conn:
                await conn.execute(_NOTIFY, {"payload": payload})
        except (SQLAlchemyError, OSError):
            # The next repetition says it again.
            return
