"""The perceptual hash of a picture: 64 bits that stay nearly the same when it is scaled, re-encoded or slightly
cropped. Comparing two needs nothing but this module.

The hash is the usual one of the discrete cosine transform (Zauner 2010, "pHash"): 32 x 32 shades of grey, the
8 x 8 lowest frequencies, one bit for each above their median. `media.shades` takes it from pixels.
"""

from __future__ import annotations

import re

BITS = 64
_HEX = re.compile(r"[0-9a-f]{16}")


def distance(a: str, b: str) -> int:
    """How many of the 64 bits differ between two hashes of 16 hex digits; raises ValueError for anything else.

    Up to about 10 is the same picture again; two unrelated pictures differ in about 32.
    """
    if not _HEX.fullmatch(a) or not _HEX.fullmatch(b):
        raise ValueError("a fingerprint is 16 hex digits")
    return (int(a, 16) ^ int(b, 16)).bit_count()


def is_fingerprint(value: object) -> bool:
    """Whether this is a fingerprint as kept with an attachment."""
    return isinstance(value, str) and _HEX.fullmatch(value) is not None
