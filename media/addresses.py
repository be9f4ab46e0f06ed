"""Signed, expiring addresses: who holds one may fetch that one thing until then, without further proof."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta

_SHORTEST_SECRET = 16
_LATEST_EXPIRY = 253_402_300_799
_DIGITS = re.compile(r"[0-9]{1,12}")


def expiry(now: datetime, lifetime: timedelta = timedelta(hours=1)) -> datetime:
    """When an address made at `now` should end: at least `lifetime` away, at most one and a half times that.

    The moment is a multiple of half the lifetime, so everybody who asks within that half gets the same
    address and caches keep working.
    """
    step = max(1, int(lifetime.total_seconds() / 2))
    earliest = now.timestamp() + lifetime.total_seconds()
    return datetime.fromtimestamp(-(-earliest // step) * step, UTC)


def sign(secret: bytes, path: str, expires: datetime) -> str:
    """The query string `expires=<unix seconds>&signature=<base64url>` for exactly this path."""
    seconds = int(expires.timestamp())
    signature = base64.urlsafe_b64encode(_seal(secret, path, seconds)).rstrip(b"=").decode()
    return f"expires={seconds}&signature={signature}"


def verify(secret: bytes, path: str, expires: str, signature: str, now: datetime) -> bool:
    """Whether we signed the address and it has not ended. Takes the query values as they came; never raises.

    The signature is compared in constant time and before the clock is looked at.
    """
    if not _DIGITS.fullmatch(expires) or int(expires) > _LATEST_EXPIRY or len(signature) > 64:
        return False
    try:
        given = base64.urlsafe_b64decode(signature.encode("ascii") + b"=" * (-len(signature) % 4))
    except (binascii.Error, UnicodeEncodeError):
        return False
    ours = hmac.compare_digest(given, _seal(secret, path, int(expires)))
    return ours and now.timestamp() < int(expires)


def _seal(secret: bytes, path: str, seconds: int) -> bytes:
    if len(secret) < _SHORTEST_SECRET:
        raise ValueError(f"a secret has at least {_SHORTEST_SECRET} bytes")
    # The number stands first and ends at the line break, so no path can imitate another expiry.
    return hmac.new(secret, f"{seconds}\n{path}".encode(), hashlib.sha256).digest()
