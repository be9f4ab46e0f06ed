"""What a phone registers, and what it finds in the app."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from notifications import inbox, targets
from notifications.reactor import react
from reports import events
from reports.problems import BadInput
from tests.loopback.webpush import Browser
from tests.notifications import town
from tests.notifications.test_reactor import Queue
from tests.notifications.town import DISPATCHED, NOW, RECEIVED


async def kept(conn: AsyncConnection) -> list[tuple[UUID, str, dict[str, Any]]]:
    rows = await conn.execute(text("SELECT device_id, kind, address FROM push_target ORDER BY created_at, kind"))
    return [(row.device_id, row.kind, row.address) for row in rows]


async def test_one_target_of_each_kind_the_last_one_counts(conn: AsyncConnection) -> None:
    phone = await town.device(conn)
    browser = Browser("https://push.example.com/1").subscription
    for token in ("old", "new"):
        await targets.register(conn, phone, "fcm", {"token": token, "junk": 1}, now=NOW)
    await targets.register(conn, phone, "webpush", browser, now=NOW)
    only = {"endpoint": browser["endpoint"], "keys": browser["keys"]}
    assert await kept(conn) == [(phone, "fcm", {"token": "new"}), (phone, "webpush", only)]
    await targets.remove(conn, phone)
    assert await kept(conn) == []


async def test_a_phone_that_registers_as_a_new_device_is_not_told_twice(conn: AsyncConnection) -> None:
    before, after = await town.device(conn), await town.device(conn)
    for device in (before, after):
        await targets.register(conn, device, "fcm", {"token": "same phone"}, now=NOW)
    assert await kept(conn) == [(after, "fcm", {"token": "same phone"})]


async def test_two_devices_with_one_address_at_the_same_moment(engine: AsyncEngine) -> None:
    async with engine.begin() as conn:
        devices = [await town.device(conn) for _ in range(8)]

    async def register(device: UUID) -> None:
        async with engine.begin() as conn:
            await targets.register(conn, device, "fcm", {"token": "same phone"}, now=NOW)

    await asyncio.gather(*(register(device) for device in devices))
    async with engine.begin() as conn:
        assert len(await kept(conn)) == 1


GOOD = Browser("https://push.example.com/1").subscription


@pytest.mark.parametrize(
    ("kind", "address", "pointer"),
    [
        ("fcm", {}, "/token"),
        ("fcm", {"token": ""}, "/token"),
        ("fcm", {"token": "x" * 4097}, "/token"),
        ("fcm", {"token": "line\nbreak"}, "/token"),
        ("fcm", {"token": 5}, "/token"),
        ("sms", {"token": "x"}, "/kind"),
        ("webpush", {}, "/subscription/endpoint"),
        ("webpush", {**GOOD, "endpoint": "https://10.0.0.1/x"}, "/subscription/endpoint"),
        ("webpush", {"endpoint": GOOD["endpoint"]}, "/subscription/keys"),
        ("webpush", {**GOOD, "keys": {}}, "/subscription/keys/p256dh"),
        ("webpush", {**GOOD, "keys": {**GOOD["keys"], "p256dh": "A" * 87}}, "/subscription/keys/p256dh"),
        ("webpush", {**GOOD, "keys": {**GOOD["keys"], "p256dh": "é+/"}}, "/subscription/keys/p256dh"),
        ("webpush", {**GOOD, "keys": {**GOOD["keys"], "auth": "AAAA"}}, "/subscription/keys/auth"),
        ("webpush", {**GOOD, "keys": {**GOOD["keys"], "auth": None}}, "/subscription/keys/auth"),
    ],
)
def test_what_cannot_be_sent_to_is_refused_with_the_place(kind: str, address: dict[str, Any], pointer: str) -> None:
    with pytest.raises(BadInput) as refused:
        targets.checked(kind, address)
    assert [where for where, _ in refused.value.errors] == [pointer]


async def test_deleting_a_device_takes_its_notices_along(conn: AsyncConnection) -> None:
    phone = await told(conn)
    await targets.register(conn, phone, "fcm", {"token": "x"}, now=NOW)
    await conn.execute(text("DELETE FROM reporter"))
    await conn.execute(text("DELETE FROM device WHERE id = :id"), {"id": phone})
    left = "SELECT (SELECT count(*) FROM delivery) + (SELECT count(*) FROM push_target)"
    assert (await conn.execute(text(left))).scalar_one() == 0


async def told(conn: AsyncConnection) -> UUID:
    """A phone with two notices."""
    await town.build(conn)
    phone = await town.device(conn)
    report_id = await town.report(conn, "AB12CD34", phone)
    await town.happened(conn, report_id, RECEIVED, DISPATCHED, events.ReportAccepted(agency="urban"))
    await react(conn, enqueue=Queue().enqueue, channels=(), now=NOW)
    return phone


async def test_the_inbox_shows_the_newest_first(conn: AsyncConnection) -> None:
    phone = await told(conn)
    first, second = await inbox.notices(conn, phone)
    assert (first["event"], second["event"]) == ("report.dispatched", "report.received")
    assert (first["report"], first["at"], first["read"]) == ("AB12CD34", NOW, False)
    assert first["title"] == "Phản ánh đang được xử lý"
    assert set(first) == {"id", "event", "report", "title", "body", "url", "at", "read"}
    assert len(await inbox.notices(conn, phone, limit=1)) == 1


async def test_reading_marks_once_and_only_one_s_own(conn: AsyncConnection) -> None:
    phone = await told(conn)
    stranger = await town.device(conn)
    ids = [one["id"] for one in await inbox.notices(conn, phone)]
    assert await inbox.mark_read(conn, stranger, ids, NOW) == 0
    assert await inbox.mark_read(conn, phone, ids[:1], NOW) == 1
    assert await inbox.mark_read(conn, phone, ids, NOW) == 1
    assert [one["read"] for one in await inbox.notices(conn, phone)] == [True, True]
    assert await inbox.notices(conn, stranger) == []
