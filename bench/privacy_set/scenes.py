"""Street scenes with people and vehicles in them, and the truth about where their faces and plates are."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from bench.privacy_set import heads, signs
from media.drawing import KINDS, draw_scene

SIZE = (1600, 1200)
FACE_SIZES = (12, 16, 22, 32, 48, 70, 100)
"""Heights of faces in pixels of the copy of 1600 pixels."""
PLATE_SIZES = (28, 40, 56, 80, 120, 160)
"""Widths of plates in the same pixels."""
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Truth:
    """A face or plate: (left, top, right, bottom) in pixels, its nominal size, and what makes it hard."""

    kind: str
    box: Box
    size: int
    condition: str


@dataclass(frozen=True)
class Scene:
    image: Image.Image
    truths: tuple[Truth, ...]
    condition: str


def _plain(image: Image.Image, _: Random) -> Image.Image:
    return image


def _night(image: Image.Image, chance: Random) -> Image.Image:
    return _grain(ImageEnhance.Brightness(image).enhance(0.35), chance, 9.0)


def _glare(image: Image.Image, _: Random) -> Image.Image:
    return ImageEnhance.Contrast(ImageEnhance.Brightness(image).enhance(1.45)).enhance(0.65)


def _blur(image: Image.Image, _: Random) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(1.6))


def _grain(image: Image.Image, chance: Random, strength: float = 16.0) -> Image.Image:
    noise = np.random.default_rng(chance.randint(0, 2**31)).normal(0, strength, (image.height, image.width, 3))
    return Image.fromarray(np.clip(np.asarray(image, dtype=np.float64) + noise, 0, 255).astype(np.uint8))


def _squeezed(image: Image.Image, _: Random) -> Image.Image:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=25)
    return Image.open(out).convert("RGB")


WEATHER: dict[str, Callable[[Image.Image, Random], Image.Image]] = {
    "plain": _plain, "night": _night, "glare": _glare, "blurred": _blur, "grainy": _grain, "squeezed": _squeezed,
}  # fmt: skip
"""What happens to the whole picture."""

POSES = ("front", "aslant", "covered")
"""What happens to one face or plate: as it is, turned (30 degrees; plates from the side), a quarter behind a bar."""


def scene(seed: int, condition: str) -> Scene:
    """A street with eight faces and eight plates of all sizes and poses; 1600 x 1200."""
    chance = Random(f"privacy:{seed}:{condition}")
    image = street(seed)
    truths: list[Truth] = []
    for column in range(8):
        pose = POSES[(seed + column) % 3]
        for kind in ("face", "plate"):
            size = chance.choice(FACE_SIZES if kind == "face" else PLATE_SIZES)
            thing, box = _face(chance, size, pose) if kind == "face" else _plate(chance, size, pose)
            x = 20 + column * 196 + chance.randint(0, 6)
            y = chance.randint(60, 240) if kind == "face" else chance.randint(780, 1000)
            image.paste(thing, (x, y), thing)
            truths.append(Truth(kind, (x + box[0], y + box[1], x + box[2], y + box[3]), size, pose))
    return Scene(WEATHER[condition](image, chance), tuple(truths), condition)


def street(seed: int) -> Image.Image:
    """A drawn street in which nobody is."""
    kind = KINDS[seed % len(KINDS)]
    return (
        Image.open(io.BytesIO(draw_scene(kind, seed, night=False)))
        .convert("RGB")
        .resize(SIZE, Image.Resampling.LANCZOS)
    )


def _face(chance: Random, size: int, pose: str) -> tuple[Image.Image, Box]:
    # The patches have 25 pixels: enlarged much further they are clouds, not faces.
    number = chance.randrange(heads.PATCHES)
    head, face = heads.portrait(size) if size > 60 else heads.patch(number, size, chance)
    if pose == "aslant":
        head = head.rotate(chance.choice((-30, -20, 20, 30)), Image.Resampling.BICUBIC)
    if pose == "covered":
        head = _barred(head, face)
    return heads.person(head, face, chance)


def _plate(chance: Random, size: int, pose: str) -> tuple[Image.Image, Box]:
    plate = signs.draw(signs.sign(chance), size)
    if pose == "aslant":
        plate = signs.seen_aside(plate, chance.choice((-0.4, -0.25, 0.25, 0.4)))
    whole = (0.0, 0.0, float(plate.width), float(plate.height))
    if pose == "covered":
        plate = _barred(plate, whole)
    return _on_a_vehicle(plate, chance), (10.0, 10.0, whole[2] + 10, whole[3] + 10)


def _barred(thing: Image.Image, box: Box) -> Image.Image:
    """A pole in front of a quarter of it, at its edge."""
    left, right = int(box[2] - (box[2] - box[0]) * 0.25), int(box[2])
    covered = thing.copy()
    ImageDraw.Draw(covered).rectangle((left, 0, right, thing.height), fill=(92, 96, 100, 255))
    return covered


def _on_a_vehicle(plate: Image.Image, chance: Random) -> Image.Image:
    colour = chance.choice(((210, 70, 60), (60, 110, 180), (240, 240, 240), (70, 80, 92), (30, 30, 34)))
    back = Image.new("RGBA", (plate.width + 20, plate.height + 20), (*colour, 255))
    back.alpha_composite(plate, (10, 10))
    return back
