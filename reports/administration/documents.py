"""A configuration as one document of JSON values: made from the tables, and made rows of again. Pure.

    {"format": 1, "settings": {...}, "default_desk": "ioc", "categories": [...], "agencies": [...], "rules": [...],
     "area_sets": [...], "calendars": [...], "reasons": [...], "templates": [...]}

A document holds what is in force. What is retired stays in the tables and in no document; naming it again revives it.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import orjson

from reports.administration.sections import FORMAT, MISSING, SECTIONS, Section
from reports.configuration import Tables

Document = dict[str, Any]
Item = dict[str, Any]

STEP = 10
"""Between the positions of an ordered section, so that a hand in the database finds room."""


def document_of(tables: Tables) -> Document:
    """The document of what these rows have in force, in a stable order with every member said."""
    settings = next(iter(tables["configuration"]))
    document: Document = {
        "format": FORMAT,
        "settings": dict(settings["settings"] or {}),
        "default_desk": settings["default_desk"],
    }
    for section in SECTIONS.values():
        rows = sorted(_in_force(tables.get(section.table.name, ())), key=partial(_place, section))
        document[section.name] = [_item(section, row) for row in rows]
    return document


def _in_force(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [row for row in rows if row.get("active", True)]


def _place(section: Section, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (row["position"] if section.ordered else 0, row.get("id") or 0 if section.ordered else 0, section.key(row))


def _item(section: Section, row: Mapping[str, Any]) -> Item:
    return {name: _said(row[name]) for name in section.columns}


def _said(value: Any) -> Any:
    """A value of a column as JSON has it; times in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return value


def filled(document: Mapping[str, Any]) -> Document:
    """The document with every section and member that is known, defaults where it says nothing, and no other.

    What was kept before the software knew a member reads as if it had always said the default.
    """
    return {
        "format": FORMAT,
        "settings": dict(document.get("settings") or {}),
        "default_desk": document.get("default_desk"),
        **{name: [completed(of, item) for item in document.get(name, ())] for name, of in SECTIONS.items()},
    }


def completed(section: Section, item: Mapping[str, Any]) -> Item:
    """The item with all members, times in UTC. A member that must be said and is not is left out."""
    whole = {name: item[name] if name in item else section.default(name) for name in section.columns}
    for name in section.instants:
        whole[name] = _in_utc(whole[name])
    return {name: value for name, value in whole.items() if value is not MISSING}


def _in_utc(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return _said(datetime.fromisoformat(value))
    except (ValueError, OverflowError):
        return value


def rows_of(section: Section, items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The items as columns of the section's table, `position` and `active` included where it has them."""
    return [_row(section, item, (place + 1) * STEP) for place, item in enumerate(items)]


def _row(section: Section, item: Mapping[str, Any], position: int) -> dict[str, Any]:
    row = completed(section, item)
    for name in section.instants:
        row[name] = datetime.fromisoformat(row[name]) if isinstance(row.get(name), str) else row.get(name)
    if section.ordered:
        row["position"] = position
    if section.retires:
        row["active"] = True
    return row


def tables_of(document: Mapping[str, Any], present: Tables) -> Tables:
    """The tables as they would be with this document published: the present ones with its rows, the rest retired."""
    tables: dict[str, Sequence[Mapping[str, Any]]] = dict(present)
    configuration = dict(next(iter(present["configuration"])))
    configuration |= {"settings": document.get("settings") or {}, "default_desk": document.get("default_desk")}
    tables["configuration"] = [configuration]
    for section in SECTIONS.values():
        before = {section.key(row): row for row in present.get(section.table.name, ())}
        rows = rows_of(section, document.get(section.name, ()))
        if "id" in section.table.columns:
            rows = [
                {"id": before.get(section.key(row), {}).get("id") or -place, **row} for place, row in _counted(rows)
            ]
        named = {section.key(row) for row in rows}
        gone = [{**row, "active": False} for key, row in before.items() if key not in named and section.retires]
        tables[section.table.name] = [*rows, *gone]
    return tables


def _counted(rows: Sequence[dict[str, Any]]) -> Iterable[tuple[int, dict[str, Any]]]:
    return enumerate(rows, start=1)


def fingerprint(document: Mapping[str, Any]) -> str:
    """SHA-256 of the document, as hexadecimal digits; the same whatever the order of members."""
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()
