"""Turns journal entries into deliveries.

Reading, writing, queueing and moving the cursor are one transaction, so a process that dies anywhere in it
has done nothing, and the next one does all of it. Should two ever work on the same entry, the unique key of
`delivery` makes the second one's rows vanish.
"""

import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias, cast

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from notifications import cursor, wording
from notifications.background import Background, read_background
from notifications.followers import Word, followers_of
from notifications.models import DELIVERED, PENDING, TARGET_KINDS, Delivery
from notifications.recipients import Recipient, reporters_of
from notifications.rules import FOLLOWED, UNKNOWN, Tell, rule_for
from reports.journal import Entry, read_sealed

#: Queues one job for each delivery id, in the transaction of `conn`, not to run before the time.
Enqueue: TypeAlias = Callable[[AsyncConnection, Sequence[int], datetime], Awaitable[None]]

#: News older than this is in the inbox but rings nobody: after an outage, or when history is loaded.
WORTH_A_RING: Final = timedelta(hours=24)

_NAME: Final = "notifications"
_DELIVERY: Final = cast(Table, Delivery.__table__)  # type: ignore[attr-defined]
_log = logging.getLogger(__name__)


async def react(
    conn: AsyncConnection, *, enqueue: Enqueue, channels: Collection[str], now: datetime, limit: int = 500
) -> int:
    """Make deliveries of the next sealed entries, `limit` at the most; answers how many entries were read.

    `channels` are those this city sends by. 0 when there is nothing new, or another worker is at it.
    """
    seq = await cursor.take(conn, _NAME)
    if seq is None:
        return 0
    entries = await read_sealed(conn, seq, limit)
    if not entries:
        return 0
    waiting = await _write(conn, await _deliveries(conn, entries, channels, now))
    if waiting:
        await enqueue(conn, waiting, now)
    await cursor.move(conn, _NAME, entries[-1].seq)
    return len(entries)


async def _deliveries(
    conn: AsyncConnection, entries: Sequence[Entry], channels: Collection[str], now: datetime
) -> list[dict[str, Any]]:
    told = [(entry, _tell(entry)) for entry in entries]
    told = [(entry, rule) for entry, rule in told if rule is not None or entry.event in FOLLOWED]
    if not told:
        return []
    report_ids = {entry.report_id for entry, _ in told if entry.report_id is not None}
    leads = {lead for entry, _ in told if (lead := (entry.after or {}).get("lead"))}
    people = await reporters_of(conn, report_ids)
    background = await read_background(conn, report_ids, leads)
    others = await followers_of(conn, [entry for entry, _ in told], background)
    rows: list[dict[str, Any]] = []
    for entry, rule in told:
        try:
            own = _of_entry(entry, rule, people, background, channels, now) if rule is not None else []
            reporters = {row["device_id"] for row in own}
            rows += own
            for word in others.words(entry, background, reporters):
                rows += _of_follower(entry, word, background, channels, now)
        except Exception:
            # One entry that cannot be put into words must not silence the whole city for ever.
            _log.exception("no notice could be written for journal entry %s (%s)", entry.seq, entry.event)
    await others.remember(conn)
    return rows


def _tell(entry: Entry) -> Tell | None:
    rule = rule_for(entry.event)
    if rule is UNKNOWN:
        _log.error("no notification rule for %s (journal entry %s)", entry.event, entry.seq)
    return rule if isinstance(rule, Tell) else None


def _of_entry(
    entry: Entry,
    rule: Tell,
    people: dict[int, list[Recipient]],
    background: Background,
    channels: Collection[str],
    now: datetime,
) -> list[dict[str, Any]]:
    if entry.report_id is None:
        return []
    rows = []
    for person in people.get(entry.report_id, ()):
        if rule.hears == "own" and person.report_id != entry.report_id:
            continue
        facts = background.facts(entry.report_id, person.code, entry.after)
        title, body = wording.put(rule.phrase, person.locale, facts, background.zone)
        ring = rule.push and now - entry.at <= WORTH_A_RING
        notice = {
            "device_id": person.device_id,
            "report_id": person.report_id,
            "report_code": person.code,
            "title": title,
            "body": body,
            "url": f"/t/{person.code}",
            "tag": f"{person.code}-{entry.seq}",
        }
        rows += [_row(entry, notice, channel, now) for channel in _ways(person.kinds, channels, ring)]
    return rows


def _of_follower(
    entry: Entry, word: Word, background: Background, channels: Collection[str], now: datetime
) -> list[dict[str, Any]]:
    title, body = wording.put(word.rule.phrase, word.locale, word.facts, background.zone)
    # Without the report's id: what its followers were sent is no part of its journal.
    notice = {
        "device_id": word.device_id,
        "report_id": None,
        "report_code": word.report_code,
        "title": title,
        "body": body,
        "url": word.url,
        "tag": word.tag,
    }
    ring = word.rule.push and now - entry.at <= WORTH_A_RING
    return [_row(entry, notice, channel, now) for channel in _ways(word.kinds, channels, ring)]


def _ways(kinds: Collection[str], channels: Collection[str], ring: bool) -> Iterable[str]:
    yield "inbox"
    if ring:
        yield from (kind for kind in TARGET_KINDS if kind in kinds and kind in channels)
        yield from (way for way in ("console",) if way in channels)


def _row(entry: Entry, notice: dict[str, Any], channel: str, now: datetime) -> dict[str, Any]:
    # The inbox shows this very row, so there it has arrived with the commit; a job would deliver nothing.
    arrived = channel == "inbox"
    return {
        **notice,
        "seq": entry.seq,
        "event": entry.event,
        "channel": channel,
        "state": DELIVERED if arrived else PENDING,
        "at": entry.at,
        "created_at": now,
        "next_at": None if arrived else now,
        "settled_at": now if arrived else None,
    }


async def _write(conn: AsyncConnection, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Inserts what is not there yet; answers the ids of the new rows that wait for a job."""
    if not rows:
        return []
    statement = insert(_DELIVERY).on_conflict_do_nothing(constraint="delivery_once")
    written = await conn.execute(statement.returning(_DELIVERY.c.id, _DELIVERY.c.state), rows)
    return [row.id for row in written if row.state == PENDING]
