"""Which published cases come back to the center: drawn by lot, so that nobody can foresee or influence it. Pure.

The lot of a case is a keyed hash of its code and of how often it was opened again. Whoever does not hold the key cannot
tell a chosen case from another; whoever does can draw again years later and gets the same lot. A result that is sent
back and handed in anew does not draw anew: trying until the lot is kind wins nothing.
"""

import hashlib
import hmac

_STEPS = 2**53
"""As many lots as a float counts exactly."""


def lot(key: str, code: str, reopenings: int) -> float:
    """The case's lot, 0 <= lot < 1, even over all codes."""
    digest = hmac.digest(key.encode(), f"{code}|{reopenings}".encode(), hashlib.sha256)
    return (int.from_bytes(digest[:8], "big") >> 11) / _STEPS


def drawn(share: float, key: str, code: str, reopenings: int) -> bool:
    """Whether the case is among the share (0..1) that comes back. A larger share keeps all that a smaller one drew."""
    return lot(key, code, reopenings) < share
