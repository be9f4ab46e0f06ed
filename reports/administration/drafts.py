"""Documents that administrators work on. Each change says which revision it was made to, so that nothing is lost.

A draft is the center's, not one person's: any administrator goes on with it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.administration import versions
from reports.administration.differences import merged
from reports.administration.documents import Document, completed, filled
from reports.administration.findings import form_troubles
from reports.administration.sections import SECTIONS, Section
from reports.administration.texts import check_storable
from reports.administration.versions import Version
from reports.callers import Caller
from reports.problems import BadInput, DraftChanged, NotFound, Sentence

MOST_DRAFTS = 50
MOST_ITEMS = 5_000
MOST_BYTES = 16 * 1024 * 1024

_HEAD = "id, title, base, revision, created_at, changed_at, username, name"
_ALL = text(f"SELECT {_HEAD} FROM configuration_draft ORDER BY changed_at DESC, id")
_ONE = text(f"SELECT {_HEAD}, document FROM configuration_draft WHERE id = :id")
_HELD = text(f"SELECT {_HEAD}, document FROM configuration_draft WHERE id = :id FOR UPDATE")
_INSERT = text("""
INSERT INTO configuration_draft (id, title, base, document, created_at, changed_at, username, name)
VALUES (:id, :title, :base, CAST(:document AS jsonb), :now, :now, :username, :name)
""")
_UPDATE = text("""
UPDATE configuration_draft SET document = CAST(:document AS jsonb), base = :base, revision = revision + 1,
  changed_at = :now, username = :username, name = :name
WHERE id = :id RETURNING revision
""")
_DELETE = text("DELETE FROM configuration_draft WHERE id = :id")

OTHER_CODE = Sentence(
    "is another than in the address; codes are for ever, make a new item instead",
    "khác với mã đang sửa; mã không đổi được, hãy tạo mục mới",
)

Draft = dict[str, Any]


async def all_of(conn: AsyncConnection) -> list[Draft]:
    """Every draft without its document, the one changed last first."""
    return [_told(dict(row)) for row in (await conn.execute(_ALL)).mappings()]


def _told(row: Mapping[str, Any]) -> Draft:
    return {
        "id": str(row["id"]),
        "name": row["title"],
        "base": row["base"],
        "revision": row["revision"],
        "created_at": row["created_at"].isoformat(),
        "changed_at": row["changed_at"].isoformat(),
        "by": {"username": row["username"], "name": row["name"]},
    }


async def begin(conn: AsyncConnection, title: str, *, by: Caller, now: datetime) -> Draft:
    """A new draft of what is in force; BadInput when there are too many already."""
    before = await versions.standing(conn, now)
    if len(await all_of(conn)) >= MOST_DRAFTS:
        raise BadInput(("/name", f"there are {MOST_DRAFTS} drafts already; delete one first"))
    draft_id = uuid4()
    facts = {"id": draft_id, "title": title, "base": before.version.n, "document": _dumped(before.document)}
    await conn.execute(_INSERT, {**facts, "now": now, **_who(by)})
    return await one(conn, str(draft_id))


def _who(by: Caller) -> dict[str, str]:
    return {"username": by.username, "name": by.name}


def _dumped(document: Document) -> str:
    dumped = orjson.dumps(document)
    if len(dumped) > MOST_BYTES:
        raise BadInput(("", f"the configuration would be longer than {MOST_BYTES} bytes"))
    return dumped.decode()


async def one(conn: AsyncConnection, draft_id: str) -> Draft:
    """A draft with its document, brought up to what the software knows today."""
    row = await _row(conn, _ONE, draft_id)
    return {**_told(row), "document": filled(row["document"])}


async def _row(conn: AsyncConnection, query: Any, draft_id: str) -> Mapping[str, Any]:
    try:
        known = UUID(draft_id)
    except ValueError as error:
        raise NotFound from error
    row = (await conn.execute(query, {"id": known})).mappings().one_or_none()
    if row is None:
        raise NotFound
    return dict(row)


async def remove(conn: AsyncConnection, draft_id: str) -> None:
    """Throw the draft away."""
    await conn.execute(_DELETE, {"id": (await _row(conn, _HELD, draft_id))["id"]})


async def change(
    conn: AsyncConnection,
    draft_id: str,
    revision: int,
    edit: Callable[[Document], None],
    *,
    by: Caller,
    now: datetime,
) -> Draft:
    """Change the document of a draft that is still at `revision`; answers the draft without its document.

    DraftChanged when somebody else was quicker; nothing is lost, the other's state comes along.
    """
    row = await _held(conn, draft_id, revision)
    document = filled(row["document"])
    edit(document)
    return await _save(conn, row, document, row["base"], by, now)


async def _held(conn: AsyncConnection, draft_id: str, revision: int) -> Mapping[str, Any]:
    row = await _row(conn, _HELD, draft_id)
    if row["revision"] != revision:
        raise DraftChanged(
            f"You saw revision {revision} of the draft; it is at {row['revision']} now.", draft=_told(row)
        )
    return row


async def _save(
    conn: AsyncConnection, row: Mapping[str, Any], document: Document, base: int, by: Caller, now: datetime
) -> Draft:
    facts = {"id": row["id"], "document": _dumped(document), "base": base, "now": now, **_who(by)}
    revision = (await conn.execute(_UPDATE, facts)).scalar_one()
    return _told({**row, "base": base, "revision": revision, "changed_at": now, **_who(by)})


def section_of(name: str) -> Section:
    """The section of this name; NotFound for none."""
    if name not in SECTIONS:
        raise NotFound(f"There is no section {name}; there are {', '.join(SECTIONS)}.")
    return SECTIONS[name]


def putting(section: Section, code: str, item: Mapping[str, Any]) -> Callable[[Document], None]:
    """An edit that puts the item where one of its code is, else at the end. BadInput names what has not the form."""
    item = {**item}
    if section.keyed == ("code",):
        item.setdefault("code", code)
    check_storable(item)
    troubles = form_troubles(section.name, item)
    if not troubles and section.key(item) != code:
        troubles = [("/code", OTHER_CODE)]
    if troubles:
        raise BadInput(*troubles)

    def edit(document: Document) -> None:
        items = document[section.name]
        whole = completed(section, item)
        for place, known in enumerate(items):
            if section.key(known) == code:
                items[place] = whole
                return
        if len(items) >= MOST_ITEMS:
            raise BadInput(("", f"a section holds at most {MOST_ITEMS} items"))
        items.append(whole)

    return edit


def taking(section: Section, code: str) -> Callable[[Document], None]:
    """An edit that takes the item out; NotFound when it is not there."""

    def edit(document: Document) -> None:
        stays = [item for item in document[section.name] if section.key(item) != code]
        if len(stays) == len(document[section.name]):
            raise NotFound
        document[section.name] = stays

    return edit


def ordering(section: Section, codes: Sequence[str]) -> Callable[[Document], None]:
    """An edit that puts the items in this order, which names each of them once."""

    def edit(document: Document) -> None:
        items = {section.key(item): item for item in document[section.name]}
        if not section.ordered:
            raise BadInput(("/codes", f"the order of {section.name} means nothing"))
        if sorted(codes) != sorted(items):
            raise BadInput(("/codes", "must name each item of the section once"))
        document[section.name] = [items[code] for code in codes]

    return edit


def setting(settings: Mapping[str, Any] | None, desk: str | None, *, desk_said: bool) -> Callable[[Document], None]:
    """An edit of the city's settings and of its default desk; what is not said stays."""
    if settings is not None:
        check_storable(settings, "/settings")
        if troubles := form_troubles("settings", settings):
            raise BadInput(*((f"/settings{pointer}", why) for pointer, why in troubles))

    def edit(document: Document) -> None:
        if settings is not None:
            document["settings"] = dict(settings)
        if desk_said:
            document["default_desk"] = desk

    return edit


async def rebase(
    conn: AsyncConnection, draft_id: str, revision: int, *, by: Caller, now: datetime
) -> tuple[Draft, list[Any]]:
    """Make the draft's changes to what is in force now instead; answers it and what both had changed, where the
    draft's stays: [{section, code}].
    """
    before = await versions.standing(conn, now)
    row = await _held(conn, draft_id, revision)
    base = await versions.version(conn, row["base"])
    document, both = merged(base.document or {}, row["document"], before.document)
    return await _save(conn, row, document, before.version.n, by, now), both


async def publish(
    conn: AsyncConnection, draft_id: str, revision: int, note: str, *, by: Caller, now: datetime
) -> Version:
    """Put the draft in force and throw it away; raises as `versions.publish` and `change` do."""
    await versions.lock(conn)
    row = await _held(conn, draft_id, revision)
    version = await versions.publish(conn, row["document"], base=row["base"], note=note, by=by, now=now)
    await conn.execute(_DELETE, {"id": row["id"]})
    return version
