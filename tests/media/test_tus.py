"""The grammar of the tus headers."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media import tus
from media.problems import UploadHeaderInvalid

KEYS = st.text(alphabet=st.characters(codec="ascii", exclude_characters=", ", exclude_categories=["C"]), min_size=1)


@given(st.dictionaries(KEYS, st.text(alphabet=st.characters(exclude_characters="\0", codec="utf-8"), max_size=30)))
def test_metadata_is_read_back(values: dict[str, str]) -> None:
    header = tus.metadata_header(values)
    if len(header) <= 4096:
        assert tus.metadata(header) == values


def test_metadata_of_the_specification() -> None:
    header = "filename d29ybGRfZG9taW5hdGlvbl9wbGFuLnBkZg==,is_confidential"
    assert tus.metadata(header) == {"filename": "world_domination_plan.pdf", "is_confidential": ""}
    assert tus.metadata(None) == tus.metadata("") == {}


@pytest.mark.parametrize("value", ["a !!!", ",", "a YQ==,a YQ==", "ă YQ==", "a /w==", "a YQ==,", "x" * 5000])
def test_wrong_metadata(value: str) -> None:
    with pytest.raises(UploadHeaderInvalid):
        tus.metadata(value)


@pytest.mark.parametrize("value", [None, "", "-1", "1.0", "+1", "1e3", "٣", "1" * 19, " 1"])
def test_wrong_numbers(value: str | None) -> None:
    with pytest.raises(UploadHeaderInvalid):
        tus.number("Upload-Offset", value)


def test_checksum() -> None:
    digest = hashlib.sha1(b"hello", usedforsecurity=False).digest()
    found = tus.checksum("sha1 " + base64.b64encode(digest).decode())
    assert found == tus.Checksum("sha1", digest)
    assert tus.checksum(None) is None


@pytest.mark.parametrize("value", ["", "sha1", "sha1 !", "crc32 AAAA", "sha1 AAAA", "shake_128 AAAA"])
def test_wrong_checksums(value: str) -> None:
    with pytest.raises(UploadHeaderInvalid):
        tus.checksum(value)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [("ổ gà.jpg", "ổ gà.jpg"), ("../../etc/passwd", "passwd"), ("C:\\Ảnh\\a.png", "a.png"), ("..", None),
     ("a\r\nb\x1b.jpg", "ab.jpg"), ("", None), ("x" * 300, "x" * 120)],
)  # fmt: skip
def test_file_names_are_for_display(given_name: str, kept: str | None) -> None:
    assert tus.filename({"filename": given_name}) == kept


def test_expires_is_an_http_date() -> None:
    assert tus.expires_header(datetime(2014, 6, 25, 16, 0, 0, 5, tzinfo=UTC)) == "Wed, 25 Jun 2014 16:00:00 GMT"
