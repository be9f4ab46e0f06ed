"""What administrators do, as facts of the journal. Told to nobody live; kept for the record."""

from dataclasses import dataclass
from typing import ClassVar

from reports.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationPublished(Event):
    """The city's configuration has a new version, with so many changed items; perhaps an older one again."""

    name: ClassVar[str] = "configuration.published"
    configuration: int
    base: int | None = None
    note: str
    changes: int
    rolled_back_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMade(Event):
    """A member of staff has an account."""

    name: ClassVar[str] = "account.made"
    username: str
    role: str
    agency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChanged(Event):
    """Name, role, agency or standing of an account changed: `fields` names what, `was` and `now` in the same order."""

    name: ClassVar[str] = "account.changed"
    username: str
    fields: list[str]
    was: list[str]
    now: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPasswordGiven(Event):
    """The account has a new password, shown once to whoever asked for it; its sessions ended."""

    name: ClassVar[str] = "account.password_given"
    username: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AreasImported(Event):
    """Boundaries came in as new versions, valid from a day on."""

    name: ClassVar[str] = "areas.imported"
    kind: str
    valid_from: str
    added: int
    changed: int
    closed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerImported(Event):
    """A layer of roads or assets was replaced."""

    name: ClassVar[str] = "layer.imported"
    layer: str
    features: int
