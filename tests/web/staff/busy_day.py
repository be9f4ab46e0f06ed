"""A day at a very busy center, told to a wall as fast as it listens, through a line of its own; what it then holds."""

import json
from datetime import UTC, datetime
from typing import Any

from playwright.async_api import CDPSession, Page, WebSocketRoute

EVENTS = (
    "report.received",
    "report.verified",
    "report.dispatched",
    "report.accepted",
    "report.resolved",
    "report.closed",
)
STATES = ("received", "verified", "dispatched", "in_progress", "resolved", "closed")
# An alarm that is over long since is shown to nobody, and no figures that are fetched meanwhile replace it.
MARK = {
    "acknowledged": None,
    "cleared_at": "2026-01-01T00:00:00Z",
    "location": None,
    "raised_at": "2026-01-01T00:00:00Z",
}


class BusyDay:
    """Answers the wall's live channel in place of the server; everything else it asks is answered by the real one."""

    def __init__(self, page: Page, category: str) -> None:
        self.page, self.category = page, category
        self.told = 0
        self._line: WebSocketRoute | None = None

    async def open(self) -> None:
        """Before the page is opened."""
        await self.page.route_web_socket("**/api/v1/live", self._connected)

    def _connected(self, line: WebSocketRoute) -> None:
        self._line = line

        def heard(message: str | bytes) -> None:
            said = json.loads(message)
            answer: dict[str, Any] = {"id": said["id"], "type": "result"}
            if said["type"] == "auth":
                answer["now"] = datetime.now(UTC).isoformat()
            elif said["type"] == "subscribe":
                answer |= {"seq": self.told, "snapshot": {"reports": [], "counts": {}}}
            line.send(json.dumps(answer))

        line.on_message(heard)
        line.send(json.dumps({"type": "hello", "protocol": 1}))

    async def tell(self, number: int) -> None:
        """So many events, each of another report, and wait until the wall has heard the last of them."""
        assert self._line is not None
        for _ in range(number):
            self._line.send(json.dumps(self._event()))
        self._line.send(json.dumps({"type": "alarms", "alarms": [{"id": self.told, **MARK}]}))
        heard = "(told) => document.querySelector('ht-wall').source.alarms[0]?.id === told"
        await self.page.wait_for_function(heard, arg=self.told, timeout=120_000)

    def _event(self) -> dict[str, Any]:
        self.told += 1
        step, now = self.told % len(EVENTS), datetime.now(UTC).isoformat()
        place = {"lon": 107.05 + (self.told * 7 % 100) / 1000, "lat": 10.33 + (self.told * 13 % 100) / 1000}
        report = {
            "code": f"R{self.told:07}",
            "version": 1,
            "state": STATES[step],
            "urgency": "normal",
            "category": self.category,
            "area": {"code": "x", "name": f"Phường {self.told % 9}"},
            "location": place,
            "lead": None,
            "received_at": now,
            "due_at": now,
        }
        return {"type": "event", "seq": self.told, "event": EVENTS[step], "report": report, "at": now, "by": None}


async def held(session: CDPSession) -> dict[str, int]:
    """What the page holds after everything that can be thrown away has been: bytes of its heap, nodes, listeners."""
    for _ in range(3):
        await session.send("HeapProfiler.collectGarbage")
    found = (await session.send("Performance.getMetrics"))["metrics"]
    values = {one["name"]: int(one["value"]) for one in found}
    return {"heap": values["JSHeapUsedSize"], "nodes": values["Nodes"], "listeners": values["JSEventListeners"]}
