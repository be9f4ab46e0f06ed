"""Named readers of the restricted lane: who is named for which category, by whom; every change is in the journal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports import events, journal
from reports.callers import OVERSIGHT_ROLES, Caller
from reports.configuration import City
from reports.problems import BadInput

_ACCOUNTS = text("SELECT id, username, role FROM account WHERE username = ANY(:usernames) AND active")
_NAMED = text("""
SELECT n.category, a.username, a.name, a.role, n.named_by, n.named_at, n.account_id
FROM category_reader n JOIN account a ON a.id = n.account_id WHERE a.active ORDER BY a.username
""")
# Two who change the same category take turns, so that each change is the difference to what was there.
_LOCK = text("SELECT 1 FROM category WHERE code = :category FOR NO KEY UPDATE")
_OF_CATEGORY = text("""
SELECT a.id, a.username FROM category_reader n JOIN account a ON a.id = n.account_id WHERE n.category = :category
""")
_ADD = text("""
INSERT INTO category_reader (account_id, category, named_by, named_at) VALUES (:id, :category, :by, :now)
ON CONFLICT DO NOTHING
""")
_REMOVE = text("DELETE FROM category_reader WHERE account_id = :id AND category = :category")


async def named(conn: AsyncConnection, city: City) -> list[dict[str, Any]]:
    """Every restricted category with its readers: [{code, name, readers: [{username, name, role, named_by, named_at,
    by_category}], unread}]. `by_category` is the category somebody was named for, this one or one above.
    """
    rows = (await conn.execute(_NAMED)).all()
    answer = []
    for code, rules in city.categories.items():
        if rules.restricted:
            may = city.readers_of(code)
            readers = [
                {
                    "username": row.username,
                    "name": row.name,
                    "role": row.role,
                    "named_by": row.named_by,
                    "named_at": row.named_at.isoformat(),
                    "by_category": row.category,
                }
                for row in rows
                if row.category in rules.path and str(row.account_id) in may
            ]
            answer.append({"code": code, "name": rules.name, "leaf": rules.leaf, "readers": readers, "unread": not may})
    return answer


def unread(city: City) -> list[str]:
    """Restricted categories that take reports and that nobody may read."""
    return [
        code for code, rules in city.categories.items() if rules.leaf and rules.restricted and not city.readers[code]
    ]


async def set_readers(
    conn: AsyncConnection, city: City, category: str, usernames: Sequence[str], *, by: Caller, now: datetime
) -> None:
    """Exactly these accounts are named for the category from now on. BadInput names what is wrong."""
    rules = city.categories.get(category)
    if rules is None or not rules.restricted:
        raise BadInput(("/category", "is not a category of the restricted lane"))
    wanted = list(dict.fromkeys(usernames))
    await conn.execute(_LOCK, {"category": category})
    before = {row.username: row.id for row in await conn.execute(_OF_CATEGORY, {"category": category})}
    known = {row.username: row for row in await conn.execute(_ACCOUNTS, {"usernames": wanted})}
    _check(wanted, known, before, by)
    facts: list[events.Event] = []
    for username in wanted:
        if username not in before:
            account = {"id": known[username].id, "category": category, "by": by.username or by.name, "now": now}
            await conn.execute(_ADD, account)
            facts.append(events.ReaderNamed(category=category, username=username))
    for username in sorted(before.keys() - set(wanted)):
        await conn.execute(_REMOVE, {"id": before[username], "category": category})
        facts.append(events.ReaderRemoved(category=category, username=username))
    if facts:
        await journal.record(conn, facts, by=by, at=now)


def _check(wanted: Sequence[str], known: Any, before: Any, by: Caller) -> None:
    """Who can be named: members of the center and its leaders, and nobody by himself."""
    wrong = []
    for place, username in enumerate(wanted):
        if username in before:
            continue
        if username not in known:
            wrong.append((f"/readers/{place}", "is not an active account"))
        elif known[username].role not in OVERSIGHT_ROLES:
            wrong.append((f"/readers/{place}", "is an agency's account; agencies read what is dispatched to them"))
        elif username == by.username:
            wrong.append((f"/readers/{place}", "is you; another supervisor or administrator must name you"))
    if wrong:
        raise BadInput(*wrong)
