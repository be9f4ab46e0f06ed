"""Values of the right shape that a database or a recursion may choke on: taken or refused, never a 500."""

from __future__ import annotations

import uuid
from base64 import b64encode
from typing import Any

import pytest

from api.clients import Answer
from api.clients.uploads import VERSION
from tests.story.people import People, Report

NUL = "a\x00b"
LONG = "ố" * 200_000


def nested(depth: int) -> Any:
    """Lists in lists."""
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def taken_or_refused(answer: Answer) -> bool:
    """A success or a documented refusal of input."""
    assert answer.status in (200, 201, 204, 400, 404, 413, 422), (answer.status, answer.content[:300])
    return True


@pytest.mark.parametrize(
    "changes",
    [
        {"description": NUL},
        {"category": NUL},
        {"name": NUL},
        {"phone": NUL},
        {"answers": {"size": NUL}},
        {"answers": {NUL: NUL}},
        {"answers": {"a": nested(120)}},
        {"answers": {"a": nested(300)}},
        {"answers": {"a": nested(900)}},
        {"unknown": nested(300)},
        {"unknown": nested(900)},
        {"unknown": 10**400},
        {"answers": {"n": 2**70}},
        {"answers": {str(number): number for number in range(20_000)}},
        {"media": [NUL]},
        {"media": ["khong-co"]},
        {"media": [""]},
        {"media": ["a"] * 51},
        {"captured_at": "0001-01-01T00:00:00+14:00"},
        {"captured_at": "9999-12-31T23:59:59-14:00"},
        {"location": {"lon": 180, "lat": 90}},
        {"location": {"lon": -180, "lat": -90}},
        {"location": {"lon": 107.08, "lat": 10.34, "accuracy_m": 1e300}},
        {"location": {"lon": True, "lat": False}},
        {"description": LONG},
    ],
    ids=lambda value: repr(value)[:50],
)
async def test_reports(people: People, changes: dict[str, Any]) -> None:
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    body = await people.draft(**changes)
    taken_or_refused(await (await people.resident()).send("POST", "/api/v1/reports", headers=headers, json=body))


@pytest.mark.parametrize("value", [NUL, LONG, "\u202e‮🙂", " "], ids=["nul", "long", "turned", "blank"])
async def test_words_of_commands(people: People, value: str) -> None:
    operator = await people.operator()
    report = await people.brought_to("in_progress", await people.sent(await people.resident()))
    agency = await people.agency(report["lead"])

    async def give(who: Any, command: str, of: Report, **body: Any) -> Answer:
        answer: Answer = await who.send("POST", f"/api/v1/reports/{of['code']}/{command}", json=body)
        assert answer.status in (200, 404, 409, 413, 422), (command, answer.status, answer.content[:300])
        return answer

    fresh = await people.sent(await people.resident())
    await give(operator, "take_over", fresh, reason=value)
    await give(operator, "merge", fresh, into=value)
    await give(operator, "verify", fresh, category=value)
    await give(operator, "ask", fresh, question=value)
    await give(operator, "reject", fresh, reason=value, public_answer=value)
    await give(operator, "dispatch", fresh, lead=value, note=value)
    await give(agency, "extend", report, until="2027-01-04T09:00:00+07:00", reason=value)
    await give(agency, "resolve", report, summary=value, media=[value])
    await give(agency, "return", report, reason=value, proposed_agency=value)
    async with people.live(operator) as live:
        await live.send({"id": 40, "type": "command", "command": "claim", "report": fresh["code"], "key": value})
        if len(value) < 1000:
            assert (await live.next(60))["type"] in ("result", "error")


async def test_accounts_devices_and_pushes(people: People) -> None:
    nobody, resident = people.first.bearing(None), await people.resident()
    for value in (NUL, LONG, "🙂", ""):
        answers = [
            await nobody.send("POST", "/api/v1/sessions", json={"username": value, "password": value}),
            await nobody.send("POST", "/api/v1/devices", json={"platform": "web", "locale": value}),
            await resident.send("PUT", "/api/v1/devices/me/push", json={"kind": "fcm", "token": value}),
            await resident.send("POST", "/api/v1/devices/me/inbox/read", json={"ids": [value]}),
            await nobody.send("GET", "/api/v1/places", params={"q": value[:1000]}),
            await (await people.operator()).send("GET", "/api/v1/reports", params={"q": value[:1000]}),
        ]
        assert all(answer.status in (200, 201, 204, 401, 413, 422) for answer in answers), [
            (answer.status, answer.content[:200]) for answer in answers
        ]
    big = {"ids": [2**70, -1, 0]}
    taken_or_refused(await resident.send("POST", "/api/v1/devices/me/inbox/read", json=big))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Upload-Length": "-1"},
        {"Upload-Length": "x"},
        {"Upload-Length": "9" * 40},
        {"Upload-Length": "0"},
        {"Upload-Length": "5", "Upload-Metadata": "filename"},
        {"Upload-Length": "5", "Upload-Metadata": "filename !!!"},
        {"Upload-Length": "5", "Upload-Metadata": f"filename {b64encode(NUL.encode()).decode()}"},
        {"Upload-Length": "5", "Upload-Metadata": f"filename {b64encode(b'../../etc/passwd').decode()}"},
        {"Upload-Length": "5", "Upload-Metadata": f"filename {b64encode(bytes([255, 254])).decode()}"},
        {"Upload-Length": "5", "Upload-Metadata": ",,,"},
    ],
    ids=lambda value: repr(value)[:50],
)
async def test_uploads(people: People, headers: dict[str, str]) -> None:
    resident = await people.resident()
    answer = await resident.send("POST", "/api/v1/uploads", headers={**VERSION, **headers})
    taken_or_refused(answer)
    if answer.status == 201:
        address = answer.headers["location"]
        path = "/" + address.split("/", 3)[-1] if "://" in address else address
        for offset in ("0", "-1", "x", "99999999999999999999"):
            patch = {**VERSION, "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream"}
            sent = await resident.send("PATCH", path, headers=patch, content=b"hello, this is longer")
            assert sent.status in (204, 400, 403, 409, 413, 422), (offset, sent.status)


async def test_keys_of_commands(people: People) -> None:
    operator, report = await people.operator(), await people.sent(await people.resident())
    for key in ("x" * 5000, "", "%00", "'"):
        answer = await operator.send(
            "POST", f"/api/v1/reports/{report['code']}/claim", headers={"Idempotency-Key": key}, json={}
        )
        assert answer.status in (200, 400, 422, 431), answer.status
    versions: list[Any] = [2**70, -1, 0, 1.5, True, "1", None, [], NUL]
    for version in versions:
        answer = await operator.send("POST", f"/api/v1/reports/{report['code']}/heartbeat", json={"version": version})
        assert answer.status in (200, 409, 422), (version, answer.status)
