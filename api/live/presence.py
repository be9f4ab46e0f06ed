"""Who looks at what, across processes: said by NOTIFY, repeated while it is true, forgotten when it is not repeated.

Nothing depends on it being right: it is a courtesy between people. Claims are what keeps two of them off one report.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.db import Transactions
from api.live.hub import Hub
from reports.callers import Caller

CHANNEL = "presence"
REPEAT_SECONDS = 20.0
FORGET_SECONDS = 60.0
_NOTIFY = text(f"SELECT pg_notify('{CHANNEL}', :payload)")


@dataclass(slots=True)
class Presence:
    """The presences known to this process, by connection."""

    hub: Hub
    transactions: Transactions
    clock: Callable[[], float]
    _own: dict[str, dict[str, Any]] = field(default_factory=dict)
    _known: dict[str, tuple[float, dict[str, Any]]] = field(default_factory=dict)

    async def look(self, connection: str, caller: Caller, report: str | None) -> None:
        """The caller on this connection now looks at `report`, or at none."""
        seen = {"by": {"username": caller.username, "name": caller.name}, "report": report}
        if report is None:
            self._own.pop(connection, None)
        else:
            self._own[connection] = seen
        await self._say(connection, seen)

    async def gone(self, connection: str) -> None:
        """The connection has ended."""
        seen = self._own.pop(connection, None)
        if seen is not None:
            await self._say(connection, {**seen, "report": None})

    def heard(self, payload: str) -> None:
        """Somebody's presence, from whichever process; tell those at the desks if it is new."""
        said = json.loads(payload)
        connection, seen = said["connection"], said["seen"]
        before = self._known.get(connection)
        if seen["report"] is None:
            self._known.pop(connection, None)
        else:
            self._known[connection] = (self.clock(), seen)
        if (before[1] if before else {**seen, "report": None}) != seen:
            self.hub.tell("operations", json.dumps({"type": "presence", **seen}, ensure_ascii=False))

    def current(self) -> list[dict[str, Any]]:
        """Everybody who looks at something now."""
        limit = self.clock() - FORGET_SECONDS
        for connection, (at, _) in tuple(self._known.items()):
            if at < limit:
                self.heard(
                    json.dumps({"connection": connection, "seen": {**self._known[connection][1], "report": None}})
                )
        return [seen for _, seen in self._known.values()]

    async def run(self) -> None:
        """Repeat what is true here, so that processes that started later know, and those that died are forgotten."""
        while True:
            await asyncio.sleep(REPEAT_SECONDS)
            for connection, seen in tuple(self._own.items()):
                await self._say(connection, seen)
            self.current()

    async def _say(self, connection: str, seen: dict[str, Any]) -> None:
        payload = json.dumps({"connection": connection, "seen": seen}, ensure_ascii=False)
        try:
            async with self.transactions.engine.begin() as conn:
                await conn.execute(_NOTIFY, {"payload": payload})
        except (SQLAlchemyError, OSError):
            # The next repetition says it again.
            return
