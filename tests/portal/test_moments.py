"""Times in plain words, in the city's zone."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.moments import Clock, parsed, span
from portal.wording import translator

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
VI = Clock("Asia/Ho_Chi_Minh", NOW, translator("vi"))
EN = Clock("Asia/Ho_Chi_Minh", NOW, translator("en"))


@pytest.mark.parametrize(
    ("length", "vi", "en"),
    [
        (timedelta(seconds=5), "1 phút", "1 minute"),
        (timedelta(minutes=59, seconds=59), "59 phút", "59 minutes"),
        (timedelta(hours=1), "1 giờ", "1 hour"),
        (timedelta(hours=3, minutes=20), "3 giờ 20 phút", "3 hours 20 minutes"),
        (timedelta(days=1, hours=2, minutes=9), "1 ngày 2 giờ", "1 day 2 hours"),
        (timedelta(days=2, hours=23), "2 ngày", "2 days"),
        (timedelta(days=-4), "4 ngày", "4 days"),
    ],
)
def test_a_length_in_words(length: timedelta, vi: str, en: str) -> None:
    assert (span(length, translator("vi")), span(length, translator("en"))) == (vi, en)


def test_moments_are_shown_in_the_zone_of_the_city() -> None:
    late_evening = "2026-11-20T18:30:00+00:00"
    assert VI.exact(late_evening) == "01:30, 21/11/2026"
    assert VI.day(late_evening) == "21/11/2026"
    assert VI.machine(late_evening) == "2026-11-21T01:30:00+07:00"


def test_relative_and_due() -> None:
    assert VI.relative(NOW - timedelta(minutes=5)) == "5 phút trước"
    assert VI.relative(NOW + timedelta(hours=2)) == "sau 2 giờ"
    assert VI.relative(NOW - timedelta(seconds=20)) == "vừa xong"
    assert VI.due(NOW + timedelta(days=3)) == "còn 3 ngày"
    assert EN.due(NOW - timedelta(hours=1)) == "1 hour overdue"
    assert VI.against(NOW, NOW - timedelta(hours=7)) == "Trễ hạn 7 giờ"
    assert VI.against(NOW, NOW + timedelta(days=1)) == "Sớm hơn hạn 1 ngày"
    assert VI.against(None, NOW) == VI.due(None) == VI.relative("") == ""


def test_a_moment_without_zone_is_utc() -> None:
    assert parsed("2026-11-20T09:00:00Z") == NOW == parsed(datetime(2026, 11, 20, 9, 0))
