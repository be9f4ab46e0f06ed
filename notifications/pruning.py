"""What was told long ago: deliveries, hand-overs and mails nobody will look for any more leave their tables."""

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


_PRUNE_HANDOVERS = text("""
DELETE FROM handover WHERE ctid = ANY(ARRAY(
  SELECT ctid FROM handover WHERE state IN ('delivered', 'dead') AND settled_at < :before
  LIMIT :batch FOR UPDATE SKIP LOCKED))
""")
_PRUNE_MAILS = text("""
DELETE FROM mail WHERE ctid = ANY(ARRAY(
  SELECT ctid FROM mail WHERE received_at < :before AND state <> 'quarantined' LIMIT :batch FOR UPDATE SKIP LOCKED))
""")


async def prune(conn: AsyncConnection, before: datetime, batch: int = BATCH) -> int:
    """Remove settled deliveries that were made before this time, inbox items too; answers how many, at most `batch`.

    The reactor never makes them again: it has read past their entries.
    """
    facts = {"settled": sorted(SETTLED_STATES), "before": before, "batch": batch}
    return int((await conn.execute(_PRUNE, facts)).rowcount)


async def prune_handovers(conn: AsyncConnection, before: datetime, batch: int = BATCH) -> int:
    """Remove hand-overs to agencies' systems that were settled, and mails that came, before this time; how many.

    What they said stands in the journal. A mail that still waits for a person stands nowhere else, and stays.
    """
    facts = {"before": before, "batch": batch}
    removed = [await conn.execute(one, facts) for one in (_PRUNE_HANDOVERS, _PRUNE_MAILS)]
    return sum(int(one.rowcount) for one in removed)
