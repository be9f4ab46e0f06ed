"""The same work as the product's on one photo, as one would write it with a library alone.

    python -m bench.picture_rivals NAME

    pillow   Image.open, exif_transpose, thumbnail, save
    libvips  thumbnail (which shrinks while it loads, and turns), webpsave

Each says when its library is loaded, then works off the jobs it is given; nothing is checked, and nothing confined.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageOps

# Both copies, in the sizes and at the quality of the product.
SIZES = {"large": (1600, 82), "small": (400, 78)}


def pillow(path: str, copies: dict[str, str]) -> None:
    """Two WebP copies with Pillow."""
    with Image.open(path) as opened:
        upright = ImageOps.exif_transpose(opened)
    for name, (side, quality) in SIZES.items():
        copy = upright.copy()
        copy.thumbnail((side, side))
        copy.save(copies[name], "WEBP", quality=quality)


def libvips(vips: Any) -> Callable[[str, dict[str, str]], None]:
    """Two WebP copies with libvips."""

    def work(path: str, copies: dict[str, str]) -> None:
        for name, (side, quality) in SIZES.items():
            vips.Image.thumbnail(path, side, height=side).webpsave(copies[name], Q=quality, keep="none")

    return work


def main() -> None:
    """Serve jobs until standard input ends."""
    work = pillow if sys.argv[1] == "pillow" else libvips(importlib.import_module("pyvips"))
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        work(job["path"], job)
        print(json.dumps({"done": {}}), flush=True)


if __name__ == "__main__":
    main()
