"""The perceptual hash of a picture: 64 bits that stay nearly the same when it is scaled, re-encoded or slightly
cropped. Comparing two needs nothing but this module.

The hash is the usual one of the discrete cosine transform (Zauner 2010, "pHash"): 32 x 32 shades of grey, the
8 x 8 lowest frequencies, one bit for each above their median. `media.shades` takes it from pixels.

A picture that was turned or mirrored has another hash. So each is taken in all eight ways to hold it: a later picture
is compared in all of them with the earlier ones upright.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

BITS = 64
MOST_FRAMES = 96
"""So many pictures of one film are kept at most."""
_HEX = re.compile(r"[0-9a-f]{16}")
_ALL_HEX = re.compile(r"[0-9a-f]{128}(?:[0-9a-f]{16})?")
INNER_MARGIN = 0.025
"""So much of each side is left out of the inner part of a picture, whose fingerprint is kept beside that of the whole:
who crops a used picture by two or three per cent is near it."""


@dataclass(frozen=True, slots=True)
class Way:
    """One of the eight ways to hold a picture. Seen so it looks like another: the other was turned by `turned` degrees
    clockwise, after it was `mirrored` left to right, to become this one.

    `folded` (over the diagonal from the upper left), then `flipped` (left to right) and `upended` (top to bottom): what
    is done to this one to see it as the other.
    """

    turned: int
    mirrored: bool
    folded: bool = False
    flipped: bool = False
    upended: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture of a film: when it is shown, and its fingerprints in the eight ways, 128 hex digits."""

    second: float
    prints: str


UPRIGHT = Way(0, False)
WAYS = (
    Way(270, False, folded=True, flipped=True),
    Way(180, False, flipped=True, upended=True),
    Way(90, False, folded=True, upended=True),
    Way(0, True, flipped=True),
    Way(180, True, upended=True),
    Way(270, True, folded=True),
    Way(90, True, folded=True, flipped=True, upended=True),
)
"""The seven beside upright, in the order in which their fingerprints are kept."""


def distance(a: str, b: str) -> int:
    """How many of the 64 bits differ between two hashes of 16 hex digits; raises ValueError for anything else.

    Up to about 10 is the same picture again; two unrelated pictures differ in about 32.
    """
    if not _HEX.fullmatch(a) or not _HEX.fullmatch(b):
        raise ValueError("a fingerprint is 16 hex digits")
    return (int(a, 16) ^ int(b, 16)).bit_count()


def are_fingerprints(value: object) -> bool:
    """Whether these are the fingerprint of a picture and those in the ways of `WAYS` behind it, 128 hex digits, and
    perhaps that of its inner part, 16 more; of one that has none, sixteen zeros.
    """
    return value == "0" * 16 or (isinstance(value, str) and _ALL_HEX.fullmatch(value) is not None)


def parted(prints: str | None) -> tuple[str | None, str | None]:
    """The fingerprint (16 digits), and the others (those in the seven ways, 112, and of the inner part, 16 more); None
    for what there is not."""
    return (prints[:16], prints[16:] or None) if prints else (None, None)
