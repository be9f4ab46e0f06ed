"""Accounts of members of staff, as administrators keep them. Every change is in the journal and ends the sessions whose
rights it changes; the city never loses its last active administrator.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports import events, journal
from reports.callers import Caller
from reports.configuration import City
from reports.problems import BadInput, NotFound

_COLUMNS = "a.id, a.username, a.name, a.role, a.agency, a.head, a.active"
_ALL = text(f"""
SELECT {_COLUMNS},
  (SELECT max(c.created_at) FROM credential c WHERE c.account_id = a.id) AS signed_in_at,
  ARRAY(SELECT n.category FROM category_reader n WHERE n.account_id = a.id ORDER BY n.category) AS reads
FROM account a ORDER BY a.active DESC, a.agency NULLS FIRST, a.role, a.username
""")
_ONE = text(f"SELECT {_COLUMNS} FROM account a WHERE a.username = :username FOR UPDATE")
# Two who take each other's role at the same moment wait for each other: one administrator is left.
_ADMINS = text("SELECT username FROM account WHERE role = 'admin' AND active ORDER BY id FOR UPDATE")
_INSERT = text("""
INSERT INTO account (id, username, name, role, agency, head, password_hash, active)
VALUES (:id, :username, :name, :role, :agency, :head, :password_hash, true) ON CONFLICT (username) DO NOTHING
RETURNING username
""")
_UPDATE = text("""
UPDATE account SET name = :name, role = :role, agency = :agency, head = :head, active = :active
WHERE username = :username
""")
_PASSWORD = text("UPDATE account SET password_hash = :hash WHERE username = :username")
_END = text("DELETE FROM credential WHERE account_id = :id")
# Officers of an agency read what it was given, and an account that is gone reads nothing.
_UNREAD = text("DELETE FROM category_reader WHERE account_id = :id RETURNING category")

FIELDS = ("name", "role", "agency", "head", "active")
RIGHTS = frozenset({"role", "agency", "active"})
"""What an account may do depends on these: its sessions end when one of them changes."""

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike: the password is read out over a telephone."""


def new_password() -> str:
    """A random password in five groups of four, 99 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(5))


async def all_of(conn: AsyncConnection) -> list[dict[str, Any]]:
    """Every account, active ones first: [{username, name, role, agency, head, active, signed_in_at, reads}]."""
    rows = (await conn.execute(_ALL)).mappings()
    return [
        {
            **_told(row),
            "signed_in_at": row["signed_in_at"].isoformat() if row["signed_in_at"] else None,
            "reads": list(row["reads"]),
        }
        for row in rows
    ]


def _told(row: Any) -> dict[str, Any]:
    return {name: row[name] for name in ("username", *FIELDS)}


async def make(
    conn: AsyncConnection, city: City, facts: Mapping[str, Any], password_hash: str, *, by: Caller, now: datetime
) -> dict[str, Any]:
    """A new account of these facts: username, name, role, agency, head. BadInput when they do not fit together."""
    check(city, facts)
    row = {"id": uuid4(), "password_hash": password_hash, **facts}
    if (await conn.execute(_INSERT, row)).one_or_none() is None:
        raise BadInput(("/username", "is another account's already"))
    fact = events.AccountMade(username=facts["username"], role=facts["role"], agency=facts["agency"])
    await journal.record(conn, [fact], by=by, at=now)
    return {**_told({**facts, "active": True})}


def check(city: City, facts: Mapping[str, Any]) -> None:
    """BadInput where role, agency and head do not fit together."""
    wrong = []
    if (facts["agency"] is not None) != (facts["role"] == "agency"):
        wrong.append(("/agency", "goes with the role agency, and the role agency needs it"))
    elif facts["agency"] is not None and facts["agency"] not in city.agencies:
        wrong.append(("/agency", "is not an agency of this city"))
    if facts["head"] and facts["role"] != "agency":
        wrong.append(("/head", "is for officers of an agency"))
    if wrong:
        raise BadInput(*wrong)


async def change(
    conn: AsyncConnection, city: City, username: str, part: Mapping[str, Any], *, by: Caller, now: datetime
) -> dict[str, Any]:
    """Change some of `FIELDS`; answers the account. NotFound for none of this name."""
    admins = {row.username for row in await conn.execute(_ADMINS)}
    before = await _row(conn, username)
    after = {**_told(before), **part}
    if after["role"] != "agency":
        # Whoever leaves an agency takes neither it nor its head along, unless that was asked for, which is wrong.
        after |= {name: none for name, none in (("agency", None), ("head", False)) if name not in part}
    # An account of an agency that is gone may still be put to rest.
    if after["active"] or part.keys() - {"active"}:
        check(city, after)
    _check_administrators(admins, username, after, by)
    changed = [name for name in FIELDS if before[name] != after[name]]
    if not changed:
        return _told(after)
    await conn.execute(_UPDATE, after)
    facts: list[events.Event] = [
        events.AccountChanged(
            username=username,
            fields=changed,
            was=[_worded(before[name]) for name in changed],
            now=[_worded(after[name]) for name in changed],
        )
    ]
    if not after["active"] or after["role"] == "agency":
        lost = (await conn.execute(_UNREAD, {"id": before["id"]})).scalars()
        facts += [events.ReaderRemoved(category=category, username=username) for category in sorted(lost)]
    if RIGHTS & set(changed):
        await conn.execute(_END, {"id": before["id"]})
    await journal.record(conn, facts, by=by, at=now)
    return _told(after)


def _worded(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


async def _row(conn: AsyncConnection, username: str) -> Mapping[str, Any]:
    row = (await conn.execute(_ONE, {"username": username})).mappings().one_or_none()
    if row is None:
        raise NotFound
    return dict(row)


def _check_administrators(admins: set[str], username: str, after: Mapping[str, Any], by: Caller) -> None:
    stays = after["active"] and after["role"] == "admin"
    if stays or username not in admins:
        return
    pointer = "/active" if not after["active"] else "/role"
    if username == by.username:
        raise BadInput((pointer, "is your own; another administrator must change it"))
    if admins == {username}:
        raise BadInput((pointer, "is the last administrator's; make another one first"))


async def give_password(
    conn: AsyncConnection, username: str, password_hash: str, *, by: Caller, now: datetime
) -> dict[str, Any]:
    """The account has this password from now on, and none of its sessions any more."""
    row = await _row(conn, username)
    await conn.execute(_PASSWORD, {"hash": password_hash, "username": username})
    await conn.execute(_END, {"id": row["id"]})
    await journal.record(conn, [events.AccountPasswordGiven(username=username)], by=by, at=now)
    return _told(row)
