"""Sending a report: exactly once however often the phone retries, and refused only for what is wrong."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from typing import Any

import pytest

from api.clients import Client, File, send_upload
from api.clients.http import multipart
from tests.story.people import HERE, NOWHERE, People, is_problem
from tests.story.photos import phone_photo


def keyed(key: str | None = None) -> dict[str, str]:
    return {"Idempotency-Key": key or str(uuid.uuid4())}


async def post(resident: Client, body: dict[str, Any], key: str | None = None) -> Any:
    return await resident.send("POST", "/api/v1/reports", headers=keyed(key), json=body)


async def test_a_repeated_key_gives_the_same_report(people: People) -> None:
    resident, key, body = await people.resident(), str(uuid.uuid4()), await people.draft()
    first = await resident.submit(body, key=key)
    elsewhere = people.second.bearing(resident.token)
    again = await elsewhere.submit(dict(reversed(body.items())), key=key)
    assert (first.status, again.status) == (201, 200)
    assert again.json["code"] == first.json["code"], "key order does not count"
    assert again.json["version"] == 1


async def test_a_repeated_key_with_another_body_is_refused(people: People) -> None:
    resident, key, body = await people.resident(), str(uuid.uuid4()), await people.draft()
    await resident.submit(body, key=key)
    is_problem(await post(resident, {**body, "description": "Khác hẳn."}, key), 422)


async def test_media_count_by_their_bytes_and_order_not_by_their_names(people: People) -> None:
    resident, key, body = await people.resident(), str(uuid.uuid4()), await people.draft()
    one, two = (phone_photo(HERE["lon"], HERE["lat"], seed=seed, size=(320, 240)) for seed in (1, 2))
    first = await resident.submit(body, [File("a.jpg", one), File("b.jpg", two)], key)
    renamed = await resident.submit(body, [File("x.jpg", one), File("y.jpg", two)], key)
    assert (first.status, renamed.status) == (201, 200)
    assert renamed.json["code"] == first.json["code"]
    turned = await resident.send(
        "POST",
        "/api/v1/reports",
        headers=keyed(key),
        files=multipart(body, [File("a.jpg", two), File("b.jpg", one)]),
    )
    is_problem(turned, 422)


async def test_fifty_retries_at_once_on_two_servers_are_one_report(people: People) -> None:
    resident, key, body = await people.resident(), str(uuid.uuid4()), await people.draft()
    doors = [resident, people.second.bearing(resident.token)] * 25
    answers = await asyncio.gather(*(door.submit(body, key=key) for door in doors))
    assert sorted(answer.status for answer in answers) == [200] * 49 + [201]
    assert len({answer.json["code"] for answer in answers}) == 1


async def test_a_key_belongs_to_its_device(people: People) -> None:
    key, body = str(uuid.uuid4()), await people.draft()
    codes = [(await (await people.resident()).submit(body, key=key)).json["code"] for _ in range(2)]
    assert codes[0] != codes[1]


async def test_a_report_by_upload_ids(people: People) -> None:
    resident = await people.resident()
    photo = File("anh.jpg", phone_photo(HERE["lon"], HERE["lat"], seed=uuid.uuid4().int))
    upload = await send_upload(resident, photo, piece_bytes=10_000)
    body = await people.draft(media=[upload])
    key = str(uuid.uuid4())
    sent = await resident.submit(body, key=key)
    assert sent.status == 201
    assert len(sent.json["media"]) == 1
    assert (await resident.submit(body, key=key)).status == 200


async def test_a_refused_file_does_not_refuse_the_report(people: People) -> None:
    resident = await people.resident()
    good = File("tốt.jpg", phone_photo(HERE["lon"], HERE["lat"], seed=5, size=(320, 240)))
    script = File("ảnh.jpg", b"<script>alert(1)</script>" * 40)
    report = await people.sent(resident, [good, script])
    states = [item["state"] for item in report["media"]]
    assert states[1] == "refused" and states[0] in ("processing", "ready")
    assert report["media"][1]["refusal"]["code"] and report["media"][1]["refusal"]["detail"]


@pytest.mark.parametrize("captured_at", ["1970-01-01T00:00:00Z", "2099-01-01T00:00:00+07:00", "hôm qua", 17, None])
async def test_captured_at_is_a_hint_and_never_refuses(people: People, captured_at: object) -> None:
    assert (await people.sent(await people.resident(), captured_at=captured_at))["version"] == 1


async def test_a_report_from_the_open_sea_has_no_area_but_a_due_time_and_a_desk(people: People) -> None:
    report = await people.sent(await people.resident(), location=NOWHERE)
    assert report["area"] is None
    assert report["due_at"]
    seen = await (await people.operator()).get(f"/api/v1/reports/{report['code']}")
    assert seen["lead"], "no report is ever dropped: the default desk has it"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"location": {"lon": 107.0, "lat": 97.0}}, "/location/lat"),
        ({"location": {"lon": 1e308, "lat": 10.0}}, "/location/lon"),
        ({"location": {"lon": "đông", "lat": 10.0}}, "/location/lon"),
        ({"location": {"lat": 10.0}}, "/location/lon"),
        ({"location": None}, "/location"),
        ({"category": "no-such-thing"}, "/category"),
        ({"category": 7}, "/category"),
        ({"description": ["một", "hai"]}, "/description"),
        ({"anonymous": "có lẽ"}, "/anonymous"),
        ({"answers": "không"}, "/answers"),
    ],
)
async def test_bad_input_points_at_what_is_bad(people: People, changes: dict[str, Any], pointer: str) -> None:
    body = json.dumps(await people.draft(**changes))
    answer = await (await people.resident()).send(
        "POST", "/api/v1/reports", headers={**keyed(), "Content-Type": "application/json"}, content=body
    )
    is_problem(answer, 422)
    assert pointer in [error["pointer"] for error in answer.json["errors"]], answer.json
    assert all(error["detail"] for error in answer.json["errors"])


async def test_a_parent_category_is_no_leaf(people: People) -> None:
    tree = await people.first.get("/api/v1/categories", lat=HERE["lat"], lon=HERE["lon"])
    parent = next(node["code"] for node in tree if node["children"])
    is_problem(await post(await people.resident(), await people.draft(category=parent)), 422)


async def test_the_key_is_needed_and_is_a_uuid(people: People) -> None:
    resident, body = await people.resident(), await people.draft()
    is_problem(await resident.send("POST", "/api/v1/reports", json=body), 422)
    is_problem(await post(resident, body, "không phải uuid".encode().hex()), 422)


async def test_without_a_credential_nothing_is_taken(people: People) -> None:
    body = await people.draft()
    for token in (None, "không-có-thật".encode().hex()):
        is_problem(await post(people.first.bearing(token), body), 401)


async def test_a_device_may_send_sixty_a_minute(people: People) -> None:
    resident, body = await people.resident(), await people.draft()
    begun = time.monotonic()
    answers = await asyncio.gather(*(post(resident, body) for _ in range(60)))
    assert {answer.status for answer in answers} == {201}
    refused = await post(resident, body)
    assert time.monotonic() - begun < 60, "this machine is too slow to send sixty in a minute"
    is_problem(refused, 429)
    assert int(refused.headers["retry-after"]) >= 1


async def test_the_categories_are_as_promised(people: People) -> None:
    tree = await people.first.bearing(None).get("/api/v1/categories")
    nodes = [*tree]
    for node in nodes:
        assert {"code", "name", "icon", "questions", "children"} <= node.keys()
        assert node["code"].isascii() and node["code"] == node["code"].lower()
        nodes += node["children"]
    leaves = [node["code"] for node in nodes if not node["children"]]
    assert 12 <= len(leaves) <= 16
    assert any("pothole" in code for code in leaves) and any("light" in code for code in leaves)
