"""What is taken in and what is refused: by content, decoded to the last byte, with a stable code."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from media.intake import check, check_count
from media.pool import Sandbox
from media.verdicts import Accepted, Limits, Refused
from tests.media import pictures

Write = Callable[..., Path]

TAKEN: dict[str, tuple[Callable[[], bytes], str, int, int]] = {
    "jpeg": (pictures.jpeg, "image/jpeg", 640, 480),
    "progressive jpeg": (lambda: pictures.jpeg(progressive=True), "image/jpeg", 640, 480),
    "cmyk jpeg": (lambda: pictures.encoded(pictures.scene().convert("CMYK"), "JPEG"), "image/jpeg", 640, 480),
    "grey jpeg": (lambda: pictures.encoded(pictures.scene().convert("L"), "JPEG"), "image/jpeg", 640, 480),
    "png": (lambda: pictures.encoded(pictures.scene(), "PNG"), "image/png", 640, 480),
    "palette png": (lambda: pictures.encoded(pictures.scene().convert("P"), "PNG"), "image/png", 640, 480),
    "one-bit png": (lambda: pictures.encoded(pictures.scene().convert("1"), "PNG"), "image/png", 640, 480),
    "16-bit png": (pictures.deep_png, "image/png", 256, 64),
    "1x1 png": (lambda: pictures.encoded(Image.new("RGB", (1, 1)), "PNG"), "image/png", 1, 1),
    "webp": (lambda: pictures.encoded(pictures.scene(), "WEBP"), "image/webp", 640, 480),
    "lossless webp": (
        lambda: pictures.encoded(pictures.scene(), "WEBP", lossless=True),
        "image/webp",
        640,
        480,
    ),
    "transparent webp": (lambda: pictures.encoded(Image.new("RGBA", (9, 7)), "WEBP"), "image/webp", 9, 7),
    "animated webp": (pictures.animated_webp, "image/webp", 64, 48),
    "heic": (pictures.heic, "image/heic", 640, 480),
}

JPEG = pictures.jpeg()
PNG = pictures.encoded(pictures.scene(), "PNG")
WEBP = pictures.encoded(pictures.scene(), "WEBP")
HEIC = pictures.heic()
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

REFUSED = {
    "nothing": (b"", "empty"),
    "html": (b"<!DOCTYPE html><html><script>alert(1)</script></html>", "not-a-picture"),
    "shell script": (b"#!/bin/sh\nrm -rf /\n", "not-a-picture"),
    "zip": (pictures.zip_archive(), "not-a-picture"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "not-a-picture"),
    "noise": (random.Random(5).randbytes(4000), "not-a-picture"),
    "svg": (SVG, "unsupported-type"),
    "gif": (pictures.encoded(pictures.scene(), "GIF"), "unsupported-type"),
    "tiff": (pictures.encoded(pictures.scene(), "TIFF"), "unsupported-type"),
    "bmp": (pictures.encoded(pictures.scene(), "BMP"), "unsupported-type"),
    "avif": (pictures.encoded(pictures.scene(), "AVIF"), "unsupported-type"),
    "film": (b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + b"\0" * 64, "unsupported-type"),
    "three bytes of jpeg": (JPEG[:3], "truncated"),
    "half a jpeg": (JPEG[: len(JPEG) // 2], "truncated"),
    "jpeg without its end": (JPEG[:-2], "truncated"),
    "half a png": (PNG[: len(PNG) // 2], "truncated"),
    "png without its end": (PNG[:-12], "truncated"),
    "half a webp": (WEBP[: len(WEBP) // 2], "truncated"),
    "half a heic": (HEIC[: len(HEIC) // 2], "truncated"),
    "png with a wrong checksum": (PNG[:200] + bytes([PNG[200] ^ 255]) + PNG[201:], "unreadable"),
    "png of no size": (pictures.png(0, 5, 8, 2, b""), "unreadable"),
    "jpeg + zip": (JPEG + pictures.zip_archive(), "polyglot"),
    "png + zip": (PNG + pictures.zip_archive(), "polyglot"),
    "webp + zip": (WEBP + pictures.zip_archive(), "polyglot"),
    "heic + zip": (HEIC + pictures.zip_archive(), "polyglot"),
    "jpeg + padding + zip": (JPEG + b"\0" * 500 + pictures.zip_archive(), "polyglot"),
    "jpeg + html": (JPEG + b"<html><body onload=alert(1)>", "polyglot"),
    "jpeg + php": (JPEG + b"\n<?php system($_GET['c']); ?>", "polyglot"),
    "jpeg + pdf": (JPEG + b"%PDF-1.7\n", "polyglot"),
    "jpeg + program": (JPEG + b"\x7fELF\2\1\1", "polyglot"),
    "jpeg + shell": (JPEG + b"#!/bin/sh\n", "polyglot"),
    "script in the comment": (pictures.jpeg(comment=b"<ScRiPt src=//x></script>"), "polyglot"),
    "pdf in the comment": (pictures.jpeg(comment=b"%PDF-1.4 obj"), "polyglot"),
    "php in png text": (pictures.png(1, 1, 8, 0, b"", pictures.chunk(b"tEXt", b"a\0<?php 1;")), "polyglot"),
    "zip inside a png chunk": (
        pictures.png(1, 1, 8, 0, b"", pictures.chunk(b"zipF", pictures.zip_archive())),
        "polyglot",
    ),
    "script as jpeg": (JPEG[:2] + b"\xff\xe0/*" + b"*/=alert(1);/*".ljust(0x2F28) + JPEG[2:], "polyglot"),
}  # fmt: skip


@pytest.mark.parametrize("name", TAKEN)
async def test_takes(name: str, sandbox: Sandbox, write: Write) -> None:
    make, content_type, width, height = TAKEN[name]
    data = make()
    verdict = await check(write(data, "misleading.txt"), sandbox)
    assert isinstance(verdict, Accepted), verdict
    assert (verdict.content_type, verdict.width, verdict.height) == (content_type, width, height)
    assert (verdict.bytes, verdict.sha256) == (len(data), hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize("name", REFUSED)
async def test_refuses(name: str, sandbox: Sandbox, write: Write) -> None:
    data, code = REFUSED[name]
    verdict = await check(write(data, "holiday.jpg"), sandbox)
    assert isinstance(verdict, Refused), verdict
    assert verdict.code == code, verdict
    assert verdict.detail


async def test_what_phones_append_is_taken_with_a_warning(sandbox: Sandbox, write: Write) -> None:
    for trailer in (
        pictures.jpeg(80, 60),
        b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 99,
        b"SEFH" + b"\1" * 40,
    ):
        verdict = await check(write(JPEG + trailer), sandbox)
        assert isinstance(verdict, Accepted)
        assert [each.code for each in verdict.warnings] == ["trailing-data"]
    verdict = await check(write(pictures.animated_webp()), sandbox)
    assert isinstance(verdict, Accepted) and [each.code for each in verdict.warnings] == ["animated"]


async def test_limits_on_bytes_pixels_and_count(sandbox: Sandbox, write: Write) -> None:
    path = write(JPEG)
    exact = Limits(max_bytes=len(JPEG), max_pixels=640 * 480, max_count=2)
    assert isinstance(await check(path, sandbox, exact), Accepted)
    assert _code(await check(path, sandbox, Limits(max_bytes=len(JPEG) - 1))) == "too-large"
    for data in (JPEG, PNG, WEBP, HEIC):
        assert _code(await check(write(data), sandbox, Limits(max_pixels=640 * 480 - 1))) == "too-many-pixels"
    assert check_count(2, exact) is None
    assert _code(check_count(3, exact)) == "too-many"


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_size_is_told_as_a_viewer_sees_it(orientation: int, sandbox: Sandbox, write: Write) -> None:
    verdict = await check(write(pictures.turned(orientation)), sandbox)
    assert isinstance(verdict, Accepted)
    assert (verdict.width, verdict.height) == (640, 480)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
async def test_time_and_place_are_read_from_every_kind(kind: str, sandbox: Sandbox, write: Write) -> None:
    data = pictures.encoded(pictures.scene(), kind, exif=pictures.camera_tags().tobytes())
    verdict = await check(write(data), sandbox)
    assert isinstance(verdict, Accepted)
    assert verdict.taken_at == datetime(2026, 3, 14, 15, 9, 26, tzinfo=timezone(timedelta(hours=7)))
    assert verdict.gps == pytest.approx(pictures.VUNG_TAU, abs=1e-6)
    assert verdict.warnings == ()


async def _with(sandbox: Sandbox, write: Write, tags: Image.Exif) -> Accepted:
    verdict = await check(write(pictures.jpeg(exif=tags)), sandbox)
    assert isinstance(verdict, Accepted), verdict
    return verdict


async def test_time_without_offset_is_local_and_nonsense_is_none(sandbox: Sandbox, write: Write) -> None:
    local = await _with(sandbox, write, pictures.camera_tags(offset=None))
    assert local.taken_at == datetime(2026, 3, 14, 15, 9, 26)
    odd = await _with(sandbox, write, pictures.camera_tags(offset="noon"))
    assert odd.taken_at == datetime(2026, 3, 14, 15, 9, 26)
    for text in (
        "0000:00:00 00:00:00",
        "    :  :     :  :  ",
        "1970:01:01 00:00:00",
        "yesterday",
        "2026:13:40 25:61:61",
    ):
        assert (await _with(sandbox, write, pictures.camera_tags(taken=text))).taken_at is None


@pytest.mark.parametrize("where", [(-73.9857, 40.7484), (151.2153, -33.8568), (-43.2105, -22.9519), (180.0, 90.0)])
async def test_all_four_quarters_of_the_earth(where: tuple[float, float], sandbox: Sandbox, write: Write) -> None:
    verdict = await _with(sandbox, write, pictures.camera_tags(gps=where))
    assert verdict.gps == pytest.approx(where, abs=1e-6)


ABSURD: dict[str, dict[int, Any]] = {
    "no fix": pictures.gps_tags(0, 0),
    "latitude beyond the pole": pictures.gps_tags(107, 97),
    "longitude beyond the date line": pictures.gps_tags(187, 10),
    "no hemisphere": {2: pictures.gps_tags(107, 10)[2], 4: pictures.gps_tags(107, 10)[4]},
    "only latitude": {1: "N", 2: pictures.gps_tags(107, 10)[2]},
    "zero denominators": {**pictures.gps_tags(107, 10), 2: (IFDRational(10, 0),) * 3},
    "seventy minutes": {1: "N", 2: (10.0, 70.0, 0.0), 3: "E", 4: (107.0, 0.0, 0.0)},
    "wrong letter": {**pictures.gps_tags(107, 10), 1: "Q"},
}  # fmt: skip


@pytest.mark.parametrize("name", ABSURD)
async def test_absurd_positions_are_no_position(name: str, sandbox: Sandbox, write: Write) -> None:
    tags = pictures.camera_tags(gps=None)
    tags.get_ifd(0x8825).update(ABSURD[name])
    verdict = await _with(sandbox, write, tags)
    assert verdict.gps is None
    assert [each.code for each in verdict.warnings] == ["gps-unusable"]


async def test_broken_metadata_costs_the_hints_not_the_picture(sandbox: Sandbox, write: Write) -> None:
    intact = pictures.jpeg(exif=pictures.camera_tags())
    start = intact.index(b"Exif\0\0") + 6
    for noise in (b"\xff" * 60, random.Random(3).randbytes(60), b"II*\0" + b"\xff" * 56):
        verdict = await check(write(intact[:start] + noise + intact[start + 60 :]), sandbox)
        assert isinstance(verdict, Accepted), verdict
        assert verdict.gps is None


async def test_random_damage_never_raises(sandbox: Sandbox, write: Write) -> None:
    dice = random.Random(20260314)
    for data in (
        pictures.jpeg(64, 48),
        pictures.encoded(pictures.scene(64, 48), "PNG"),
        pictures.heic(64, 48),
    ):
        for _ in range(25):
            broken = bytearray(data)
            for _ in range(dice.randint(1, 12)):
                broken[dice.randrange(len(broken))] = dice.randrange(256)
            assert isinstance(await check(write(bytes(broken)), sandbox), Accepted | Refused)


def _code(verdict: Accepted | Refused | None) -> str:
    assert isinstance(verdict, Refused)
    return verdict.code
