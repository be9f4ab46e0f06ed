"""Photos as a phone takes them: JPEG with an EXIF position, a time, an orientation.

phone_photo(lon=107.0843, lat=10.3460) -> bytes
"""

from __future__ import annotations

import io
import random
from datetime import datetime, timedelta, timezone

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

# Large enough to be scaled down for a list (400 px); looking for faces in more pixels would only cost the tests time.
WIDTH, HEIGHT = 480, 360
# Yesterday morning in the city: a photo of last week is an old one, and the operator is warned of it.
YESTERDAY = (datetime.now(timezone(timedelta(hours=7))) - timedelta(days=1)).replace(hour=7, minute=30)


def phone_photo(
    lon: float,
    lat: float,
    *,
    seed: int = 1,
    taken: datetime | None = None,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    grain: tuple[int, int] = (40, 30),
) -> bytes:
    """A JPEG of coloured noise, held upright (orientation 6), made at (lon, lat), WGS 84 degrees.

    `grain`: how many spots; the more, the more bytes."""
    chance = random.Random(seed)
    small = Image.frombytes("RGB", grain, chance.randbytes(grain[0] * grain[1] * 3))
    image = small.resize(size, Image.Resampling.BICUBIC)
    exif = Image.Exif()
    exif[Base.Make] = "Hiện Trường"
    exif[Base.Orientation] = 6
    exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = f"{taken or YESTERDAY:%Y:%m:%d %H:%M:%S}"
    exif.get_ifd(IFD.Exif)[Base.OffsetTimeOriginal] = "+07:00"
    gps = exif.get_ifd(IFD.GPSInfo)
    gps[GPS.GPSLatitudeRef], gps[GPS.GPSLatitude] = "N" if lat >= 0 else "S", _degrees(lat)
    gps[GPS.GPSLongitudeRef], gps[GPS.GPSLongitude] = "E" if lon >= 0 else "W", _degrees(lon)
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=85, exif=exif)
    return kept.getvalue()


def exif_of(content: bytes) -> dict[int, object]:
    """Every EXIF entry of a picture, the GPS ones included."""
    with Image.open(io.BytesIO(content)) as image:
        exif = image.getexif()
        return {**dict(exif), **dict(exif.get_ifd(IFD.GPSInfo)), **dict(exif.get_ifd(IFD.Exif))}


def size_of(content: bytes) -> tuple[str | None, int, int]:
    """(format, width, height) of a picture; raises when it is none."""
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        return image.format, image.width, image.height


def _degrees(value: float) -> tuple[float, float, float]:
    value = abs(value)
    minutes = (value - int(value)) * 60
    return float(int(value)), float(int(minutes)), round((minutes - int(minutes)) * 60, 4)
