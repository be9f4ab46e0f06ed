"""Hides places so that nothing can be read back: a few averaged colours stay, whatever was there."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Place = tuple[int, int, int, int]
"""(left, top, right, bottom) in pixels, right and bottom outside."""

# A mosaic of 4 x 4 keeps a light and a dark side of a head, no feature of it. In films the same face is averaged
# over other pixels in every frame, and many coarse pictures add up to a finer one: there it is 2 x 2. Plates have a
# known alphabet, so that letters could be tried out against the averages: they keep one colour.
FACE_CELLS, FILM_CELLS, PLATE_CELLS = 4, 2, 1
_COLOUR_STEP = 16


def cells(kind: str, *, film: bool = False) -> int:
    """How many averaged cells across may stay of an area of this kind; what a hand marked may be anything."""
    if kind != "face":
        return PLATE_CELLS
    return FILM_CELLS if film else FACE_CELLS


def place(box: tuple[float, float, float, float], width: int, height: int) -> Place:
    """An area (x, y, w, h as fractions) in pixels, rounded outwards by at least one."""
    x, y, w, h = box
    left, top = max(0, int(np.floor(x * width)) - 1), max(0, int(np.floor(y * height)) - 1)
    right, bottom = int(np.ceil((x + w) * width)) + 1, int(np.ceil((y + h) * height)) + 1
    return left, top, min(width, right), min(height, bottom)


def hide(pixels: Pixels, places: Iterable[tuple[Place, int]]) -> None:
    """Replace each place, given with its number of cells, in the picture itself: (height, width, 3) or one plane.

    All averages are taken before anything is replaced, and overlapping places each replace all of theirs, so the
    order does not matter for what can be seen.
    """
    wanted = [
        (where, _washed(pixels, where, count)) for where, count in places if where[0] < where[2] and where[1] < where[3]
    ]
    for (left, top, right, bottom), washed in wanted:
        pixels[top:bottom, left:right] = washed


def _washed(pixels: Pixels, where: Place, count: int) -> Pixels:
    left, top, right, bottom = where
    inside = pixels[top:bottom, left:right]
    few = cv2.resize(inside, (min(count, right - left), min(count, bottom - top)), interpolation=cv2.INTER_AREA)
    # Fewer shades: what is left of an average tells less about its pixels.
    few = np.asarray((few // _COLOUR_STEP) * _COLOUR_STEP + _COLOUR_STEP // 2, dtype=np.uint8)
    soft = cv2.resize(few, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)
    return np.asarray(soft, dtype=np.uint8)
