"""Sends one delivery: claim it, send it while no database connection is held, write down what came of it.

A job carries the delivery's id and nothing else; whatever it finds settled, or in another worker's hands, it
leaves alone. A worker that dies while it sends leaves a lease that ends; `sweep` then queues the delivery
again. So a provider may see one notice twice, and the phone shows it once because the tag is the same.

In the quiet hours of a device a push goes back into the queue until their end, whichever attempt it is; the inbox has
the notice meanwhile.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import random
from typing import Any, Final, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from notifications.attempts import MOST_ATTEMPTS, GiveUp, decide
from notifications.channels.base import Channel, Delivered, Gone, Message, Outcome, Refused, Retry
from notifications.models import DEAD, DELIVERED, FAILED, PENDING, SENDING, TARGET_KINDS
from notifications.quiet import quiet_until
from notifications.reactor import Enqueue
from notifications.rules import Tell, rule_for
from reports.callers import SYSTEM
from reports.events import Event, NotificationDelivered, NotificationFailed
from reports.journal import record

#: Opens a transaction that commits at its end: `engine.begin` or what wraps it.
Begin: TypeAlias = Callable[[], AbstractAsyncContextManager[AsyncConnection]]

#: No channel may take longer, in seconds.
SEND_LIMIT: Final = 30.0
#: After this the worker that took the delivery counts as dead.
LEASE: Final = timedelta(minutes=2)
#: A delivery that waits this long beyond its time has lost its job.
PATIENCE: Final = timedelta(minutes=5)

_CLAIM = text("""
UPDATE delivery d SET state = :sending, attempts = d.attempts + 1, next_at = :lease
FROM delivery me JOIN device p ON p.id = me.device_id
     LEFT JOIN push_target t ON t.device_id = me.device_id AND t.kind = me.channel AND p.push_wanted
WHERE d.id = :id AND me.id = d.id AND d.state = :pending
RETURNING d.id, d.device_id, d.event, d.channel, d.report_id, d.attempts, d.created_at,
          d.title, d.body, d.url, d.tag, t.address, t.fingerprint, p.quiet_from, p.quiet_to,
          (SELECT definition ->> 'zone' FROM calendar WHERE code = 'default') AS zone
""")
_WAIT = text("""
UPDATE delivery SET state = :pending, attempts = attempts - 1, next_at = :until
WHERE id = :id AND state = :sending AND attempts = :attempts
""")
# `attempts` is the fence: a worker that comes back after its lease has ended finds another number and writes
# nothing.
_SETTLE = text("""
UPDATE delivery SET state = :state, last_error = :error, next_at = :next_at, settled_at = :settled_at
WHERE id = :id AND state = :sending AND attempts = :attempts
""")
_FORGET = text("DELETE FROM push_target WHERE device_id = :device_id AND kind = :kind AND fingerprint = :fingerprint")
_LOST = text("""
SELECT id, channel, report_id, state, attempts FROM delivery
WHERE (state = :sending AND next_at < :now) OR (state = :pending AND next_at < :overdue)
ORDER BY next_at LIMIT :limit FOR UPDATE SKIP LOCKED
""")
_AGAIN = text("UPDATE delivery SET state = :pending, next_at = :now WHERE id = ANY(:ids)")
_LEAVE = text("""
UPDATE delivery SET state = :failed, last_error = :error, next_at = NULL, settled_at = :now WHERE id = :id
""")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Claimed:
    """A delivery in our hands, with the address as it was when we took it."""

    id: int
    device_id: UUID
    event: str
    channel: str
    report_id: int | None
    attempts: int
    created_at: datetime
    title: str
    body: str
    url: str
    tag: str
    address: Mapping[str, Any] | None
    fingerprint: str | None
    #: The device's quiet hours, times of day in `zone`.
    quiet_from: time | None = None
    quiet_to: time | None = None
    zone: str | None = None

    def waits_until(self, now: datetime) -> datetime | None:
        """When this push may ring; None: now. The console of a city without push rings nobody."""
        if self.quiet_from is None or self.quiet_to is None or self.channel not in TARGET_KINDS:
            return None
        return quiet_until(now, self.quiet_from, self.quiet_to, ZoneInfo(self.zone or "UTC"))

    def message(self) -> Message:
        """What the channel sends."""
        rule = rule_for(self.event)
        urgency = rule.urgency if isinstance(rule, Tell) else "normal"
        return Message(title=self.title, body=self.body, url=self.url, tag=self.tag, urgency=urgency)


async def deliver(
    begin: Begin,
    delivery_id: int,
    *,
    channels: Mapping[str, Channel],
    enqueue: Enqueue,
    clock: Callable[[], datetime],
) -> Outcome | None:
    """Send one delivery; None when there was nothing to do. Opens and commits its own two transactions."""
    async with begin() as conn:
        now = clock()
        claimed = await claim(conn, delivery_id, now)
        if claimed is not None and await _waits(conn, claimed, enqueue, now):
            claimed = None
    if claimed is None:
        return None
    outcome = await _send(claimed, channels)
    async with begin() as conn:
        await settle(conn, claimed, outcome, enqueue=enqueue, now=clock())
    return outcome


async def claim(conn: AsyncConnection, delivery_id: int, now: datetime) -> Claimed | None:
    """Take a pending delivery for the length of LEASE; None when it is settled, taken or not there."""
    values = {"id": delivery_id, "sending": SENDING, "pending": PENDING, "lease": now + LEASE}
    row = (await conn.execute(_CLAIM, values)).one_or_none()
    return Claimed(**row._mapping) if row else None


async def _waits(conn: AsyncConnection, claimed: Claimed, enqueue: Enqueue, now: datetime) -> bool:
    """Put it back until the end of the quiet hours, as if it had not been taken; False outside them."""
    until = claimed.waits_until(now)
    if until is None:
        return False
    facts = {"id": claimed.id, "attempts": claimed.attempts, "pending": PENDING, "sending": SENDING, "until": until}
    await conn.execute(_WAIT, facts)
    await enqueue(conn, [claimed.id], until)
    return True


async def _send(claimed: Claimed, channels: Mapping[str, Channel]) -> Outcome:
    channel = channels.get(claimed.channel)
    if channel is None:
        return Refused(f"this server does not send by {claimed.channel}")
    if claimed.address is None and claimed.channel in TARGET_KINDS:
        return Gone("the device has unsubscribed")
    try:
        async with asyncio.timeout(SEND_LIMIT):
            return await channel.send(claimed.message(), claimed.address or {})
    except TimeoutError:
        return Retry(f"no answer within {SEND_LIMIT:.0f} s")
    except Exception as error:
        # A channel answers with values; this is a defect in it, which must be seen and must not stop the
        # others.
        _log.exception("the channel %s broke on delivery %s", claimed.channel, claimed.id)
        return Retry(f"{type(error).__name__} in the channel")


async def settle(conn: AsyncConnection, claimed: Claimed, outcome: Outcome, *, enqueue: Enqueue, now: datetime) -> None:
    """Write down what came of a claimed delivery: settled, or queued again."""
    if isinstance(outcome, Delivered):
        if await _close(conn, claimed, DELIVERED, None, now):
            told = NotificationDelivered(delivery=claimed.id, channel=claimed.channel)
            await _record(conn, told, claimed.report_id, now)
    elif isinstance(outcome, Retry):
        await _try_again(conn, claimed, outcome, enqueue, now)
    elif isinstance(outcome, Gone):
        await _give_up(conn, claimed, DEAD, outcome.reason, now)
        await conn.execute(
            _FORGET,
            # By fingerprint: the phone may have registered a new address while we spoke to the old one.
            {
                "device_id": claimed.device_id,
                "kind": claimed.channel,
                "fingerprint": claimed.fingerprint,
            },
        )
    else:
        await _give_up(conn, claimed, FAILED, outcome.reason, now)


async def _try_again(conn: AsyncConnection, claimed: Claimed, outcome: Retry, enqueue: Enqueue, now: datetime) -> None:
    decision = decide(outcome, attempts=claimed.attempts, created_at=claimed.created_at, now=now, chance=random())
    if isinstance(decision, GiveUp):
        await _give_up(conn, claimed, FAILED, decision.reason, now)
    elif await _close(conn, claimed, PENDING, outcome.reason, None, next_at=decision.at):
        await enqueue(conn, [claimed.id], decision.at)


async def _give_up(conn: AsyncConnection, claimed: Claimed, state: str, reason: str, now: datetime) -> None:
    if await _close(conn, claimed, state, reason, now):
        _log.warning("delivery %s by %s given up: %s", claimed.id, claimed.channel, reason)
        told = NotificationFailed(delivery=claimed.id, channel=claimed.channel, reason=reason)
        await _record(conn, told, claimed.report_id, now)


async def _close(
    conn: AsyncConnection,
    claimed: Claimed,
    state: str,
    error: str | None,
    settled_at: datetime | None,
    next_at: datetime | None = None,
) -> bool:
    """Leave the state `sending`, unless the delivery is no longer in our hands."""
    values = {
        "id": claimed.id,
        "attempts": claimed.attempts,
        "sending": SENDING,
        "state": state,
        "error": error,
        "next_at": next_at,
        "settled_at": settled_at,
    }
    return (await conn.execute(_SETTLE, values)).rowcount == 1


async def sweep(conn: AsyncConnection, *, enqueue: Enqueue, now: datetime, limit: int = 1000) -> int:
    """Queue again what a dead worker left behind or whose job was lost; answers how many were found."""
    values = {"sending": SENDING, "pending": PENDING, "now": now, "overdue": now - PATIENCE, "limit": limit}
    lost = (await conn.execute(_LOST, values)).all()
    hopeless = [row for row in lost if row.state == SENDING and row.attempts >= MOST_ATTEMPTS]
    for row in hopeless:
        reason = f"after {row.attempts} attempts: the worker died while sending"
        await conn.execute(_LEAVE, {"id": row.id, "failed": FAILED, "error": reason, "now": now})
        told = NotificationFailed(delivery=row.id, channel=row.channel, reason=reason)
        await _record(conn, told, row.report_id, now)
    again = [row.id for row in lost if row not in hopeless]
    if again:
        await conn.execute(_AGAIN, {"ids": again, "pending": PENDING, "now": now})
        await enqueue(conn, again, now)
    return len(lost)


async def _record(conn: AsyncConnection, told: Event, report_id: int | None, now: datetime) -> None:
    # What a follower was sent belongs to no report's history.
    if report_id is None:
        return
    await record(conn, [told], by=SYSTEM, at=now, report_id=report_id)
