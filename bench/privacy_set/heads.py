"""Faces for the scenes, from the data that the package scikit-image brings for its own examples."""

from __future__ import annotations

from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

# Where the face of the portrait is: left, top, right, bottom.
_PORTRAIT_HEAD = (150, 20, 300, 210)
_PORTRAIT_FACE = (181, 62, 269, 178)
PATCHES = 100
_SKINS = ((1.0, 0.78, 0.64), (0.94, 0.72, 0.56), (0.82, 0.60, 0.46), (0.66, 0.47, 0.36))
Box = tuple[float, float, float, float]


def portrait(tall: int) -> tuple[Image.Image, Box]:
    """The head of the portrait with a face `tall` pixels high, and where its face is."""
    left, top, right, bottom = _PORTRAIT_HEAD
    scale = tall / (_PORTRAIT_FACE[3] - _PORTRAIT_FACE[1])
    head = _portrait().crop(_PORTRAIT_HEAD)
    size = (max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale)))
    face = tuple((edge - start) * scale for edge, start in zip(_PORTRAIT_FACE, (left, top, left, top), strict=True))
    return _rounded(head.resize(size, Image.Resampling.LANCZOS)), (face[0], face[1], face[2], face[3])


def patch(number: int, tall: int, chance: Random) -> tuple[Image.Image, Box]:
    """One of the 100 small faces, `tall` pixels high in a skin colour, and where the face is."""
    grey = _patches()[number % PATCHES]
    skin = np.array(chance.choice(_SKINS))
    colours = np.clip(grey[:, :, None] * skin[None, None, :] * 1.15 * 255, 0, 255).astype(np.uint8)
    # The face fills about nine tenths of a patch.
    side = max(4, round(tall / 0.9))
    image = Image.fromarray(colours).resize((side, side), Image.Resampling.BICUBIC)
    return _rounded(image), (0.1 * side, 0.05 * side, 0.9 * side, 0.95 * side)


def person(head: Image.Image, face: Box, chance: Random) -> tuple[Image.Image, Box]:
    """The head on shoulders, so that it is somebody who stands in the street."""
    width, height = head.size
    broad, tall = round(width * 1.5), round(height * 2.4)
    image = Image.new("RGBA", (broad, tall), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    cloth = (chance.randint(30, 220), chance.randint(30, 220), chance.randint(30, 220), 255)
    pen.rounded_rectangle((broad * 0.04, height * 0.98, broad * 0.96, tall + height), width * 0.5, fill=cloth)
    neck = head.getpixel((width // 2, int(height * 0.85)))
    assert isinstance(neck, tuple)
    pen.rectangle(
        (broad / 2 - width * 0.2, height * 0.8, broad / 2 + width * 0.2, height * 1.08), fill=(*neck[:3], 255)
    )
    left = (broad - width) // 2
    image.alpha_composite(head, (left, 0))
    return image, (face[0] + left, face[1], face[2] + left, face[3])


def _rounded(image: Image.Image) -> Image.Image:
    """With soft round corners, so that no edge of a patch draws a frame around the face."""
    mask = Image.new("L", image.size, 0)
    ImageDraw.Draw(mask).ellipse(
        (-image.width * 0.08, -image.height * 0.06, image.width * 1.08, image.height * 1.06), fill=255
    )
    answer = image.convert("RGBA")
    answer.putalpha(mask.filter(ImageFilter.GaussianBlur(max(0.5, image.width / 40))))
    return answer


@cache
def _portrait() -> Image.Image:
    return Image.open(_data("astronaut.png")).convert("RGB")


@cache
def _patches() -> np.ndarray[tuple[int, int, int], np.dtype[np.float64]]:
    """The first hundred are faces, the others are not."""
    return np.load(_data("lfw_subset.npy"), allow_pickle=False)[:PATCHES]  # type: ignore[no-any-return]


def _data(name: str) -> Path:
    return Path(str(distribution("scikit-image").locate_file(f"skimage/data/{name}")))
