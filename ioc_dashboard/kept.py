"""What members of staff keep at their desks: who may see, change and share it, and how much of it there may be.

Both kinds, views of the queue and templates of answers, follow the same rule: what is one's own, only one's own account
sees and changes; what is shared, everybody at the center sees and a supervisor changes. `conn` first; nothing commits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.callers import Caller
from reports.problems import BadInput, NotAllowed, NotFound


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of kept thing: its table and columns of content, and how many one account and the center may have.

    `coded`: shared ones may be items of the city's configuration, which one that is taken back is no longer.
    """

    table: str
    columns: tuple[str, ...]
    most_own: int
    most_shared: int
    coded: bool = False


VIEWS = Kind("saved_view", ("name", "query"), 50, 100)
TEMPLATES = Kind("answer_template", ("command", "name", "text", "reason"), 100, 300, coded=True)

# Shared things are the center's; an agency's officers have their own only.
_VISIBLE = "(k.account_id = CAST(:account AS uuid) OR (k.shared AND :center))"


def may_share(caller: Caller) -> bool:
    """Supervisors share, and change what is shared."""
    return caller.kind == "account" and caller.role == "supervisor"


def _may_change(caller: Caller, row: Mapping[str, Any]) -> bool:
    return may_share(caller) if row["shared"] else str(row["account_id"]) == caller.id


def _facts(caller: Caller) -> dict[str, Any]:
    return {"account": caller.id, "center": caller.oversight}


async def all_of(conn: AsyncConnection, kind: Kind, caller: Caller) -> list[dict[str, Any]]:
    """What the caller has and shares, by name; each says whether it is shared and whether the caller may change it."""
    query = text(f"SELECT k.* FROM {kind.table} k WHERE {_VISIBLE} ORDER BY lower(k.name), k.id")
    return [_told(kind, dict(row), caller) for row in (await conn.execute(query, _facts(caller))).mappings()]


def _told(kind: Kind, row: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
    content = {name: row[name] for name in kind.columns}
    return {"id": str(row["id"]), **content, "shared": row["shared"], "mine": _may_change(caller, row)}


async def add(
    conn: AsyncConnection, kind: Kind, caller: Caller, content: Mapping[str, Any], *, shared: bool, now: datetime
) -> dict[str, Any]:
    """Keep something new; NotAllowed when sharing is not the caller's, BadInput when there is no room for more."""
    if shared and not may_share(caller):
        raise NotAllowed("Only a supervisor shares with the whole center.")
    await _check_room(conn, kind, caller, shared=shared)
    row = {**content, "id": uuid4(), "account_id": UUID(caller.id), "shared": shared, "created_at": now}
    names = ", ".join(row)
    values = ", ".join(f"CAST(:{name} AS jsonb)" if name == "query" else f":{name}" for name in row)
    await conn.execute(text(f"INSERT INTO {kind.table} ({names}) VALUES ({values})"), row)
    return await one(conn, kind, caller, str(row["id"]))


async def _check_room(conn: AsyncConnection, kind: Kind, caller: Caller, *, shared: bool) -> None:
    """Two at the same moment wait for each other: the limit holds however many are sent at once."""
    await conn.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"{kind.table}:{'shared' if shared else caller.id}"},
    )
    whose = "k.shared" if shared else "NOT k.shared AND k.account_id = CAST(:account AS uuid)"
    query = text(f"SELECT count(*) FROM {kind.table} k WHERE {whose}")
    count = (await conn.execute(query, {} if shared else {"account": caller.id})).scalar_one()
    most = kind.most_shared if shared else kind.most_own
    if count >= most:
        raise BadInput(("/name", f"there are {most} already, which is the most; delete one first"))


async def one(conn: AsyncConnection, kind: Kind, caller: Caller, wanted: str) -> dict[str, Any]:
    """One that the caller may see; NotFound otherwise."""
    return _told(kind, await _row(conn, kind, caller, wanted), caller)


async def _row(conn: AsyncConnection, kind: Kind, caller: Caller, wanted: str) -> Mapping[str, Any]:
    try:
        known = UUID(wanted)
    except ValueError as error:
        raise NotFound from error
    query = text(f"SELECT k.* FROM {kind.table} k WHERE k.id = :id AND {_VISIBLE} FOR UPDATE")
    row = (await conn.execute(query, {**_facts(caller), "id": known})).mappings().one_or_none()
    if row is None:
        raise NotFound
    return dict(row)


async def change(
    conn: AsyncConnection, kind: Kind, caller: Caller, wanted: str, part: Mapping[str, Any], shared: bool | None
) -> dict[str, Any]:
    """Change some columns of one the caller may change; sharing or taking back is the supervisor's."""
    row = await _row(conn, kind, caller, wanted)
    if (part or shared is not None) and not _may_change(caller, row):
        raise NotAllowed("What is shared is changed by a supervisor.")
    facts = dict(part)
    if shared is not None and shared != row["shared"]:
        if not may_share(caller):
            raise NotAllowed("Only a supervisor shares with the whole center.")
        await _check_room(conn, kind, caller, shared=shared)
        # Taken back, it is the one's who took it back: its first owner may have left long ago.
        facts |= {"shared": shared, "account_id": UUID(caller.id), **({"code": None} if kind.coded else {})}
    if facts:
        parts = ", ".join(
            f"{name} = CAST(:{name} AS jsonb)" if name == "query" else f"{name} = :{name}" for name in facts
        )
        query = text(f"UPDATE {kind.table} SET {parts} WHERE id = :id")
        await conn.execute(query, {**facts, "id": row["id"]})
    return await one(conn, kind, caller, wanted)


async def remove(conn: AsyncConnection, kind: Kind, caller: Caller, wanted: str) -> None:
    """Throw one away that the caller may change."""
    row = await _row(conn, kind, caller, wanted)
    if not _may_change(caller, row):
        raise NotAllowed("What is shared is deleted by a supervisor.")
    await conn.execute(text(f"DELETE FROM {kind.table} WHERE id = :id"), {"id": row["id"]})


_DEFAULT = text("SELECT view_id FROM default_view WHERE account_id = CAST(:account AS uuid)")
_SET_DEFAULT = text("""
INSERT INTO default_view (account_id, view_id) VALUES (CAST(:account AS uuid), CAST(:view AS uuid))
ON CONFLICT (account_id) DO UPDATE SET view_id = excluded.view_id
""")
_NO_DEFAULT = text("""
DELETE FROM default_view WHERE account_id = CAST(:account AS uuid) AND view_id = CAST(:view AS uuid)
""")


async def default_view(conn: AsyncConnection, caller: Caller) -> str | None:
    """The id of the view the caller's desk opens with."""
    found = (await conn.execute(_DEFAULT, {"account": caller.id})).scalar_one_or_none()
    return None if found is None else str(found)


async def set_default(conn: AsyncConnection, caller: Caller, view: str, *, wanted: bool) -> None:
    """Make this view, which the caller may see, the one the desk opens with, or not any more."""
    await conn.execute(_SET_DEFAULT if wanted else _NO_DEFAULT, {"account": caller.id, "view": view})
