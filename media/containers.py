"""What a file is by its own bytes, and how far its picture reaches, without decoding a single pixel.

Each walker follows the container from the first byte to the declared end of the picture. It yields three
things no decoder tells: whether the end is missing, what lies behind it, and which bytes are not pixels
(where scripts hide). Walkers never allocate by a number found in the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from media.film_kinds import film_type
from media.verdicts import ContentType, RefusalCode


class Malformed(Exception):
    """The bytes contradict the rules of their container; `code` says how."""

    def __init__(self, code: RefusalCode, detail: str = "") -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Container:
    """`end`: offset behind the picture. `outside`: (start, stop) of bytes that are not pixels, trailer
    included.

    `size` is the (width, height) the container declares, None where only a decoder can tell (HEIC).
    """

    content_type: ContentType
    end: int
    outside: tuple[tuple[int, int], ...]
    size: tuple[int, int] | None
    animated: bool = False


_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
# Known pictures and films that are not taken: the refusal then says "this kind" and not "no picture".
_OTHER_MEDIA = (
    b"GIF87a", b"GIF89a", b"BM", b"II*\0", b"MM\0*", b"8BPS", b"\xff\x0a", b"\0\0\0\x0cJXL ",
    b"\0\0\0\x0cjP  ", b"\x1aE\xdf\xa3", b"OggS", b"fLaC", b"FLV\1", b"\0\0\1\xba", b"\0\0\1\0",
    b"II+\0", b"MM\0+", b"qoif",
)  # fmt: skip
_SVG = re.compile(
    rb"^(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*|<!doctype svg[^>]*>\s*)*<svg[\s>]", re.S | re.I
)


def sniff(head: bytes) -> ContentType | RefusalCode:
    """The content type told by the first bytes (1 kB is enough), or the code of the refusal."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and _is_heic(head):
        return "image/heic"
    film = film_type(head)
    if film is not None:
        return film
    if head[4:8] == b"ftyp" or head.startswith(_OTHER_MEDIA) or _SVG.match(head[:1024]):
        return "unsupported-type"
    return "not-a-picture" if head else "empty"


def _is_heic(head: bytes) -> bool:
    length = int.from_bytes(head[:4], "big")
    brands = {head[8:12]} | {head[at : at + 4] for at in range(16, min(length, 256, len(head)), 4)}
    # mif1 says only "some HEIF"; AVIF carries it too, and AVIF is not among the kinds that are taken.
    return bool(brands & _HEIC_BRANDS) and not brands & {b"avif", b"avis"}


def walk(data: bytes) -> Container:
    """Follow the container of a picture; raises Malformed with the code of the refusal."""
    kind = sniff(data[:1024])
    if kind not in _WALKERS:
        raise Malformed("unsupported-type" if "/" in kind else kind)  # type: ignore[arg-type]
    return _WALKERS[kind](data)


def _u(data: bytes, at: int, size: int, order: str = "big") -> int:
    if at + size > len(data):
        raise Malformed("truncated")
    return int.from_bytes(data[at : at + size], "big" if order == "big" else "little")


_NEXT_JPEG_MARKER = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")
_START_OF_FRAME = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD9)}


def _jpeg(data: bytes) -> Container:
    at, outside, size = 2, [(0, 2)], None
    while True:
        marker, at = _jpeg_marker(data, at)
        if marker == 0xD9:
            outside.append((at, len(data)))
            return Container("image/jpeg", at, tuple(outside), _need(size))
        if marker in _WITHOUT_LENGTH:
            continue
        length = _u(data, at, 2)
        if length < 2:
            raise Malformed("unreadable", "A segment is shorter than its own length field.")
        if marker in _START_OF_FRAME and size is None:
            size = (_u(data, at + 5, 2), _u(data, at + 3, 2))
        outside.append((at, at + length))
        at += length


def _jpeg_marker(data: bytes, at: int) -> tuple[int, int]:
    """The next marker at or behind `at`, and where it ends; pixel data and restart markers are skipped."""
    found = _NEXT_JPEG_MARKER.search(data, at)
    if found is None:
        raise Malformed("truncated")
    return found[1][0], found.end()


def _png(data: bytes) -> Container:
    at, outside, animated = 8, [], False
    size = (_u(data, 16, 4), _u(data, 20, 4))
    while True:
        length, name = _u(data, at, 4), data[at + 4 : at + 8]
        stop = at + 12 + length
        if stop > len(data):
            raise Malformed("truncated")
        animated = animated or name == b"acTL"
        if name not in {b"IDAT", b"fdAT"}:
            outside.append((at, stop))
        at = stop
        if name == b"IEND":
            outside.append((at, len(data)))
            return Container("image/png", at, tuple(outside), _need(size), animated)


def _webp(data: bytes) -> Container:
    end = _u(data, 4, 4, "little") + 8
    if end > len(data):
        raise Malformed("truncated")
    at, outside, animated, size = 12, [], False, None
    while at + 8 <= end:
        name, length = data[at : at + 4], _u(data, at + 4, 4, "little")
        stop = at + 8 + length + length % 2
        if at + 8 + length > end:
            raise Malformed("truncated")
        animated = animated or name == b"ANIM"
        size = size or _webp_size(name, data, at + 8)
        if name not in {b"VP8 ", b"VP8L", b"ANMF", b"ALPH"}:
            outside.append((at, stop))
        at = stop
    outside.append((end, len(data)))
    return Container("image/webp", end, tuple(outside), _need(size), animated)


def _webp_size(name: bytes, data: bytes, at: int) -> tuple[int, int] | None:
    """Canvas size by the three headers of RFC 9649 sections 2.5 to 2.7."""
    if name == b"VP8X":
        return _u(data, at + 4, 3, "little") + 1, _u(data, at + 7, 3, "little") + 1
    if name == b"VP8 ":
        return _u(data, at + 6, 2, "little") & 0x3FFF, _u(data, at + 8, 2, "little") & 0x3FFF
    if name == b"VP8L":
        bits = _u(data, at + 1, 4, "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None


_HEIF_BOXES = {
    b"ftyp",
    b"meta",
    b"mdat",
    b"free",
    b"skip",
    b"moov",
    b"wide",
    b"uuid",
    b"idat",
    b"mpvd",
    b"sefd",
}


def _heic(data: bytes) -> Container:
    """Top-level boxes of ISO/IEC 14496-12; the first thing that is no box of a picture starts the trailer."""
    at, outside = 0, []
    while at + 8 <= len(data) and data[at + 4 : at + 8] in _HEIF_BOXES:
        name, length = data[at + 4 : at + 8], _u(data, at, 4)
        if length == 1:
            length = _u(data, at + 8, 8)
        length = length or len(data) - at
        if length < 8:
            raise Malformed("unreadable", "A box is shorter than its own header.")
        if at + length > len(data):
            raise Malformed("truncated")
        if name != b"mdat":
            outside.append((at, at + length))
        at += length
    outside.append((at, len(data)))
    return Container("image/heic", at, tuple(outside), None)


def _need(size: tuple[int, int] | None) -> tuple[int, int]:
    if size is None or not all(size):
        raise Malformed("unreadable", "The picture declares no size.")
    return size


_WALKERS: dict[str, Callable[[bytes], Container]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
    "image/heic": _heic,
}
