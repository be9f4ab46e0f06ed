"""The same picture again is near, whatever the phone or a messenger did to it; another picture is far."""

from __future__ import annotations

import io
from itertools import combinations
from pathlib import Path

import imagehash
import pytest
from PIL import Image, ImageEnhance

from media.decoding import inspect
from media.drawing import KINDS, draw_scene
from media.fingerprint import WAYS, Way, are_fingerprints, distance, parted
from media.shades import fingerprint, fingerprints

SAME, OTHER = 10, 12


def picture(kind: str, seed: int) -> Image.Image:
    return Image.open(io.BytesIO(draw_scene(kind, seed))).convert("RGB")


@pytest.fixture(scope="module")
def pothole() -> Image.Image:
    return picture("pothole", 1)


def encoded(image: Image.Image, kind: str, quality: int) -> Image.Image:
    out = io.BytesIO()
    image.save(out, kind, quality=quality)
    return Image.open(out).convert("RGB")


def test_it_is_the_hash_of_the_known_library(pothole: Image.Image) -> None:
    for image in (pothole, picture("tree", 2), pothole.resize((123, 457))):
        assert fingerprint(image) == str(imagehash.phash(image))


@pytest.mark.parametrize(("kind", "quality"), [("JPEG", 90), ("JPEG", 30), ("WEBP", 80), ("WEBP", 20)])
def test_encoded_again(pothole: Image.Image, kind: str, quality: int) -> None:
    assert distance(fingerprint(pothole), fingerprint(encoded(pothole, kind, quality))) <= 2


@pytest.mark.parametrize("width", [1600, 800, 400, 160])
def test_another_size(pothole: Image.Image, width: int) -> None:
    sized = pothole.resize((width, width * 3 // 4), Image.Resampling.LANCZOS)
    assert distance(fingerprint(pothole), fingerprint(sized)) <= 2


def test_slightly_cropped_or_brightened(pothole: Image.Image) -> None:
    width, height = pothole.size
    cropped = pothole.crop((width // 50, height // 50, width - width // 50, height - height // 50))
    assert distance(fingerprint(pothole), fingerprint(cropped)) <= SAME
    assert distance(fingerprint(pothole), fingerprint(ImageEnhance.Brightness(pothole).enhance(1.2))) <= SAME


@pytest.mark.parametrize(("width", "quality", "turned"), [(4000, 88, 1), (1600, 60, 6), (320, 40, 3)])
def test_the_intake_sees_what_viewers_see(
    pothole: Image.Image, tmp_path: Path, width: int, quality: int, turned: int
) -> None:
    """Taken from a coarse look at the file, whatever its size and however the camera was held."""
    shown = pothole.resize((width, width * 3 // 4))
    turn = {6: Image.Transpose.ROTATE_90, 3: Image.Transpose.ROTATE_180}.get(turned)
    held = shown.transpose(turn) if turn is not None else shown
    exif = Image.Exif()
    exif[0x0112] = turned
    held.save(tmp_path / "a.jpg", quality=quality, exif=exif)
    seen = inspect(tmp_path / "a.jpg", 110_000_000)["prints"]
    assert are_fingerprints(seen) and distance(seen[:16], fingerprint(pothole)) <= 2


_TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


@pytest.mark.parametrize(("number", "way"), [*enumerate(WAYS)])
def test_a_turned_or_mirrored_copy_is_known_in_its_way_and_in_no_other(
    pothole: Image.Image, number: int, way: Way
) -> None:
    copy = pothole.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if way.mirrored else pothole
    copy = encoded(copy.transpose(_TURNS[way.turned]) if way.turned else copy, "JPEG", 60).resize((400, 300))
    upright, others = parted(fingerprints(copy))
    assert upright == fingerprint(copy) and others is not None
    apart = [distance(others[at : at + 16], fingerprint(pothole)) for at in range(0, 112, 16)]
    assert [at for at, bits in enumerate(apart) if bits <= SAME] == [number], apart
    assert distance(upright, fingerprint(pothole)) > SAME


def test_other_pictures_are_far() -> None:
    """Drawn streets are more alike than photos are: the same sky above, the same road below."""
    hashes = [fingerprint(picture(kind, seed)) for seed, kind in enumerate(KINDS)]
    apart = [distance(one, other) for one, other in combinations(hashes, 2)]
    assert min(apart) >= OTHER and sum(apart) / len(apart) > 20


def test_distance_counts_bits() -> None:
    assert distance("0" * 16, "0" * 16) == 0
    assert distance("0" * 16, "f" * 16) == 64
    assert distance("8000000000000000", "0000000000000001") == 2


@pytest.mark.parametrize("wrong", ["", "0" * 15, "0" * 17, "F" * 16, "x" * 16])
def test_anything_else_is_no_fingerprint(wrong: str) -> None:
    assert not are_fingerprints(wrong)
    with pytest.raises(ValueError, match="16 hex digits"):
        distance(wrong, "0" * 16)
