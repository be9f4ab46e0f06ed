"""The worker process: makes derivatives, sends notices, watches the clocks. Any number of them may run."""

import asyncio
import contextlib
import itertools
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial

import psycopg
from procrastinate import App
from procrastinate.exceptions import ConnectorException
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from api import caller_jobs, mail_fetching, media_jobs, print_jobs
from api.city_time import city_now
from api.handing_over import open_courier
from api.jobs import CALLERS_QUEUE, FILMS_QUEUE, HIDING_QUEUE, MEDIA_QUEUE, make_app
from api.mail_box import NoMailbox
from api.settings import Settings
from api.wiring import House, open_house, utc_now
from media import uploads
from notifications.channels.base import Channel
from notifications.channels.doorway import PUBLIC_ONLY, Doorway
from notifications.channels.selection import open_channels
from notifications.channels.vapid import load_or_make_vapid
from notifications.handovers import answer_box, trouble
from notifications.pruning import prune, prune_handovers
from notifications.tasks import QUEUE as NOTICES_QUEUE
from notifications.tasks import Wiring
from reports import alarming, arrivals, attachments, cells, crews, escalating, exercises, hot_spotting, sweeps, warning
from reports.administration import versions
from reports.alarms import KINDS
from reports.callers import SYSTEM
from reports.configuration import NoConfiguration
from reports.lifecycle import Command
from reports.problems import Unavailable
from reports.sealing import CHANNEL
from reports.step import Scene

log = logging.getLogger(__name__)

CLOCK_SECONDS = 5.0
ALARM_SECONDS = 2.0
ESCALATE_SECONDS = 15.0
# What agencies have not accepted may be long, and is a matter of hours: asked in every fifteenth round.
AGENCIES_EVERY = 15
HANDOVER_SECONDS = 1.0
EXPIRY_SECONDS = 300.0
# They grow over months; a new case near one is marked within the minute.
HOT_SPOT_SECONDS = 60.0
FORGET_SECONDS = 3600.0
UNCHECKED_SECONDS = 60.0
STALLED_SECONDS = 60.0
CALENDAR_SECONDS = 86_400.0
FALLBACK_SECONDS = 2.0
# What the database being away looks like through each library.
AWAY = (SQLAlchemyError, ConnectorException, psycopg.Error, Unavailable, OSError)


async def work(settings: Settings, *, concurrency: int = 4) -> None:
    """Work until cancelled."""
    async with open_house(settings) as house:
        dsn = house.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        notices = Wiring(house.transactions.begin, open_channels_of(settings), clock=utc_now)

        def with_tasks() -> App:
            app = make_app(dsn)
            app.add_tasks_from(notices.blueprint, namespace="notifications")
            media_jobs.register(app, house)
            print_jobs.register(app, house)
            caller_jobs.register(app, house)
            return app

        async with open_courier(house) as courier, asyncio.TaskGroup() as group:
            group.create_task(_queue(with_tasks, concurrency))
            group.create_task(_react("notices", notices.react, dsn))
            group.create_task(_react("hand-overs", courier.react, dsn))
            group.create_task(_every(HANDOVER_SECONDS, "hand-overs on their way", courier.round))
            if settings.imap.on:
                group.create_task(
                    _every(settings.imap.seconds, "mails", mail_fetching.Fetcher(house, settings.imap).fetch)
                )
            else:
                group.create_task(_once("no mails", lambda: forget_box(house)))
            group.create_task(_react("cells", lambda: count_cells(house), dsn))
            group.create_task(_every(CLOCK_SECONDS, "clocks", lambda: tick(house)))
            group.create_task(_every(ESCALATE_SECONDS, "escalations", lambda: escalate(house)))
            rounds = itertools.count()
            group.create_task(_every(ALARM_SECONDS, "alarms", lambda: alarm(house, next(rounds))))
            group.create_task(_every(HOT_SPOT_SECONDS, "hot spots", lambda: look_for_hot_spots(house)))
            group.create_task(_every(FORGET_SECONDS, "old answers and notices", lambda: forget(house)))
            group.create_task(_every(CALENDAR_SECONDS, "calendars", lambda: look_at_calendars(house)))
            group.create_task(_every(EXPIRY_SECONDS, "uploads", lambda: expire_uploads(house)))
            group.create_task(
                _every(UNCHECKED_SECONDS, "unchecked pictures", lambda: media_jobs.sweep_unchecked(house))
            )
            group.create_task(
                _every(UNCHECKED_SECONDS, "missing fingerprints", lambda: print_jobs.sweep_unprinted(house))
            )


def open_channels_of(settings: Settings) -> dict[str, Channel]:
    """The channels the city has set up."""
    push = settings.push
    return open_channels(
        vapid=load_or_make_vapid(settings.vapid_key_file, push.vapid_contact),
        doorway=Doorway(private_hosts=True) if push.webpush_private_hosts else PUBLIC_ONLY,
        service_account=push.fcm_service_account,
        fcm_url=push.fcm_url,
        console=settings.push.console,
    )


async def _queue(make: Callable[[], App], concurrency: int) -> None:
    """Run the queue; when the database goes away, begin again with a fresh pool until it is back."""
    while True:
        app = make()
        try:
            async with app.open_async(), asyncio.TaskGroup() as group:
                group.create_task(_every(STALLED_SECONDS, "stalled jobs", partial(retry_stalled, app)))
                group.create_task(_jobs(app, (MEDIA_QUEUE, NOTICES_QUEUE, CALLERS_QUEUE), concurrency))
                group.create_task(_jobs(app, (HIDING_QUEUE,), 1))
                group.create_task(_jobs(app, (FILMS_QUEUE,), 1))
        except* AWAY as errors:
            log.warning("the queue lost the database, trying again: %s", errors.exceptions[0])
        await asyncio.sleep(FALLBACK_SECONDS)


async def _jobs(app: App, queues: Sequence[str], concurrency: int) -> None:
    await app.run_worker_async(
        queues=list(queues),
        concurrency=concurrency,
        install_signal_handlers=False,
        shutdown_graceful_timeout=5,
        delete_jobs="successful",
    )
    # It ends by itself only when its connections do.
    raise ConnectorException("the queue ended")


async def tick(house: House) -> None:
    """One round of what time alone does. Each report that ends by time has a transaction of its own."""
    async with house.transactions.begin() as conn:
        scene = await house.scene(conn, SYSTEM)
        await sweeps.release_lapsed_claims(scene)
        await warning.warn(scene)
        await sweeps.note_overdue(scene)
        await crews.forget_positions(conn, utc_now())
        ending = [(Command.LAPSE, code) for code in await sweeps.unanswered(scene)]
        ending += [(Command.CLOSE, code) for code in await sweeps.undisputed(scene)]
    for command, code in ending:
        async with house.transactions.begin() as conn:
            await sweeps.end_by_time(await house.scene(conn, SYSTEM), command, code)


async def escalate(house: House) -> None:
    """Call who is to look at cases that are late or untouched, until nobody is left to be called now."""
    more = True
    while more:
        async with house.transactions.begin() as conn:
            look = await escalating.sweep(await house.scene(conn, SYSTEM))
        more = look is not None and look.more


async def alarm(house: House, number: int) -> None:
    """One look for what needs a person at the center."""
    everything = number % AGENCIES_EVERY == 0
    kinds = KINDS if everything else alarming.OFTEN
    async with house.transactions.begin() as conn:
        scene = await house.scene(conn, SYSTEM)
        await exercises.settle(scene)
        outside = await outside_of(scene) if everything else None
        await alarming.sweep(scene, house.alarm_thresholds, kinds, outside=outside)


async def outside_of(scene: Scene) -> alarming.Outside:
    """What does not get through to agencies' own systems, and whether their answers can be read."""
    failing = await trouble.failing(scene.conn, alarming.restricted_of(scene.city))
    return alarming.Outside(failing, await answer_box.failing(scene.conn))


async def forget_box(house: House) -> None:
    """The city reads no mail box, or none any more: an old trouble of it is nobody's."""
    async with house.transactions.quiet() as conn:
        await answer_box.forget(conn)


async def look_for_hot_spots(house: House) -> None:
    """One look at where the same was solved again and again."""
    async with house.transactions.begin() as conn:
        await hot_spotting.sweep(await house.scene(conn, SYSTEM))


async def look_at_calendars(house: House) -> None:
    """Say of each calendar whose public holidays run out that they do; the administration's page says so too."""
    async with house.transactions.begin() as conn:
        now = await city_now(house, conn)
        for finding in versions.warnings(await versions.standing(conn, now), now):
            log.warning("%s", finding.as_document()["detail"])


async def expire_uploads(house: House) -> None:
    """Remove uploads that nobody used in time, and the originals that no report needs."""
    async with house.transactions.begin() as conn:
        expired = await uploads.expire(conn, utc_now())
        await arrivals.give_up(await house.scene(conn, SYSTEM), expired.ids)
        needed = await attachments.originals_in_use(conn, expired.unused)
    for key in expired.unused:
        if key not in needed:
            await house.store.delete(key)
    await uploads.sweep(house.upload_desk, expired, utc_now())


async def forget(house: House) -> None:
    """Take out what nobody will ask for again: first answers to old keys, notices and mails of long ago."""
    before = utc_now() - timedelta(days=house.settings.limits.notice_days)
    rounds: tuple[Callable[[AsyncConnection], Awaitable[int]], ...] = (
        lambda conn: sweeps.forget_answers(conn, utc_now()),
        lambda conn: prune(conn, before),
        lambda conn: prune_handovers(conn, before),
    )
    for one in rounds:
        removed = 1
        while removed:
            async with house.transactions.begin() as conn:
                removed = await one(conn)


async def retry_stalled(app: App) -> None:
    """Jobs of a worker that was killed are taken up again; the library finds them but does nothing by itself."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=30):
        log.warning("job %s (%s) lost its worker and is tried again", job.id, job.task_name)
        await app.job_manager.retry_job(job)


async def count_cells(house: House) -> None:
    """Count the journal's news into the cells of the map until there are none."""
    read = cells.BATCH
    while read >= cells.BATCH:
        async with house.transactions.begin() as conn:
            read = await cells.keep_up(conn)


async def _react(what: str, action: Callable[[], Awaitable[object]], dsn: str) -> None:
    """Read the journal when it grows, and every two seconds in case a wake-up was lost."""
    woken = asyncio.Event()
    listener = asyncio.create_task(_listen(dsn, woken))
    try:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FALLBACK_SECONDS):
                    await woken.wait()
            woken.clear()
            try:
                await action()
            except AWAY as error:
                log.warning("%s: trying again: %s", what, error)
    finally:
        listener.cancel()
        await asyncio.gather(listener, return_exceptions=True)


async def _listen(dsn: str, woken: asyncio.Event) -> None:
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
                await conn.execute(f"LISTEN {CHANNEL}")
                async for _ in conn.notifies():
                    woken.set()
        except (psycopg.Error, OSError) as error:
            log.warning("lost the journal's wake-ups, trying again: %s", error)
            await asyncio.sleep(FALLBACK_SECONDS)


async def _once(what: str, action: Callable[[], Awaitable[object]]) -> None:
    """Do it, as soon as the database is there."""
    while True:
        try:
            await action()
            return
        except AWAY as error:
            log.warning("%s: trying again: %s", what, error)
        await asyncio.sleep(FALLBACK_SECONDS)


async def _every(seconds: float, what: str, action: Callable[[], Awaitable[object]]) -> None:
    """Do it now and again; one failure is logged and does not end it."""
    while True:
        try:
            await action()
        except NoConfiguration:
            pass
        except NoMailbox as error:
            log.warning("%s: trying again in %s s: %s", what, seconds, error)
        except Exception:
            log.exception("%s: trying again in %s s", what, seconds)
        await asyncio.sleep(seconds)
