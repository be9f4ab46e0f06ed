"""The copies: right size, upright, right colours, and nothing in the file but pixels."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from media.derivatives import Derivatives, Rendition, derive, derive_into
from media.folder_store import FolderStore
from media.keys import derivative_key, original_key
from media.pool import Sandbox
from media.problems import NotStored
from media.verdicts import Limits, Refused
from tests.media import pictures

Write = Callable[..., Path]


async def _derive(data: bytes, sandbox: Sandbox) -> Derivatives:
    made = await derive(data, sandbox)
    assert isinstance(made, Derivatives), made
    return made


def _opened(copy: Rendition) -> Image.Image:
    image = Image.open(io.BytesIO(copy.data))
    assert image.format == "WEBP" and image.size == (copy.width, copy.height)
    return image.convert("RGB")


def _near(pixel: object, wanted: tuple[int, int, int], within: int = 40) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) <= within for a, b in zip(pixel, wanted, strict=True))


def _riff_chunks(data: bytes) -> list[bytes]:
    """The chunk names of a WebP file, read here once more so that the product's own reader proves nothing."""
    assert data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    assert int.from_bytes(data[4:8], "little") + 8 == len(data)
    names, at = [], 12
    while at < len(data):
        names.append(data[at : at + 4])
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + length + (length & 1)
    assert at == len(data)
    return names


@pytest.mark.parametrize(
    ("size", "large", "small"),
    [
        ((4000, 3000), (1600, 1200), (400, 300)),
        ((3000, 4000), (1200, 1600), (300, 400)),
        ((1700, 100), (1600, 94), (400, 23)),
        ((500, 300), (500, 300), (400, 240)),
        ((30, 20), (30, 20), (30, 20)),
        ((5000, 1), (1600, 1), (400, 1)),
    ],
)
async def test_sizes(size: tuple[int, int], large: tuple[int, int], small: tuple[int, int], sandbox: Sandbox) -> None:
    made = await _derive(pictures.encoded(Image.new("RGB", size, pictures.RED), "JPEG"), sandbox)
    assert _opened(made.large).size == large
    assert _opened(made.small).size == small


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
async def test_all_orientations_come_out_upright(kind: str, sandbox: Sandbox) -> None:
    for orientation in range(1, 9):
        made = await _derive(pictures.turned(orientation, kind, 240, 180), sandbox)
        for copy in (made.large, made.small):
            image = _opened(copy)
            assert image.width > image.height, orientation
            assert _near(image.getpixel((image.width // 4, image.height // 4)), pictures.RED), orientation
            assert _near(image.getpixel((image.width * 3 // 4, image.height * 3 // 4)), pictures.BLUE), orientation


@pytest.mark.parametrize("make", [pictures.everything_jpeg, pictures.heic, pictures.wide_gamut_jpeg])
async def test_no_metadata_of_any_kind(make: Callable[[], bytes], sandbox: Sandbox) -> None:
    made = await _derive(make(), sandbox)
    for copy in (made.large, made.small):
        assert set(_riff_chunks(copy.data)) <= {b"VP8 ", b"VP8L"}
        for secret in (b"Exif\0\0", b"BI-MAT", b"xmpmeta", b"ICC_PROFILE", b"2026:03:14"):
            assert secret not in copy.data
        image = Image.open(io.BytesIO(copy.data))
        assert not image.getexif() and "icc_profile" not in image.info and "xmp" not in image.info


async def test_metadata_of_every_source_kind_is_dropped(sandbox: Sandbox) -> None:
    tags = pictures.camera_tags().tobytes()
    for kind in ("JPEG", "PNG", "WEBP", "HEIF"):
        data = pictures.encoded(pictures.scene(), kind, exif=tags, xmp=b"<x>BI-MAT</x>")
        assert b"2026:03:14" in data, kind
        made = await _derive(data, sandbox)
        assert set(_riff_chunks(made.large.data)) <= {b"VP8 ", b"VP8L"}


async def test_odd_colours_become_plain_ones(sandbox: Sandbox) -> None:
    scene = pictures.scene()
    for data in (
        pictures.encoded(scene.convert("CMYK"), "JPEG"),
        pictures.encoded(scene.convert("P"), "PNG"),
        pictures.encoded(scene.convert("RGBA"), "PNG"),
        pictures.encoded(scene, "HEIF"),
        pictures.encoded(scene, "WEBP", lossless=True),
    ):
        image = _opened((await _derive(data, sandbox)).large)
        assert _near(image.getpixel((160, 120)), pictures.RED), data[:16]
        assert _near(image.getpixel((480, 360)), pictures.BLUE), data[:16]


async def test_sixteen_bits_keep_their_shades(sandbox: Sandbox) -> None:
    image = _opened((await _derive(pictures.deep_png(), sandbox)).large)
    for x in (5, 64, 128, 192, 250):
        assert _near(image.getpixel((x, 30)), (x, x, x), within=8)


async def test_transparent_becomes_white(sandbox: Sandbox) -> None:
    clear = Image.new("RGBA", (500, 500), (0, 0, 0, 0))
    palette = Image.new("P", (500, 500), 0)
    for data in (pictures.encoded(clear, "PNG"), pictures.encoded(palette, "PNG", transparency=0)):
        made = await _derive(data, sandbox)
        for copy in (made.large, made.small):
            assert _near(_opened(copy).getpixel((100, 100)), (255, 255, 255), within=3)


async def test_what_cannot_be_read_is_refused(sandbox: Sandbox, write: Write) -> None:
    data = pictures.jpeg()
    for bad, code in ((data[:5000], "truncated"), (b"<html>", "not-a-picture")):
        refusal = await derive(write(bad), sandbox)
        assert isinstance(refusal, Refused) and refusal.code == code
    refusal = await derive(data, sandbox, Limits(max_pixels=1000))
    assert isinstance(refusal, Refused) and refusal.code == "too-many-pixels"


async def test_from_store_to_store(sandbox: Sandbox, tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store")
    digest = "ab" * 32
    with pytest.raises(NotStored):
        await derive_into(store, digest, sandbox)
    await store.put_bytes(original_key(digest), pictures.jpeg(2000, 1500))
    made = await derive_into(store, digest, sandbox)
    assert made == await derive_into(store, digest, sandbox)
    assert not isinstance(made, Refused)
    assert made["large"] == {"key": derivative_key(digest, "large"), "width": 1600, "height": 1200}
    assert made["small"] == {"key": f"derived/ab/{digest}/small.webp", "width": 400, "height": 300}
    for copy in made.values():
        assert await store.exists(copy["key"])
