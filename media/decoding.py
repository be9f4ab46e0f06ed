"""Decoding with Pillow, only inside the sandbox process: everything here may hang, crash or eat memory."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pi_heif
from PIL import Image, ImageCms, UnidentifiedImageError

from media import exif, shades
from media.confined import Refusal, short
from media.containers import Container, Malformed, walk
from media.copies import LARGE, fit, shrink, write_copies
from media.disguises import disguise
from media.verdicts import RefusalCode

# The walker has read the declared size already and `_open` compares it with the limit of the job, so Pillow's
# own two-step warning, which would depend on a global, is switched off.
Image.MAX_IMAGE_PIXELS = None
# The readers are loaded before the first picture waits for them.
Image.preinit()
pi_heif.register_heif_opener()
pi_heif.options.DECODE_THREADS = 1

_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/heic": "HEIF"}
# Scaling of libjpeg goes down to an eighth, which still reads every byte of the file; what is left must do for the
# fingerprint.
_COARSEST_JPEG, _LEAST_SEEN = 8, 128
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_MOST_PROFILE_BYTES = 4 * 1024 * 1024


def inspect(path: Path, max_pixels: int) -> dict[str, Any]:
    """Decode the whole file and tell what it is; raises Refusal."""
    data = path.read_bytes()
    container = _container(data)
    what_else = disguise(data, container)
    if what_else:
        raise Refusal("polyglot", what_else)
    image = _open(data, container, max_pixels)
    width, height = image.size
    _load(image, (_coarse(width), _coarse(height)))
    hints = _hints(image)
    if hints["orientation"] >= 5:
        width, height = height, width
    cautions = hints["warnings"] + _cautions(data, container, image)
    return {
        "content_type": container.content_type,
        "width": width,
        "height": height,
        "taken_at": hints["taken_at"],
        "gps": hints["gps"],
        "gps_at": hints["gps_at"],
        "gps_accuracy_m": hints["gps_accuracy_m"],
        "warnings": cautions,
        "prints": _fingerprints(image, hints["orientation"]),
    }


def _coarse(pixels: int) -> int:
    return max(pixels // _COARSEST_JPEG, min(pixels, _LEAST_SEEN))


def _fingerprints(image: Image.Image, orientation: int) -> str | None:
    """Of what a viewer sees of a loaded picture. None where it cannot be taken, which costs no picture its place."""
    try:
        seen = _plain(shrink(image, fit(image.size, _LEAST_SEEN)), image.info.get("icc_profile"))
        return shades.fingerprints_of_photo(_upright(seen, orientation))
    except Exception:  # a strange mode or profile, or too little memory: the picture itself is whole
        return None


def derive(path: Path, large: Path, small: Path, max_pixels: int) -> dict[str, Any]:
    """Write the 1600 and 400 px WebP copies (longest side, never enlarged); returns their pixel sizes."""
    data = path.read_bytes()
    image = _open(data, _container(data), max_pixels)
    target = fit(image.size, LARGE)
    # The exact size of the copy picks the best scale; a square box has no effect on a 4:3 photo.
    _load(image, target)
    hints = _hints(image)
    upright = _upright(_plain(shrink(image, target), image.info.get("icc_profile")), hints["orientation"])
    return write_copies(upright, large, small)


def _container(data: bytes) -> Container:
    try:
        return walk(data)
    except Malformed as fault:
        raise Refusal(fault.code, fault.detail) from fault


def _open(data: bytes, container: Container, max_pixels: int) -> Image.Image:
    if container.size is not None:
        _count_pixels(container.size, max_pixels)
    try:
        # One decoder only: the one of the type that the bytes have shown.
        image = Image.open(io.BytesIO(data), formats=[_FORMATS[container.content_type]])
    except MemoryError:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, RuntimeError, EOFError) as fault:
        raise Refusal("unreadable", short(fault)) from fault
    _count_pixels(image.size, max_pixels)
    return image


def _count_pixels(size: tuple[int, int], most: int) -> None:
    if size[0] * size[1] > most:
        raise Refusal("too-many-pixels", f"It declares {size[0]} x {size[1]}; {most // 1_000_000} million are allowed.")


def _load(image: Image.Image, wanted: tuple[int, int]) -> None:
    try:
        # None keeps the mode; only the JPEG reader listens at all.
        image.draft(None, wanted)
        image.load()
    except MemoryError:
        raise
    except (OSError, ValueError, SyntaxError, RuntimeError, EOFError, OverflowError) as fault:
        code: RefusalCode = "truncated" if "truncated" in str(fault).lower() else "unreadable"
        raise Refusal(code, short(fault)) from fault


def _hints(image: Image.Image) -> dict[str, Any]:
    """Orientation, time and place. Broken metadata costs the hints, never the picture.

    Only for a loaded image: the PNG reader loads the pixels to reach tags behind them, and a fault of the
    pixels would pass for one of the tags.
    """
    try:
        tags = image.getexif()
        gps, why_not = exif.position(tags)
        warnings = [["gps-unusable", why_not]] if why_not else []
        return {
            "orientation": exif.orientation(tags),
            "taken_at": exif.taken_at(tags),
            "gps": gps,
            "gps_at": exif.fix_time(tags),
            "gps_accuracy_m": exif.fix_accuracy(tags),
            "warnings": warnings,
        }
    except Exception as fault:  # the tag reader raises whatever the damage leads to
        broken = ["metadata-unreadable", f"Time and place in the picture cannot be read: {short(fault)}"]
        nothing: dict[str, Any] = dict.fromkeys(("taken_at", "gps", "gps_at", "gps_accuracy_m"))
        return {**nothing, "orientation": 1, "warnings": [broken]}


def _cautions(data: bytes, container: Container, image: Image.Image) -> list[list[str]]:
    found = []
    trailing = len(data) - container.end
    if trailing > 0:
        found.append(["trailing-data", f"{trailing} bytes behind the picture are kept sealed and never shown."])
    # A JPEG with several frames is a photo with its depth or gain map, not an animation.
    if container.animated or (container.content_type != "image/jpeg" and getattr(image, "n_frames", 1) > 1):
        found.append(["animated", "Only the first picture of several is shown."])
    return found


def _plain(image: Image.Image, profile: bytes | None) -> Image.Image:
    """8-bit sRGB on white, whatever came: wide-gamut phones, CMYK scans, 16-bit and transparent drawings."""
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    image = _to_srgb(image, profile) or image
    if image.mode in {"RGBA", "LA", "La", "RGBa"}:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image)
        image = paper
    return image.convert("RGB")


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image | None:
    if not profile or len(profile) > _MOST_PROFILE_BYTES or image.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        output = "RGBA" if image.mode == "RGBA" else "RGB"
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=output)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        # A profile that does not fit its picture is common and harmless: colours stay as they are.
        return None


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    turn = _TURNS.get(orientation)
    return image.transpose(turn) if turn is not None else image
