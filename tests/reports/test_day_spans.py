"""Periods as spans of days: whatever is asked, a moment is counted once if it lies within, and else not at all."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.cells import DAY_SPANS
from reports.day_spans import day_of, spread, start_of

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
MOMENTS = st.one_of(
    st.datetimes(datetime(1965, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),
    st.datetimes(datetime(2026, 9, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),
    st.integers(day_of(NOW) - 600, day_of(NOW) + 3).map(start_of),
)
SIZES = st.sampled_from(list(DAY_SPANS.values()))


@given(st.none() | MOMENTS, st.none() | MOMENTS, MOMENTS, SIZES)
def test_a_moment_counts_once_within_and_not_at_all_without(
    since: datetime | None, until: datetime | None, moment: datetime, sizes: tuple[int, ...]
) -> None:
    found = spread(since, until, sizes, NOW)
    for at in (moment, since or moment, until or moment, (until or moment) - timedelta(microseconds=1)):
        day = day_of(at)
        times = sum(day // days == number for days, number in found.plus)
        times -= sum(day // days == number for days, number in found.minus)
        for piece in found.pieces:
            within = (piece.since is None or piece.since <= at) and (piece.until is None or at < piece.until)
            times += piece.sign * within
        assert times == ((since is None or since <= at) and (until is None or at < until))


@pytest.mark.parametrize("sizes", DAY_SPANS.values())
@given(back=st.integers(0, 10_000), long=st.none() | st.integers(0, 10_000))
def test_little_is_left_to_be_looked_at(sizes: tuple[int, ...], back: int, long: int | None) -> None:
    since = NOW - timedelta(hours=back)
    found = spread(since, None if long is None else since + timedelta(hours=long), sizes, NOW)
    past = [(piece.since or NOW, min(piece.until or NOW, NOW)) for piece in found.pieces]
    looked_at = sum((max(until - since, timedelta()) for since, until in past), timedelta())
    assert looked_at <= timedelta(days=sizes[0])
    assert len(found.plus) + len(found.minus) <= 30


def test_days_of_vietnam_leave_nothing_over() -> None:
    found = spread(datetime(2026, 10, 31, 17, tzinfo=UTC), datetime(2026, 11, 20, 17, tzinfo=UTC), (1, 8, 64), NOW)
    assert not found.pieces
