"""The room as a worker runs it: journal, job library, channels and providers, all real, over real sockets."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from procrastinate import App, PsycopgConnector
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from notifications import targets
from notifications.channels.doorway import Doorway
from notifications.channels.fcm import FcmChannel
from notifications.channels.vapid import load_or_make_vapid
from notifications.channels.webpush import WebPushChannel
from notifications.tasks import QUEUE, Wiring
from reports import events
from tests.loopback.fcm import LoopbackFcm
from tests.loopback.webpush import Browser, LoopbackPush
from tests.notifications import town
from tests.sealing import seal_all
from tests.story.people import eventually

HERE = Path(__file__).resolve().parent


@pytest.fixture
def providers() -> Iterator[tuple[LoopbackFcm, LoopbackPush]]:
    with LoopbackFcm() as fcm, LoopbackPush() as push:
        yield fcm, push


def plain_dsn(engine: AsyncEngine) -> str:
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture
async def room(
    engine: AsyncEngine, providers: tuple[LoopbackFcm, LoopbackPush], tmp_path: Path
) -> AsyncIterator[tuple[Wiring, App]]:
    fcm, push = providers
    vapid = load_or_make_vapid(tmp_path / "vapid.pem", "mailto:ioc@vungtau.example")
    wiring = Wiring(
        engine.begin,
        {
            "fcm": FcmChannel(fcm.service_account, send_url=fcm.send_url),
            "webpush": WebPushChannel(vapid, Doorway((push.origin,))),
        },
    )
    app = App(connector=PsycopgConnector(conninfo=plain_dsn(engine)))
    app.add_tasks_from(wiring.blueprint, namespace="notifications")
    async with app.open_async():
        yield wiring, app
    await wiring.close()


async def someone(engine: AsyncEngine, push: LoopbackPush, code: str, token: str) -> tuple[int, Browser]:
    """A reporter with an app and a browser; the report and the browser."""
    browser = push.subscribe()
    now = datetime.now(UTC)
    async with engine.begin() as conn:
        phone = await town.device(conn)
        await targets.register(conn, phone, "fcm", {"token": token}, now=now)
        door = Doorway((push.origin,))
        await targets.register(conn, phone, "webpush", browser.subscription, now=now, doorway=door)
        return await town.report(conn, code, phone), browser


async def happened(engine: AsyncEngine, report_id: int, *facts: events.Event) -> None:
    async with engine.begin() as conn:
        await town.happened(conn, report_id, *facts, at=datetime.now(UTC))


async def all_jobs(app: App) -> None:
    await app.run_worker_async(queues=[QUEUE], wait=False, listen_notify=False, install_signal_handlers=False)


async def states(engine: AsyncEngine) -> list[tuple[str, str, int]]:
    async with engine.begin() as conn:
        rows = await conn.execute(text("SELECT channel, state, attempts FROM delivery ORDER BY seq, channel"))
        return [(row.channel, row.state, row.attempts) for row in rows]


async def test_from_the_journal_to_the_phone_and_the_browser(
    engine: AsyncEngine, room: tuple[Wiring, App], providers: tuple[LoopbackFcm, LoopbackPush]
) -> None:
    (wiring, app), (fcm, push) = room, providers
    async with engine.begin() as conn:
        await town.build(conn)
    report_id, browser = await someone(engine, push, "AB12CD34", "phone-1")
    await happened(engine, report_id, town.RECEIVED, town.DISPATCHED, events.ReportAccepted(agency="urban"))
    assert await wiring.react() == 3
    await all_jobs(app)
    assert {message["notification"]["title"] for message in fcm.sent_to("phone-1")} == {
        "Đã nhận phản ánh của bạn",
        "Phản ánh đang được xử lý",
    }
    assert {one.shown["tag"] for one in browser.received} == {"AB12CD34-1", "AB12CD34-2"}
    assert {state for _, state, _ in await states(engine)} == {"delivered"}
    # Four receipts were written in the journal; they tell nobody anything.
    await seal_all(engine)
    assert await wiring.react() == 4
    assert len(await states(engine)) == 6


async def test_a_busy_provider_is_asked_again_by_a_scheduled_job(
    engine: AsyncEngine, room: tuple[Wiring, App], providers: tuple[LoopbackFcm, LoopbackPush]
) -> None:
    (wiring, app), (fcm, push) = room, providers
    async with engine.begin() as conn:
        await town.build(conn)
    report_id, browser = await someone(engine, push, "AB12CD34", "phone-1")
    fcm.fail("phone-1", 503)
    push.fail(browser, 410)
    await happened(engine, report_id, town.DISPATCHED)
    await wiring.react()
    await all_jobs(app)
    assert await states(engine) == [("fcm", "pending", 1), ("inbox", "delivered", 0), ("webpush", "dead", 1)]
    [waiting] = await app.job_manager.list_jobs_async(status="todo")
    assert waiting.scheduled_at is not None and waiting.scheduled_at > datetime.now(UTC)
    async with engine.begin() as conn:
        await conn.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'"))
    await all_jobs(app)
    assert len(fcm.sent_to("phone-1")) == 1
    assert (await states(engine))[0] == ("fcm", "delivered", 2)


async def test_jobs_and_deliveries_are_one_transaction(
    engine: AsyncEngine, room: tuple[Wiring, App], providers: tuple[LoopbackFcm, LoopbackPush]
) -> None:
    (wiring, app), (_, push) = room, providers
    async with engine.begin() as conn:
        await town.build(conn)
    report_id, _browser = await someone(engine, push, "AB12CD34", "phone-1")
    await happened(engine, report_id, town.DISPATCHED)
    async with engine.connect() as dying:
        await wiring.enqueue(dying, [1, 2, 3], datetime.now(UTC))
    assert list(await app.job_manager.list_jobs_async()) == []
    await wiring.react()
    assert len(list(await app.job_manager.list_jobs_async(queue=QUEUE))) == 2


async def test_the_sweep_is_planned_every_minute(room: tuple[Wiring, App]) -> None:
    _, app = room
    [planned] = app.periodic_registry.periodic_tasks.values()
    assert (planned.task.name, planned.cron) == ("notifications:sweep", "* * * * *")
    assert set(app.tasks) >= {"notifications:deliver", "notifications:sweep"}


# Three processes start and import Google's libraries each; on a busy machine that alone takes half a minute.
async def test_workers_killed_again_and_again_lose_and_double_no_delivery(
    engine: AsyncEngine,
    room: tuple[Wiring, App],
    providers: tuple[LoopbackFcm, LoopbackPush],
    tmp_path: Path,
) -> None:
    """kill -9 at three moments while 24 entries become 48 pushes; then one worker finishes."""
    (wiring, app), (fcm, push) = room, providers
    async with engine.begin() as conn:
        await town.build(conn)
    report_id, browser = await someone(engine, push, "AB12CD34", "phone-1")
    await happened(engine, report_id, *[town.DISPATCHED] * 24)
    # Most of the time of a worker is sending, and none comes to the end of them all.
    fcm.pace = push.pace = 0.5
    account = str(fcm.write_service_account(tmp_path / "fcm.json"))
    database = engine.url.render_as_string(hide_password=False)
    arguments = [database, account, fcm.send_url, str(tmp_path / "vapid.pem"), push.origin]
    for _ in range(3):
        await _work_and_die(engine, arguments)
    assert await _sending(engine) > 0, "nobody died while sending; the test proves nothing"
    async with engine.begin() as conn:
        # As if the leases had ended and the patience with lost jobs too.
        await conn.execute(text("UPDATE delivery SET next_at = next_at - interval '1 hour'"))
    fcm.pace = push.pace = 0.0
    # The server may need a moment to notice that a dead worker's connection, and its hold on the cursor, are gone.
    for _ in range(100):
        await wiring.react()
        if len(await states(engine)) == 72:
            break
        await asyncio.sleep(0.1)
    await wiring.sweep(0)
    await all_jobs(app)
    rows = await states(engine)
    assert len(rows) == 72
    assert {state for _, state, _ in rows} == {"delivered"}
    tags = {f"AB12CD34-{seq}" for seq in range(1, 25)}
    assert {message["data"]["tag"] for message in fcm.sent_to("phone-1")} == tags
    assert {one.shown["tag"] for one in browser.received} == tags


async def _sending(engine: AsyncEngine) -> int:
    """Deliveries that are being sent, or were by somebody who died."""
    async with engine.connect() as conn:
        return int((await conn.execute(text("SELECT count(*) FROM delivery WHERE state = 'sending'"))).scalar_one())


async def _work_and_die(engine: AsyncEngine, arguments: list[str]) -> None:
    """Start a worker, and kill it with SIGKILL as soon as it is sending something."""
    before = await _sending(engine)
    root = HERE.parent.parent
    worker = subprocess.Popen(
        [sys.executable, str(HERE / "hasty_worker.py"), *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
    )
    assert worker.stdout is not None
    with worker.stdout as said:
        try:
            assert await asyncio.to_thread(said.readline) == b"ready\n"
            await eventually(lambda: _sending(engine), lambda now: now > before)
        finally:
            worker.kill()
            worker.wait()
