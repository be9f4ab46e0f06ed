"""The mails that came in, as rows: each Message-ID once, with what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from notifications.handovers.answering import Answered, is_genuine
from notifications.handovers.opening import Opened
from notifications.handovers.outbox import targets
from reports.callers import Caller
from reports.configuration import City
from reports.external_systems import EMAIL, Mailbox
from reports.rows import visible_facts, visible_sql

_ROW = """
INSERT INTO mail (message_id, digest, twin_of, state, reason, agency, report_id, sender, subject, text, command,
  attachments, raw, received_at)
VALUES (:message_id, :digest, :twin_of, :state, :reason, :agency, :report_id, :sender, :subject, :text, :command,
  CAST(:attachments AS jsonb), :raw, :now)"""
_ADD = text(f"{_ROW} ON CONFLICT (message_id) WHERE twin_of IS NULL DO NOTHING RETURNING id")
_ADD_TWIN = text(f"""
{_ROW} ON CONFLICT (message_id, digest) WHERE twin_of IS NOT NULL
DO UPDATE SET again = mail.again + 1, again_at = excluded.received_at RETURNING again
""")
_AGAIN = text("UPDATE mail SET again = again + 1, again_at = :now WHERE id = :id")
_SETTLE = text("""
UPDATE mail SET state = :state, reason = :reason, report_id = :report_id, raw = NULL, settled_by = :by WHERE id = :id
""")
# Of those beside the first only the same one: whoever sends thousands of one name costs no more than others. Asked as
# two questions, because each has its own partial index and an OR of them has none: it would read the whole table.
_KNOWN = text("""
SELECT id, false AS twin, digest FROM mail WHERE message_id = :message_id AND twin_of IS NULL
UNION ALL
SELECT id, true, digest FROM mail WHERE message_id = :message_id AND digest = :digest AND twin_of IS NOT NULL
""")
_WAITING = text("""
SELECT count(*) AS number, coalesce(sum(octet_length(raw)), 0) AS bytes FROM mail WHERE state = 'quarantined'
""")
MOST_LISTED = 100
#: Why a mail waits whose Message-ID another mail had first.
SAME_ID = "same-id"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to become of a mail. `reason`: why it is not simply taken (`sender`, `signature`, `unknown`, `away`,
    `same-id`).
    """

    state: str
    reason: str | None = None
    agency: str | None = None
    report_id: int | None = None


async def whose(conn: AsyncConnection, answered: Answered, key: bytes) -> tuple[str, Mailbox] | None:
    """The agency whose address this is, by its signature, with its mail box; None where nobody's."""
    for agency, target in (await targets(conn)).items():
        if target.kind == EMAIL and isinstance(target, Mailbox) and is_genuine(answered, agency, key):
            return agency, target
    return None


@dataclass(frozen=True, slots=True)
class Earlier:
    """The mail that had a Message-ID first; `said`: whether what comes now has come before word for word, and as which
    row.
    """

    id: int
    said: int | None


async def earlier(conn: AsyncConnection, mail: Opened) -> Earlier | None:
    """What had this Message-ID before; None for a new one."""
    rows = (await conn.execute(_KNOWN, {"message_id": mail.message_id, "digest": mail.digest})).all()
    first = next((row for row in rows if not row.twin), None)
    if first is None:
        return None
    # Of mails from before contents were kept nobody can tell: by their name they are the same.
    return Earlier(first.id, next((row.id for row in rows if row.digest in (None, mail.digest)), None))


async def seen_again(conn: AsyncConnection, mail_id: int, now: datetime) -> None:
    """The same came once more."""
    await conn.execute(_AGAIN, {"id": mail_id, "now": now})


async def add(conn: AsyncConnection, mail: Opened, verdict: Verdict, raw: bytes | None, now: datetime) -> int | None:
    """Keep the mail; None when one of this Message-ID has come before, perhaps a moment ago at another worker.

    `raw`: the whole of it, for one that waits for a person.
    """
    facts = _facts(mail, verdict, raw, now)
    return (await conn.execute(_ADD, {**facts, "twin_of": None})).scalar_one_or_none()


async def add_twin(
    conn: AsyncConnection, mail: Opened, verdict: Verdict, raw: bytes | None, now: datetime, first: int
) -> bool:
    """Keep a mail beside `first`, whose Message-ID it has; False when the same was kept before, and is now counted."""
    facts = _facts(mail, verdict, raw, now)
    return bool((await conn.execute(_ADD_TWIN, {**facts, "twin_of": first})).scalar_one() == 0)


def _facts(mail: Opened, verdict: Verdict, raw: bytes | None, now: datetime) -> dict[str, Any]:
    return {
        "message_id": mail.message_id,
        "digest": mail.digest,
        "state": verdict.state,
        "reason": verdict.reason,
        "agency": verdict.agency,
        "report_id": verdict.report_id,
        "sender": mail.sender[:320],
        "subject": mail.subject,
        "text": mail.text,
        "command": mail.command.value if mail.command else None,
        "attachments": orjson.dumps(
            [{"filename": one.filename, "bytes": len(one.content)} for one in mail.pictures]
        ).decode(),
        "raw": raw,
        "now": now,
    }


async def waiting(conn: AsyncConnection, caller: Caller, city: City, mail_id: int) -> Any | None:
    """The row of a mail that waits for a person, locked; None for any other, and for one about a case that the caller
    may not see.
    """
    sql = f"""
    SELECT m.id, m.agency, m.raw FROM mail m LEFT JOIN report r ON r.id = m.report_id
    WHERE m.id = :id AND m.state = 'quarantined' AND (r.id IS NULL OR {visible_sql(caller)}) FOR UPDATE OF m"""
    return (await conn.execute(text(sql), {**visible_facts(caller, city), "id": mail_id})).one_or_none()


async def waiting_load(conn: AsyncConnection) -> tuple[int, int]:
    """How many mails wait for a person, and how many bytes they are together."""
    row = (await conn.execute(_WAITING)).one()
    return int(row.number), int(row.bytes)


async def settle(
    conn: AsyncConnection,
    mail_id: int,
    state: str,
    *,
    by: str | None,
    reason: str | None = None,
    report: int | None = None,
) -> None:
    """It waits no longer; `by` is the person who decided."""
    await conn.execute(_SETTLE, {"id": mail_id, "state": state, "reason": reason, "report_id": report, "by": by})


async def listed(
    conn: AsyncConnection,
    caller: Caller,
    city: City,
    states: Sequence[str],
    *,
    repeated: bool = False,
    before: int | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """Newest first: {mails, next, counts}; of a case in the restricted lane only for its named readers.

    `repeated`: only those whose Message-ID came more than once. `counts` by state are of all that the caller may see.
    """
    facts: dict[str, Any] = {**visible_facts(caller, city), "states": list(states), "limit": limit + 1}
    seen = f"FROM mail m LEFT JOIN report r ON r.id = m.report_id WHERE (r.id IS NULL OR {visible_sql(caller)})"
    where = " AND (m.again > 0 OR m.twin_of IS NOT NULL)" if repeated else ""
    if before is not None:
        where, facts["before"] = where + " AND m.id < :before", before
    found = await conn.execute(
        text(f"""
        SELECT m.id, m.state, m.reason, m.agency, r.code AS report, m.sender, m.subject, m.text, m.command,
               m.attachments, m.received_at, m.settled_by, m.twin_of, m.again, m.again_at
        {seen} AND m.state = ANY(:states){where} ORDER BY m.id DESC LIMIT :limit"""),
        facts,
    )
    mails = [_document(row, city) for row in found]
    counted = await conn.execute(text(f"SELECT m.state, count(*) AS number {seen} GROUP BY m.state"), facts)
    return {
        "mails": mails[:limit],
        "next": mails[limit - 1]["id"] if len(mails) > limit else None,
        "counts": {row.state: row.number for row in counted},
    }


def _document(row: Any, city: City) -> dict[str, Any]:
    moments = {
        name: value.isoformat() if (value := getattr(row, name)) else None for name in ("received_at", "again_at")
    }
    return {**row._mapping, **moments, "agency_name": city.agency_name(row.agency)}
