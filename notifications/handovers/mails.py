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

_ADD = text("""
INSERT INTO mail (message_id, state, reason, agency, report_id, sender, subject, text, command, attachments, raw,
  received_at)
VALUES (:message_id, :state, :reason, :agency, :report_id, :sender, :subject, :text, :command,
  CAST(:attachments AS jsonb), :raw, :now)
ON CONFLICT (message_id) DO NOTHING RETURNING id
""")
_SETTLE = text("""
UPDATE mail SET state = :state, reason = :reason, report_id = :report_id, raw = NULL, settled_by = :by WHERE id = :id
""")
_KNOWN = text("SELECT state FROM mail WHERE message_id = :message_id")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to become of a mail. `reason`: why it is not simply taken (`sender`, `signature`, `unknown`, `away`)."""

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


async def known(conn: AsyncConnection, message_id: str) -> str | None:
    """What became of this mail, when it has come before."""
    return (await conn.execute(_KNOWN, {"message_id": message_id})).scalar_one_or_none()


async def add(conn: AsyncConnection, mail: Opened, verdict: Verdict, raw: bytes | None, now: datetime) -> int | None:
    """Keep the mail; None when one of this Message-ID has come before, perhaps a moment ago at another worker.

    `raw`: the whole of it, for one that waits for a person.
    """
    facts = {
        "message_id": mail.message_id,
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
    return (await conn.execute(_ADD, facts)).scalar_one_or_none()


async def waiting(conn: AsyncConnection, caller: Caller, city: City, mail_id: int) -> Any | None:
    """The row of a mail that waits for a person, locked; None for any other, and for one about a case that the caller
    may not see.
    """
    sql = f"""
    SELECT m.id, m.agency, m.raw FROM mail m LEFT JOIN report r ON r.id = m.report_id
    WHERE m.id = :id AND m.state = 'quarantined' AND (r.id IS NULL OR {visible_sql(caller)}) FOR UPDATE OF m"""
    return (await conn.execute(text(sql), {**visible_facts(caller, city), "id": mail_id})).one_or_none()


async def waiting_bytes(conn: AsyncConnection) -> int:
    """How large the mails are together that wait for a person."""
    asked = "SELECT coalesce(sum(octet_length(raw)), 0) FROM mail WHERE state = 'quarantined'"
    return int((await conn.execute(text(asked))).scalar_one())


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
    conn: AsyncConnection, caller: Caller, city: City, states: Sequence[str], limit: int = 100
) -> list[dict[str, Any]]:
    """Newest first; of a case in the restricted lane only for its named readers."""
    found = await conn.execute(
        text(f"""
        SELECT m.id, m.state, m.reason, m.agency, r.code AS report, m.sender, m.subject, m.text, m.command,
               m.attachments, m.received_at, m.settled_by
        FROM mail m LEFT JOIN report r ON r.id = m.report_id
        WHERE m.state = ANY(:states) AND (r.id IS NULL OR {visible_sql(caller)}) ORDER BY m.id DESC LIMIT :limit"""),
        {**visible_facts(caller, city), "states": list(states), "limit": limit},
    )
    return [
        {**row._mapping, "received_at": row.received_at.isoformat(), "agency_name": city.agency_name(row.agency)}
        for row in found
    ]
