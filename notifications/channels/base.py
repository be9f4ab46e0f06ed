"""What every channel takes and answers.

A channel speaks to one provider and nothing else: no database, no journal, no decision about trying again. It
never raises for what a provider or the network does; each such thing is one of four answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

Urgency: TypeAlias = Literal["normal", "high"]
#: The address of a push target as the table keeps it; empty for channels that need none.
Target: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Message:
    """One notice, ready to show. Holds nothing personal: it crosses other companies' servers and lock
    screens.
    """

    title: str
    body: str
    #: Path on the city's own site.
    url: str
    #: The same for each attempt of one delivery and for no other; at most 64 bytes, what Apple takes.
    tag: str
    urgency: Urgency = "normal"
    #: Seconds a provider may keep it for a phone that is switched off.
    ttl: int = 86_400


@dataclass(frozen=True)
class Delivered:
    """The provider took it. `receipt` is the provider's own number, when it gives one."""

    receipt: str | None = None


@dataclass(frozen=True)
class Gone:
    """The address is dead for good: the app was removed, the permission withdrawn."""

    reason: str


@dataclass(frozen=True)
class Retry:
    """Not now. `after` is the number of seconds the provider asked for, when it did."""

    reason: str
    after: float | None = None


@dataclass(frozen=True)
class Refused:
    """This message will never be taken at this address; trying again is useless, the address stays."""

    reason: str


Outcome: TypeAlias = Delivered | Gone | Retry | Refused


class Channel(Protocol):
    """`send` answers within the channel's own time limit; `close` frees what the channel holds open."""

    async def send(self, message: Message, target: Target) -> Outcome: ...

    async def close(self) -> None: ...
