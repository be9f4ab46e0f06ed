"""One delivery on its way: claimed, sent without a connection, settled, tried again, given up, swept."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import QueuePool, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from notifications.attempts import MOST_ATTEMPTS
from notifications.channels.base import Delivered, Gone, Message, Outcome, Refused, Retry, Target
from notifications.reactor import react
from notifications.sender import LEASE, PATIENCE, claim, deliver, settle, sweep
from tests.notifications import town
from tests.notifications.town import DISPATCHED, NOW


@dataclass
class Queue:
    """Remembers what was queued and for when."""

    jobs: list[tuple[int, datetime]] = field(default_factory=list)

    async def enqueue(self, conn: AsyncConnection, ids: Sequence[int], at: datetime) -> None:
        self.jobs += [(one, at) for one in ids]


@dataclass
class Planned:
    """A channel that answers as planned and remembers what it was given."""

    answers: list[Outcome | Exception] = field(default_factory=list)
    sent: list[tuple[Message, Target]] = field(default_factory=list)

    async def send(self, message: Message, target: Target) -> Outcome:
        self.sent.append((message, dict(target)))
        answer = self.answers.pop(0) if self.answers else Delivered("1")
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def close(self) -> None:
        """Nothing is held."""


@dataclass
class Desk:
    """The sender with everything around it, at a time the test sets."""

    engine: AsyncEngine
    phone: UUID
    delivery: int
    queue: Queue = field(default_factory=Queue)
    channel: Planned = field(default_factory=Planned)
    now: datetime = NOW

    async def send(self) -> Outcome | None:
        return await deliver(
            self.engine.begin,
            self.delivery,
            channels={"webpush": self.channel},
            enqueue=self.queue.enqueue,
            clock=lambda: self.now,
        )

    async def sweep(self) -> int:
        async with self.engine.begin() as conn:
            return await sweep(conn, enqueue=self.queue.enqueue, now=self.now)

    async def row(self) -> Any:
        async with self.engine.begin() as conn:
            return (await conn.execute(text("SELECT * FROM delivery WHERE id = :id"), {"id": self.delivery})).one()

    async def journal(self) -> list[tuple[str, dict[str, Any], str]]:
        async with self.engine.begin() as conn:
            rows = await conn.execute(
                text("SELECT event, data, audience FROM journal WHERE event LIKE 'notification.%' ORDER BY id")
            )
            return [(row.event, row.data, row.audience) for row in rows]

    async def targets(self) -> int:
        async with self.engine.begin() as conn:
            return int((await conn.execute(text("SELECT count(*) FROM push_target"))).scalar_one())


@pytest.fixture
async def desk(engine: AsyncEngine) -> Desk:
    queue = Queue()
    async with engine.begin() as conn:
        await town.build(conn)
        phone = await town.device(conn)
        await town.push_target(conn, phone, "webpush", {"endpoint": "https://push.example/1"})
        await town.happened(conn, await town.report(conn, "AB12CD34", phone), DISPATCHED)
        await react(conn, enqueue=queue.enqueue, channels=["webpush"], now=NOW)
    [(delivery, _)] = queue.jobs
    return Desk(engine, phone, delivery)


async def test_delivered_is_written_down_and_told_to_the_journal(desk: Desk) -> None:
    assert await desk.send() == Delivered("1")
    row = await desk.row()
    assert (row.state, row.attempts, row.next_at, row.settled_at) == ("delivered", 1, None, NOW)
    [(message, target)] = desk.channel.sent
    assert (message.title, message.body, message.url, message.tag) == (row.title, row.body, row.url, row.tag)
    assert target == {"endpoint": "https://push.example/1"}
    assert await desk.journal() == [
        ("notification.delivered", {"delivery": desk.delivery, "channel": "webpush"}, "internal")
    ]


async def test_a_job_that_comes_twice_sends_once(desk: Desk) -> None:
    await desk.send()
    assert await desk.send() is None
    assert len(desk.channel.sent) == 1


async def test_jobs_at_the_same_moment_send_once(desk: Desk) -> None:
    await asyncio.gather(*(desk.send() for _ in range(4)))
    assert len(desk.channel.sent) == 1


async def test_a_job_for_nothing_does_nothing(desk: Desk) -> None:
    desk.delivery = 999_999
    assert await desk.send() is None


async def test_no_connection_is_held_while_the_provider_is_asked(desk: Desk) -> None:
    held: list[int] = []

    class Asking(Planned):
        async def send(self, message: Message, target: Target) -> Outcome:
            pool = desk.engine.pool
            assert isinstance(pool, QueuePool)
            held.append(pool.checkedout())
            return await super().send(message, target)

    desk.channel = Asking()
    assert await desk.send() == Delivered("1")
    assert held == [0]


async def test_a_retry_waits_and_is_queued_in_the_same_transaction(desk: Desk) -> None:
    desk.channel.answers = [Retry("503 busy", after=40), Delivered("2")]
    await desk.send()
    row = await desk.row()
    assert (row.state, row.attempts, row.last_error) == ("pending", 1, "503 busy")
    assert row.next_at == NOW + timedelta(seconds=40)
    assert desk.queue.jobs == [(desk.delivery, row.next_at)]
    assert await desk.journal() == []
    desk.now = row.next_at
    assert await desk.send() == Delivered("2")
    assert [message.tag for message, _ in desk.channel.sent] == [row.tag, row.tag], "a repeat must replace"
    assert (await desk.row()).attempts == 2


async def test_giving_up_can_be_seen(desk: Desk) -> None:
    desk.channel.answers = [Retry("503")] * MOST_ATTEMPTS
    while (row := await desk.row()).state == "pending":
        desk.now = max(row.next_at, desk.now)
        await desk.send()
    assert (row.state, row.attempts, row.next_at) == ("failed", MOST_ATTEMPTS, None)
    assert row.last_error == "after 8 attempts: 503"
    reason = {"delivery": desk.delivery, "channel": "webpush", "reason": "after 8 attempts: 503"}
    assert await desk.journal() == [("notification.failed", reason, "internal")]
    assert len(desk.queue.jobs) == MOST_ATTEMPTS - 1
    assert await desk.targets() == 1


async def test_a_refused_message_is_not_tried_again(desk: Desk) -> None:
    desk.channel.answers = [Refused("413")]
    await desk.send()
    assert (await desk.row()).state == "failed"
    assert desk.queue.jobs == []
    assert await desk.targets() == 1


async def test_a_dead_address_is_removed(desk: Desk) -> None:
    desk.channel.answers = [Gone("410")]
    await desk.send()
    assert ((await desk.row()).state, await desk.targets()) == ("dead", 0)
    assert [event for event, _, _ in await desk.journal()] == ["notification.failed"]


async def test_a_new_address_survives_the_death_of_the_old_one(desk: Desk) -> None:
    async with desk.engine.begin() as conn:
        claimed = await claim(conn, desk.delivery, NOW)
        assert claimed is not None
        await conn.execute(text("UPDATE push_target SET fingerprint = 'new', address = '{\"endpoint\": \"new\"}'"))
        await settle(conn, claimed, Gone("410"), enqueue=desk.queue.enqueue, now=NOW)
    assert await desk.targets() == 1


async def test_who_unsubscribed_meanwhile_is_not_sent_to(desk: Desk) -> None:
    async with desk.engine.begin() as conn:
        await conn.execute(text("DELETE FROM push_target"))
    assert isinstance(await desk.send(), Gone)
    assert (desk.channel.sent, (await desk.row()).state) == ([], "dead")


async def test_a_channel_that_is_switched_off_is_a_visible_failure(desk: Desk) -> None:
    async with desk.engine.begin() as conn:
        await conn.execute(text("UPDATE delivery SET channel = 'fcm' WHERE id = :id"), {"id": desk.delivery})
    assert isinstance(await desk.send(), Refused)
    assert (await desk.row()).last_error == "this server does not send by fcm"


async def test_a_defect_in_a_channel_is_loud_and_tried_again(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.channel.answers = [ZeroDivisionError("oh")]
    await desk.send()
    assert ((await desk.row()).state, (await desk.row()).last_error) == (
        "pending",
        "ZeroDivisionError in the channel",
    )
    assert "the channel webpush broke" in caplog.text


async def test_a_worker_killed_while_sending_is_swept_and_the_notice_sent(desk: Desk) -> None:
    async with desk.engine.begin() as conn:
        assert await claim(conn, desk.delivery, NOW) is not None
    assert await desk.send() is None, "another worker keeps its hands off"
    assert await desk.sweep() == 0
    desk.now = NOW + LEASE + timedelta(seconds=1)
    assert await desk.sweep() == 1
    assert desk.queue.jobs == [(desk.delivery, desk.now)]
    assert await desk.send() == Delivered("1")
    assert ((await desk.row()).state, (await desk.row()).attempts) == ("delivered", 2)


async def test_a_worker_that_comes_back_too_late_changes_nothing(desk: Desk) -> None:
    async with desk.engine.begin() as conn:
        late = await claim(conn, desk.delivery, NOW)
        assert late is not None
    desk.now = NOW + LEASE + timedelta(seconds=1)
    await desk.sweep()
    await desk.send()
    async with desk.engine.begin() as conn:
        await settle(conn, late, Retry("late"), enqueue=desk.queue.enqueue, now=desk.now)
        await settle(conn, late, Refused("late"), enqueue=desk.queue.enqueue, now=desk.now)
    assert (await desk.row()).state == "delivered"
    assert len(desk.queue.jobs) == 1
    assert [event for event, _, _ in await desk.journal()] == ["notification.delivered"]


async def test_a_delivery_whose_job_was_lost_is_queued_again_once(desk: Desk) -> None:
    desk.now = NOW + PATIENCE + timedelta(seconds=1)
    assert await desk.sweep() == 1
    assert await desk.sweep() == 0
    assert [one for one, _ in desk.queue.jobs] == [desk.delivery]


async def test_a_notice_that_kills_every_worker_is_given_up(desk: Desk) -> None:
    for _ in range(MOST_ATTEMPTS):
        async with desk.engine.begin() as conn:
            assert await claim(conn, desk.delivery, desk.now) is not None
        desk.now += LEASE + timedelta(seconds=1)
        assert await desk.sweep() == 1
    row = await desk.row()
    assert (row.state, row.attempts) == ("failed", MOST_ATTEMPTS)
    assert [event for event, _, _ in await desk.journal()] == ["notification.failed"]
    assert await desk.sweep() == 0
