"""Drawn scenes: the same each time, different before and after, with what a phone writes into its photos."""

import io
from datetime import datetime, timedelta, timezone

import pytest
from PIL import Image, ImageChops

from media.drawing import KINDS, draw_picture, draw_scene
from media.exif import position, taken_at

MORNING = datetime(2026, 11, 20, 7, 42, 10, tzinfo=timezone(timedelta(hours=7)))
HERE = (107.0843, 10.3460)


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("kind", KINDS)
def test_a_scene_is_a_photo_that_is_the_same_each_time(kind: str) -> None:
    one = draw_scene(kind, 3, gps=HERE, taken_at=MORNING)
    assert one == draw_scene(kind, 3, gps=HERE, taken_at=MORNING)
    assert one != draw_scene(kind, 4, gps=HERE, taken_at=MORNING)
    image = opened(one)
    assert (image.format, image.size) == ("JPEG", (1200, 900))


@pytest.mark.parametrize("kind", KINDS)
def test_before_and_after_differ_only_where_the_trouble_was(kind: str) -> None:
    before, after = opened(draw_scene(kind, 5)), opened(draw_scene(kind, 5, after=True))
    difference = ImageChops.difference(before, after).convert("L").point(lambda value: 255 if value > 40 else 0)
    changed = difference.histogram()[255] / (1200 * 900)
    assert 0.002 < changed < 0.45
    # The sky's upper corners belong to the stage, which is the same.
    assert difference.crop((0, 0, 60, 90)).getbbox() is None


def test_position_and_time_are_read_back_as_written() -> None:
    exif = opened(draw_scene("pothole", 1, gps=HERE, taken_at=MORNING)).getexif()
    assert position(exif) == (HERE, None)
    assert datetime.fromisoformat(taken_at(exif) or "") == MORNING
    south = opened(draw_scene("beach", 1, gps=(-70.5, -33.25))).getexif()
    assert position(south) == ((-70.5, -33.25), None)
    assert taken_at(south) is None


def test_without_hints_there_is_no_position_and_a_naive_time_is_refused() -> None:
    assert position(opened(draw_scene("garbage", 1)).getexif()) == (None, None)
    with pytest.raises(ValueError, match="zone"):
        draw_scene("garbage", 1, taken_at=datetime(2026, 1, 1))
    with pytest.raises(KeyError):
        draw_scene("dragon", 1)


def test_night_is_darker_than_day() -> None:
    def brightness(night: bool) -> float:
        histogram = opened(draw_scene("parking", 2, night=night)).convert("L").histogram()
        return sum(value * count for value, count in enumerate(histogram)) / sum(histogram)

    assert brightness(True) < 0.6 * brightness(False)


def test_copies_carry_nothing_but_pixels() -> None:
    picture = draw_picture("tree", 9, after=False, gps=HERE, taken_at=MORNING, night=False)
    for data, size in ((picture.large, (1200, 900)), (picture.small, picture.small_size)):
        copy = opened(data)
        assert (copy.format, copy.size) == ("WEBP", size)
        assert not copy.getexif() and "exif" not in copy.info and "xmp" not in copy.info
