"""Whether a value that came as JSON can be kept in the database and given again as it is."""

import math
from collections.abc import Iterator
from typing import Any

from reports.problems import BadInput, Sentence

MOST_DEEP = 30
LARGEST = 2**53


def check_storable(value: Any, pointer: str = "") -> None:
    """BadInput that names every place where the value could not be kept."""
    troubles = list(_troubles(value, pointer, 0))
    if troubles:
        raise BadInput(*troubles)


def _troubles(value: Any, pointer: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > MOST_DEEP:
        yield pointer, Sentence("is nested too deep", "lồng quá nhiều tầng")
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _of_text(name, pointer)
            yield from _troubles(part, f"{pointer}/{name}", depth + 1)
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from _troubles(part, f"{pointer}/{place}", depth + 1)
    elif isinstance(value, str):
        yield from _of_text(value, pointer)
    elif isinstance(value, (int, float)):
        # Compared first: a whole number of a thousand digits is finite and becomes no float.
        if not (abs(value) <= LARGEST and math.isfinite(value)):
            yield pointer, Sentence("is no number that can be kept", "là số không lưu được")
    elif value is not None:
        yield pointer, Sentence("is no text, number, list or group", "không phải chữ, số, danh sách hay nhóm giá trị")


UNKEPT = Sentence("contains a character that cannot be kept", "có ký tự không lưu được")


def _of_text(value: str, pointer: str) -> Iterator[tuple[str, Sentence]]:
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        yield pointer.encode("utf-8", "replace").decode(), UNKEPT
