"""Pictures that are something else as well: archive, document, page or program.

Bytes behind a picture are not wrong by themselves: phones append a second JPEG (HDR gain map), a short film
(motion photo) or a maker's trailer. So the trailer is judged by what it is, not by its being there.
"""

from __future__ import annotations

import mmap
import re
import struct

from media.containers import Container

# Case-insensitive openings of text that a browser or an interpreter would run.
_ACTIVE_TEXT = re.compile(rb"<script|<\?php|<!doctype\s+html|<html|<svg[\s>]|<iframe", re.I)
_SCRIPT = re.compile(rb"<script", re.I)
_TRAILER_IS = (
    (b"PK\x03\x04", "a ZIP archive"), (b"PK\x05\x06", "a ZIP archive"), (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"), (b"\x1f\x8b\x08", "a gzip archive"),
    (b"\x7fELF", "a program"), (b"MZ", "a program"), (b"\xca\xfe\xba\xbe", "a program"),
    (b"#!", "a script"), (b"<%", "a script"), (b"%PDF-", "a PDF document"), (b"%!PS", "a PostScript program"),
    (b"<?xml", "an XML document"),
)  # fmt: skip
# An end-of-directory record lies within the last 65,557 bytes: 22 of its own and a comment of at most 65,535.
_ZIP_TAIL = 65_557


def disguise(data: bytes | mmap.mmap, container: Container) -> str | None:
    """What else the file is, in words for people; None for a plain picture or film."""
    trailer = data[container.end :].lstrip(b"\0\r\n\t ")
    for opening, name in _TRAILER_IS:
        if trailer.startswith(opening):
            return f"Behind the end lies {name}."
    if b"%PDF-" in data[:1024] or b"%PDF-" in trailer:
        return "The file also is a PDF document."
    if _has_zip_directory(data):
        return "The file also is a ZIP archive."
    # Seven fixed letters do not appear by chance among 20 MiB of pixels, so these are looked for everywhere.
    if _SCRIPT.search(data) or any(_ACTIVE_TEXT.search(data, *span) for span in container.outside):
        return "The file also holds a web page or a script."
    if data[:6] == b"\xff\xd8\xff\xe0/*" and any(b"*/" in data[a:b] for a, b in container.outside):
        return "The file also is a script."
    return None


def _has_zip_directory(data: bytes | mmap.mmap) -> bool:
    """True when an end-of-directory record (APPNOTE 4.3.16) follows a directory, as readers find it."""
    floor = max(0, len(data) - _ZIP_TAIL)
    at = data.rfind(b"PK\x05\x06", floor)
    while at >= 0:
        if at + 22 <= len(data):
            size, offset = struct.unpack_from("<II", data, at + 12)
            # Readers correct the offset by what stands before the archive, so look where it has moved to.
            if size <= at and (data[at - size : at - size + 4] == b"PK\x01\x02" or (size == 0 and offset <= at)):
                return True
        at = data.rfind(b"PK\x05\x06", floor, at)
    return False
