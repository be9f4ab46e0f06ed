"""What the worker does so that a picture or film is known again: take its fingerprints, and compare it with all others.

Of a photo they are taken when it comes, of a film when its copies are made. What is older than that, and what could not
be done then, is found by a sweep, some at a time. Each job keeps its outcome in one transaction or does nothing.
"""

import logging
from datetime import timedelta

from procrastinate import App
from sqlalchemy import text

from api import jobs
from api.wiring import House, utc_now
from media import privacy
from media.problems import NotStored
from reports import attachments, film_frames, proof_keeping
from reports.callers import SYSTEM
from reports.models.report import UNPRINTED

log = logging.getLogger(__name__)

SWEPT_AT_ONCE = 50
# What was compared long ago, by the little that was known of it, is not accused anew by what is learned of it today.
COMPARED_ANEW = timedelta(days=7)
_UNPRINTED = text(f"""
SELECT CAST(id AS text) AS id, kind, derivatives, phash, created_at FROM attachment
WHERE id = CAST(:id AS uuid) AND derivatives IS NOT NULL AND ({UNPRINTED.text})
""")
# Of a picture the job that hides faces takes what it lacks, unless a person was there before it.
_WAITING = text(f"""
SELECT CAST(a.id AS text), a.kind FROM attachment a
WHERE a.derivatives IS NOT NULL AND (a.kind = 'video' OR a.privacy IS NOT NULL) AND {UNPRINTED.text}
  AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs j WHERE j.task_name = :task AND j.status IN ('todo', 'doing')
                  AND j.args ->> 'attachment_id' = CAST(a.id AS text))
ORDER BY a.created_at DESC LIMIT :limit
""")


def register(app: App, house: House) -> None:
    """Make the jobs known to the queue."""

    async def run_print(attachment_id: str) -> None:
        await take_prints(house, attachment_id)

    async def run_compare(attachment_id: str) -> None:
        await compare(house, attachment_id)

    app.task(name=jobs.PRINT, retry=jobs.AGAIN)(run_print)
    app.task(name=jobs.COMPARE, retry=jobs.AGAIN)(run_compare)


async def take_prints(house: House, attachment_id: str) -> None:
    """Take what is missing of the fingerprints, from our own copies; and compare what could not be compared before."""
    async with house.transactions.read() as conn:
        found = (await conn.execute(_UNPRINTED, {"id": attachment_id})).one_or_none()
    if found is None:
        return
    try:
        made = await privacy.fingerprints(house.store, found.derivatives, found.kind, house.examiner)
    except NotStored as gone:
        made = privacy.Withheld("examiner-failed", str(gone))
    if isinstance(made, privacy.Withheld):
        # It is settled all the same: who waits for it learns that it could not be compared.
        log.warning("no fingerprint can be taken of %s: %s %s", attachment_id, made.reason, made.detail)
        made = privacy.Prints("")
    async with house.transactions.begin() as conn:
        scene = await house.scene(conn, SYSTEM)
        proves = await proof_keeping.lock_report_of(scene, attachment_id)
        if found.kind == "video" and not await film_frames.keep(conn, attachment_id, made.frames):
            return
        await attachments.remember_fingerprints(conn, attachment_id, made.still)
        if found.phash is None or found.created_at > utc_now() - COMPARED_ANEW:
            later = await proof_keeping.compared_late(scene, proves, attachment_id)
            await jobs.enqueue_comparing(conn, later)


async def compare(house: House, attachment_id: str) -> None:
    """Compare a proof anew: what came before it is known only now."""
    async with house.transactions.begin() as conn:
        scene = await house.scene(conn, SYSTEM)
        proves = await proof_keeping.lock_report_of(scene, attachment_id)
        await jobs.enqueue_comparing(conn, await proof_keeping.compared_late(scene, proves, attachment_id))


async def sweep_unprinted(house: House) -> None:
    """Enqueue what has no fingerprints, or not all: from before they were taken, or left by a job that was lost."""
    async with house.transactions.begin() as conn:
        facts = {"task": jobs.PRINT, "limit": SWEPT_AT_ONCE}
        found = [(row[0], row[1]) for row in await conn.execute(_WAITING, facts)]
        await jobs.enqueue_prints(conn, found, urgent=False)
