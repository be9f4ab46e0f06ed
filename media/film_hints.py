"""When and where a film says it was taken. Hints only, like those of pictures: anybody can write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

# ISO 6709 Annex H: degrees, or degrees and minutes, or all three run together; then height and a solidus.
_POINT = re.compile(r"([+-]\d{2,6}(?:\.\d{1,12})?)([+-]\d{3,7}(?:\.\d{1,12})?)")
_PLACES = ("com.apple.quicktime.location.iso6709", "location", "location-eng", "com.android.location")
_TIMES = ("com.apple.quicktime.creationdate", "date", "creation_time", "date_utc")
_FIRST_YEAR = 1990
_NO_FIX_DEGREES = 0.0005


def position(tags: Mapping[str, str]) -> tuple[tuple[float, float] | None, str | None]:
    """((lon, lat) or None, why a written position cannot be used or None)."""
    written = _first(tags, _PLACES)
    if written is None:
        return None, None
    found = _POINT.match(written.strip())
    if found is None:
        return None, "The position written in the film cannot be understood."
    lat, lon = _degrees(found[1], 2), _degrees(found[2], 3)
    if abs(lat) > 90 or abs(lon) > 180:
        return None, "The position written in the film is impossible."
    if abs(lat) < _NO_FIX_DEGREES and abs(lon) < _NO_FIX_DEGREES:
        return None, "The position written in the film is 0, 0: the camera had no fix."
    return (round(lon, 7), round(lat, 7)), None


def taken_at(tags: Mapping[str, str]) -> str | None:
    """ISO 8601; None when absent, impossible or before 1990. Containers count in UTC, phones add their offset."""
    for name in _TIMES:
        try:
            moment = datetime.fromisoformat(_first(tags, (name,)) or "")
        except ValueError:
            continue
        if moment.year >= _FIRST_YEAR:
            return moment.isoformat()
    return None


def _first(tags: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    lower = {key.lower(): value for key, value in tags.items()}
    return next((lower[name] for name in names if lower.get(name)), None)


def _degrees(text: str, width: int) -> float:
    """DD.D, DDMM.M or DDMMSS.S (three digits of degrees for a longitude) as signed degrees."""
    sign, digits = (-1.0 if text[0] == "-" else 1.0), text[1:]
    whole = digits.partition(".")[0]
    if len(whole) <= width:
        return sign * float(digits)
    degrees, rest = float(digits[:width]), digits[width:]
    if len(whole) <= width + 2:
        return sign * (degrees + float(rest) / 60)
    return sign * (degrees + float(rest[:2]) / 60 + float(rest[2:]) / 3600)
