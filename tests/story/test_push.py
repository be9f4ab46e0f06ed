"""The resident is told: by web push in words a person reads, once for each thing, and never about others."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from api.clients import Client
from tests.loopback.webpush import base64url
from tests.story.notices import PUSH_SECONDS, Notices
from tests.story.people import People, eventually, is_problem


async def test_a_browser_is_told_of_every_turn(people: People, notices: Notices) -> None:
    resident = await people.resident()
    key = await people.first.bearing(None).get("/api/v1/push/key")
    assert key
    browser = await notices.register_browser(resident)
    report = await people.sent(resident)
    asked = await people.command(await people.operator(), report, "ask", question="Bên nào của đường?")
    report = await people.command(resident, asked, "answer", text="Bên phải.")
    await people.brought_to("published", report)
    told = await asyncio.to_thread(browser.wait_for, 4, PUSH_SECONDS)
    shown = [push.shown for push in told]
    assert len({str(notice) for notice in shown}) == len(shown), "nothing twice"
    assert any(report["code"] in str(notice) for notice in shown)
    assert all(push.headers["Content-Encoding"] == "aes128gcm" for push in told)


async def test_a_rejected_resident_reads_why(people: People, notices: Notices) -> None:
    resident = await people.resident()
    token = await notices.register_fcm(resident)
    report = await people.sent(resident)
    await people.command(
        await people.operator(),
        report,
        "reject",
        reason="Không có thật",
        public_answer="Đã kiểm tra, không tìm thấy sự việc.",
    )
    assert "report.rejected" in await notices.fcm_events(resident, token, until="report.rejected")
    own = await resident.get(f"/api/v1/reports/{report['code']}")
    assert own["public_status"] == "rejected"
    assert own["rejection"]["public_answer"] == "Đã kiểm tra, không tìm thấy sự việc."


async def test_a_phone_that_is_gone_is_forgotten(people: People, notices: Notices) -> None:
    resident = await people.resident()
    token = await notices.register_fcm(resident)
    notices.fcm.fail(token, 404, "UNREGISTERED")
    report = await people.sent(resident)
    operator = await people.operator()

    async def failed() -> list[str]:
        timeline = await operator.get(f"/api/v1/reports/{report['code']}/timeline")
        return [entry["event"] for entry in timeline["entries"]]

    await eventually(failed, lambda events: "notification.failed" in events)
    await people.brought_to("dispatched", report)
    await asyncio.sleep(2)
    assert notices.fcm.sent_to(token) == []


async def test_notices_wait_in_the_inbox_until_read(people: People) -> None:
    resident = await people.resident()
    report = await people.sent(resident)

    async def inbox() -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await resident.get("/api/v1/devices/me/inbox"))["items"]
        return items

    items = await eventually(inbox, bool)
    assert items[0]["report"] == report["code"] and items[0]["read"] is False
    await resident.ask("POST", "/api/v1/devices/me/inbox/read", json={"ids": [items[0]["id"]]})
    assert (await inbox())[0]["read"] is True


async def put(resident: Client, body: object) -> Any:
    return await resident.send("PUT", "/api/v1/devices/me/push", json=body)


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "pigeon", "token": "x"},
        {"kind": "fcm"},
        {"kind": "webpush", "subscription": {}},
        [],
        {"kind": 5},
        {
            "kind": "webpush",
            "subscription": {
                "endpoint": "file:///etc/passwd",
                "keys": {"p256dh": base64url(b"x"), "auth": base64url(b"y")},
            },
        },
    ],
)
async def test_bad_registrations_are_refused(people: People, body: object) -> None:
    is_problem(await put(await people.resident(), body), 422)
