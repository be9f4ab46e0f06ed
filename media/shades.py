"""Takes the fingerprint from pixels. Plain Python: the processes that judge uploads hold no numerical library.

It runs in them, and for the posters of films in the examiner process.
"""

from __future__ import annotations

from functools import cache
from math import cos, pi
from statistics import median, pstdev

from PIL import Image

_SIDE, _LOWEST = 32, 8
# Of a picture of one shade the transform is rounding noise, the same for every such picture: a lens cap, a blank wall
# and an empty placeholder would all be "the same picture". Below this spread of the shades there is no fingerprint.
_FLAT = 3.0
NO_FINGERPRINT = "0" * 16


def fingerprint(image: Image.Image) -> str:
    """16 hex digits; the same bits as `phash` of the library ImageHash, which tests compare it with.

    A picture of hardly more than one shade has none: sixteen zeros.
    """
    grey = image.convert("L").resize((_SIDE, _SIDE), Image.Resampling.LANCZOS).tobytes()
    if pstdev(grey) < _FLAT:
        return NO_FINGERPRINT
    rows = [grey[at : at + _SIDE] for at in range(0, _SIDE * _SIDE, _SIDE)]
    across = [[_dot(wave, row) for row in rows] for wave in _waves()]
    low = [_dot(wave, column) for wave in _waves() for column in across]
    middle = median(low)
    return f"{int(''.join('1' if one > middle else '0' for one in low), 2):016x}"


@cache
def _waves() -> tuple[tuple[float, ...], ...]:
    """The lowest waves of the transform of type II, without any norm."""
    return tuple(
        tuple(2 * cos(pi * number * (2 * at + 1) / (2 * _SIDE)) for at in range(_SIDE)) for number in range(_LOWEST)
    )


def _dot(wave: tuple[float, ...], values: bytes | list[float]) -> float:
    return sum(one * other for one, other in zip(wave, values, strict=True))
