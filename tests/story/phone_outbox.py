"""The outbox of a phone: one folder a report, so that whatever was entered outlives the app, the phone and the network.

A folder holds the files as the camera gave them and `item.json`, which is replaced whole: a kill leaves the old one or
the new one. An item says how far it is: its key, its body, each file's upload, the report's code once it has one, and
what the city refused.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

Json = dict[str, Any]


@dataclass
class Parcel:
    """One file of a report: where it lies, what it says it is, and its upload as far as there is one."""

    name: str
    content_type: str
    upload: str | None = None
    # Whether the city knows that this upload belongs to the report.
    named: bool = False
    whole: bool = False


@dataclass
class Item:
    """One report on its way."""

    key: str
    body: Json
    parcels: list[Parcel] = field(default_factory=list)
    code: str | None = None
    problem: Json | None = None

    @property
    def done(self) -> bool:
        """Whether the city has all of it."""
        return self.code is not None and all(parcel.whole for parcel in self.parcels)


class Outbox:
    """The items of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, body: Json, files: Sequence[tuple[str, str, bytes]] = ()) -> Item:
        """Keep a new report with its (name, content type, bytes); its key is made here, once and for all."""
        item = Item(str(uuid.uuid4()), body, [Parcel(name, kind) for name, kind, _ in files])
        (self._folder / item.key).mkdir()
        for number, (_, _, data) in enumerate(files):
            _write(self.file(item, number), data)
        self.keep(item)
        return item

    def keep(self, item: Item) -> None:
        """Write down how far it is."""
        path = self._folder / item.key / "item.json"
        draft = path.with_suffix(".draft")
        _write(draft, json.dumps(asdict(item)).encode())
        draft.replace(path)

    def items(self) -> list[Item]:
        """All of them, oldest first; one whose first writing was interrupted was never there."""
        paths = sorted(self._folder.glob("*/item.json"), key=lambda path: path.parent.stat().st_ctime_ns)
        return [_read(path) for path in paths]

    def file(self, item: Item, number: int) -> Path:
        """Where the bytes of a parcel lie."""
        return self._folder / item.key / f"{number}.bin"

    def mend(self, item: Item, **changes: Any) -> Item:
        """A refused item with a better body: another body is another report to the city, so it gets another key."""
        new = Item(str(uuid.uuid4()), {**item.body, **changes}, item.parcels)
        (self._folder / item.key).rename(self._folder / new.key)
        self.keep(new)
        return new


def _read(path: Path) -> Item:
    found = json.loads(path.read_text())
    return Item(**{**found, "parcels": [Parcel(**parcel) for parcel in found["parcels"]]})


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
