"""Pictures made for the tests: every kind a phone, a scanner or an attacker sends."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

import pillow_heif
from PIL import ExifTags, Image, ImageCms
from PIL.TiffImagePlugin import IFDRational

pillow_heif.register_heif_opener()

VUNG_TAU = (107.0843, 10.3460)
RED, BLUE = (200, 30, 30), (30, 30, 200)


def scene(width: int = 640, height: int = 480) -> Image.Image:
    """Noise with a red top-left and a blue bottom-right quarter, so that any turn can be seen."""
    image = Image.effect_noise((width, height), 40).convert("RGB")
    image.paste(RED, (0, 0, width // 2, height // 2))
    image.paste(BLUE, (width // 2, height // 2, width, height))
    return image


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(width: int = 640, height: int = 480, **options: Any) -> bytes:
    return encoded(scene(width, height), "JPEG", quality=85, **options)


def camera_tags(
    gps: tuple[float, float] | None = VUNG_TAU,
    taken: str = "2026:03:14 15:09:26",
    offset: str | None = "+07:00",
    orientation: int = 1,
) -> Image.Exif:
    """What a phone writes: orientation, time with offset, position as degrees, minutes, seconds."""
    tags = Image.Exif()
    tags[ExifTags.Base.Orientation] = orientation
    tags[ExifTags.Base.Make] = "Máy ảnh thử"
    times: dict[int, str] = {ExifTags.Base.DateTimeOriginal: taken}
    if offset:
        times[ExifTags.Base.OffsetTimeOriginal] = offset
    tags.get_ifd(ExifTags.IFD.Exif).update(times)
    if gps:
        tags.get_ifd(ExifTags.IFD.GPSInfo).update(gps_tags(*gps))
    return tags


def gps_tags(lon: float, lat: float) -> dict[int, Any]:
    return {1: "N" if lat >= 0 else "S", 2: _dms(abs(lat)), 3: "E" if lon >= 0 else "W", 4: _dms(abs(lon))}


def _dms(value: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    degrees, rest = divmod(value, 1)
    minutes, rest = divmod(rest * 60, 1)
    return (
        IFDRational(int(degrees), 1),
        IFDRational(int(minutes), 1),
        IFDRational(round(rest * 60 * 10000), 10000),
    )


def turned(orientation: int, kind: str = "JPEG", width: int = 640, height: int = 480) -> bytes:
    """A picture whose pixels are stored so that orientation 1 to 8 shows a `scene` of this size upright."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    upright = scene(width, height)
    stored = upright.transpose(undo[orientation]) if orientation > 1 else upright
    # As bytes: only from these does the HEIC writer make the turns of the container, which viewers go by.
    return encoded(stored, kind, quality=90, exif=camera_tags(orientation=orientation).tobytes())


def heic(width: int = 640, height: int = 480, **options: Any) -> bytes:
    return encoded(scene(width, height), "HEIF", quality=70, **options)


def wide_gamut_jpeg() -> bytes:
    """A JPEG with a colour profile that is not sRGB and holds text."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    return jpeg(icc_profile=profile.tobytes())


def everything_jpeg(width: int = 2000, height: int = 1500) -> bytes:
    """A JPEG with EXIF, XMP, a profile and a comment that all hold words nobody else may read."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">BI-MAT-XMP</x:xmpmeta>'
    return jpeg(width, height, exif=camera_tags(), icc_profile=profile, xmp=xmp, comment=b"BI-MAT-COMMENT")


def animated_webp() -> bytes:
    frames = [Image.new("RGB", (64, 48), (shade, 0, 0)) for shade in (10, 90, 170)]
    return encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=100)


def deep_png() -> bytes:
    """16-bit grey, from black on the left to white on the right."""
    row = b"".join(struct.pack(">H", x * 65535 // 255) for x in range(256))
    return png(256, 64, 16, 0, zlib.compress((b"\0" + row) * 64))


def png(width: int, height: int, depth: int, colour: int, pixels: bytes, extra: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_bomb(width: int, height: int) -> bytes:
    """A valid all-black picture, a thousand times smaller as a file than in memory."""
    packer, row = zlib.compressobj(9), b"\0" * (1 + width * 4)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return png(width, height, 8, 6, body)


def scan_bomb(scans: int, side: int = 4000) -> bytes:
    """A progressive JPEG of few bytes whose last scan is repeated: each one walks through all blocks
    again."""
    plain = encoded(Image.new("L", (side, side), 128), "JPEG", progressive=True, quality=50)
    last = plain.rindex(b"\xff\xda")
    return plain[:last] + plain[last:-2] * scans + b"\xff\xd9"


def zip_archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("run.sh", "echo hello")
    return out.getvalue()
