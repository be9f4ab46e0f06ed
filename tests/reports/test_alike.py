"""The score: what must always hold, and which pairs a person would call the same problem."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import cos, radians
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PIL import Image

from media import shades
from reports.alike import SAME_PICTURE_BITS, THRESHOLD, Facts, Picture, fingerprint, score
from tests.story.photos import phone_photo

LON, LAT = 107.0843, 10.3460
NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
POTHOLE = ("road-pothole", "road")
PAVEMENT = ("road-pavement", "road")
LIGHT = ("street-light", "utility")
WASTE = ("waste-dumping", "environment")


def east(metres: float) -> float:
    return LON + metres / (111_320 * cos(radians(LAT)))


def told(text: str = "", *, at: float = 0.0, hours: float = 0.0, path: tuple[str, ...] = POTHOLE, **more: Any) -> Facts:
    """A report `at` metres east of the middle, `hours` after noon."""
    known: dict[str, Any] = {"accuracy_m": 12.0, **more}
    return Facts(east(at), LAT, NOON + timedelta(hours=hours), path, text=text, **known)


def seen(*digits: str) -> dict[str, Any]:
    return {"pictures": tuple(Picture(each * 4, fingerprint(each)) for each in digits)}


ONE_PICTURE, THE_SAME_AGAIN, ANOTHER = "9f3c61e20ad47b58", "9f3c61e20ad47b5b", "13e8d4570fb2a96c"

# What two residents really write of one thing, and of two.
PAIRS = [
    (
        "one hole, two wordings",
        told("Ổ gà to ngay trước cổng trường tiểu học"),
        told("Đường hư nặng, xe máy dễ té lắm", at=9, hours=5),
        True,
    ),
    ("one hole, no words at all", told(), told(at=20, hours=2), True),
    (
        "one hole, without accents",
        told("Ổ gà sâu trước số 12 Trần Phú"),
        told("o ga sau truoc so 12 tran phu", at=45, hours=30),
        True,
    ),
    (
        "the other side of the street, the kind next to it",
        told("Mặt đường sụt lún trước chợ Rạch Dừa"),
        told("Sụt lún vỉa hè trước chợ Rạch Dừa", at=18, hours=8, path=PAVEMENT),
        True,
    ),
    (
        "the same picture with the wrong place and kind",
        told("Rác", at=0, **seen(ONE_PICTURE)),
        told("Đèn", at=4000, path=LIGHT, **seen(THE_SAME_AGAIN)),
        True,
    ),
    (
        "an old phone, 90 m unsure",
        told("Đèn đường tắt cả tuần trước nhà văn hóa", path=LIGHT),
        told("Đèn đường trước nhà văn hóa tắt", at=70, hours=20, path=LIGHT, accuracy_m=90.0),
        True,
    ),
    (
        "sent from home by words of the place",
        told("Đống rác lớn sau chợ Bến Đá, bốc mùi hôi", path=WASTE, accuracy_m=900.0),
        told("Đống rác lớn sau chợ Bến Đá bốc mùi hôi thối", at=600, hours=3, path=WASTE),
        True,
    ),
    (
        "one corner, two kinds",
        told("Ổ gà to giữa ngã tư"),
        told("Đèn tín hiệu không sáng từ sáng nay", at=4, hours=1, path=LIGHT),
        False,
    ),
    ("one street, two holes", told("Ổ gà trước số 12"), told("Ổ gà trước số 98", at=130, hours=4), False),
    (
        "one sentence, two houses",
        told("Ổ gà sâu gây nguy hiểm trước nhà số 12"),
        told("Ổ gà sâu gây nguy hiểm trước nhà số 240", at=300, hours=4),
        False,
    ),
    (
        "one sentence, two streets",
        told("Ổ gà sâu gây nguy hiểm cho xe máy trên đường Trần Phú"),
        told("Ổ gà sâu gây nguy hiểm cho xe máy trên đường Lê Lợi", at=2500, hours=4),
        False,
    ),
    (
        "the same kind of waste, five weeks and a block away",
        told("Rác đổ bậy", path=WASTE),
        told("Bao rác vứt lề đường", at=45, hours=35 * 24, path=WASTE),
        False,
    ),
    (
        "the default point, other words",
        told("Ổ gà trước chợ", placeless=True),
        told("Đường ngập không đi được ở hẻm 5", hours=1, placeless=True),
        False,
    ),
    ("the default point, the same kind and no words", told(placeless=True), told(hours=1, placeless=True), False),
    ("the default point, two words each", told("Ổ gà", placeless=True), told("ổ gà", hours=1, placeless=True), False),
    (
        "the default point, another picture",
        told("Ổ gà to", placeless=True, **seen(ONE_PICTURE)),
        told("Hố sâu", placeless=True, **seen(ANOTHER)),
        False,
    ),
    (
        "the default point, the same picture",
        told("Ổ gà to", placeless=True, **seen(ONE_PICTURE)),
        told("Hố sâu", placeless=True, **seen(THE_SAME_AGAIN)),
        True,
    ),
    (
        "the default point, the same story",
        told("Nắp cống vỡ trước cổng bệnh viện, rất nguy hiểm", placeless=True),
        told("Nắp cống vỡ trước cổng bệnh viện rất nguy hiểm!", hours=2, placeless=True),
        True,
    ),
]


@pytest.mark.parametrize(("one", "other", "same"), [pair[1:] for pair in PAIRS], ids=[pair[0] for pair in PAIRS])
def test_the_score_is_on_the_side_a_person_would_choose(one: Facts, other: Facts, same: bool) -> None:
    alike = score(one, other)
    assert (alike.score >= THRESHOLD) is same, alike


def test_it_explains_itself() -> None:
    alike = score(
        told("Ổ gà trước cổng trường Thắng Nhất", **seen(ONE_PICTURE)),
        told("o ga truoc cong truong thang nhat", at=10, hours=3, **seen(THE_SAME_AGAIN)),
    )
    assert {reason.code: reason.text for reason in alike.because} == {
        "picture": "2",
        "distance": "10",
        "same-category": "",
        "text": "100",
        "time": "3",
    }
    assert alike.score == 1.0
    weights = [abs(reason.weight) for reason in alike.because]
    assert weights == sorted(weights, reverse=True)


def test_the_parts_add_up() -> None:
    alike = score(told("Ổ gà", at=0), told("Hố sâu giữa đường", at=30, hours=50, path=PAVEMENT))
    assert alike.score == pytest.approx(sum(reason.weight for reason in alike.because), abs=1e-3)


@pytest.mark.parametrize("digits", ["0" * 16, "f" * 16, "a" * 16, "5a" * 8, "00000000000000ff", None, ""])
def test_a_blank_picture_is_not_the_same_as_every_other_blank_one(digits: str | None) -> None:
    assert fingerprint(digits) is None
    blank = Picture("b" * 64, fingerprint(digits)), Picture("c" * 64, fingerprint(digits))
    codes = [reason.code for reason in score(told(pictures=blank[:1]), told(pictures=blank[1:])).because]
    assert "picture" not in codes


@pytest.mark.parametrize("shade", [0, 3, 128, 250, 255])
def test_a_picture_of_one_shade_has_no_fingerprint(shade: int) -> None:
    assert fingerprint(shades.fingerprint(Image.new("RGB", (320, 240), (shade, shade, shade)))) is None


def test_a_photo_keeps_its_fingerprint_when_it_is_sent_again() -> None:
    photo = Image.open(io.BytesIO(phone_photo(LON, LAT, seed=3)))
    again = io.BytesIO()
    photo.resize((700, 525)).save(again, "JPEG", quality=55)
    one, other = (fingerprint(shades.fingerprint(image)) for image in (photo, Image.open(again)))
    another = fingerprint(shades.fingerprint(Image.open(io.BytesIO(phone_photo(LON, LAT, seed=4)))))
    assert one is not None and other is not None and another is not None
    assert (one ^ other).bit_count() <= SAME_PICTURE_BITS < (one ^ another).bit_count()


def test_the_very_file_counts_even_when_blank() -> None:
    file = (Picture("b" * 64),)
    assert "same-file" in [reason.code for reason in score(told(pictures=file), told(at=9000, pictures=file)).because]


words = st.text(st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạ 0123456789,.!"), max_size=60)
pictures = st.lists(
    st.builds(Picture, st.text("0123456789abcdef", min_size=8, max_size=8), st.none() | st.integers(0, 2**64 - 1)),
    max_size=3,
).map(tuple)
reports = st.builds(
    Facts,
    lon=st.floats(106.9, 107.3),
    lat=st.floats(10.2, 10.6),
    at=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),
    path=st.sampled_from([POTHOLE, PAVEMENT, LIGHT, WASTE, ("alone",)]),
    accuracy_m=st.none() | st.floats(0, 5000),
    text=words,
    pictures=pictures,
    placeless=st.booleans(),
)


@given(reports, reports)
def test_symmetric_and_held_in_bounds(a: Facts, b: Facts) -> None:
    there, back = score(a, b), score(b, a)
    assert there == back
    assert 0 <= there.score <= 1
    assert len({reason.code for reason in there.because}) == len(there.because)


@given(reports, reports, st.floats(0, 3000), st.floats(0, 3000))
def test_farther_is_never_more_alike(a: Facts, b: Facts, one: float, other: float) -> None:
    near, far = sorted((one, other))
    at = [replace(b, lon=east(metres), lat=LAT) for metres in (near, far)]
    here = replace(a, lon=LON, lat=LAT)
    assert score(here, at[0]).score >= score(here, at[1]).score


@given(reports, reports, st.floats(0, 3000), st.floats(0, 3000))
def test_later_is_never_more_alike(a: Facts, b: Facts, one: float, other: float) -> None:
    soon, late = sorted((one, other))
    assert (
        score(a, replace(b, at=a.at + timedelta(hours=soon))).score
        >= score(a, replace(b, at=a.at + timedelta(hours=late))).score
    )


@given(reports, reports, st.integers(0, 2**64 - 1), st.permutations(range(64)), st.integers(0, 64), st.integers(0, 64))
def test_a_less_alike_picture_is_never_more_alike(
    a: Facts, b: Facts, print_: int, order: list[int], one: int, other: int
) -> None:
    few, many = sorted((one, other))

    def with_bits(count: int) -> Facts:
        changed = print_
        for bit in order[:count]:
            changed ^= 1 << bit
        return replace(b, pictures=(Picture("two", changed),))

    mine = replace(a, pictures=(Picture("one", print_),))
    assert score(mine, with_bits(few)).score >= score(mine, with_bits(many)).score


@given(reports)
def test_the_same_report_again_is_told(a: Facts) -> None:
    """Unless nothing in it says which problem it is: no place, hardly a word, no picture."""
    placed = not a.placeless and (a.accuracy_m is None or a.accuracy_m <= 200)
    assume(placed or a.pictures)
    assert score(a, a).score >= THRESHOLD


@given(reports, reports, words, words)
def test_a_default_point_alone_makes_no_duplicates(a: Facts, b: Facts, one: str, other: str) -> None:
    a = replace(a, placeless=True, text=one, pictures=())
    b = replace(b, lon=a.lon, lat=a.lat, text=other, pictures=())
    alike = score(a, b)
    like = next((int(reason.text) for reason in alike.because if reason.code == "text"), 0)
    if like < 70:
        assert alike.score < THRESHOLD
