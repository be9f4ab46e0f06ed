"""kill -9 in the middle: of a server, of the worker, of PostgreSQL itself.

Residents go on sending as phones do, with the same key until somebody acknowledges it. Afterwards every
acknowledged report is there once, every one was heard once, and nobody has a second delivery record.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from api import cluster
from api.clients import Client, Refused, Unreachable
from api.watch.follow import Following, follow
from tests.loopback.fcm import LoopbackFcm
from tests.loopback.webpush import LoopbackPush
from tests.story.city import PASSWORD, City, new_database
from tests.story.foundation import Foundation
from tests.story.notices import Notices
from tests.story.people import People, eventually

RESIDENTS = 4
REPORTS_EACH = 25
# When the killing happens: after this many acknowledged reports, so that it is in the middle on any machine.
KILL_AFTER = 20


@dataclass
class Ruin:
    """A city that may be broken, on a PostgreSQL that keeps its promises (fsync on)."""

    state: Path
    city: City
    notices: Notices

    def kill_postgresql(self) -> None:
        """kill -9 of the postmaster; its children end by themselves."""
        pid = int((cluster.data_folder(self.state) / "data" / "postmaster.pid").read_text().split("\n")[0])
        os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def ruin(foundation: Foundation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ruin]:
    """Two servers and a worker on their own durable cluster."""
    state, folder = tmp_path_factory.mktemp("durable"), tmp_path_factory.mktemp("ruin")
    try:
        database = new_database(cluster.ensure_running(state, throwaway=False), "ruin")
        with LoopbackFcm() as fcm, LoopbackPush() as push:
            notices = Notices(fcm, push)
            with foundation.city(folder, database, notices.settings(folder)) as city:
                city.serve()
                city.serve()
                city.work()
                yield Ruin(state, city, notices)
    finally:
        cluster.remove_all(state)


@dataclass
class Town:
    """What the residents know: which key got which code. `acknowledged` counts while they send."""

    doors: list[Client]
    codes: dict[str, str] = field(default_factory=dict)
    devices: list[Client] = field(default_factory=list)

    async def send_all(self, notices: Notices, body: dict[str, object]) -> None:
        """Every resident sends its reports, each until it is acknowledged."""
        self.devices = [await self.doors[0].new_device() for _ in range(RESIDENTS)]
        for device in self.devices:
            await notices.register_fcm(device)
        await asyncio.gather(*(self._send(device, body) for device in self.devices))

    async def _send(self, device: Client, body: dict[str, object]) -> None:
        for _ in range(REPORTS_EACH):
            key = str(uuid.uuid4())
            door = 0
            while key not in self.codes:
                client = self.doors[door % 2].bearing(device.token)
                with contextlib.suppress(Unreachable, Refused):
                    self.codes[key] = (await client.submit(dict(body), key=key)).json["code"]
                if key not in self.codes:
                    door += 1
                    await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def watching(url: str) -> AsyncIterator[Counter[str]]:
    """Counts how often each report was heard of as received, across all breaks of the line."""
    heard: Counter[str] = Counter()
    opened = asyncio.Event()

    async def listen() -> None:
        async for item in follow(Following(url, "operator1", PASSWORD)):
            if item["type"] == "connection":
                opened.set()
            elif item.get("event") == "report.received":
                heard[item["report"]["code"]] += 1

    task = asyncio.create_task(listen())
    await asyncio.wait_for(opened.wait(), 60)
    try:
        yield heard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until_killing_time(town: Town) -> None:
    while len(town.codes) < KILL_AFTER:
        await asyncio.sleep(0.01)


async def life_goes_on(ruin: Ruin, breaking: Callable[[], None]) -> Town:
    """Residents send while `breaking(town)` does its worst; then everything is checked."""
    servers = [process for process in ruin.city.processes if process.url and process.popen.poll() is None][-2:]
    urls = [server.url for server in servers]
    async with Client.open(urls[0]) as first, Client.open(urls[1]) as second, watching(urls[1]) as heard:
        town = Town([first, second])
        body = await People(first, second, {}).draft()
        sending = asyncio.create_task(town.send_all(ruin.notices, body))
        await asyncio.wait_for(until_killing_time(town), 120)
        await asyncio.to_thread(breaking)
        await asyncio.wait_for(sending, 120)
        await nothing_is_lost(ruin, town)
        await nothing_is_doubled(ruin, town, heard)
    return town


async def nothing_is_lost(ruin: Ruin, town: Town) -> None:
    assert len(town.codes) == RESIDENTS * REPORTS_EACH
    rows = ruin.city.rows(
        "SELECT r.key::text, p.code FROM reporter r JOIN report p ON p.id = r.report_id WHERE r.key = ANY(%s::uuid[])",
        list(town.codes),
    )
    assert {row[0]: row[1] for row in rows} == town.codes, "each key is one report, the acknowledged one"
    assert len(rows) == len(town.codes)


async def nothing_is_doubled(ruin: Ruin, town: Town, heard: Counter[str]) -> None:
    codes = set(town.codes.values())

    async def all_heard() -> int:
        return len(codes & heard.keys())

    await eventually(all_heard, lambda number: number == len(codes))
    assert {heard[code] for code in codes} == {1}, "nothing missed, nothing twice"

    async def told() -> list[tuple[object, ...]]:
        return await asyncio.to_thread(
            ruin.city.rows,
            "SELECT report_code, channel, count(*) FROM delivery WHERE event = 'report.received'"
            " AND report_code = ANY(%s) GROUP BY 1, 2",
            list(codes),
        )

    rows = await eventually(told, lambda found: len(found) >= 2 * len(codes))
    assert {row[2] for row in rows} == {1}, "one delivery record per person, event and channel"
    assert Counter(row[1] for row in rows) == {"inbox": len(codes), "fcm": len(codes)}
    await asyncio.to_thread(ruin.city.run, "check")


async def test_a_killed_server_loses_nothing(ruin: Ruin) -> None:
    first = ruin.city.processes[0]

    def breaking() -> None:
        first.kill()
        ruin.city.serve(int(first.url.rsplit(":", 1)[1]))

    await life_goes_on(ruin, breaking)


async def test_a_killed_worker_tells_everybody_once(ruin: Ruin) -> None:
    def breaking() -> None:
        next(p for p in reversed(ruin.city.processes) if not p.url).kill()
        ruin.city.work()

    await life_goes_on(ruin, breaking)


async def test_a_killed_postgresql_loses_nothing_that_was_acknowledged(ruin: Ruin) -> None:
    def breaking() -> None:
        ruin.kill_postgresql()
        cluster.ensure_running(ruin.state, throwaway=False)

    town = await life_goes_on(ruin, breaking)
    alive = [process for process in ruin.city.processes if process.popen.poll() is None]
    assert len(alive) >= 3, "servers and worker outlive a restart of the database"
    assert town.codes
