"""The outbox as a queue: the oldest open hand-over of each case is taken, sent, and settled.

Of one agency's hand-overs of one case only the oldest open one may be taken: facts arrive in their order, and while one
waits for its next attempt those behind it wait too. One that was given up no longer holds the others back; each message
carries its `seq`, by which a receiver knows that a resent one is old.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import random
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from notifications.attempts import GiveUp, Schedule, decide
from notifications.channels.base import Delivered, Outcome, Retry
from notifications.handovers.models import DEAD, DELIVERED, PENDING, SENDING

#: After this the worker that took it counts as dead.
LEASE: Final = timedelta(minutes=2)
#: An agency's system may be away over a long weekend: about a hundred attempts in four days.
SCHEDULE: Final = Schedule(120, timedelta(days=4), timedelta(seconds=5), 3, timedelta(hours=1))

_DUE = """h.agency = :agency AND h.next_at <= :now AND h.state IN ('pending', 'sending')
  AND NOT EXISTS (SELECT FROM handover e WHERE e.agency = h.agency AND e.report_id = h.report_id
                  AND e.state IN ('pending', 'sending') AND e.seq < h.seq)"""
_AGENCIES = text("""
SELECT agency FROM handover WHERE state IN ('pending', 'sending') AND next_at <= :now AND NOT (agency = ANY(:busy))
GROUP BY agency ORDER BY min(seq)
""")
_CLAIM = text(f"""
UPDATE handover t SET state = :sending, attempts = t.attempts + 1, next_at = :lease,
       begun_at = coalesce(t.begun_at, :now)
WHERE t.id = (SELECT h.id FROM handover h WHERE {_DUE} ORDER BY h.next_at, h.seq LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING t.id, t.message_id, t.agency, t.kind, t.report_id, t.seq, t.event, t.attempts, t.begun_at
""")
# `attempts` is the fence: a worker that comes back after its lease has ended finds another number and writes nothing.
_SETTLE = text("""
UPDATE handover SET state = :state, last_error = :error, next_at = :next_at, settled_at = :settled_at
WHERE id = :id AND state = 'sending' AND attempts = :attempts
""")
_RESEND = text("""
UPDATE handover SET state = 'pending', attempts = 0, begun_at = NULL, next_at = :now, settled_at = NULL, resent_by = :by
WHERE id = :id AND state IN ('dead', 'delivered') RETURNING id
""")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A hand-over in our hands."""

    id: int
    message_id: UUID
    agency: str
    kind: str
    report_id: int
    seq: int
    event: str
    attempts: int
    begun_at: datetime


async def waiting_agencies(conn: AsyncConnection, now: datetime, busy: Collection[str]) -> list[str]:
    """Agencies for which something is due, those that are `busy` left out."""
    return list((await conn.execute(_AGENCIES, {"now": now, "busy": list(busy)})).scalars())


async def claim(conn: AsyncConnection, agency: str, now: datetime) -> Claimed | None:
    """Take the next hand-over to this agency for the length of LEASE; None when none is due or free."""
    facts = {"agency": agency, "now": now, "lease": now + LEASE, "sending": SENDING}
    row = (await conn.execute(_CLAIM, facts)).one_or_none()
    return Claimed(**row._mapping) if row is not None else None


async def settle(conn: AsyncConnection, claimed: Claimed, outcome: Outcome, now: datetime) -> str | None:
    """Write down what came of it; the new state, or None when it was no longer in our hands."""
    state, error, next_at = _after(claimed, outcome, now)
    facts = {
        "id": claimed.id,
        "attempts": claimed.attempts,
        "state": state,
        "error": error[:500] if error else None,
        "next_at": next_at,
        "settled_at": None if next_at else now,
    }
    return state if (await conn.execute(_SETTLE, facts)).rowcount == 1 else None


def _after(claimed: Claimed, outcome: Outcome, now: datetime) -> tuple[str, str | None, datetime | None]:
    if isinstance(outcome, Delivered):
        return DELIVERED, None, None
    if not isinstance(outcome, Retry):
        return DEAD, outcome.reason, None
    decision = decide(
        outcome,
        attempts=claimed.attempts,
        created_at=claimed.begun_at,
        now=now,
        chance=random(),
        schedule=SCHEDULE,
    )
    return (DEAD, decision.reason, None) if isinstance(decision, GiveUp) else (PENDING, outcome.reason, decision.at)


async def resend(conn: AsyncConnection, handover_id: int, by: str, now: datetime) -> bool:
    """Send it again from the start, under the same id; False while it is under way already."""
    facts = {"id": handover_id, "by": by, "now": now}
    return (await conn.execute(_RESEND, facts)).one_or_none() is not None
