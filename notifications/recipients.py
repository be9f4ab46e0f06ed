"""Whose report it is now, in which language they read, and how they can be reached.

Merging takes nothing from a reporter: the reporters of every report that was merged into this one, directly
or through others, hear about it too, each with their own code. A resident with several devices hears on all of them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# UNION, not UNION ALL: should two reports ever point at each other, the walk still ends.
_REPORTERS = text("""
WITH RECURSIVE family(root, id) AS (
  SELECT id, id FROM report WHERE id = ANY(:report_ids)
  UNION SELECT f.root, r.id FROM family f JOIN report r ON r.merged_into = f.id
)
SELECT f.root, f.id AS report_id, r.code, d.id AS device_id, d.locale,
       CASE WHEN d.push_wanted THEN ARRAY(
         SELECT t.kind FROM push_target t WHERE t.device_id = d.id ORDER BY t.kind) ELSE '{}' END AS kinds
FROM family f JOIN report r ON r.id = f.id JOIN reporter w ON w.report_id = f.id
CROSS JOIN LATERAL (
  SELECT coalesce(w.held_by, w.device_id) AS id
  UNION SELECT m.id FROM device o JOIN device m ON m.resident_id = o.resident_id
        WHERE o.id = coalesce(w.held_by, w.device_id)
) own JOIN device d ON d.id = own.id
ORDER BY f.root, f.id <> f.root, f.id, d.created_at, d.id
""")


@dataclass(frozen=True)
class Recipient:
    """One device of a reporter. `report_id` and `code` are of their own report, which may be a merged one."""

    device_id: UUID
    locale: str
    report_id: int
    code: str
    #: Kinds of push target the device has registered; none where its owner wants no push.
    kinds: tuple[str, ...]


async def reporters_of(conn: AsyncConnection, report_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """The recipients by report id; the report's own reporter first, then those of merged reports."""
    found: dict[int, list[Recipient]] = {}
    for row in await conn.execute(_REPORTERS, {"report_ids": list(report_ids)}):
        one = Recipient(row.device_id, row.locale, row.report_id, row.code, tuple(row.kinds))
        found.setdefault(row.root, []).append(one)
    return found
