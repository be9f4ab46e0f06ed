"""Which texts are number plates: all series of the road, what recognisers make of them, and what is none."""

from __future__ import annotations

import pytest

from media.plates import Line, find, plain, reading

WHOLE = (
    "30A-123.45", "51F 678.90", "30A-1234", "29LD-123.45", "80A-555.12", "29-B1 123.45", "59X3-567.89", "29-AA 123.45",
    "43H1 777.31", "29MĐ1 234.56", "T29-123.45", "72H-457.29", "29A999.99", "61E642.43", "15C-12345", "99A·888.88",
)  # fmt: skip
MISREAD = (
    "3OA-123.45",
    "30A-l23.4S",
    "51F-67B.90",
    "Z9A-123.45",
    "30A-123.4",
    "29B1l23.45",
    "S1F 678,90",
    "30A:123.45",
)
NONE = (
    "", "CÔNG AN", "CAFE", "BÁNH MÌ", "PHỞ 24", "NHÀ NGHỈ", "KHOAN CẮT BÊ TÔNG 0905123456", "0905 123 456", "2 + 1",
    "HOTEL", "SALE 50%", "A", "ATM", "OLD QUARTER",
)  # fmt: skip


def line(text: str, left: float, top: float, wide: float, tall: float, score: float = 0.9) -> Line:
    return Line(text, (left, top, left + wide, top + tall), score)


@pytest.mark.parametrize("text", WHOLE)
def test_whole_plates(text: str) -> None:
    assert reading(text) == "whole"


@pytest.mark.parametrize("text", MISREAD)
def test_misread_plates_are_plates(text: str) -> None:
    assert reading(text) in ("whole", "army", "digits")


@pytest.mark.parametrize("text", ["AB-12-34", "KA 5678", "TM-10-99", "QA1234"])
def test_plates_of_the_army(text: str) -> None:
    assert reading(text) == "army"


@pytest.mark.parametrize("text", ["80-123-NG-45", "80 011 NN 02", "41-222-QT-33", "80123CV01"])
def test_plates_of_diplomats(text: str) -> None:
    assert reading(text) == "diplomatic"


@pytest.mark.parametrize("text", ["29-B1", "59X3", "51F", "29-AA", "30", "43-H1"])
def test_upper_lines(text: str) -> None:
    assert reading(text) == ("top" if text != "30" else None)


@pytest.mark.parametrize("text", ["123.45", "5678", "777.31", "999,99"])
def test_lower_lines(text: str) -> None:
    assert reading(text) == "bottom"


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_plate(text: str) -> None:
    assert reading(text) is None


@pytest.mark.parametrize("text", ["24/7", "Số 168", "1975"])
def test_short_numbers_are_hidden_rather_than_missed(text: str) -> None:
    assert reading(text) is not None


def test_only_letters_and_digits_count() -> None:
    assert plain("29-b1 · 123.45") == "29B112345"
    assert plain("29MĐ1") == "29MD1"


def test_two_lines_are_one_plate() -> None:
    lines = [line("29-B1", 102, 50, 60, 24), line("456.78", 100, 76, 64, 26), line("CAFE", 100, 10, 60, 20)]
    (plate,) = find(lines)
    assert plate.reading == "whole" and plate.box == (100, 50, 164, 102)


def test_the_order_of_the_lines_does_not_matter() -> None:
    lines = [line("456.78", 100, 76, 64, 26), line("29-B1", 102, 50, 60, 24)]
    assert [plate.box for plate in find(lines)] == [(100, 50, 164, 102)]


def test_two_plates_beside_each_other_stay_two() -> None:
    lines = [
        line("29-B1", 100, 50, 60, 24), line("456.78", 100, 76, 64, 26),
        line("43-H1", 300, 52, 60, 24), line("777.31", 300, 78, 64, 26),
    ]  # fmt: skip
    assert sorted(plate.box[0] for plate in find(lines)) == [100, 300]


@pytest.mark.parametrize(
    ("text", "above", "below"), [("456.78", True, False), ("29-B1", False, True), ("456", True, True)]
)
def test_half_a_plate_hides_the_place_of_the_other_half(text: str, above: bool, below: bool) -> None:
    (plate,) = find([line(text, 100, 76, 64, 26)])
    assert (plate.box[1] <= 76 - 26) is above
    assert (plate.box[3] >= 102 + 26) is below
    assert plate.box[0] < 100 and plate.box[2] > 164


def test_a_sure_reading_counts_more_than_a_guess() -> None:
    (whole,), (guess,) = (
        find([line("30A-123.45", 0, 0, 90, 20)]),
        find([line("12B", 0, 0, 30, 20), line("", 0, 0, 1, 1)]),
    )
    assert whole.score > guess.score
