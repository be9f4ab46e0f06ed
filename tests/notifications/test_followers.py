"""Who follows somebody else's report, or an area, hears public facts, each once, and nobody's data."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from notifications.reactor import react
from reports import events
from tests.notifications import town
from tests.notifications.test_reactor import Queue
from tests.notifications.town import DISPATCHED, NOW, RECEIVED

SECRET = "Chị Lan số 12 ngõ 5, 0987654321"
PUBLISHED = events.ReportPublished(public_answer=SECRET)


async def follow(conn: AsyncConnection, by: UUID, *, report: int | None = None, area: str | None = None) -> None:
    await conn.execute(
        text("INSERT INTO follow (device_id, report_id, area_code, created_at) VALUES (:by, :report, :area, :now)"),
        {"by": by, "report": report, "area": area, "now": NOW},
    )


async def told(conn: AsyncConnection, by: UUID, channel: str = "inbox") -> list[Any]:
    await react(conn, enqueue=Queue().enqueue, channels=("fcm",), now=NOW)
    found = text("SELECT * FROM delivery WHERE device_id = :by AND channel = :channel ORDER BY id")
    return list(await conn.execute(found, {"by": by, "channel": channel}))


@pytest.fixture
async def sender(conn: AsyncConnection) -> UUID:
    await town.build(conn)
    return await town.device(conn)


@pytest.fixture
async def follower(conn: AsyncConnection, sender: UUID) -> UUID:
    return await town.device(conn)


async def test_turns_of_the_public_status_and_nothing_else(conn: AsyncConnection, sender: UUID, follower: UUID) -> None:
    report = await town.report(conn, "AB12CD34", sender)
    await follow(conn, follower, report=report)
    await town.happened(
        conn,
        report,
        RECEIVED,
        events.ReportVerified(),
        DISPATCHED,
        events.ReportQuestionAsked(question=SECRET),
        events.ReportExtended(reason=SECRET, was_due="", until=""),
        events.ReportResolved(agency="urban", summary=SECRET),
        PUBLISHED,
        events.ReportRated(rating="satisfied"),
        events.ReportClosed(),
    )
    rows = await told(conn, follower)
    assert [row.event for row in rows] == ["report.dispatched", "report.published", "report.closed"]
    assert [row.url for row in rows] == ["/f/AB12CD34", "/reports/AB12CD34", "/f/AB12CD34"]
    assert all(row.report_code == "AB12CD34" and row.report_id is None for row in rows)
    said = " ".join(f"{row.title} {row.body} {row.url} {row.tag}" for row in rows)
    assert not any(word in said for word in ("Lan", "0987", "Bí Mật", "0901"))
    assert "Phòng Quản lý đô thị" not in rows[0].body, "which agency has it is not public yet"
    assert "Phòng Quản lý đô thị" in rows[1].body


async def test_a_report_that_goes_back_and_forth_is_told_once(
    conn: AsyncConnection, sender: UUID, follower: UUID
) -> None:
    report = await town.report(conn, "AB12CD34", sender)
    await follow(conn, follower, report=report)
    for _ in range(3):
        await town.happened(conn, report, DISPATCHED)
        assert len(await told(conn, follower)) == 1
    await town.happened(conn, report, PUBLISHED, events.ReportReopened(reason=SECRET), DISPATCHED)
    assert len(await told(conn, follower)) == 4


async def test_the_sender_hears_as_sender_and_only_once(conn: AsyncConnection, sender: UUID) -> None:
    report = await town.report(conn, "AB12CD34", sender)
    await follow(conn, sender, report=report)
    await town.happened(conn, report, PUBLISHED)
    [row] = await told(conn, sender)
    assert row.url == "/t/AB12CD34"


async def test_followers_of_a_merged_report_hear_of_its_lead_by_the_code_they_know(
    conn: AsyncConnection, sender: UUID, follower: UUID
) -> None:
    lead = await town.report(conn, "AB12CD34", sender)
    merged = await town.report(conn, "EF56GH78", await town.device(conn), merged_into=lead)
    await follow(conn, follower, report=merged)
    await town.happened(conn, lead, DISPATCHED, PUBLISHED)
    rows = await told(conn, follower)
    assert [row.report_code for row in rows] == ["EF56GH78", "EF56GH78"]
    assert rows[1].url == "/reports/AB12CD34"


async def test_a_report_that_became_confidential_is_told_to_nobody(
    conn: AsyncConnection, sender: UUID, follower: UUID
) -> None:
    report = await town.report(conn, "AB12CD34", sender)
    await follow(conn, follower, report=report)
    await conn.execute(text("UPDATE report SET category = 'official-conduct'"))
    await town.happened(conn, report, DISPATCHED, PUBLISHED)
    assert await told(conn, follower) == []


async def in_area(conn: AsyncConnection, code: str, by: UUID, category: str = "road-pothole") -> int:
    report = await town.report(conn, code, by, category=category)
    area = text("UPDATE report SET area_code = '26506', area_name = 'Phường Vũng Tàu' WHERE id = :id")
    await conn.execute(area, {"id": report})
    return report


async def test_an_area_tells_at_most_once_a_day(conn: AsyncConnection, sender: UUID, follower: UUID) -> None:
    await follow(conn, follower, area="26506")
    await town.push_target(conn, follower, "fcm", {"token": "t"})
    reports = [await in_area(conn, f"AB12CD3{n}", sender) for n in range(4)]
    for report in reports[:3]:
        await town.happened(conn, report, DISPATCHED, PUBLISHED)
    rows = await told(conn, follower)
    assert [row.event for row in rows] == ["report.published"]
    assert (rows[0].url, rows[0].report_code, rows[0].report_id) == ("/?area=26506", None, None)
    assert "Phường Vũng Tàu" in rows[0].body and "AB12" not in rows[0].body
    assert len(await told(conn, follower, "fcm")) == 1
    # 09:00 in the city; 16 hours later it is another day there.
    await town.happened(conn, reports[3], PUBLISHED, at=NOW + timedelta(hours=16))
    assert len(await told(conn, follower)) == 2


async def test_an_area_tells_nothing_of_what_is_not_public(conn: AsyncConnection, sender: UUID, follower: UUID) -> None:
    await follow(conn, follower, area="26506")
    report = await in_area(conn, "AB12CD34", sender, "official-conduct")
    await town.happened(conn, report, PUBLISHED)
    assert await told(conn, follower) == []


async def test_every_device_of_the_resident_hears(conn: AsyncConnection, sender: UUID, follower: UUID) -> None:
    await conn.execute(text("INSERT INTO resident (id, created_at) VALUES (gen_random_uuid(), now())"))
    await conn.execute(text("UPDATE device SET resident_id = (SELECT id FROM resident)"))
    report = await town.report(conn, "AB12CD34", sender)
    await town.happened(conn, report, DISPATCHED)
    assert len(await told(conn, sender)) == len(await told(conn, follower)) == 1


async def test_a_moved_report_is_told_to_who_has_it_now(conn: AsyncConnection, sender: UUID, follower: UUID) -> None:
    report = await town.report(conn, "AB12CD34", sender)
    await conn.execute(text("UPDATE reporter SET held_by = :new"), {"new": follower})
    await town.happened(conn, report, DISPATCHED)
    assert await told(conn, sender) == [] and len(await told(conn, follower)) == 1
