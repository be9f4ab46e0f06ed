"""Reads back a film or voice note of our own making and fails closed: only boxes that play it may be in it.

A list of what is allowed, not of what is forbidden: a place, a time or a name could be written into any box that was
not thought of. ISO/IEC 14496-12 and -14, -15 for the names and shapes.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MEDIA = {"stts", "stss", "ctts", "stsc", "stsz", "stco", "co64", "sdtp", "sgpd", "sbgp"}
_ALLOWED: dict[str, set[str]] = {
    "": {"ftyp", "moov", "free", "mdat"},
    "moov": {"mvhd", "trak", "free"},
    "trak": {"tkhd", "edts", "mdia"},
    "edts": {"elst"},
    "mdia": {"mdhd", "hdlr", "minf"},
    "minf": {"vmhd", "smhd", "dinf", "stbl"},
    "dinf": {"dref"},
    "dref": {"url "},
    "stbl": {"stsd", *_MEDIA},
    "stsd": {"avc1", "mp4a"},
    "avc1": {"avcC", "pasp", "colr", "btrt"},
    "mp4a": {"esds", "btrt"},
}
# Bytes of its own before the boxes inside begin.
_PREFIX = {"dref": 8, "stsd": 8, "avc1": 78, "mp4a": 28}
_HANDLERS = {b"vide": b"VideoHandler\0", b"soun": b"SoundHandler\0"}
_LONGEST_INDEX = 16 * 1024 * 1024


class NotBare(ValueError):
    """The file holds more than it may, or is not what was said. Nothing of it is handed out."""


@dataclass(frozen=True)
class Shown:
    """What the file says of itself: pixels ((0, 0) without a picture), seconds, and which tracks it has."""

    width: int
    height: int
    seconds: float
    tracks: frozenset[str]


def read_bare(path: Path) -> Shown:
    """What is in the file; raises NotBare for every box, time or name that need not be there, and OSError."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        order = [name for name, _, _ in _boxes(data, 0, len(data), "")]
        if order[:2] != ["ftyp", "moov"] or order[-1] != "mdat" or len(order) > 4:
            raise NotBare(f"its boxes are {order}")
        head = next((start, stop) for name, start, stop in _boxes(data, 0, len(data), "") if name == "moov")
        if head[1] - head[0] > _LONGEST_INDEX:
            raise NotBare("its index is too long")
        index = _Index()
        for name, start, stop in _boxes(data, 0, len(data), ""):
            if name == "free":
                _Index.nothing(data[start:stop])
        index.read(data[head[0] : head[1]], "moov")
    return index.shown()


def _boxes(data: bytes | mmap.mmap, at: int, end: int, inside: str) -> Iterator[tuple[str, int, int]]:
    """(name, start of the content, end) of the boxes between `at` and `end`, which they must fill."""
    while at < end:
        if at + 8 > end:
            raise NotBare("bytes lie outside every box")
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8].decode("latin-1")
        start = at + 8
        if length == 1:
            length, start = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        if length < start - at or at + length > end or name not in _ALLOWED[inside]:
            raise NotBare(f"a box {name!r} of {length} bytes inside {inside or 'the file'!r}")
        yield name, start, at + length
        at += length


class _Index:
    """Goes through the index and keeps what is said about size and length."""

    def __init__(self) -> None:
        self._size, self._seconds = (0, 0), 0.0
        self._tracks: set[str] = set()

    def shown(self) -> Shown:
        return Shown(*self._size, self._seconds, frozenset(self._tracks))

    def read(self, data: bytes, name: str) -> None:
        """The content of one box that holds others."""
        for inner, start, stop in _boxes(data, _PREFIX.get(name, 0), len(data), name):
            content = data[start:stop]
            if inner in _ALLOWED:
                self._look(inner, content)
                self.read(content, inner)
            else:
                self._look(inner, content)

    def _look(self, name: str, content: bytes) -> None:
        looks = {
            "mvhd": self._movie, "tkhd": self._track, "mdhd": self._no_time, "hdlr": self._handler,
            "free": self.nothing, "url ": self._here, "avc1": self._picture, "elst": self._edits,
        }  # fmt: skip
        look = looks.get(name)
        if look is not None:
            look(content)

    @staticmethod
    def nothing(content: bytes) -> None:
        """Free space must be empty."""
        if any(content):
            raise NotBare("something is written where nothing should be")

    @staticmethod
    def _no_time(content: bytes) -> None:
        """Creation and modification time must be 0 in both versions of a header (section 8.2.2)."""
        width = 8 if content[0] == 1 else 4
        if any(content[4 : 4 + 2 * width]):
            raise NotBare("it says when it was made")

    def _movie(self, content: bytes) -> None:
        self._no_time(content)
        width = 8 if content[0] == 1 else 4
        at = 4 + 2 * width
        scale = int.from_bytes(content[at : at + 4], "big")
        if scale == 0:
            raise NotBare("its clock stands still")
        self._seconds = int.from_bytes(content[at + 4 : at + 4 + width], "big") / scale

    def _track(self, content: bytes) -> None:
        self._no_time(content)
        width, height = (int.from_bytes(part, "big") >> 16 for part in (content[-8:-4], content[-4:]))
        if width and height:
            self._size = (width, height)

    def _handler(self, content: bytes) -> None:
        kind = content[8:12]
        if content[24:] != _HANDLERS.get(kind):
            raise NotBare("a track has a name of its own")
        self._tracks.add(kind.decode())

    @staticmethod
    def _here(content: bytes) -> None:
        if content != b"\0\0\0\1":
            raise NotBare("its data lie elsewhere")

    @staticmethod
    def _picture(content: bytes) -> None:
        # 32 bytes for the compressor's name, the first one its length (ISO/IEC 14496-12 section 12.1.3).
        if any(content[42:74]):
            raise NotBare("the encoder has signed")

    @staticmethod
    def _edits(content: bytes) -> None:
        if int.from_bytes(content[4:8], "big") > 4:
            raise NotBare("it is put together of many pieces")
