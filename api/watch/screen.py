"""Three ways of showing what arrives: JSON lines for programs, event lines for logs, a table for people.

>>> line_of({"type": "event", "seq": 7, "event": "report.claimed", "at": "2026-11-21T08:00:00+07:00",
...          "by": {"username": "operator1"}, "report": {"code": "K7M2P9QX", "state": "received"}})
'2026-11-21T08:00:00+07:00  #7  report.claimed  K7M2P9QX  received  by operator1'
"""

from __future__ import annotations

import json
import sys
from abc import ABC, abstractmethod
from collections import deque
from types import TracebackType
from typing import Any

from rich.console import Console, Group
from rich.live import Live as Redrawn
from rich.table import Table as Grid
from rich.text import Text

from api.clients import Collection, Message

OPEN_ROWS = 15
EVENT_ROWS = 10


class Screen(ABC):
    """Shows items one after another; a context manager because a live table must hand the terminal back."""

    def __enter__(self) -> Screen:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    @abstractmethod
    def show(self, item: Message) -> None:
        """Shows one item of `follow`."""


class JsonLines(Screen):
    """One JSON object a line, as received, for `jq` and for tests."""

    def show(self, item: Message) -> None:
        """Prints and flushes: a reader behind a pipe sees each event at once."""
        sys.stdout.write(json.dumps(item, ensure_ascii=False) + "\n")
        sys.stdout.flush()


class Lines(Screen):
    """One plain line per event, and one for each change of the connection."""

    def show(self, item: Message) -> None:
        """Prints the line, if the item deserves one."""
        line = line_of(item)
        if line:
            print(line, flush=True)


class Table(Screen):
    """The open reports by due time and the last events, redrawn at most four times a second."""

    def __init__(self, topic: str, console: Console | None = None) -> None:
        self._topic = topic
        self._collection = Collection()
        self._last: deque[str] = deque(maxlen=EVENT_ROWS)
        self._state = "connecting"
        self._missed = 0
        self._alarms: list[str] = []
        self._redrawn = Redrawn(self._drawing(), console=console, refresh_per_second=4)

    def __enter__(self) -> Table:
        self._redrawn.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._redrawn.__exit__(kind, error, trace)

    def show(self, item: Message) -> None:
        """Takes the item into the table."""
        kind = item["type"]
        if kind == "connection":
            self._state, self._missed = str(item["state"]), 0
        elif kind == "snapshot":
            self._collection.start(int(item["seq"]), item["snapshot"])
        elif kind == "event":
            self._take(item)
        elif kind == "alarms":
            self._alarms = alarm_lines(item)
        self._redrawn.update(self._drawing())

    def _take(self, event: Message) -> None:
        self._missed += bool(event.get("missed"))
        self._last.append(line_of(event))
        self._collection.hear(event)

    def _drawing(self) -> Group:
        title = f"{self._topic} · {self._state} · {len(self._collection.reports)} open"
        if self._missed:
            title += f" · {self._missed} changes while away"
        grid = Grid("code", "state", "category", "area", "lead", "held by", "due", title=title, expand=True)
        for report in sorted(self._collection.reports.values(), key=_due)[:OPEN_ROWS]:
            grid.add_row(*(Text(cell) for cell in _cells(report)))
        alarms = (Text(line, style="bold red") for line in self._alarms)
        return Group(*alarms, grid, *(Text(line, style="dim") for line in self._last))


def line_of(item: Message) -> str:
    """The one line that tells an item; "" for what a log does not need (presence)."""
    if item["type"] == "event":
        report = item.get("report") or {}
        return "  ".join(
            [
                str(item.get("at", "")),
                f"#{item['seq']}",
                str(item["event"]),
                str(report.get("code", "-")),
                str(report.get("state", "-")),
                f"by {_who(item)}",
            ]
        )
    if item["type"] == "alarms":
        return "\n".join(alarm_lines(item))
    if item["type"] == "snapshot":
        return f"snapshot at #{item['seq']}: {len(item['snapshot'].get('reports', []))} reports"
    if item["type"] == "connection":
        return f"connection {item['state']} {item.get('detail', '')}".rstrip()
    return ""


def alarm_lines(item: Message) -> list[str]:
    """One line for a drill and for each alarm that stands.

    >>> alarm_lines({"alarms": [{"id": 4, "kind": "storm", "level": 2, "raised_at": "2026-11-21T08:00:00+00:00",
    ...              "text_en": "7 reports in one place", "acknowledged": None, "cleared_at": None}], "drill": None})
    ['2026-11-21T08:00:00+00:00  ALARM 4  level 2  7 reports in one place  nobody has acknowledged it']
    """
    lines = []
    if item.get("drill"):
        lines.append(f"EXERCISE since {item['drill']['since']} by {_named(item['drill']['by'])}")
    for alarm in item.get("alarms", []):
        if alarm["cleared_at"] is None:
            taken = alarm["acknowledged"]
            who = f"acknowledged by {_named(taken['by'])}" if taken else "nobody has acknowledged it"
            words = (alarm["raised_at"], f"ALARM {alarm['id']}", f"level {alarm['level']}", alarm["text_en"], who)
            lines.append("  ".join(words))
    return lines


def _named(person: Message) -> str:
    return str(person.get("username") or person.get("name") or "-")


def _who(event: Message) -> str:
    by = event.get("by") or {}
    return str(by.get("username") or by.get("name") or by.get("kind") or "-")


def _due(report: dict[str, Any]) -> str:
    return str(report.get("due_at") or "9999")


def _cells(report: dict[str, Any]) -> list[str]:
    area, claim = report.get("area") or {}, report.get("claim") or {}
    return [
        str(value or "-")
        for value in (
            report.get("code"),
            report.get("state"),
            report.get("category_name") or report.get("category"),
            area.get("name"),
            report.get("lead"),
            (claim.get("by") or {}).get("username"),
            report.get("due_at"),
        )
    ]
