"""A document written to the tables, in the caller's transaction: only what differs, and nothing that reports may name
is deleted.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy import and_, insert, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.administration.documents import rows_of
from reports.administration.sections import SECTIONS, Section
from reports.configuration import Tables

# What is named by others comes before them.
ORDER = sorted(SECTIONS, key=lambda name: (name == "rules", name))

_SETTINGS = text("""
UPDATE configuration SET settings = CAST(:settings AS jsonb), default_desk = :default_desk, version = version + 1
RETURNING version
""")


async def write(conn: AsyncConnection, document: Mapping[str, Any], present: Tables, now: datetime) -> int:
    """Make the tables say what the document says; answers the number caches go by. `present`: the rows as they are."""
    gone = []
    for name in ORDER:
        section = SECTIONS[name]
        before = {section.key(row): row for row in present.get(section.table.name, ())}
        rows = _parents_first(section, rows_of(section, document[name]))
        for row in rows:
            await _keep(conn, section, row, before.get(section.key(row)), now)
        named = {section.key(row) for row in rows}
        gone += [(section, row) for key, row in before.items() if key not in named]
    # Last, and backwards: what goes may be named by what changed.
    for section, old in reversed(gone):
        await _remove(conn, section, old)
    facts = {"settings": orjson.dumps(document["settings"]).decode(), "default_desk": document["default_desk"]}
    return int((await conn.execute(_SETTINGS, facts)).scalar_one())


async def _keep(
    conn: AsyncConnection, section: Section, row: Mapping[str, Any], old: Mapping[str, Any] | None, now: datetime
) -> None:
    if old is None:
        await conn.execute(insert(section.table).values(**row, **_own(section, now)))
    elif any(old[name] != value for name, value in row.items()):
        await conn.execute(update(section.table).where(_is(section, row)).values(**row))


async def _remove(conn: AsyncConnection, section: Section, row: Mapping[str, Any]) -> None:
    if not section.retires:
        await conn.execute(section.table.delete().where(_is(section, row)))
    elif row["active"]:
        await conn.execute(update(section.table).where(_is(section, row)).values(active=False))


def _is(section: Section, row: Mapping[str, Any]) -> Any:
    return and_(*(section.table.c[name] == row[name] for name in section.keyed))


def _own(section: Section, now: datetime) -> dict[str, Any]:
    """What a new row needs beside what the document says."""
    columns = section.table.columns
    own: dict[str, Any] = {"created_at": now} if "created_at" in columns else {}
    if "shared" in columns:
        own["shared"] = True
    if "id" in columns and columns["id"].type.python_type is UUID:
        own["id"] = uuid4()
    return own


def _parents_first(section: Section, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows so that each comes after the one it belongs to; the database checks that at once."""
    if section.parent is None:
        return rows
    waiting, ready = {row["code"]: row for row in rows}, []
    while waiting:
        free = [code for code, row in waiting.items() if row[section.parent] not in waiting] or list(waiting)
        ready += [waiting.pop(code) for code in free]
    return ready
