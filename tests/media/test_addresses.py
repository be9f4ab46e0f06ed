"""Signed addresses: one path, until one moment, and equal within a while so that caches work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.addresses import expiry, sign, verify

SECRET = b"0123456789abcdef0123456789abcdef"
NOW = datetime(2026, 3, 14, 8, 9, 26, tzinfo=UTC)
PATH = "/media/0198c0de/small"


def _signed(path: str = PATH, secret: bytes = SECRET) -> tuple[str, str]:
    query = parse_qs(sign(secret, path, expiry(NOW)), strict_parsing=True)
    return query["expires"][0], query["signature"][0]


def test_a_signed_address_holds_until_it_ends() -> None:
    expires, signature = _signed()
    assert verify(SECRET, PATH, expires, signature, NOW)
    end = datetime.fromtimestamp(int(expires), UTC)
    assert verify(SECRET, PATH, expires, signature, end - timedelta(seconds=1))
    assert not verify(SECRET, PATH, expires, signature, end)


def test_nothing_else_is_opened_by_it() -> None:
    expires, signature = _signed()
    assert not verify(SECRET, PATH.replace("small", "original"), expires, signature, NOW)
    assert not verify(SECRET, PATH, str(int(expires) + 3600), signature, NOW)
    assert not verify(b"another secret, also long", PATH, expires, signature, NOW)
    # The border between the number and the path cannot be moved.
    assert not verify(SECRET, "1\n" + PATH, expires, signature, NOW)


@pytest.mark.parametrize("expires", ["", "-1", "1e9", "９", "9" * 13, "nan", "0x10", " 1", "999999999999"])
def test_odd_expiries_are_refused(expires: str) -> None:
    assert not verify(SECRET, PATH, expires, _signed()[1], NOW)


@given(expires=st.text(max_size=30), signature=st.text(max_size=80))
def test_no_text_raises_or_passes(expires: str, signature: str) -> None:
    assert not verify(SECRET, PATH, expires, signature, NOW)


def test_equal_within_half_a_lifetime_and_never_shorter_than_one() -> None:
    lifetime = timedelta(hours=1)
    ends = {expiry(NOW + timedelta(seconds=s), lifetime) for s in range(0, 1800, 7)}
    assert len(ends) <= 2
    for seconds in range(0, 7200, 11):
        moment = NOW + timedelta(seconds=seconds)
        assert lifetime <= expiry(moment, lifetime) - moment <= lifetime * 1.5


def test_a_short_secret_is_a_mistake_of_the_house() -> None:
    with pytest.raises(ValueError, match="at least 16"):
        sign(b"short", PATH, NOW)
