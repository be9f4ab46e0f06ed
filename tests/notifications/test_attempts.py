"""When a notice is tried again: pure, so tested on values."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications.attempts import LONGEST_AGE, MOST_ATTEMPTS, GiveUp, TryAgain, decide
from notifications.channels.base import Retry
from notifications.channels.waits import LONGEST_WAIT, retry_after

NOW = datetime(2025, 11, 21, 2, 0, tzinfo=UTC)


def wait(attempts: int, *, chance: float = 0.0, after: float | None = None) -> float:
    decision = decide(Retry("503", after), attempts=attempts, created_at=NOW, now=NOW, chance=chance)
    assert isinstance(decision, TryAgain)
    return (decision.at - NOW).total_seconds()


def test_waits_grow_to_an_hour() -> None:
    assert [wait(n) for n in range(1, MOST_ATTEMPTS)] == [10, 30, 90, 270, 810, 2430, 3600]


def test_chance_takes_off_up_to_half() -> None:
    assert wait(2, chance=1.0) == 15
    assert wait(2, chance=0.5) == 22.5


def test_what_the_provider_asks_for_is_the_least() -> None:
    assert wait(1, after=120) == 120
    assert wait(4, after=120) == 270


def test_the_last_attempt_is_the_last() -> None:
    decision = decide(Retry("503"), attempts=MOST_ATTEMPTS, created_at=NOW, now=NOW, chance=0)
    assert decision == GiveUp("after 8 attempts: 503")


@pytest.mark.parametrize(("age", "kind"), [(timedelta(hours=23), TryAgain), (LONGEST_AGE, GiveUp)])
def test_old_news_is_given_up(age: timedelta, kind: type) -> None:
    decision = decide(Retry("503"), attempts=2, created_at=NOW - age, now=NOW, chance=0)
    assert isinstance(decision, kind)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("12", 12),
        (" 0 ", 0),
        ("99999", LONGEST_WAIT),
        ("Fri, 21 Nov 2025 02:00:30 GMT", 30),
        ("Fri, 21 Nov 2025 01:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_is_read_as_rfc_9110_says(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds
