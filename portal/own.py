"""What the sender of a report may read beside the report itself."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_TOLD = text("""
SELECT seq, event, data, at FROM journal
WHERE report_id = :report_id AND audience IN ('reporter', 'public') ORDER BY id
""")
_UNREAD = text("""
SELECT count(*) FROM delivery WHERE device_id = CAST(:device AS uuid) AND channel = 'inbox' AND read_at IS
NULL
""")
_ARRIVING = text("""
SELECT a.id::text AS id, floor(100.0 * u.bytes_received / greatest(u.bytes_total, 1))::int AS percent
FROM attachment a JOIN upload u ON u.id = a.upload_id
WHERE a.report_id = :report_id AND a.state = 'expected'
""")


async def told(conn: AsyncConnection, report_id: int) -> list[dict[str, Any]]:
    """The facts of a report that its sender may hear, oldest first: {seq, event, data, at}.

    Entries that are not sealed yet are among them: the sender just did something and must see it on the next
    page.
    """
    return [dict(row) for row in (await conn.execute(_TOLD, {"report_id": report_id})).mappings()]


async def unread(conn: AsyncConnection, device_id: str) -> int:
    """How many notices wait in the device's inbox."""
    return int((await conn.execute(_UNREAD, {"device": device_id})).scalar_one())


async def arriving(conn: AsyncConnection, report_id: int) -> dict[str, int]:
    """How far the files are that were announced and still come: percent by attachment."""
    return {row.id: row.percent for row in await conn.execute(_ARRIVING, {"report_id": report_id})}
