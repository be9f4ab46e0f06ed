"""A client's copy of a topic: a pure fold of one snapshot and the events after it.

Two rules make it equal to a fresh snapshot whatever the network does. An event counts only when its `seq` is beyond
the last one applied, so that a replay after a reconnect shows nothing twice. A report replaces its predecessor only
when its `version` is not older: the answer to one's own command may overtake events that are still on their way.

`web/shared/collection.ts` is the same in TypeScript; `tests/protocol/every_event.json` holds both to one meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from api.clients.live import Message

Report = dict[str, Any]
# Says whether a topic holds a report as it now is.
Belongs = Callable[[Report], bool]

OPEN = frozenset({"received", "verified", "dispatched", "in_progress", "resolved", "awaiting_resident"})
NOT_AT_AGENCY = frozenset({"received", "verified", "rejected", "merged", "withdrawn"})


def is_open(report: Report) -> bool:
    """What the topic `operations` holds: somebody still has to do something about it."""
    return report["state"] in OPEN


def concerns(agency: str) -> Belongs:
    """What the topic `agency` holds: open, and led or supported by the agency from dispatch on, or to be looked at."""

    def belongs(report: Report) -> bool:
        if is_open(report) and agency in (report.get("checking") or ()):
            return True
        if not is_open(report) or report["state"] in NOT_AT_AGENCY:
            return False
        if report["state"] == "awaiting_resident" and report["public_status"] == "waiting":
            return False
        return bool(report["lead"] == agency or agency in (report.get("supporting") or ()))

    return belongs


@dataclass
class Collection:
    """The reports of one topic by code. `gone`: the version with which a report left it."""

    belongs: Belongs = is_open
    seq: int = 0
    reports: dict[str, Report] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)

    def start(self, seq: int, snapshot: Mapping[str, Any]) -> None:
        """Begin anew from the answer to a subscription."""
        self.seq, self.gone = seq, {}
        self.reports = {report["code"]: report for report in snapshot.get("reports", ()) if self.belongs(report)}

    def hear(self, event: Message) -> bool:
        """Apply an event; False when it was applied before."""
        if event["seq"] <= self.seq:
            return False
        self.seq = event["seq"]
        if event.get("report") is not None:
            self.take(event["report"])
        return True

    def take(self, report: Report) -> None:
        """A report as it now is: from an event, or from the answer to one's own command."""
        code, version = report["code"], report["version"]
        known = self.reports.get(code)
        if version < (known["version"] if known is not None else self.gone.get(code, 0)):
            return
        # A farewell, to a report that this listener no longer sees, has nothing to belong by.
        if not report.get("gone") and self.belongs(report):
            self.reports[code] = report
            self.gone.pop(code, None)
        else:
            self.reports.pop(code, None)
            self.gone[code] = version
