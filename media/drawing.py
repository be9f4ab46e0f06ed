"""Pictures of street scenes made by code, for the demo city, the simulator and tests: nobody's photo,
nobody's face.

The same kind and seed give the same bytes. `after=True` draws the same street with the trouble put right, so
that a report and its proof make a pair. Time and position are written as phones write them.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from random import Random

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from media.street import Canvas, draw_shore, draw_sky, draw_street
from media.troubles import PAINTERS

KINDS = tuple(PAINTERS)
"""What can be drawn: pothole, pavement, lamp, garbage, rubble, tree, flood, leak, signal, parking, wire,
beach."""

_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_SMALL = (400, 300)


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn photo as the phone would send it, and its two public copies (WebP without metadata)."""

    original: bytes
    large: bytes
    small: bytes
    width: int
    height: int
    small_size: tuple[int, int] = _SMALL


def draw_scene(
    kind: str,
    seed: int,
    after: bool = False,
    gps: tuple[float, float] | None = None,
    taken_at: datetime | None = None,
    *,
    night: bool | None = None,
) -> bytes:
    """A JPEG of 1200 x 900. `gps` is (lon, lat) in degrees, `taken_at` aware. KeyError for an unknown kind.

    `night` None: lamps are seen in the dark, everything else by day.
    """
    return _jpeg(_paint(kind, seed, after, kind == "lamp" if night is None else night), gps, taken_at)


def draw_picture(
    kind: str, seed: int, *, after: bool, gps: tuple[float, float], taken_at: datetime, night: bool
) -> Picture:
    """The scene with both copies at once. Only for pictures of our own making: strangers' go through the
    sandbox."""
    image = _paint(kind, seed, after, night)
    small = image.resize(_SMALL, Image.Resampling.BOX)
    return Picture(_jpeg(image, gps, taken_at), _webp(image), _webp(small), image.width, image.height)


def _paint(kind: str, seed: int, after: bool, night: bool) -> Image.Image:
    painter = PAINTERS[kind]
    # The stage has a chance of its own, so that before and after stand in the same street.
    stage = Random(f"stage:{kind}:{seed}")
    canvas = Canvas.blank(night)
    draw_sky(canvas, stage)
    if kind == "beach":
        draw_shore(canvas, stage)
    else:
        draw_street(canvas, stage)
    painter(canvas, Random(f"trouble:{kind}:{seed}"), after)
    return canvas.finished()


def _jpeg(image: Image.Image, gps: tuple[float, float] | None, taken_at: datetime | None) -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Hien Truong", "Drawn scene", 1
    if taken_at is not None:
        _write_time(exif, taken_at)
    if gps is not None:
        _write_position(exif, *gps)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82, exif=exif)
    return out.getvalue()


def _webp(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=80, method=1)
    return out.getvalue()


def _write_time(exif: Image.Exif, taken_at: datetime) -> None:
    """Local time and its offset in separate tags (Exif 2.32, 36867 and 36881)."""
    if taken_at.utcoffset() is None:
        raise ValueError("a photo's time needs its zone")
    text, offset = taken_at.strftime("%Y:%m:%d %H:%M:%S"), taken_at.strftime("%z")
    exif[0x0132] = text
    tags = exif.get_ifd(_EXIF_IFD)
    tags[0x9003] = tags[0x9004] = text
    tags[0x9011] = tags[0x9012] = f"{offset[:3]}:{offset[3:5]}"


def _write_position(exif: Image.Exif, lon: float, lat: float) -> None:
    tags = exif.get_ifd(_GPS_IFD)
    tags[1], tags[2] = "N" if lat >= 0 else "S", _sexagesimal(abs(lat))
    tags[3], tags[4] = "E" if lon >= 0 else "W", _sexagesimal(abs(lon))


def _sexagesimal(degrees: float) -> tuple[IFDRational, ...]:
    """Degrees, minutes and seconds to 1/10,000 of a second (3 mm)."""
    ticks = round(Fraction(degrees) * 36_000_000)
    whole, rest = divmod(ticks, 36_000_000)
    minutes, seconds = divmod(rest, 600_000)
    return IFDRational(whole), IFDRational(minutes), IFDRational(seconds, 10_000)
