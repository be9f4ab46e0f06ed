"""The words of the intake: what is allowed, what was accepted, what was refused and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

PictureType = Literal["image/jpeg", "image/png", "image/webp", "image/heic"]
FilmType = Literal[
    "video/mp4",
    "video/quicktime",
    "video/3gpp",
    "video/webm",
    "video/x-matroska",
    "audio/mp4",
    "audio/3gpp",
    "audio/webm",
    "audio/x-matroska",
    "audio/ogg",
    "audio/amr",
    "audio/wav",
]
ContentType = PictureType | FilmType
Kind = Literal["image", "video", "audio"]

RefusalCode = Literal[
    "empty",
    "no-track",
    "not-a-picture",
    "polyglot",
    "refers-elsewhere",
    "too-large",
    "too-long",
    "too-many",
    "too-many-pixels",
    "took-too-long",
    "truncated",
    "unreadable",
    "unsupported-type",
]

WarningCode = Literal["animated", "gps-unusable", "metadata-unreadable", "sound-left-out", "trailing-data"]


@dataclass(frozen=True)
class Limits:
    """What one report may bring. Bytes, pixels and seconds are per file, the count is per report.

    110 million pixels let the 108-megapixel phones through (12,000 x 9,000); a JPEG of that size is decoded
    at an eighth of its scale, so the ceiling is set by what a PNG of the same size needs in the sandbox (4
    bytes a pixel). A film may have 4096 x 2304 pixels, the most that phones call 4K: a decoder keeps up to
    sixteen frames of it.
    """

    max_bytes: int = 20 * 1024 * 1024
    max_pixels: int = 110_000_000
    max_count: int = 10
    film_bytes: int = 200 * 1024 * 1024
    film_seconds: float = 120.0
    voice_bytes: int = 20 * 1024 * 1024
    voice_seconds: float = 180.0
    film_pixels: int = 4096 * 2304

    @property
    def most_bytes(self) -> int:
        """More than this no file of any kind may have."""
        return max(self.max_bytes, self.film_bytes, self.voice_bytes)


@dataclass(frozen=True)
class Caution:
    """Something odd about an accepted file that a person should be told."""

    code: WarningCode
    detail: str


@dataclass(frozen=True)
class Refused:
    """The file is not taken. `code` is stable, screens translate it; `detail` is English for people."""

    code: RefusalCode
    detail: str


@dataclass(frozen=True)
class Accepted:
    """A picture that was decoded to its last byte, or a film or voice note that was read to its last packet.

    `width` and `height` are pixels as a viewer sees them (orientation applied), 0 for a voice note. `taken_at` is what
    the camera wrote: aware when it also wrote its UTC offset, otherwise naive local time of the camera; a hint, never a
    proof. `gps` is (lon, lat) in degrees WGS 84, or None; `sha256` is lower-case hex of the whole file. `duration_s`
    is measured, not what the file says of itself, and None for a picture. A film container without a picture track is
    a voice note: `kind` is "audio". `prints` are the fingerprints of a picture (`media.fingerprint`), None for films
    and where none could be taken. `gps_at` is when the receiver had its fix (aware, UTC), `gps_accuracy_m` how far
    the position may be wrong; both None where the file does not say.
    """

    content_type: ContentType
    width: int
    height: int
    bytes: int
    sha256: str
    taken_at: datetime | None
    gps: tuple[float, float] | None
    warnings: tuple[Caution, ...]
    kind: Kind = "image"
    duration_s: float | None = None
    gps_at: datetime | None = None
    gps_accuracy_m: float | None = None
    prints: str | None = None


REFUSALS: dict[RefusalCode, str] = {
    "empty": "The file has no content.",
    "no-track": "There is neither a picture nor sound in the file.",
    "not-a-picture": "The content of the file is not a picture, film or voice note.",
    "polyglot": "The file also is, or hides, a document, archive or program.",
    "refers-elsewhere": "The file only points to a film that lies elsewhere.",
    "too-large": "The file has more bytes than allowed.",
    "too-long": "The film or voice note is longer than allowed.",
    "too-many": "There are more files than allowed.",
    "too-many-pixels": "The picture has more pixels than allowed.",
    "took-too-long": "Reading the file took longer than allowed.",
    "truncated": "The end of the file is missing.",
    "unreadable": "The file is damaged and cannot be read.",
    "unsupported-type": (
        "Files of this kind are not taken; send a picture as JPEG, PNG, WebP or HEIC, a film as MP4, MOV, 3GP or WebM, "
        "or a voice note as M4A, Ogg, WebM, AMR or WAV."
    ),
}


def refused(code: RefusalCode, more: str = "") -> Refused:
    """A refusal with the standard sentence of its code, and `more` behind it."""
    return Refused(code, f"{REFUSALS[code]} {more}".strip())
