"""The notices a device finds in the app, whether or not it can be reached by push."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

#: How many notices one answer holds.
PAGE = 100

_LIST = text("""
SELECT id, event, report_code, title, body, at, read_at IS NOT NULL AS read
FROM delivery WHERE device_id = :device_id AND channel = 'inbox' ORDER BY seq DESC LIMIT :limit
""")
_READ = text("""
UPDATE delivery SET read_at = :now
WHERE device_id = :device_id AND channel = 'inbox' AND read_at IS NULL AND id = ANY(:ids)
""")


async def notices(conn: AsyncConnection, device_id: UUID, limit: int = PAGE) -> list[dict[str, Any]]:
    """The newest first: {id, event, report, title, body, at, read}; `report` is the code."""
    rows = await conn.execute(_LIST, {"device_id": device_id, "limit": limit})
    return [
        {
            "id": row.id,
            "event": row.event,
            "report": row.report_code,
            "title": row.title,
            "body": row.body,
            "at": row.at,
            "read": row.read,
        }
        for row in rows
    ]


async def mark_read(conn: AsyncConnection, device_id: UUID, ids: Sequence[int], now: datetime) -> int:
    """Mark these notices of the device as read; answers how many were unread. Others' ids do nothing."""
    done = await conn.execute(_READ, {"device_id": device_id, "ids": list(ids), "now": now})
    return int(done.rowcount)
