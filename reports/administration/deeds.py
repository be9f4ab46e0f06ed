"""What administrators did, read from the journal: publishing, accounts, areas, readers."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.models.journal import ADMINISTRATION

_DEEDS = text(f"""
SELECT id, event, actor, data, at FROM journal
WHERE {ADMINISTRATION} AND id < :before ORDER BY id DESC LIMIT :limit
""")
NEWEST = 2**63 - 1


async def read_deeds(conn: AsyncConnection, before: int | None, limit: int) -> list[dict[str, Any]]:
    """Entries older than the one of this id, the newest first: [{id, event, by, data, at}]."""
    rows = await conn.execute(_DEEDS, {"before": NEWEST if before is None else before, "limit": limit})
    return [
        {
            "id": row.id,
            "event": row.event,
            "by": {name: row.actor[name] for name in ("username", "name") if row.actor.get(name)},
            "data": row.data,
            "at": row.at.isoformat(),
        }
        for row in rows
    ]
