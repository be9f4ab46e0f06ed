"""Internal notes on a report: the center's own, and those of each agency at work on it, with colleagues called by name
(`@operator2`).

The center's are seen by nobody else; an agency's by its own officers and the center. Residents never see any. The
journal says that there is a note and who was called, so that open desks show it at once; its words stand only in the
table `note`.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports import events, readings, rows
from reports.callers import CENTER_ROLES, Caller
from reports.configuration import City
from reports.problems import KeyReused
from reports.rows import visible_facts, visible_sql
from reports.step import Scene, note

MOST_NOTES = 1000
MOST_MENTIONS = 200
# Behind a letter or digit it is the middle of a mail address, not a name. Case is free: phones write "@Operator".
_CALLED = re.compile(r"(?<![\w.@-])@([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)", re.IGNORECASE)

# Those who work together: the center, or one agency.
_HOUSE = "active AND role = ANY(:roles) AND agency IS NOT DISTINCT FROM CAST(:agency AS text)"
_COLLEAGUES = text(f"SELECT username, name FROM account WHERE {_HOUSE} ORDER BY name, username")
_KNOWN = text(f"SELECT id, username, role FROM account WHERE {_HOUSE} AND lower(username) = ANY(:names)")
_NOTE = "n.id, n.report_id, n.text, n.mentions, n.at, n.agency, a.username, a.name"
_EARLIER = text(f"""
SELECT {_NOTE} FROM note n JOIN account a ON a.id = n.account_id
WHERE n.account_id = CAST(:account AS uuid) AND n.key = :key
""")
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('note ' || :account || ' ' || :key, 0))")
_ADD = text("""
INSERT INTO note (report_id, account_id, key, agency, text, mentions, at)
VALUES (:report_id, CAST(:account AS uuid), :key, :agency, :text, CAST(:mentions AS text[]), :at) RETURNING id
""")
_CALL = text("INSERT INTO mention (account_id, note_id) SELECT unnest(CAST(:accounts AS uuid[])), :note")
_OF_REPORT = text(f"""
SELECT * FROM (SELECT {_NOTE} FROM note n JOIN account a ON a.id = n.account_id
WHERE n.report_id = :report_id AND (CAST(:agency AS text) IS NULL OR n.agency = :agency)
ORDER BY n.id DESC LIMIT :most) newest ORDER BY id
""")
_READ = text("""
UPDATE mention SET read_at = :now WHERE account_id = CAST(:account AS uuid) AND note_id <= :up_to AND read_at IS NULL
""")


def called(words: str) -> list[str]:
    """The names called in a note, lower-case, each once, in their order; whether somebody bears them is not asked."""
    return list(dict.fromkeys(name.lower() for name in _CALLED.findall(words)))


async def add(scene: Scene, row: dict[str, Any], words: str, key: str) -> dict[str, Any]:
    """Write a note about the report, the center's or the caller's agency's; the same key again answers the same note.

    Called are active accounts of the same house that may read the report, never the writer. Raises KeyReused for a key
    that was used for another note.
    """
    who = {"account": scene.by.id, "key": key}
    await scene.conn.execute(_ONE_AT_A_TIME, who)
    earlier = (await scene.conn.execute(_EARLIER, who)).one_or_none()
    if earlier is not None:
        if (earlier.report_id, earlier.text) != (row["id"], words):
            raise KeyReused
        return _document(earlier)
    row = await rows.lock(scene.conn, row["code"]) or row
    note_id, mentions, agency = *await write(scene, row, words, key), scene.by.agency
    if agency is None:
        await note(scene, before=row, row=row, events=[events.NoteAdded(note=note_id, mentions=mentions)])
    else:
        fact = events.AgencyNoteAdded(note=note_id, agency=agency, mentions=mentions)
        await note(scene, before=row, row=row, events=[fact], agencies=[agency])
    return _document((await scene.conn.execute(_EARLIER, who)).one())


async def write(scene: Scene, row: dict[str, Any], words: str, key: str) -> tuple[int, list[str]]:
    """A new note on the locked report, for a fact that tells of it: its id, and who is called in it."""
    heard = await _who_is_called(scene, row, called(words))
    facts = {"account": scene.by.id, "agency": scene.by.agency, "key": key, "text": words, "mentions": list(heard)}
    added = await scene.conn.execute(_ADD, {**facts, "report_id": row["id"], "at": scene.now})
    note_id = int(added.scalar_one())
    if heard:
        await scene.conn.execute(_CALL, {"note": note_id, "accounts": [str(one) for one in heard.values()]})
    return note_id, list(heard)


async def _who_is_called(scene: Scene, row: dict[str, Any], names: Sequence[str]) -> dict[str, UUID]:
    """Accounts by username, in the order of the text."""
    if not names:
        return {}
    found = await scene.conn.execute(_KNOWN, {**_house(scene.by), "names": list(names)})
    if scene.by.agency is not None:
        return _in_order(names, {one.username.lower(): one for one in found if one.username != scene.by.username})
    restricted, readers = scene.city.restricted(row["category"]), scene.city.readers_of(row["category"])
    known = {
        one.username.lower(): one
        for one in found
        if one.username != scene.by.username and (not restricted or str(one.id) in readers)
    }
    return _in_order(names, known)


def _in_order(names: Sequence[str], known: dict[str, Any]) -> dict[str, UUID]:
    return {known[name].username: known[name].id for name in names if name in known}


def _house(caller: Caller) -> dict[str, Any]:
    """Who works with the caller: the center, or the own agency."""
    return {"roles": ["agency"] if caller.role == "agency" else list(CENTER_ROLES), "agency": caller.agency}


async def of_report(conn: AsyncConnection, report_id: int, caller: Caller) -> list[dict[str, Any]]:
    """The notes of a report that the caller may read, oldest first, the newest `MOST_NOTES` of them: {id, text,
    mentions, agency, by, at}. The center reads all, an agency its own.
    """
    agency = caller.agency if caller.role == "agency" else None
    found = await conn.execute(_OF_REPORT, {"report_id": report_id, "agency": agency, "most": MOST_NOTES})
    return [_document(one) for one in found]


async def mentions_of(conn: AsyncConnection, caller: Caller, city: City, now: datetime) -> dict[str, Any]:
    """Where the caller was called by name, newest first: {mentions: [{id, report, text, by, at, read}], unread}.

    `id` is the note's. A report that the caller may no longer see is left out, and not counted.
    """
    seen = f"""FROM mention m JOIN note n ON n.id = m.note_id JOIN report r ON r.id = n.report_id
    JOIN account a ON a.id = n.account_id WHERE m.account_id = CAST(:account AS uuid) AND {visible_sql(caller)}"""
    facts = {**visible_facts(caller, city), "account": caller.id}
    listed = text(f"SELECT {_NOTE}, r.code, r.category, m.read_at {seen} ORDER BY n.id DESC LIMIT :most")
    unread = text(f"SELECT count(*) {seen} AND m.read_at IS NULL")
    found = (await conn.execute(listed, {**facts, "most": MOST_MENTIONS})).all()
    await readings.note(conn, caller, city, [dict(one._mapping) for one in found], "list", now)
    mentions = [{**_of_mention(one), "read": one.read_at is not None} for one in found]
    return {"mentions": mentions, "unread": int((await conn.execute(unread, facts)).scalar_one())}


async def mark_read(conn: AsyncConnection, caller: Caller, up_to: int, now: datetime) -> None:
    """The caller has read every mention up to this note."""
    await conn.execute(_READ, {"account": caller.id, "up_to": up_to, "now": now})


async def colleagues(conn: AsyncConnection, caller: Caller) -> list[dict[str, str]]:
    """Everybody whom the caller can call in a note: {username, name}, by name. The center's, or those of one agency."""
    return _people(await conn.execute(_COLLEAGUES, _house(caller)))


def _people(rows: Iterable[Any]) -> list[dict[str, str]]:
    return [{"username": one.username, "name": one.name} for one in rows]


def _document(one: Any) -> dict[str, Any]:
    by = {"username": one.username, "name": one.name}
    return {
        "id": one.id,
        "text": one.text,
        "mentions": list(one.mentions),
        "agency": one.agency,
        "by": by,
        "at": one.at.isoformat(),
    }


def _of_mention(one: Any) -> dict[str, Any]:
    by = {"username": one.username, "name": one.name}
    return {"id": one.id, "report": one.code, "text": one.text, "by": by, "at": one.at.isoformat()}
