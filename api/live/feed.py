"""Hears that entries were sealed, reads each once per process, and hands them to the hub in order."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from api.live import crews, hot_spots, progress, scenes
from api.live.alarms import Alarms
from api.live.hub import Hub
from api.live.presence import CHANNEL as PRESENCE
from api.live.presence import Presence
from api.wiring import House, utc_now
from reports import journal, readings, rows
from reports.accounts import RIGHTS
from reports.alarming import CHANNEL as ALARMS
from reports.configuration import NoConfiguration
from reports.events import AccountChanged, AccountPasswordGiven
from reports.facts import Fact
from reports.hot_spotting import CHANNEL as HOT_SPOTS
from reports.problems import Problem
from reports.sealing import CHANNEL

log = logging.getLogger(__name__)

# A lost wake-up costs at most this long, and no entry.
FALLBACK_SECONDS = 1.0
# Entries that are sealed close after one another are read together.
GAP_SECONDS = 0.01
BATCH = 500


class Feed:
    """One per serving process."""

    def __init__(self, house: House, hub: Hub, presence: Presence, alarms: Alarms) -> None:
        self._house = house
        self._hub = hub
        self._presence = presence
        self._alarms = alarms
        self._woken = asyncio.Event()
        self.seq: int | None = None
        self.alive_at: float = 0.0

    async def run(self) -> None:
        """Read on for ever; starts at the newest entry, because each subscription reads its own past."""
        listener = asyncio.create_task(self._listen(), name="feed-listener")
        try:
            while True:
                try:
                    await self._advance()
                    await asyncio.sleep(GAP_SECONDS)
                    self.alive_at = asyncio.get_running_loop().time()
                except NoConfiguration:
                    pass
                except (SQLAlchemyError, Problem, OSError) as error:
                    log.warning("the feed cannot read the journal, trying again: %s", error)
                await self._wait()
        finally:
            listener.cancel()
            await asyncio.gather(listener, return_exceptions=True)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(FALLBACK_SECONDS):
                await self._woken.wait()
        except TimeoutError:
            pass
        self._woken.clear()

    async def _advance(self) -> None:
        async with self._house.transactions.read() as conn:
            if self.seq is None:
                self.seq = await journal.last_seq(conn)
                return
            if not self._hub.anybody():
                # Nobody to tell: what they miss, they read for themselves when they subscribe.
                newest = await journal.last_seq(conn)
                # Somebody may have come while this was asked; then their snapshot may be older than it.
                if not self._hub.anybody():
                    self.seq = newest
                    return
            while entries := await journal.read_sealed(conn, self.seq, BATCH):
                for fact in await facts_of(self._house, conn, entries):
                    self._hub.publish(fact)
                for username in dismissed(entries):
                    self._hub.dismiss(username)
                self.seq = entries[-1].seq
        await self._note_shown()

    async def _note_shown(self) -> None:
        """Note to whom the events have shown something of the restricted lane: many events at once, never each."""
        shown = self._hub.take_shown()
        if shown:
            async with self._house.transactions.quiet() as conn:
                for account, codes in sorted(shown.items()):
                    await readings.note_codes(conn, account, codes, "list", utc_now())

    async def _listen(self) -> None:
        """Keep one connection that hears NOTIFY; while it is away the fallback carries on."""
        dsn = self._house.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        hearers: dict[str, Callable[[str], None]] = {
            CHANNEL: lambda _: self._woken.set(),
            PRESENCE: self._presence.heard,
            ALARMS: lambda _: self._alarms.wake(),
            HOT_SPOTS: lambda _: hot_spots.heard(self._hub),
            progress.CHANNEL: partial(progress.heard, self._hub),
            scenes.CHANNEL: partial(scenes.heard, self._hub),
            crews.CHANNEL: partial(crews.heard, self._hub),
        }
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
                    for channel in hearers:
                        await conn.execute(f"LISTEN {channel}")
                    self._woken.set()
                    # What was said while it was away, nobody repeats.
                    hot_spots.heard(self._hub)
                    async for notice in conn.notifies():
                        hearers[notice.channel](notice.payload)
            except (psycopg.Error, OSError) as error:
                log.warning("the feed's listener lost the database, trying again: %s", error)
                await asyncio.sleep(FALLBACK_SECONDS)


def dismissed(entries: list[journal.Entry]) -> list[str]:
    """Usernames of accounts whose sessions these entries ended: what they listen to must end too."""
    return [
        entry.data["username"]
        for entry in entries
        if entry.event == AccountPasswordGiven.name
        or (entry.event == AccountChanged.name and RIGHTS & set(entry.data["fields"]))
    ]


async def facts_of(house: House, conn: Any, entries: list[journal.Entry]) -> list[Fact]:
    """The entries about reports with the reports themselves: one statement for all of them."""
    about = [entry for entry in entries if entry.report_id is not None]
    if not about:
        return []
    city = await house.configurations.current(conn)
    known = await rows.by_ids(conn, sorted({entry.report_id for entry in about if entry.report_id is not None}))
    return [
        Fact(entry, known[entry.report_id], city, house.media_address)
        for entry in about
        if entry.report_id is not None and entry.report_id in known
    ]
