"""Facts about the pictures, films and voice notes of a report."""

from dataclasses import dataclass
from typing import ClassVar

from reports.event import Audience, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaReady(Event):
    """A picture can be looked at."""

    name: ClassVar[str] = "media.ready"
    audience: ClassVar[Audience] = "reporter"
    media: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaWithheld(Event):
    """A picture cannot be shown, for this reason; the report goes on without it."""

    name: ClassVar[str] = "media.withheld"
    audience: ClassVar[Audience] = "reporter"
    media: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaAdded(Event):
    """The reporter sent more pictures after the report."""

    name: ClassVar[str] = "media.added"
    audience: ClassVar[Audience] = "reporter"
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaArrived(Event):
    """A file that was announced with the report is here and whole; its copies are being made."""

    name: ClassVar[str] = "media.arrived"
    audience: ClassVar[Audience] = "reporter"
    media: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaChecked(Event):
    """Somebody or something has looked for faces and plates: so many areas are hidden in the public copy.

    `withheld`: why there is no public copy. `by_hand`: a person has decided.
    """

    name: ClassVar[str] = "media.checked"
    audience: ClassVar[Audience] = "internal"
    media: str
    areas: int = 0
    withheld: str | None = None
    by_hand: bool = False
