"""Rules and area sets as they stand in the tables, made into what routing decides with. Pure.

A rule that cannot be read stays in its place as a broken one: it is loud with the first report it would have decided
(`reports.routing`), and it stops neither the city nor the rules before it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reports.calendars import Calendar
from reports.clocks import ServiceLevel
from reports.drawn import Drawn
from reports.routing import Ground, Near, Relative, Rule

Row = Mapping[str, Any]

MOST_UP = 5
"""No tree of agencies is deeper."""
HERE = "@"
"""Begins a supporting agency that is found from the place: @commune, @commune^1 (its parent), @owner."""


@dataclass(frozen=True, slots=True)
class AreaSet:
    """Areas under one name: listed ones, and what somebody drew on the map."""

    code: str
    name: str
    name_en: str
    areas: frozenset[str]
    drawn: Drawn | None = None
    broken: str | None = None


def area_sets(rows: Iterable[Row]) -> dict[str, AreaSet]:
    """The named sets by code."""
    return {row["code"]: _area_set(row) for row in rows}


def _area_set(row: Row) -> AreaSet:
    areas, shape = frozenset(row.get("areas") or ()), row.get("shape")
    name = (row["code"], row["name"], row.get("name_en") or row["name"])
    try:
        return AreaSet(*name, areas, Drawn.from_geojson(shape) if shape is not None else None)
    except (ValueError, AttributeError) as error:
        return AreaSet(*name, areas, broken=str(error))


def rule_of(row: Row, sets: Mapping[str, AreaSet]) -> Rule:
    """The rule of a row of `routing_rule`; broken when a part of it makes no sense. What a row lacks is not asked."""
    known: dict[str, Any] = {name: row.get(name) for name in ("lead", "category", "urgency", "area_set")}
    known |= {"id": row.get("id") or 0, "name": row["name"], "code": row.get("code") or ""}
    try:
        return Rule(**known, **_where(row, sets), **_to_whom(row), **_how(row))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        return Rule(**known, broken=str(error) or type(error).__name__)


def _where(row: Row, sets: Mapping[str, AreaSet]) -> dict[str, Any]:
    listed, code, near = row.get("areas"), row.get("area_set"), _near(row.get("near"))
    areas = frozenset(listed) if listed is not None else None
    if code is None:
        return {"areas": areas, "near": near}
    named = sets.get(code)
    if named is None or named.broken:
        raise ValueError(named.broken if named and named.broken else f"there is no area set {code}")
    here = {"areas": (areas or frozenset()) | named.areas, "drawn": named.drawn}
    return {**here, "set_name": named.name, "near": near}


def _near(data: Row | None) -> Near | None:
    if data is None:
        return None
    layer, within = data["layer"], float(data["within_m"])
    if not isinstance(layer, str) or not 0 < within <= 10_000:
        raise ValueError("near asks for a layer and for 1 to 10,000 metres")
    return Near(layer, within, data.get("owner"))


def _to_whom(row: Row) -> dict[str, Any]:
    data = row.get("relative")
    relative = _relative(data) if data is not None else None
    if (relative is None) == (row.get("lead") is None):
        raise ValueError("a rule names either a lead or a relative target")
    if relative is not None and relative.to == "owner" and row.get("near") is None:
        raise ValueError("the owner is asked of a layer, and the rule names none in near")
    return {"relative": relative, "supporting": tuple(map(_helper, row.get("supporting") or ()))}


def _instant(value: Any) -> datetime | None:
    """A column's value, or the text it is in a document."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    if at is not None and at.tzinfo is None:
        raise ValueError("a rule's validity needs times with an offset")
    return at


def _relative(data: Row) -> Relative:
    up = data.get("up", 0)
    if data.get("to") not in ("commune", "owner") or type(up) is not int or not 0 <= up <= MOST_UP:
        raise ValueError(f"a relative target goes to the commune or the owner, and up to {MOST_UP} levels up")
    return Relative(data["to"], up)


def _helper(written: str) -> str | Relative:
    if not written.startswith(HERE):
        return written
    to, _, up = written[1:].partition("^")
    return _relative({"to": to, "up": int(up or 0)})


def _how(row: Row) -> dict[str, Any]:
    if row.get("when") not in (None, "open", "closed"):
        raise ValueError("when is open or closed")
    levels = {name: ServiceLevel.from_data(level) for name, level in (row.get("service_levels") or {}).items()}
    return {
        "calendar": row.get("calendar") or "default",
        "when": row.get("when"),
        "levels": levels or None,
        "straight_through": bool(row.get("straight_through")),
        "person": row.get("person"),
        "valid_from": _instant(row.get("valid_from")),
        "valid_to": _instant(row.get("valid_to")),
    }


def ground_of(agencies: Iterable[Row], calendars: Mapping[str, Calendar]) -> Ground:
    """What rules point at, of the active agencies' rows. Of two with one area the first by code is its committee."""
    rows = sorted(agencies, key=lambda row: str(row["code"]), reverse=True)
    active = {row["code"] for row in rows}
    return Ground(
        committees={str(row["area_code"]): str(row["code"]) for row in rows if row.get("area_code") is not None},
        parents={row["code"]: row["parent_code"] if row["parent_code"] in active else None for row in rows},
        calendars=calendars,
    )
