"""When and where a camera says a picture was taken. Hints only: anybody can write them.

Tags are those of Exif 2.32 (CIPA DC-008), GPS ones of its section 4.6.6.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_ORIENTATION = 0x0112
_TAKEN_AND_OFFSET = ((0x9003, 0x9011), (0x9004, 0x9012))
_GPS_TIME, _GPS_DATE, _GPS_ERROR = 7, 29, 31
_FIRST_YEAR = 1990
_MOST_ERROR_M = 100_000.0
# Receivers without a fix write zeros; half a thousandth of a degree (55 m) of ocean off Ghana is no loss.
_NO_FIX_DEGREES = 0.0005


def orientation(exif: Any) -> int:
    """1 to 8 as Exif numbers them; 1 for everything else."""
    value = exif.get(_ORIENTATION, 1)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def taken_at(exif: Any) -> str | None:
    """ISO 8601, with offset when the camera wrote one; None when absent, impossible or before 1990."""
    tags = exif.get_ifd(_EXIF_IFD)
    for when, offset in _TAKEN_AND_OFFSET:
        moment = _moment(_text(tags.get(when)), _text(tags.get(offset)))
        if moment is not None:
            return moment.isoformat()
    return None


def _moment(text: str, offset: str) -> datetime | None:
    try:
        moment = datetime.strptime(text[:19], "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
    if moment.year < _FIRST_YEAR:
        return None
    try:
        return datetime.strptime(f"{moment.isoformat()}{offset}", "%Y-%m-%dT%H:%M:%S%z") if offset else moment
    except ValueError:
        return moment


def position(exif: Any) -> tuple[tuple[float, float] | None, str | None]:
    """((lon, lat) or None, why a written position cannot be used or None)."""
    tags = exif.get_ifd(_GPS_IFD)
    if not tags.get(2) and not tags.get(4):
        return None, None
    lat = _degrees(tags.get(2), _text(tags.get(1)), "NS", 90.0)
    lon = _degrees(tags.get(4), _text(tags.get(3)), "EW", 180.0)
    if lat is None or lon is None:
        return None, "The position written in the picture is impossible or incomplete."
    if abs(lat) < _NO_FIX_DEGREES and abs(lon) < _NO_FIX_DEGREES:
        return None, "The position written in the picture is 0, 0: the camera had no fix."
    return (round(lon, 7), round(lat, 7)), None


def fix_time(exif: Any) -> str | None:
    """When the receiver had its fix, ISO 8601 in UTC: the satellites' time, which no wrong camera clock moves."""
    tags = exif.get_ifd(_GPS_IFD)
    day, clock = _text(tags.get(_GPS_DATE)), tags.get(_GPS_TIME)
    try:
        hours, minutes, seconds = (float(part) for part in clock)
        begin = datetime.strptime(day, "%Y:%m:%d").replace(tzinfo=UTC)
        moment = begin + timedelta(hours=hours, minutes=minutes, seconds=seconds)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    whole = 0 <= hours < 24 and 0 <= minutes < 60 and 0 <= seconds <= 60
    return moment.isoformat() if whole and moment.year >= _FIRST_YEAR else None


def fix_accuracy(exif: Any) -> float | None:
    """How many metres the position may be wrong, as the receiver says; None where it does not."""
    try:
        metres = float(exif.get_ifd(_GPS_IFD).get(_GPS_ERROR))
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return round(metres, 1) if math.isfinite(metres) and 0 < metres < _MOST_ERROR_M else None


def _degrees(parts: Any, reference: str, signs: str, most: float) -> float | None:
    """Degrees, minutes, seconds with a hemisphere letter as signed degrees; None when any part is absurd."""
    try:
        numbers = [float(part) for part in (parts if isinstance(parts, tuple | list) else (parts,))]
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    letter = reference[:1].upper()
    if letter not in signs or not letter or not 1 <= len(numbers) <= 3:
        return None
    if any(not math.isfinite(number) or number < 0 for number in numbers) or any(n > 60 for n in numbers[1:]):
        return None
    value = sum((number / 60.0**power for power, number in enumerate(numbers)), 0.0)
    if value > most:
        return None
    return value if letter == signs[0] else -value


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    return value.strip("\0 ") if isinstance(value, str) else ""
