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
SELECT id, event, report_code, title, body, url, at, read_at IS NOT NULL AS read
FROM delivery WHERE device_id = :device_id AND channel = 'inbox' ORDER BY seq DESC LIMIT :limit
""")
_READ = text("""
UPDATE delivery SET read_at = :now
WHERE device_id = :device_id AND channel = 'inbox' AND read_at IS NULL AND id = ANY(:ids)
""")
_MOVE = text("""
UPDATE delivery d SET device_id = CAST(:new AS uuid) WHERE d.device_id = CAST(:old AS uuid) AND NOT EXISTS (
  SELECT 1 FROM delivery n WHERE n.device_id = CAST(:new AS uuid) AND n.seq = d.seq AND n.channel = d.channel)
""")
_REST = text("DELETE FROM delivery WHERE device_id = CAST(:old AS uuid)")
_SHARE = text("""
INSERT INTO delivery (device_id, seq, event, channel, report_id, report_code, state, attempts, title, body, url, tag,
  at, created_at, settled_at, read_at)
SELECT DISTINCT ON (d.seq) CAST(:device_id AS uuid), d.seq, d.event, d.channel, d.report_id, d.report_code, d.state, 0,
  d.title, d.body, d.url, d.tag, d.at, d.created_at, d.settled_at, d.read_at
FROM delivery d WHERE d.device_id = ANY(:devices) AND d.channel = 'inbox' AND d.report_id IS NOT NULL
ORDER BY d.seq DESC, d.read_at NULLS LAST LIMIT :limit
ON CONFLICT DO NOTHING
""")


async def notices(conn: AsyncConnection, device_id: UUID, limit: int = PAGE) -> list[dict[str, Any]]:
    """The newest first: {id, event, report, title, body, url, at, read}; `report` is the code, null for an area's."""
    rows = await conn.execute(_LIST, {"device_id": device_id, "limit": limit})
    return [
        {
            "id": row.id,
            "event": row.event,
            "report": row.report_code,
            "title": row.title,
            "body": row.body,
            "url": row.url,
            "at": row.at,
            "read": row.read,
        }
        for row in rows
    ]


async def mark_read(conn: AsyncConnection, device_id: UUID, ids: Sequence[int], now: datetime) -> int:
    """Mark these notices of the device as read; answers how many were unread. Others' ids do nothing."""
    done = await conn.execute(_READ, {"device_id": device_id, "ids": list(ids), "now": now})
    return int(done.rowcount)


async def move(conn: AsyncConnection, old: str, new: str) -> None:
    """The notices of a phone go along to the next one, those still to be pushed too; none stays behind."""
    await conn.execute(_MOVE, {"old": old, "new": new})
    await conn.execute(_REST, {"old": old})


async def share(conn: AsyncConnection, devices: Sequence[UUID], device_id: str) -> None:
    """A device that joins a resident finds the newest notices about the resident's reports in its own inbox."""
    await conn.execute(_SHARE, {"devices": list(devices), "device_id": device_id, "limit": PAGE})
