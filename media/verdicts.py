"""The words of the intake: what is allowed, what was accepted, what was refused and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ContentType = Literal["image/jpeg", "image/png", "image/webp", "image/heic"]

RefusalCode = Literal[
    "empty",
    "not-a-picture",
    "polyglot",
    "too-large",
    "too-many",
    "too-many-pixels",
    "took-too-long",
    "truncated",
    "unreadable",
    "unsupported-type",
]

WarningCode = Literal["animated", "gps-unusable", "metadata-unreadable", "trailing-data"]


@dataclass(frozen=True)
class Limits:
    """What one report may bring. Bytes and pixels are per picture, the count is per report.

    110 million pixels let the 108-megapixel phones through (12,000 x 9,000); a JPEG of that size is decoded
    at an eighth of its scale, so the ceiling is set by what a PNG of the same size needs in the sandbox (4
    bytes a pixel).
    """

    max_bytes: int = 20 * 1024 * 1024
    max_pixels: int = 110_000_000
    max_count: int = 10


@dataclass(frozen=True)
class Caution:
    """Something odd about an accepted picture that a person should be told."""

    code: WarningCode
    detail: str


@dataclass(frozen=True)
class Refused:
    """The picture is not taken. `code` is stable, screens translate it; `detail` is English for people."""

    code: RefusalCode
    detail: str


@dataclass(frozen=True)
class Accepted:
    """A picture that was decoded to its last byte.

    `width` and `height` are pixels as a viewer sees them (orientation applied). `taken_at` is what the camera
    wrote: aware when it also wrote its UTC offset, otherwise naive local time of the camera; a hint, never a
    proof. `gps` is (lon, lat) in degrees WGS 84, or None; `sha256` is lower-case hex of the whole file.
    """

    content_type: ContentType
    width: int
    height: int
    bytes: int
    sha256: str
    taken_at: datetime | None
    gps: tuple[float, float] | None
    warnings: tuple[Caution, ...]


REFUSALS: dict[RefusalCode, str] = {
    "empty": "The file has no content.",
    "not-a-picture": "The content of the file is not a picture.",
    "polyglot": "The picture also is, or hides, a document, archive or program.",
    "too-large": "The file has more bytes than allowed.",
    "too-many": "There are more pictures than allowed.",
    "too-many-pixels": "The picture has more pixels than allowed.",
    "took-too-long": "Reading the picture took longer than allowed.",
    "truncated": "The end of the picture is missing.",
    "unreadable": "The picture is damaged and cannot be read.",
    "unsupported-type": "Pictures of this kind are not taken; send JPEG, PNG, WebP or HEIC.",
}


def refused(code: RefusalCode, more: str = "") -> Refused:
    """A refusal with the standard sentence of its code, and `more` behind it."""
    return Refused(code, f"{REFUSALS[code]} {more}".strip())
