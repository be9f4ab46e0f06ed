"""Addresses as callers say them: "12 Ba Cu", "ngã tư Lê Lợi - Trương Công Định", "chợ Rạch Dừa, phường Rạch Dừa".

The gazetteer knows names, not house numbers: what is found is the street (or the crossing of two), and the number stays
in the words. Where exactly on the street it is, the pin on the map says.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from geo.distance import LonLat, metres_between
from geo.folding import fold
from geo.gazetteer import MAX_QUERY, Found, search_places

# Two streets whose points lie further apart than this do not cross where anybody would look for it.
CROSSING_M = 2500.0
_NUMBER = re.compile(r"^\s*(?:s[oố]\s+(?:nh[aà]\s+)?)?(\d{1,4}[a-z]?(?:[/-]\d{1,4}[a-z]?)*)\s+(?=\D)", re.IGNORECASE)
_CROSSING = re.compile(r"^\s*(?:ng[aã]\s+(?:t[uư]|ba|n[aă]m|s[aá]u)|g[oó]c|giao\s+l[oộ])\s+", re.IGNORECASE)
_UNIT = re.compile(r"\s+(?=(?:ph[uư][oờ]ng|p\.|xã|đặc khu|thị trấn)\s)", re.IGNORECASE)
_AND = re.compile(r"\s+(?:giao(?:\s+với|\s+voi)?|với|voi|và|va|x)\s+|\s*[-–&]\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """An address taken apart: a house number, one street or landmark or the two of a crossing, and the unit around."""

    number: str | None
    names: tuple[str, ...]
    unit: str | None


def take_apart(text: str) -> Said:
    """The parts of an address as it was typed.

    >>> take_apart("12/3 Ba Cu, phường Vũng Tàu")
    Said(number='12/3', names=('Ba Cu',), unit='phường Vũng Tàu')
    >>> take_apart("ngã tư Lê Lợi - Trương Công Định").names
    ('Lê Lợi', 'Trương Công Định')
    >>> take_apart("3/2")
    Said(number=None, names=('3/2',), unit=None)
    """
    text = unicodedata.normalize("NFC", text[:MAX_QUERY]).strip()
    first, _, rest = text.partition(",")
    if not rest and (unit := _UNIT.search(first)) is not None:
        first, rest = first[: unit.start()], first[unit.end() :]
    crossing = _CROSSING.match(first)
    if crossing is not None:
        first = first[crossing.end() :]
    number = None if crossing is not None else _NUMBER.match(first)
    if number is not None:
        first = first[number.end() :]
    names = tuple(name.strip() for name in _AND.split(first) if name.strip())[:2]
    return Said(number[1] if number is not None else None, names or (text,), rest.strip() or None)


async def search_addresses(
    conn: AsyncConnection, text: str, at: date, near: LonLat | None = None, limit: int = 10
) -> list[Found]:
    """What the words may mean, best first: the very name before a part of it, places in the unit that was named before
    others. A house number is put before the name of its street. Raises BadPoint for `near`.
    """
    whole = await search_places(conn, text, at, near, limit)
    said = take_apart(text)
    if (said.number is said.unit is None and len(said.names) == 1 and fold(said.names[0]) == fold(text)) or _names_it(
        whole, text
    ):
        return whole
    parts = [await search_places(conn, name, at, near, limit) for name in said.names]
    found = _crossing(*parts) if len(parts) == 2 else [_numbered(one, said.number) for one in parts[0]]
    if said.unit is not None:
        unit = fold(said.unit)
        found.sort(key=lambda one: unit not in fold(" ".join(filter(None, (one.area_name, one.within)))))
    return [*found, *(one for one in whole if one not in found)][:limit]


def _names_it(found: list[Found], text: str) -> bool:
    """Whether the best hit bears exactly the name that was typed, number and all ("30/4", "Quốc lộ 51")."""
    return bool(found) and fold(found[0].name).endswith(fold(text)) and len(fold(text)) > 2


def _numbered(one: Found, number: str | None) -> Found:
    return replace(one, name=f"{number} {one.name}") if number is not None and one.kind == "street" else one


def _crossing(first: list[Found], second: list[Found]) -> list[Found]:
    """The pairs of streets that may cross, the nearest to each other first; else each street by itself."""
    streets = [[one for one in found if one.kind == "street"][:3] for found in (first, second)]
    pairs = [
        (metres_between((a.lon, a.lat), (b.lon, b.lat)), a, b)
        for a in streets[0]
        for b in streets[1]
        if a.name != b.name
    ]
    near = sorted((pair for pair in pairs if pair[0] <= CROSSING_M), key=lambda pair: pair[0])
    crossings = [
        replace(a, name=f"{a.name} – {b.name}", kind="crossing", lon=(a.lon + b.lon) / 2, lat=(a.lat + b.lat) / 2)
        for _, a, b in near
    ]
    return [*crossings, *first[:2], *second[:2]]
