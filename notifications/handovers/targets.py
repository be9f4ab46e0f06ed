"""Where an agency's own system is: read from `agency.external`. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from notifications.handovers.models import EMAIL, WEBHOOK

_LONGEST = 2048
# One mailbox as people write it; quoted local parts and address literals have no place in a city's list of agencies.
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


class BadTarget(ValueError):
    """What stands in `external` is no address; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Facts go there by signed HTTP POST."""

    url: str
    kind: str = WEBHOOK


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Work orders go there by mail."""

    address: str
    kind: str = EMAIL


Target: TypeAlias = Webhook | Mailbox


def read_target(external: Mapping[str, Any]) -> Target:
    """The target that `agency.external` names. Raises BadTarget."""
    kind = external.get("kind")
    if kind == WEBHOOK:
        url = external.get("url")
        parts = urlsplit(url) if isinstance(url, str) and len(url) <= _LONGEST else None
        if not isinstance(url, str) or parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadTarget("url must be a web address")
        return Webhook(url)
    if kind == EMAIL:
        address = external.get("address")
        if not isinstance(address, str) or not _MAILBOX.fullmatch(address):
            raise BadTarget("address must be a mail address")
        return Mailbox(address)
    raise BadTarget("kind must be webhook or email")
