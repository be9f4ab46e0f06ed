"""The append-only journal: recorded in the transaction of the change, read in sealed order.

`reports.sealing` gives entries their place after commit. Readers see sealed entries only, so a reader with a cursor
misses nothing and repeats nothing, although transactions commit out of order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.callers import Caller
from reports.events import Event

# Entries of one transaction go in with one statement whatever their number.
RECORD_SQL = """
INSERT INTO journal (report_id, event, actor, data, after, agencies, audience, version, at)
SELECT {report_id}, e.event, CAST(:actor AS jsonb), e.data, CAST(:after AS jsonb), CAST(:agencies AS text[]),
       e.audience, :version, :at
FROM {source} jsonb_to_recordset(CAST(:entries AS jsonb)) AS e(event text, data jsonb, audience text)
"""
_RECORD = text(RECORD_SQL.format(report_id="CAST(:report_id AS bigint)", source=""))

_READ = text("""
SELECT j.seq, j.report_id, r.code, j.event, j.actor, j.data, j.after, j.agencies, j.audience, j.version, j.at
FROM journal j LEFT JOIN report r ON r.id = j.report_id
WHERE j.seq > :after_seq ORDER BY j.seq LIMIT :limit
""")


@dataclass(frozen=True, slots=True)
class Entry:
    """One sealed fact. `after`: the report's changing fields as its transaction left them (None: not of a report)."""

    seq: int
    report_id: int | None
    code: str | None
    event: str
    actor: dict[str, Any]
    data: dict[str, Any]
    after: dict[str, Any] | None
    agencies: tuple[str, ...]
    audience: str
    version: int | None
    at: datetime


def entries_document(events: Sequence[Event]) -> str:
    """The events as the JSON array that RECORD_SQL spreads into rows, in their order."""
    return orjson.dumps(
        [{"event": event.name, "data": event.data(), "audience": event.audience} for event in events]
    ).decode()


async def record(
    conn: AsyncConnection,
    events: Sequence[Event],
    *,
    by: Caller,
    at: datetime,
    report_id: int | None = None,
    after: dict[str, Any] | None = None,
    agencies: Sequence[str] = (),
    version: int | None = None,
) -> None:
    """Write what happened, in the transaction of the change itself."""
    await conn.execute(
        _RECORD,
        {
            "report_id": report_id,
            "actor": orjson.dumps(by.as_actor()).decode(),
            "after": orjson.dumps(after).decode() if after is not None else None,
            "agencies": list(agencies),
            "version": version,
            "at": at,
            "entries": entries_document(events),
        },
    )


def entry_of(row: Any) -> Entry:
    """A row of the journal with its report's code, as a value."""
    return Entry(**{**row._mapping, "agencies": tuple(row.agencies)})


async def read_sealed(conn: AsyncConnection, after_seq: int, limit: int = 500) -> list[Entry]:
    """Sealed entries with a larger seq than `after_seq`, in order, `limit` at the most."""
    rows = await conn.execute(_READ, {"after_seq": after_seq, "limit": limit})
    return [entry_of(row) for row in rows]


async def last_seq(conn: AsyncConnection) -> int:
    """The seq of the newest sealed entry; 0 for an empty journal."""
    return int((await conn.execute(text("SELECT coalesce(max(seq), 0) FROM journal"))).scalar_one())


_OF_REPORT = text("""
SELECT j.seq, j.report_id, r.code, j.event, j.actor, j.data, j.after, j.agencies, j.audience, j.version, j.at
FROM journal j JOIN report r ON r.id = j.report_id
WHERE j.report_id = :report_id AND j.audience = ANY(:audiences)
  AND (CAST(:agency AS text) IS NULL OR j.agencies @> ARRAY[CAST(:agency AS text)])
ORDER BY j.id LIMIT 1000
""")


async def of_report(
    conn: AsyncConnection, report_id: int, audiences: Sequence[str], agency: str | None = None
) -> list[Entry]:
    """What happened to one report, oldest first, as far as these audiences hear it (and this agency took part).

    Entries of the last moments may not be sealed yet and then have no `seq` (0): the timeline shows them all the same.
    """
    facts = {"report_id": report_id, "audiences": list(audiences), "agency": agency}
    rows = (await conn.execute(_OF_REPORT, facts)).all()
    return [entry_of(row) if row.seq is not None else Entry(**{**row._mapping, "seq": 0}) for row in rows]
