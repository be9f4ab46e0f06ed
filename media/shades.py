"""Takes the fingerprint from pixels. Plain Python: the processes that judge uploads hold no numerical library.

It runs in them, and for the posters of films in the examiner process.
"""

from __future__ import annotations

from functools import cache
from math import cos, pi
from statistics import median, pstdev

from PIL import Image

from media.fingerprint import INNER_MARGIN, UPRIGHT, WAYS, Way

_SIDE, _LOWEST = 32, 8
# Of a picture of one shade the transform is rounding noise, the same for every such picture: a lens cap, a blank wall
# and an empty placeholder would all be "the same picture". Below this spread of the shades there is no fingerprint.
_FLAT = 3.0
NO_FINGERPRINT = "0" * 16


def fingerprint(image: Image.Image) -> str:
    """16 hex digits; the same bits as `phash` of the library ImageHash, which tests compare it with.

    A picture of hardly more than one shade has none: sixteen zeros.
    """
    return fingerprints(image)[:16]


def fingerprints(image: Image.Image) -> str:
    """The fingerprint, and behind it those of the picture in the seven other ways of `media.fingerprint.WAYS`, 128 hex
    digits in all; only sixteen zeros where there is none.

    The waves of a turned or mirrored picture are those of the picture itself in other places and with other signs, so
    the seven cost a median each and no second look at the pixels.
    """
    low = _low(image)
    return "".join(_bits(_moved(low, way)) for way in (UPRIGHT, *WAYS)) if low is not None else NO_FINGERPRINT


def fingerprints_of_photo(image: Image.Image) -> str:
    """The same, and behind them the fingerprint of the inner part, 16 digits more where that shows anything."""
    found = fingerprints(image)
    inner = _low(image, INNER_MARGIN) if found != NO_FINGERPRINT else None
    return found if inner is None else found + _bits(inner)


def _low(image: Image.Image, margin: float = 0.0) -> list[list[float]] | None:
    """The lowest waves of the picture without so much of each side; None where it shows hardly more than one shade."""
    width, height = image.size
    box = (width * margin, height * margin, width * (1 - margin), height * (1 - margin))
    grey = image.convert("L").resize((_SIDE, _SIDE), Image.Resampling.LANCZOS, box=box).tobytes()
    if pstdev(grey) < _FLAT:
        return None
    rows = [grey[at : at + _SIDE] for at in range(0, _SIDE * _SIDE, _SIDE)]
    across = [[_dot(wave, row) for row in rows] for wave in _waves()]
    return [[_dot(wave, column) for column in across] for wave in _waves()]


def _moved(low: list[list[float]], way: Way) -> list[list[float]]:
    """The waves of the moved picture: swapped for a fold over the diagonal, the odd ones negative for a flip."""
    seen = [list(column) for column in zip(*low, strict=True)] if way.folded else low
    return [
        [-one if (way.flipped and x % 2) != (way.upended and y % 2) else one for x, one in enumerate(row)]
        for y, row in enumerate(seen)
    ]


def _bits(low: list[list[float]]) -> str:
    all_of_them = [one for row in low for one in row]
    middle = median(all_of_them)
    return f"{int(''.join('1' if one > middle else '0' for one in all_of_them), 2):016x}"


@cache
def _waves() -> tuple[tuple[float, ...], ...]:
    """The lowest waves of the transform of type II, without any norm."""
    return tuple(
        tuple(2 * cos(pi * number * (2 * at + 1) / (2 * _SIDE)) for at in range(_SIDE)) for number in range(_LOWEST)
    )


def _dot(wave: tuple[float, ...], values: bytes | list[float]) -> float:
    return sum(one * other for one, other in zip(wave, values, strict=True))
