"""Reads the boxes of an MP4: written for the tests, sharing nothing with the product's own readers."""

from __future__ import annotations

PARENTS = {"moov", "trak", "mdia", "minf", "stbl", "dinf", "edts", "udta", "meta", "ilst", "mvex", "moof", "traf"}


def tree(data: bytes, at: int = 0, end: int | None = None) -> list[tuple[str, int, int]]:
    """(path such as moov/trak/tkhd, start, end) of every box; fails when they do not fill their parent."""
    return _inside(data, at, len(data) if end is None else end, "")


def _inside(data: bytes, at: int, end: int, above: str) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    while at < end:
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8].decode("latin-1")
        head = 8
        if length == 1:
            length, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        assert length >= head and at + length <= end, (above, name, length)
        found.append((f"{above}{name}", at, at + length))
        if name in PARENTS:
            found += _inside(data, at + head + (4 if name == "meta" else 0), at + length, f"{above}{name}/")
        at += length
    return found


def names(data: bytes) -> list[str]:
    return [path for path, _, _ in tree(data)]


def find(data: bytes, path: str) -> tuple[int, int]:
    """Where the first box with this path starts and ends."""
    return next((start, end) for found, start, end in tree(data) if found == path)
