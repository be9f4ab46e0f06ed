"""From journal entries to delivery rows: who is told, what, once, whatever dies on the way."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from notifications.reactor import react
from reports import events
from tests.notifications import town
from tests.notifications.town import DISPATCHED, NOW, RECEIVED


@dataclass
class Queue:
    """Takes the place of the job library: remembers what was queued."""

    ids: list[int] = field(default_factory=list)

    async def enqueue(self, conn: AsyncConnection, ids: Sequence[int], at: datetime) -> None:
        self.ids += ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Teleported(events.Event):
    """What a newer version of the program may write while this one still runs."""

    name: ClassVar[str] = "report.teleported"


async def run(conn: AsyncConnection, queue: Queue | None = None, *channels: str, limit: int = 500) -> int:
    return await react(
        conn,
        enqueue=(queue or Queue()).enqueue,
        channels=channels or ("fcm", "webpush"),
        now=NOW,
        limit=limit,
    )


async def deliveries(conn: AsyncConnection) -> list[Any]:
    return list(await conn.execute(text("SELECT * FROM delivery ORDER BY id")))


@pytest.fixture
async def phone(conn: AsyncConnection) -> UUID:
    await town.build(conn)
    return await town.device(conn)


async def test_a_received_report_is_told_in_the_inbox_and_on_the_phone(conn: AsyncConnection, phone: UUID) -> None:
    await town.push_target(conn, phone, "fcm", {"token": "t"})
    report_id = await town.report(conn, "AB12CD34", phone)
    await town.happened(conn, report_id, RECEIVED, events.ReportLocated(), events.ReportRouted())
    queue = Queue()
    assert await run(conn, queue) == 3
    inbox, push = sorted(await deliveries(conn), key=lambda row: row.channel, reverse=True)
    assert (inbox.channel, inbox.state, inbox.next_at, inbox.settled_at) == ("inbox", "delivered", None, NOW)
    assert (push.channel, push.state, push.next_at, push.attempts) == ("fcm", "pending", NOW, 0)
    assert queue.ids == [push.id]
    for row in (inbox, push):
        assert (row.device_id, row.seq, row.event) == (phone, 1, "report.received")
        assert (row.report_id, row.report_code, row.url) == (report_id, "AB12CD34", "/t/AB12CD34")
        assert row.tag == "AB12CD34-1"
        assert row.title == "Đã nhận phản ánh của bạn"
        assert "“Ổ gà, mặt đường hư hỏng”" in row.body and "16:30 thứ Sáu, 21/11/2025" in row.body


async def test_nothing_personal_is_in_any_notice(conn: AsyncConnection, phone: UUID) -> None:
    report_id = await town.report(conn, "AB12CD34", phone)
    secret = "Chị Lan số 12 ngõ 5, 0987654321"
    await town.happened(
        conn,
        report_id,
        RECEIVED,
        events.ReportQuestionAsked(question=secret),
        events.ReportRejected(reason=secret, public_answer=secret),
        events.ReportPublished(public_answer=secret),
        events.ReportReopened(reason=secret),
    )
    await run(conn)
    rows = await deliveries(conn)
    assert len(rows) == 5
    said = " ".join(f"{row.title} {row.body} {row.url} {row.tag}" for row in rows)
    assert not any(word in said for word in ("Lan", "12 ngõ", "0987", "Bí Mật", "0901"))


async def test_a_confidential_category_is_not_named(conn: AsyncConnection, phone: UUID) -> None:
    report_id = await town.report(conn, "AB12CD34", phone, category="official-conduct")
    await town.happened(conn, report_id, RECEIVED, DISPATCHED, events.ReportPublished())
    await run(conn)
    said = " ".join(f"{row.title} {row.body}" for row in await deliveries(conn))
    assert "AB12CD34" in said
    assert "Thái độ" not in said and "đô thị" not in said


async def test_the_agency_and_due_time_are_those_of_the_told_moment(conn: AsyncConnection, phone: UUID) -> None:
    report_id = await town.report(conn, "AB12CD34", phone, lead="urban")
    then = {"lead": "power", "due_at": "2025-12-01T03:00:00+00:00"}
    await town.happened(conn, report_id, DISPATCHED, after=then)
    await run(conn)
    [row] = await deliveries(conn)
    assert "Điện lực Vũng Tàu" in row.body and "10:00 thứ Hai, 01/12/2025" in row.body


async def test_each_device_hears_in_its_own_language(conn: AsyncConnection, phone: UUID) -> None:
    report_id = await town.report(conn, "AB12CD34", await town.device(conn, "en-US"))
    await town.happened(conn, report_id, DISPATCHED)
    await run(conn)
    [row] = await deliveries(conn)
    assert row.title == "Your report is being handled"
    assert "Urban Management Office" in row.body


async def test_reporters_of_merged_reports_keep_their_notices_and_codes(conn: AsyncConnection, phone: UUID) -> None:
    lead = await town.report(conn, "LEAD0001", phone)
    second, third = await town.device(conn), await town.device(conn)
    child = await town.report(conn, "CHLD0002", second, merged_into=lead)
    await town.report(conn, "CHLD0003", third, merged_into=child)
    await town.happened(conn, lead, DISPATCHED)
    await run(conn)
    told = {row.device_id: (row.report_code, row.url) for row in await deliveries(conn)}
    assert told == {
        phone: ("LEAD0001", "/t/LEAD0001"),
        second: ("CHLD0002", "/t/CHLD0002"),
        third: ("CHLD0003", "/t/CHLD0003"),
    }
    assert all(row.report_code in row.body for row in await deliveries(conn))


async def test_a_question_goes_only_to_who_can_answer_it(conn: AsyncConnection, phone: UUID) -> None:
    lead = await town.report(conn, "LEAD0001", phone)
    await town.report(conn, "CHLD0002", await town.device(conn), merged_into=lead)
    await town.happened(conn, lead, events.ReportQuestionAsked(question="?"))
    await run(conn)
    assert [row.device_id for row in await deliveries(conn)] == [phone]


async def test_one_person_with_two_merged_reports_is_told_once(conn: AsyncConnection, phone: UUID) -> None:
    lead = await town.report(conn, "LEAD0001", phone)
    await town.report(conn, "CHLD0002", phone, merged_into=lead)
    await town.happened(conn, lead, DISPATCHED)
    await run(conn)
    assert [row.report_code for row in await deliveries(conn)] == ["LEAD0001"]


async def test_silent_events_move_the_cursor_and_tell_nobody(conn: AsyncConnection, phone: UUID) -> None:
    report_id = await town.report(conn, "AB12CD34", phone)
    silent = [
        events.ReportVerified(),
        events.ReportClosed(),
        events.NotificationFailed(delivery=1, channel="fcm", reason="x"),
    ]
    await town.happened(conn, report_id, *silent)
    assert await run(conn) == 3
    assert await deliveries(conn) == []
    assert await run(conn) == 0


async def test_an_entry_without_a_report_or_rule_stops_nobody(
    conn: AsyncConnection, phone: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    report_id = await town.report(conn, "AB12CD34", phone)
    await town.happened(conn, None, RECEIVED, Teleported())
    await town.happened(conn, report_id, RECEIVED, after={"due_at": "not a time"})
    await town.happened(conn, report_id, DISPATCHED)
    assert await run(conn) == 4
    assert [row.event for row in await deliveries(conn)] == ["report.dispatched"]
    assert "no notification rule for report.teleported" in caplog.text
    assert "no notice could be written for journal entry 3" in caplog.text


@pytest.mark.parametrize(("age", "pushes"), [(timedelta(hours=23), 1), (timedelta(hours=25), 0)])
async def test_old_news_reaches_the_inbox_and_rings_nobody(
    conn: AsyncConnection, phone: UUID, age: timedelta, pushes: int
) -> None:
    await town.push_target(conn, phone, "webpush", {"endpoint": "x"})
    report_id = await town.report(conn, "AB12CD34", phone)
    await town.happened(conn, report_id, DISPATCHED, at=NOW - age)
    await run(conn)
    channels = [row.channel for row in await deliveries(conn)]
    assert channels.count("inbox") == 1 and channels.count("webpush") == pushes


async def test_only_channels_of_this_city_are_used(conn: AsyncConnection, phone: UUID) -> None:
    for kind in ("fcm", "webpush"):
        await town.push_target(conn, phone, kind, {"token": kind, "endpoint": kind})
    report_id = await town.report(conn, "AB12CD34", phone)
    await town.happened(conn, report_id, DISPATCHED)
    await run(conn, None, "webpush", "console")
    assert {row.channel for row in await deliveries(conn)} == {"inbox", "webpush", "console"}


async def test_reading_in_small_steps_reads_everything_once(conn: AsyncConnection, phone: UUID) -> None:
    report_id = await town.report(conn, "AB12CD34", phone)
    await town.happened(conn, report_id, *[DISPATCHED] * 7)
    steps = []
    while read := await run(conn, limit=3):
        steps.append(read)
    assert steps == [3, 3, 1]
    assert [row.seq for row in await deliveries(conn)] == list(range(1, 8))


async def test_a_cursor_set_back_doubles_nothing(conn: AsyncConnection, phone: UUID) -> None:
    await town.push_target(conn, phone, "fcm", {"token": "t"})
    report_id = await town.report(conn, "AB12CD34", phone)
    await town.happened(conn, report_id, RECEIVED, DISPATCHED)
    queue = Queue()
    await run(conn, queue)
    await conn.execute(text("UPDATE reactor_cursor SET seq = 0"))
    assert await run(conn, queue) == 2
    assert len(await deliveries(conn)) == 4
    assert len(queue.ids) == 2


async def test_a_worker_that_dies_before_its_commit_has_done_nothing(engine: AsyncEngine) -> None:
    async with engine.begin() as conn:
        await town.build(conn)
        await town.happened(conn, await town.report(conn, "AB12CD34", await town.device(conn)), DISPATCHED)
    async with engine.connect() as dying:
        assert await run(dying) == 1
        assert len(await deliveries(dying)) == 1
    async with engine.begin() as conn:
        assert await deliveries(conn) == []
        assert await run(conn) == 1
        assert len(await deliveries(conn)) == 1


async def test_several_workers_share_the_work_without_waiting_or_doubling(engine: AsyncEngine) -> None:
    async with engine.begin() as conn:
        await town.build(conn)
        report_id = await town.report(conn, "AB12CD34", await town.device(conn))
        await town.happened(conn, report_id, *[DISPATCHED] * 60)

    async def worker() -> int:
        total = 0
        for _ in range(40):
            async with engine.begin() as conn:
                total += await run(conn, limit=5)
        return total

    totals = await asyncio.gather(*(worker() for _ in range(3)))
    async with engine.begin() as conn:
        assert sum(totals) == 60
        assert [row.seq for row in await deliveries(conn)] == list(range(1, 61))


async def test_who_finds_the_cursor_taken_goes_away_at_once(engine: AsyncEngine) -> None:
    async with engine.begin() as conn:
        await town.build(conn)
        await town.happened(conn, await town.report(conn, "AB12CD34", await town.device(conn)), DISPATCHED)
        await conn.execute(text("INSERT INTO reactor_cursor (name, seq) VALUES ('notifications', 0)"))
    async with engine.begin() as first, engine.begin() as second:
        assert await run(first) == 1
        async with asyncio.timeout(30):
            assert await run(second) == 0
