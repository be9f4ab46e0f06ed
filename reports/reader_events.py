"""The facts about who may read the restricted lane."""

from dataclasses import dataclass
from typing import ClassVar

from reports.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderNamed(Event):
    """Somebody may read a category of the restricted lane from now on. Told to nobody live; kept for the record."""

    name: ClassVar[str] = "reader.named"
    category: str
    username: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderRemoved(Event):
    """Somebody may no longer read a category of the restricted lane. Told to nobody live; kept for the record."""

    name: ClassVar[str] = "reader.removed"
    category: str
    username: str
