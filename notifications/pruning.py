"""What was told long ago: deliveries nobody will look for any more are taken out of the table."""

from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from notifications.models import SETTLED_STATES

#: Rows taken out by one statement: the table stays usable for everybody else.
BATCH: Final = 5000

_PRUNE = text("""
DELETE FROM delivery WHERE ctid = ANY(ARRAY(
  SELECT ctid FROM delivery WHERE state = ANY(:settled) AND created_at < :before LIMIT :batch FOR UPDATE SKIP LOCKED))
""")


async def prune(conn: AsyncConnection, before: datetime, batch: int = BATCH) -> int:
    """Remove settled deliveries that were made before this time, inbox items too; answers how many, at most `batch`.

    The reactor never makes them again: it has read past their entries.
    """
    facts = {"settled": sorted(SETTLED_STATES), "before": before, "batch": batch}
    return int((await conn.execute(_PRUNE, facts)).rowcount)
