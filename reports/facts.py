"""One journal entry on its way to screens: who may hear it, and its message, serialised once per kind of listener."""

from dataclasses import dataclass, field
from typing import Any

import orjson

from reports.callers import Caller
from reports.configuration import City
from reports.events import ReportVerified
from reports.journal import Entry
from reports.step import listener_for
from reports.views import Address, Listener, as_it_was, report_object

# Which audiences each kind of listener hears.
HEARD: dict[Listener, frozenset[str]] = {
    "center": frozenset({"internal", "agency", "reporter", "public"}),
    "agency": frozenset({"agency", "reporter", "public"}),
    "reporter": frozenset({"reporter", "public"}),
}


@dataclass(slots=True)
class Fact:
    """A sealed entry with the report it is about, ready to be told."""

    entry: Entry
    row: dict[str, Any]
    city: City
    address: Address
    _messages: dict[Listener | None, str] = field(default_factory=dict)

    @property
    def seq(self) -> int:
        """The entry's place in the journal."""
        return self.entry.seq

    @property
    def restricted(self) -> bool:
        """Whether only named readers may hear it."""
        return self.city.restricted(self.row["category"])

    def may_hear(self, caller: Caller) -> bool:
        """Whether this caller, if it listens to the report at all, may hear this fact.

        An agency hears the fact that takes a case away, because the entry names the agencies of before and after. That
        a device owns the report was checked when it subscribed.
        """
        if self.entry.audience not in HEARD[listener_for(caller)]:
            return False
        if caller.kind == "device":
            return True
        if caller.role == "agency":
            return caller.agency in self.entry.agencies
        return caller.oversight and (not self.restricted or self._reads(caller))

    def takes_away(self, caller: Caller) -> bool:
        """Whether the report has just moved into the restricted lane, where this caller no longer sees it."""
        moved = self.entry.event == ReportVerified.name and self.entry.data.get("category") == self.row["category"]
        return moved and caller.oversight and self.restricted and not self._reads(caller)

    def _reads(self, caller: Caller) -> bool:
        return caller.id in self.city.readers_of(self.row["category"])

    def message(self, caller: Caller) -> str:
        """The event as JSON text for the caller's kind of listener; made once, however many listen."""
        listener = None if self.takes_away(caller) else listener_for(caller)
        if listener not in self._messages:
            document = self.told(listener) if listener is not None else self._farewell()
            self._messages[listener] = orjson.dumps(document).decode()
        return self._messages[listener]

    def _farewell(self) -> dict[str, Any]:
        """All that those are told who no longer see the report: that it is gone from their lists."""
        return {
            "type": "event",
            "seq": self.entry.seq,
            "event": self.entry.event,
            "report": {"code": self.row["code"], "version": self.entry.version, "gone": True},
            "at": self.entry.at.isoformat(),
            "by": {},
            "data": {},
        }

    def told(self, listener: Listener) -> dict[str, Any]:
        """The event as this kind of listener may know it."""
        row = as_it_was(self.row, self.entry.after) if self.entry.after is not None else self.row
        data = {key: value for key, value in self.entry.data.items() if listener != "reporter" or key != "note"}
        return {
            "type": "event",
            "seq": self.entry.seq,
            "event": self.entry.event,
            "report": report_object(row, city=self.city, listener=listener, address=self.address, now=self.entry.at),
            "at": self.entry.at.isoformat(),
            "by": actor_for(self.entry.actor, listener),
            "data": data,
        }


def actor_for(actor: dict[str, Any], listener: Listener) -> dict[str, Any]:
    """Who did it, as far as this listener may know: residents read the kind and the agency, never a person's name."""
    if listener == "reporter":
        return {key: actor[key] for key in ("kind", "agency") if actor.get(key)}
    return {key: value for key, value in actor.items() if value is not None}
