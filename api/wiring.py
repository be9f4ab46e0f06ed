"""Which concrete thing is plugged in where: built once per process from the settings, closed at the end."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from api import cluster
from api.db import Transactions, make_engine
from api.jobs import enqueue_arrival
from api.layer_reader import LayerReader
from api.oidc import Provider
from api.sealer import Sealer
from api.settings import Settings
from api.zones import zone_of
from media import addresses
from media.pool import Sandbox, film_sandbox
from media.privacy import Examiner, open_examiner
from media.store import MediaStore
from media.stores import store_from_url
from media.uploads import Desk, Policy
from media.verdicts import Limits
from reports.alarms import Thresholds
from reports.callers import Caller
from reports.configuration import City, Configurations
from reports.step import Scene
from reports.storms import Density

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class House:
    """Everything a process needs, shared by its requests, commands and jobs."""

    settings: Settings
    engine: AsyncEngine
    transactions: Transactions
    configurations: Configurations
    store: MediaStore
    sandbox: Sandbox
    sealer: Sealer
    signing_key: bytes
    identity: Provider
    film_sandbox: Sandbox
    examiner: Examiner
    layer_reader: LayerReader

    @property
    def incoming(self) -> Path:
        """Where files are written while they arrive."""
        return self.settings.place.state_dir / "incoming"

    @property
    def image_limits(self) -> Limits:
        """What one report may bring along."""
        limits = self.settings.limits
        return Limits(
            limits.image_bytes,
            limits.image_pixels,
            limits.images_per_report,
            film_bytes=limits.film_bytes,
            film_seconds=limits.film_seconds,
            voice_bytes=limits.voice_bytes,
            voice_seconds=limits.voice_seconds,
        )

    @property
    def upload_policy(self) -> Policy:
        """How large, how many and how long uploads may be."""
        limits = self.settings.limits
        return Policy(
            image_bytes=limits.image_bytes,
            film_bytes=limits.film_bytes,
            voice_bytes=limits.voice_bytes,
            open_bytes_per_owner=limits.upload_open_bytes,
            open_per_owner=limits.upload_open_count,
            lifetime=timedelta(hours=limits.upload_hours),
        )

    @property
    def upload_desk(self) -> Desk:
        """Where uploads are received; a completed one wakes the job that hands it to the report waiting for it."""
        return Desk(self.transactions.begin, self.incoming, self.store, self.upload_policy, enqueue_arrival)

    @property
    def alarm_thresholds(self) -> Thresholds:
        """What this city finds alarming."""
        alarms = self.settings.alarms
        return Thresholds(
            urgent=timedelta(minutes=alarms.urgent_minutes),
            agency=timedelta(minutes=alarms.agency_minutes),
            agency_waiting=alarms.agency_waiting,
            agency_stalled=timedelta(minutes=alarms.agency_stalled_minutes),
            handover=timedelta(minutes=self.settings.handover.stuck_minutes),
            mailbox=timedelta(minutes=self.settings.imap.alarm_minutes),
            feed=timedelta(seconds=alarms.feed_seconds),
            worker=timedelta(seconds=alarms.worker_seconds),
            escalate=timedelta(minutes=alarms.escalate_minutes),
            storm=Density(alarms.storm_metres, timedelta(minutes=alarms.storm_minutes), alarms.storm_reports),
        )

    def today(self) -> date:
        """The day it is in the city, by the configuration last read; UTC until one was read."""
        city = self.configurations.held
        return utc_now().astimezone(zone_of(city) if city else UTC).date()

    def media_address(self, attachment_id: str, variant: str) -> str:
        """A signed, expiring address of one picture, the same for everybody who asks in the same while."""
        path = f"/media/{attachment_id}/{variant}"
        lifetime = timedelta(seconds=self.settings.store.link_seconds)
        return f"{path}?{addresses.sign(self.signing_key, path, addresses.expiry(utc_now(), lifetime))}"

    async def scene(self, conn: AsyncConnection, by: Caller, city: City | None = None) -> Scene:
        """Where and when a step happens, with the city's configuration as of now."""
        city = city or await self.configurations.current(conn)
        return Scene(conn, city, by, utc_now(), self.media_address, timedelta(seconds=120))


def utc_now() -> datetime:
    """The present moment; the only clock of the rooms below, which take `now` as a parameter."""
    return datetime.now(UTC)


def database_url(settings: Settings) -> str:
    """The database of the settings; the embedded cluster, started if need be, when none is named."""
    return settings.database.url or cluster.ensure_running(settings.place.state_dir, throwaway=False)


def open_store(settings: Settings) -> MediaStore:
    """The store of pictures the settings name."""
    url, store = settings.store_url, settings.store
    if urlsplit(url).scheme == "file":
        url = f"folder:{urlsplit(url).path}"
    elif url.startswith("/"):
        url = f"folder:{url}"
    elif url.startswith("s3:") and "?" not in url:
        extra = {"endpoint": store.endpoint, "region": store.region}
        url = f"{url}?{urlencode({name: value for name, value in extra.items() if value})}"
    secret = store.secret_key.get_secret_value() if store.secret_key else None
    return store_from_url(url, store.access_key, secret)


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[House]:
    """Build everything, run the sealer beside it, and close all of it at the end."""
    engine = make_engine(await asyncio.to_thread(database_url, settings), settings.database)
    sealer = Sealer(engine)
    house = House(
        settings=settings,
        engine=engine,
        transactions=Transactions(engine, sealer.wake),
        configurations=Configurations(),
        store=open_store(settings),
        sandbox=Sandbox(),
        sealer=sealer,
        signing_key=settings.secret_key().encode(),
        identity=Provider(settings.oidc),
        # One for pictures, one for films: a film takes a minute.
        examiner=open_examiner(2),
        layer_reader=LayerReader(),
        film_sandbox=film_sandbox(settings.limits.film_seconds, settings.limits.voice_seconds),
    )
    house.incoming.mkdir(parents=True, exist_ok=True)
    task = asyncio.create_task(sealer.run(), name="sealer")
    try:
        yield house
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await house.sandbox.close()
        await house.film_sandbox.close()
        await house.examiner.close()
        await house.layer_reader.close()
        await house.store.close()
        await engine.dispose()
