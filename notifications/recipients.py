"""Who reported, in which language they read, and how they can be reached.

Merging takes nothing from a reporter: the reporters of every report that was merged into this one, directly
or through others, hear about it too, each with their own code.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# UNION, not UNION ALL: should two reports ever point at each other, the walk still ends.
_REPORTERS = text("""
WITH RECURSIVE family(root, id) AS ( SELECT id, id FROM report WHERE id = ANY(:report_ids) UNION SELECT
f.root, r.id FROM family f JOIN report r ON r.merged_into = f.id ) SELECT f.root, f.id AS report_id, r.code,
w.device_id, d.locale, (SELECT coalesce(array_agg(t.kind ORDER BY t.kind), '{}') FROM push_target t WHERE
t.device_id = d.id) AS kinds FROM family f JOIN report r ON r.id = f.id JOIN reporter w ON w.report_id = f.id
JOIN device d ON d.id = w.device_id ORDER BY f.root, f.id <> f.root, f.id
""")


@dataclass(frozen=True)
class Recipient:
    """One reporter's device. `report_id` and `code` are of their own report, which may be a merged one."""

    device_id: UUID
    locale: str
    report_id: int
    code: str
    #: Kinds of push target the device has registered.
    kinds: tuple[str, ...]


async def reporters_of(conn: AsyncConnection, report_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """The recipients by report id; the report's own reporter first, then those of merged reports."""
    found: dict[int, list[Recipient]] = {}
    for row in await conn.execute(_REPORTERS, {"report_ids": list(report_ids)}):
        one = Recipient(row.device_id, row.locale, row.report_id, row.code, tuple(row.kinds))
        found.setdefault(row.root, []).append(one)
    return found
