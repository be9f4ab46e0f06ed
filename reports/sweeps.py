"""What time alone does: claims lapse, due times pass, questions go unanswered, disputes end.

Each sweep finds candidates without locking and then takes them one by one in the shape of every step; a report that has
changed meanwhile is left alone. Several workers may sweep at once: `SKIP LOCKED` keeps them off each other's reports.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from reports import events, rows
from reports.callers import SYSTEM
from reports.commands import NoArgs
from reports.flow import perform
from reports.lifecycle import Command
from reports.problems import Problem
from reports.step import Request, Scene, note
from reports.views import stamp

# A resident has this long to answer before the report goes on without them.
ANSWER_WITHIN = timedelta(days=5)
BATCH = 200

_LAPSED_CLAIMS = text("""
SELECT id FROM report WHERE claimed_by IS NOT NULL AND claimed_until <= :now
ORDER BY id LIMIT :batch FOR UPDATE SKIP LOCKED
""")
_RELEASE = text("UPDATE report SET claimed_by = NULL, claimed_name = NULL, claimed_until = NULL WHERE id = ANY(:ids)")
_OVERDUE = text("""
SELECT id FROM report WHERE open AND due_at < :now AND due_basis <> 'paused' AND overdue_noted_at IS NULL
ORDER BY due_at, id LIMIT :batch FOR UPDATE SKIP LOCKED
""")
_NOTE_OVERDUE = text("UPDATE report SET overdue_noted_at = :now WHERE id = ANY(:ids)")
_UNANSWERED = text("""
SELECT code FROM report WHERE state = 'awaiting_resident' AND (question ->> 'asked_at')::timestamptz < :before
ORDER BY id LIMIT :batch
""")
_UNDISPUTED = text("""
SELECT r.code FROM report r JOIN category c ON c.code = r.category
WHERE r.state = 'published' AND r.published_at < :now - make_interval(days => c.dispute_days)
ORDER BY r.id LIMIT :batch
""")


async def release_lapsed_claims(scene: Scene) -> int:
    """End holds without heartbeat; everybody hears it, and no version changes."""
    return await _settle(scene, _LAPSED_CLAIMS, _RELEASE, lambda row: [events.ReportReleased(lapsed=True)])


async def note_overdue(scene: Scene) -> int:
    """Say once of each open report that its due time has passed; who is to look `reports.escalating` says."""
    return await _settle(
        scene,
        _OVERDUE,
        _NOTE_OVERDUE,
        lambda row: [events.ReportOverdue(due_at=stamp(row["due_at"]) or "")],
    )


async def _settle(scene: Scene, find: Any, change: Any, facts: Any) -> int:
    found = await scene.conn.execute(find, {"now": scene.now, "batch": BATCH})
    ids = [row.id for row in found]
    if not ids:
        return 0
    values = {"ids": ids, "now": scene.now} if ":now" in str(change) else {"ids": ids}
    await scene.conn.execute(change, values)
    for row in (await rows.by_ids(scene.conn, ids)).values():
        await note(scene, before=row, row=row, events=facts(row))
    return len(ids)


async def unanswered(scene: Scene) -> list[str]:
    """Codes of reports whose question went unanswered for too long."""
    facts = {"before": scene.now - ANSWER_WITHIN, "batch": BATCH}
    return [row.code for row in await scene.conn.execute(_UNANSWERED, facts)]


async def undisputed(scene: Scene) -> list[str]:
    """Codes of published reports whose dispute window has passed."""
    return [row.code for row in await scene.conn.execute(_UNDISPUTED, {"now": scene.now, "batch": BATCH})]


async def end_by_time(scene: Scene, command: Command, code: str) -> bool:
    """Give `lapse` or `close` for the system; False when the report has moved on meanwhile."""
    try:
        await perform(scene, Request(command, code, NoArgs()))
    except Problem:
        return False
    return True


# A phone that was offline for a holiday still gets its first answer; after that a key is only in the way.
ANSWERS_KEPT = timedelta(days=7)
_FORGET = text("""
DELETE FROM command_answer WHERE ctid = ANY(ARRAY(
  SELECT ctid FROM command_answer WHERE at < :before LIMIT :batch FOR UPDATE SKIP LOCKED))
""")


async def forget_answers(conn: Any, now: datetime, batch: int = 5000) -> int:
    """Remove remembered first answers to commands that are older than a week; answers how many, `batch` at the most."""
    return int((await conn.execute(_FORGET, {"before": now - ANSWERS_KEPT, "batch": batch})).rowcount)


def system_scene(conn: Any, city: Any, now: datetime) -> Scene:
    """A scene in which the system itself acts."""
    return Scene(conn, city, SYSTEM, now, lambda _id, _variant: "")
