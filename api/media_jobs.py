"""What the worker does with media: hand over what has arrived, make copies, hide faces and plates, make public copies.

Each job re-reads its attachment, works outside any transaction, and keeps the outcome in one; done twice it changes
nothing. Whatever fails leaves the report whole and the picture unpublished, with a reason.
"""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from procrastinate import App
from sqlalchemy import text

from api import jobs, proof
from api.live import progress
from api.wiring import House, utc_now
from api.zones import zone_of
from media import privacy, uploads
from media.derivatives import derive_into
from media.model_files import models_present
from media.problems import NotStored
from media.verdicts import Refused
from reports import arrivals, attachments, events, hiding, proof_keeping
from reports.callers import SYSTEM

log = logging.getLogger(__name__)

# A percentage is worth a message when somebody could have noticed that it moved.
PROGRESS_SECONDS = 1.0
SWEPT_AT_ONCE = 200


def register(app: App, house: House) -> None:
    """Make the jobs known to the queue."""
    tasks: dict[str, Callable[[House, str], Awaitable[None]]] = {
        jobs.DERIVE: make_copies,
        jobs.HIDE: hide,
        jobs.RENDER: render,
    }
    for name, job in tasks.items():
        app.task(name=name, retry=jobs.AGAIN)(_of_attachment(job, house))

    async def arrive(upload_id: str) -> None:
        await hand_over(house, upload_id)

    app.task(name=jobs.ARRIVE, retry=jobs.AGAIN)(arrive)


def _of_attachment(job: Callable[[House, str], Awaitable[None]], house: House) -> Callable[[str], Awaitable[None]]:
    async def run(attachment_id: str) -> None:
        await job(house, attachment_id)

    return run


async def hand_over(house: House, upload_id: str) -> None:
    """An upload is complete: the attachments that waited for it are judged and go on like any other."""
    async with house.transactions.read() as conn:
        scene = await house.scene(conn, SYSTEM)
        waiting = await arrivals.expected(scene, upload_id)
        upload = await uploads.complete(conn, upload_id) if waiting else None
        zone = zone_of(scene.city)
    if upload is None:
        return
    for one in waiting:
        judged = await proof.judge_upload(house, upload, one.role, zone)
        async with house.transactions.begin() as conn:
            scene = await house.scene(conn, SYSTEM)
            if await arrivals.arrived(scene, one, judged) and judged.state == "processing":
                await jobs.enqueue_pictures(conn, [(str(one.id), judged.kind)])


async def make_copies(house: House, attachment_id: str) -> None:
    """Make the copies of one file for those who work on the report, or withhold it with a reason."""
    async with house.transactions.read() as conn:
        found = await attachments.waiting(conn, attachment_id)
    if found is None:
        return
    sha256 = found.original_key.rpartition("/")[2]
    try:
        made = await derive_into(
            house.store,
            sha256,
            house.film_sandbox if found.kind != "image" else house.sandbox,
            house.image_limits,
            kind=found.kind,
            progress=_progress(house, attachment_id),
        )
    except NotStored:
        made = Refused("unreadable", "The original is not in the store.")
    async with house.transactions.begin() as conn:
        scene = await house.scene(conn, SYSTEM)
        proves = await proof_keeping.lock_report_of(scene, attachment_id)
        if isinstance(made, Refused):
            refusal = {"code": made.code, "detail": made.detail}
            report_id = await attachments.settle(conn, attachment_id, refusal=refusal)
            fact: events.Event = events.MediaWithheld(media=attachment_id, reason=made.code)
        else:
            report_id = await attachments.settle(conn, attachment_id, derivatives=made)
            fact = events.MediaReady(media=attachment_id)
        if report_id is None:
            return
        await arrivals.tell(scene, report_id, fact)
        if isinstance(made, Refused):
            # Whoever waits for the comparison learns that there will be none, or what the file itself tells.
            await jobs.enqueue_comparing(conn, await proof_keeping.compared_late(scene, proves, attachment_id))
        elif found.kind != "audio":
            await jobs.enqueue_hiding(conn, [(attachment_id, found.kind)])
            await jobs.enqueue_prints(conn, [(attachment_id, found.kind)] if found.kind == "video" else [])


def _progress(house: House, attachment_id: str) -> Callable[[int], Awaitable[None]]:
    said = [0.0]

    async def tell(percent: int) -> None:
        now = time.monotonic()
        if now - said[0] < PROGRESS_SECONDS:
            return
        said[0] = now
        async with house.transactions.begin() as conn:
            report = await attachments.progress(conn, attachment_id, percent)
            if report is not None:
                city = await house.configurations.current(conn)
                category = city.category(report.category)
                restricted = category is None or category.restricted
                await progress.say(conn, report, attachment_id, percent, restricted=restricted)

    return tell


async def hide(house: House, attachment_id: str) -> None:
    """Look for faces and plates in a picture or film, and make the copies for the public without them."""
    found = await _ready(house, attachment_id)
    if found is None or (found.privacy is not None and not _worth_another_look(found)):
        return
    made = await privacy.examine_and_render(house.store, found.sha256, found.derivatives, found.kind, house.examiner)
    if isinstance(made, privacy.Withheld):
        outcome, copies = hiding.withheld(made.reason, utc_now(), [area.as_json() for area in made.areas]), None
    else:
        outcome, copies = hiding.checked([area.as_json() for area in made.areas], utc_now()), made.copies
    async with house.transactions.begin() as conn:
        scene = await house.scene(conn, SYSTEM)
        proves = await proof_keeping.lock_report_of(scene, attachment_id)
        # Before the outcome is told, so that whoever hears of it sees the warning too. A film has a job of its own.
        if found.kind == "image":
            if isinstance(made, privacy.Found):
                await attachments.remember_fingerprints(conn, attachment_id, made.prints)
            await jobs.enqueue_comparing(conn, await proof_keeping.compared_late(scene, proves, attachment_id))
        await hiding.keep(scene, found, outcome, copies)


async def render(house: House, attachment_id: str) -> None:
    """Make the public copies anew by the areas that a person has named."""
    found = await _ready(house, attachment_id)
    if found is None or found.privacy is None or found.public_copies is not None:
        return
    areas = found.privacy["areas"]
    made = await privacy.render(house.store, found.sha256, found.derivatives, found.kind, areas, house.examiner)
    if isinstance(made, privacy.Withheld):
        await _keep(house, found, hiding.withheld(made.reason, utc_now(), areas, found.privacy["by"]), None)
    else:
        await _keep(house, found, found.privacy, made)


async def _ready(house: House, attachment_id: str) -> Any | None:
    async with house.transactions.read() as conn:
        return await hiding.ready(conn, attachment_id)


async def _keep(house: House, found: Any, outcome: dict[str, Any], copies: dict[str, Any] | None) -> None:
    async with house.transactions.begin() as conn:
        await hiding.keep(await house.scene(conn, SYSTEM), found, outcome, copies)


# Pictures that were ready before anybody could look for faces in them, or while the models were missing.
_UNCHECKED = text("""
SELECT CAST(a.id AS text), a.kind FROM attachment a
WHERE a.state = 'ready' AND a.kind <> 'audio'
  AND (a.privacy IS NULL OR (:models AND a.privacy ->> 'reason' = 'no-model'))
  AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs j WHERE j.task_name = :task AND j.status IN ('todo', 'doing')
                  AND j.args ->> 'attachment_id' = CAST(a.id AS text))
ORDER BY a.created_at DESC LIMIT :limit
""")


async def sweep_unchecked(house: House) -> None:
    """Enqueue what was never looked at. Without this a picture of an older version would stay hidden for ever."""
    async with house.transactions.begin() as conn:
        facts = {"models": models_present(), "task": jobs.HIDE, "limit": SWEPT_AT_ONCE}
        found = [(row[0], row[1]) for row in await conn.execute(_UNCHECKED, facts)]
        await jobs.enqueue_hiding(conn, found, urgent=False)


def _worth_another_look(found: Any) -> bool:
    return bool(found.privacy.get("reason") == "no-model" and models_present())
