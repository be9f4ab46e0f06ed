"""Which film or voice note a file is, told by its first bytes. The decoder is then told, and never guesses.

ISO base media files name their brands (ISO/IEC 14496-12 section 4.3), Matroska its document type (RFC 8794), an Ogg
page its first packet (RFC 3533), AMR and WAV themselves.
"""

from __future__ import annotations

from typing import Literal

from media.verdicts import FilmType

Family = Literal["mov", "matroska", "ogg", "amr", "wav"]

# What each family may be called; the second name is the one of a file that has sound only.
_OF_FAMILY: dict[Family, tuple[FilmType, ...]] = {
    "mov": ("video/mp4", "video/quicktime", "video/3gpp", "audio/mp4", "audio/3gpp"),
    "matroska": ("video/webm", "video/x-matroska", "audio/webm", "audio/x-matroska"),
    "ogg": ("audio/ogg",),
    "amr": ("audio/amr",),
    "wav": ("audio/wav",),
}
_WITHOUT_PICTURE: dict[FilmType, FilmType] = {
    "video/mp4": "audio/mp4",
    "video/3gpp": "audio/3gpp",
    "video/webm": "audio/webm",
    "video/x-matroska": "audio/x-matroska",
}
_WITH_PICTURE = {sound: film for film, sound in _WITHOUT_PICTURE.items()}
_MP4_BRANDS = {
    b"mp41",
    b"mp42",
    b"mp71",
    b"avc1",
    b"dash",
    b"M4V ",
    b"M4VH",
    b"M4VP",
    b"MSNV",
    b"f4v ",
    b"mmp4",
    b"hvc1",
}
_SOUND_BRANDS = {b"M4A ", b"M4B "}
# Pictures and others that may name a film's brand among the compatible ones and still are none.
_NO_FILM = {b"avif", b"avis", b"crx ", b"jp2 ", b"jpx ", b"jxl ", b"mjp2"}
# QuickTime files older than `ftyp` begin with one of these.
_OLD_QUICKTIME = {b"moov", b"mdat", b"wide", b"pnot"}
_OGG_SOUND = (b"OpusHead", b"\x01vorbis")


def film_type(head: bytes) -> FilmType | None:
    """The content type by the first kilobyte; None for everything that is no film or voice note we take."""
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head[4:8] in _OLD_QUICKTIME:
        return "video/quicktime"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return _by_doctype(head[:256])
    if head.startswith(b"OggS"):
        return "audio/ogg" if head[28:].startswith(_OGG_SOUND) else None
    if head.startswith((b"#!AMR\n", b"#!AMR-WB\n")):
        return "audio/amr"
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    return None


def family_of(content_type: str) -> Family:
    """The family whose reader a type needs; KeyError for anything else."""
    return next(family for family, types in _OF_FAMILY.items() if content_type in types)


def named_by_tracks(content_type: FilmType, has_picture: bool) -> FilmType:
    """The type again, now that it is known whether there is a picture track."""
    return (_WITH_PICTURE if has_picture else _WITHOUT_PICTURE).get(content_type, content_type)


def _by_brand(head: bytes) -> FilmType | None:
    length = min(int.from_bytes(head[:4], "big"), 256, len(head))
    major = head[8:12]
    brands = [major, *(head[at : at + 4] for at in range(16, length - 3, 4))]
    if any(brand in _NO_FILM for brand in brands):
        return None
    for brand in brands:
        found = _of_brand(brand)
        if found is not None:
            return found
    return None


def _of_brand(brand: bytes) -> FilmType | None:
    if brand in _SOUND_BRANDS:
        return "audio/mp4"
    if brand == b"qt  ":
        return "video/quicktime"
    if brand[:3] in {b"3gp", b"3g2", b"3gg", b"3ge"}:
        return "video/3gpp"
    if brand in _MP4_BRANDS or brand[:3] == b"iso":
        return "video/mp4"
    return None


def _by_doctype(head: bytes) -> FilmType | None:
    at = head.find(b"\x42\x82")
    if at < 0 or at + 3 > len(head):
        return None
    # An EBML string: one length byte with its marker bit, then ASCII, perhaps padded with zeros.
    name = head[at + 3 : at + 3 + (head[at + 2] & 0x7F)].rstrip(b"\0")
    kinds: dict[bytes, FilmType] = {b"webm": "video/webm", b"matroska": "video/x-matroska"}
    return kinds.get(name)
