"""From the journal to the outbox: one hand-over for each fact and each agency that works in a system of its own.

What such an agency is told is what its officers would see on the live topic `agency`, from dispatch on; the fact that
takes a case away is the last. The hand-overs and the reader's cursor are one transaction.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from notifications import cursor
from notifications.handovers.letters import CHECKS, WRITTEN
from reports.external_systems import EMAIL, BadTarget, Target, read_target
from reports.facts import HEARD
from reports.journal import Entry, read_sealed

NAME: Final = "handovers"
_EXTERNAL = text("SELECT code, external FROM agency WHERE active AND external IS NOT NULL")
_ADD = text("""
INSERT INTO handover (agency, kind, report_id, seq, event, at, next_at)
SELECT h.agency, h.kind, h.report_id, h.seq, h.event, CAST(h.at AS timestamptz), :now
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS h(agency text, kind text, report_id bigint, seq bigint, event text,
     at text)
ORDER BY h.seq, h.agency ON CONFLICT ON CONSTRAINT handover_once DO NOTHING
""")
_log = logging.getLogger(__name__)


async def react(conn: AsyncConnection, now: datetime, limit: int = 500) -> int:
    """Make hand-overs of the next sealed entries; answers how many entries were read, 0 when another is at it."""
    seq = await cursor.take(conn, NAME)
    if seq is None:
        return 0
    entries = await read_sealed(conn, seq, limit)
    if not entries:
        return 0
    rows = _rows(entries, await targets(conn))
    if rows:
        await conn.execute(_ADD, {"rows": orjson.dumps(rows).decode(), "now": now})
    await cursor.move(conn, NAME, entries[-1].seq)
    return len(entries)


async def targets(conn: AsyncConnection) -> dict[str, Target]:
    """The agencies with a system of their own, by code."""
    found: dict[str, Target] = {}
    for row in await conn.execute(_EXTERNAL):
        try:
            found[row.code] = read_target(row.external)
        except BadTarget as problem:
            _log.error("the external system of %s cannot be reached: %s", row.code, problem)
    return found


def _rows(entries: Sequence[Entry], known: Mapping[str, Target]) -> list[dict[str, Any]]:
    return [
        {
            "agency": agency,
            "kind": known[agency].kind,
            "report_id": entry.report_id,
            "seq": entry.seq,
            "event": entry.event,
            "at": entry.at.isoformat(),
        }
        for entry in entries
        for agency in entry.agencies
        if entry.report_id is not None and agency in known and _is_told(entry, agency, known[agency])
    ]


def _is_told(entry: Entry, agency: str, target: Target) -> bool:
    """Whether the fact goes to this agency; by mail only what asks for something, and never the agency's own doing."""
    if entry.audience not in HEARD["agency"]:
        return False
    if target.kind != EMAIL:
        return True
    return entry.event in WRITTEN and entry.actor.get("agency") != agency and _is_meant(entry, agency)


def _is_meant(entry: Entry, agency: str) -> bool:
    """Whether a mail about the fact is for this agency: who is only to look at the scene gets no work order."""
    data, after = entry.data, entry.after or {}
    if entry.event in CHECKS:
        return agency in (data.get("to"), data.get("agency"))
    handles = (data.get("lead"), after.get("lead"), *(data.get("supporting") or ()), *(after.get("supporting") or ()))
    return agency in handles or agency not in (after.get("checking") or ())
