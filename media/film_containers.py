"""How far a film or voice note reaches, and whether it is one at all, before any library looks at it.

The walkers read a mapped file, never allocate by a number found in it, and refuse what a reader could be led astray
with: data that lie in another file, reference movies, an index that was never written.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator

from media.containers import Container, Malformed
from media.film_kinds import Family, family_of
from media.verdicts import FilmType

Bytes = bytes | mmap.mmap

_MOST_BOXES = 20_000
_MOST_TRACKS = 32
_DEEPEST = 6
_TOP_LEVEL = {
    b"ftyp", b"moov", b"mdat", b"moof", b"mfra", b"sidx", b"ssix", b"styp", b"free", b"skip", b"wide", b"uuid", b"meta",
    b"udta", b"pdin", b"prft", b"emsg", b"pnot", b"PICT", b"imda",
}  # fmt: skip
_NESTED = {b"moov", b"trak", b"mdia", b"minf", b"dinf"}
_SEGMENT, _CLUSTER = 0x18538067, 0x1F43B675


def walk_film(data: Bytes, content_type: FilmType) -> Container:
    """Follow the container; `outside` are the parts that hold no sound or pictures. Raises Malformed."""
    end, outside = _WALKERS[family_of(content_type)](data)
    return Container(content_type, end, (*outside, (end, len(data))), None)


_Walked = tuple[int, list[tuple[int, int]]]


def _mov(data: Bytes) -> _Walked:
    """Top-level boxes of ISO/IEC 14496-12 section 4.2; the first thing that is no box starts the trailer."""
    at, outside, seen = 0, [], set()
    for name, start, stop in _boxes(data, 0, len(data)):
        if stop > len(data):
            if name in _TOP_LEVEL:
                raise Malformed("truncated")
            break
        if name == b"moov":
            _look_into(data, start, stop, 1)
        if name not in {b"mdat", b"imda"}:
            outside.append((at, stop))
        seen.add(name)
        at = stop
    if b"moov" not in seen:
        raise Malformed("truncated", "Its index was never written.")
    return at, outside


def _boxes(data: Bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(name, start of the content, end) of each box between `at` and `end`; the last end may lie beyond."""
    count = 0
    while at + 8 <= end:
        length, name, content = int.from_bytes(data[at : at + 4], "big"), bytes(data[at + 4 : at + 8]), at + 8
        if not (name.isascii() or name[:1] == b"\xa9"):
            return
        if length == 1 and at + 16 <= end:
            length, content = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        if length == 0:
            length = end - at
        if length < content - at:
            return
        count += 1
        if count > _MOST_BOXES:
            raise Malformed("unreadable", "It consists of too many boxes.")
        yield name, content, at + length
        at += length


def _look_into(data: Bytes, start: int, stop: int, depth: int) -> None:
    """Refuse a movie whose data lie elsewhere (sections 8.7.2 and, for QuickTime, reference movies)."""
    tracks = 0
    for name, content, end in _boxes(data, start, stop):
        if end > stop:
            # A QuickTime list may end in four zero bytes; anything that overlaps its parent is damage.
            raise Malformed("unreadable", "A box reaches beyond the one it lies in.")
        if name in {b"rmra", b"rdrf"}:
            raise Malformed("refers-elsewhere")
        if name == b"cmov":
            raise Malformed("unsupported-type", "Its index is compressed.")
        if name == b"dref":
            _data_references(data, content, end)
        tracks += name == b"trak"
        if tracks > _MOST_TRACKS:
            raise Malformed("unreadable", "It has too many tracks.")
        if name in _NESTED and depth < _DEEPEST:
            _look_into(data, content, end, depth + 1)


def _data_references(data: Bytes, start: int, stop: int) -> None:
    """Every entry must say "in this file" (flag 1), whatever its type is called."""
    for _, content, end in _boxes(data, start + 8, stop):
        if end > stop or content + 4 > end:
            raise Malformed("unreadable", "A data reference is damaged.")
        if not data[content + 3] & 1:
            raise Malformed("refers-elsewhere")


def _matroska(data: Bytes) -> _Walked:
    """EBML head and segment (RFC 9559); a recorder that streams does not know the length of its segment."""
    _, _, stop = _element(data, 0)
    if stop is None or stop > len(data):
        raise Malformed("truncated")
    name, content, end = _element(data, stop)
    if name != _SEGMENT:
        raise Malformed("unreadable", "It has no segment.")
    if end is not None and end > len(data):
        raise Malformed("truncated")
    outside = [(0, content)]
    last = len(data) if end is None else end
    at, count = content, 0
    while at + 2 <= last and count < _MOST_BOXES:
        name, _, stop = _element(data, at)
        if stop is None or stop > last:
            break
        if name != _CLUSTER:
            outside.append((at, stop))
        at, count = stop, count + 1
    return last, outside


def _element(data: Bytes, at: int) -> tuple[int, int, int | None]:
    """(id, start of the content, end or None where the length is unknown) of an EBML element (RFC 8794 section 6)."""
    head = data[at : at + 12]
    if not head or head[0] < 0x10:
        raise Malformed("truncated" if not head else "unreadable", "An element has no valid name.")
    width = 9 - head[0].bit_length()
    name = int.from_bytes(head[:width], "big")
    rest = head[width:]
    if not rest or rest[0] == 0:
        raise Malformed("truncated" if not rest else "unreadable", "An element has no valid length.")
    length_width = 9 - rest[0].bit_length()
    if len(rest) < length_width:
        raise Malformed("truncated")
    most = (1 << 7 * length_width) - 1
    length = int.from_bytes(rest[:length_width], "big") & most
    content = at + width + length_width
    return name, content, None if length == most else content + length


def _ogg(data: Bytes) -> _Walked:
    """Pages of RFC 3533 section 6."""
    at = 0
    while data[at : at + 4] == b"OggS":
        table = data[at + 27 : at + 27 + data[at + 26]] if at + 27 <= len(data) else b""
        stop = at + 27 + len(table) + sum(table)
        if at + 27 > len(data) or stop > len(data):
            raise Malformed("truncated")
        at = stop
    # Who sang what is written on the first pages.
    return at, [(0, min(at, 64 * 1024))]


def _whole(data: Bytes) -> _Walked:
    """AMR and WAV have no end of their own that recorders can be trusted with."""
    return len(data), [(0, min(len(data), 4096))]


_WALKERS: dict[Family, Callable[[Bytes], _Walked]] = {
    "mov": _mov,
    "matroska": _matroska,
    "ogg": _ogg,
    "amr": _whole,
    "wav": _whole,
}
