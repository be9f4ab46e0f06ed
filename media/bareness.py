"""Reads a public copy back and fails closed: the last look before it may be seen by everybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from media.containers import walk
from media.derivatives import CONTENT_TYPE, chunks
from media.film_boxes import read_bare

_PIXEL_CHUNKS = {b"VP8 ", b"VP8L"}


def facts(path: Path, name: str) -> dict[str, Any]:
    """{"width", "height"} of the copy `large` or `small`, with "duration_s" of `video`. Raises ValueError for a copy
    that holds anything beside pixels: a chunk, a box, a sound."""
    if name == "video":
        shown = read_bare(path)
        if shown.tracks != {"vide"} or not shown.width or not shown.height or shown.seconds <= 0:
            raise ValueError("a public film is silent and shows something")
        return {"width": shown.width, "height": shown.height, "duration_s": round(shown.seconds, 2)}
    data = path.read_bytes()
    container = walk(data)
    if container.content_type != CONTENT_TYPE or container.end != len(data) or not chunks(data) <= _PIXEL_CHUNKS:
        raise ValueError("a public copy holds more than pixels")
    if container.size is None:
        raise ValueError("a public copy has no size")
    return {"width": container.size[0], "height": container.size[1]}
