"""What the examiner process does with a photo: look for what must be hidden, and write the hidden copies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from media.areas import Area, Kind, cut
from media.examiner_models import Finders, Sighting, with_margin
from media.hiding import Pixels, cells, hide, place

# Half size finds heads that fill the picture, one and a half those of 16 pixels.
_FACE_SCALES = (0.5, 1.0, 1.5)
# Whatever is still seen in the hidden copy is hidden too, this many times.
_MOST_LOOKS = 3
_MOST_PIXELS = 1600 * 1600


def load(path: Path) -> Pixels:
    """The RGB pixels of one of our own copies; raises ValueError for anything else."""
    with Image.open(path, formats=["WEBP"]) as image:
        if image.width * image.height > _MOST_PIXELS:
            raise ValueError("larger than any copy of ours")
        return np.asarray(image.convert("RGB")).copy()


def examine(pixels: Pixels, finders: Finders) -> list[Area]:
    """The faces and plates of a photo. What is found is hidden in a trial copy, which is looked at again: a large
    face hides its small neighbour from the finder, and must not keep doing so."""
    trial = pixels.copy()
    areas = _fresh(finders.faces.find(trial, _FACE_SCALES) + finders.plates.find(trial), [], pixels)
    fresh = areas
    for _ in range(1, _MOST_LOOKS):
        if not fresh:
            break
        paint(trial, fresh)
        fresh = _fresh(_look_again({area.kind for area in fresh}, trial, finders), areas, pixels)
        areas = areas + fresh
    return areas


def paint(pixels: Pixels, areas: Iterable[Area]) -> None:
    """Hide the areas of a photo in the pixels themselves."""
    height, width = pixels.shape[:2]
    hide(pixels, [(place((area.x, area.y, area.w, area.h), width, height), cells(area.kind)) for area in areas])


def _look_again(kinds: set[Kind], trial: Pixels, finders: Finders) -> list[Sighting]:
    """For what was hidden a moment ago only: a hidden plate uncovers no face, and finding text costs most."""
    faces = finders.faces.find(trial, (1.0,)) if "face" in kinds else []
    return faces + (finders.plates.find(trial) if "plate" in kinds else [])


def _fresh(found: Iterable[Sighting], areas: Sequence[Area], pixels: Pixels) -> list[Area]:
    """The areas of what was found that are not hidden yet."""
    return [area for area in (_area(sighting, pixels) for sighting in found) if not _covered(area, areas)]


def _area(sighting: Sighting, pixels: Pixels) -> Area:
    height, width = pixels.shape[:2]
    left, top, right, bottom = with_margin(sighting)
    box = cut(left / width, top / height, (right - left) / width, (bottom - top) / height)
    return Area("", sighting.kind, *box, score=sighting.score)


def _covered(area: Area, areas: Sequence[Area]) -> bool:
    """Whether nine tenths of the area are hidden already, or nothing of it is in the picture."""
    if area.w <= 0 or area.h <= 0:
        return True
    for other in areas:
        wide = min(area.x + area.w, other.x + other.w) - max(area.x, other.x)
        tall = min(area.y + area.h, other.y + other.h) - max(area.y, other.y)
        if wide > 0 and tall > 0 and wide * tall > 0.9 * area.w * area.h:
            return True
    return False
