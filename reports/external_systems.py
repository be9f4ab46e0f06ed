"""Where an agency's own system is: read from `agency.external`. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from urllib.parse import SplitResult, urlsplit

from reports.problems import Sentence
from reports.public_addresses import looks_public

WEBHOOK: Final = "webhook"
EMAIL: Final = "email"
LONGEST = 2048
# One mailbox as people write it; quoted local parts and address literals have no place in a city's list of agencies.
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")

_NO_KIND = Sentence("must be webhook or email", "phải là webhook hoặc email")
_NO_URL = Sentence("must be a web address", "phải là địa chỉ web, ví dụ https://tiepnhan.example.vn/phan-anh")
_NO_MAIL = Sentence("must be a mail address", "phải là địa chỉ thư, ví dụ tiepnhan@phuong.example.vn")
_USER = Sentence(
    "must not carry a user name or password: messages are signed",
    "không được mang tên hay mật khẩu: mỗi tin đã được ký bằng khóa riêng",
)


class BadTarget(ValueError):
    """What stands in `external` is no address; `field` is the member, `why` says what is wrong with it."""

    def __init__(self, field: str, why: Sentence) -> None:
        super().__init__(f"{field} {why}")
        self.field = field
        self.why = why


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
        parts = _parts(url)
        if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadTarget("url", _NO_URL)
        return Webhook(str(url))
    if kind == EMAIL:
        address = external.get("address")
        if not isinstance(address, str) or not _MAILBOX.fullmatch(address):
            raise BadTarget("address", _NO_MAIL)
        return Mailbox(address)
    raise BadTarget("kind", _NO_KIND)


def _parts(url: Any) -> SplitResult | None:
    """None for what is no address at all; whether the port is a number counts too."""
    try:
        parts = urlsplit(url) if isinstance(url, str) and len(url) <= LONGEST and not re.search(r"\s", url) else None
        return parts if parts is not None and parts.port != 0 else None
    except ValueError:
        return None


def troubles(external: Mapping[str, Any]) -> Iterator[tuple[str, str, Sentence | None]]:
    """What an administrator should know of a target: (kind, member, sentence).

    `external-bad` with its sentence: cannot be used. `external-inner`: not https on the public internet; it is called
    only where the settings of the machine name it.
    """
    try:
        target = read_target(external)
    except BadTarget as problem:
        yield "external-bad", problem.field, problem.why
        return
    if not isinstance(target, Webhook):
        return
    parts = urlsplit(target.url)
    if parts.username is not None or parts.password is not None:
        yield "external-bad", "url", _USER
    elif parts.scheme != "https" or not looks_public(parts.hostname or ""):
        yield "external-inner", "url", None
