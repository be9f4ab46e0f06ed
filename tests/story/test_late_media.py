"""Text first, pictures later: "the report is here, its photos come as the network lets them"."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from typing import Any

from api.clients import Client, File
from api.clients.uploads import create_upload, resume_upload
from tests.story.people import HERE, People, eventually, heard, is_problem
from tests.story.photos import phone_photo


def _photo(seed: int) -> File:
    return File(f"anh-{seed}.jpg", phone_photo(HERE["lon"], HERE["lat"], seed=seed))


async def _media(who: Client, code: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await who.get(f"/api/v1/reports/{code}"))["media"]
    return found


async def test_a_report_is_sent_before_its_photos_and_shows_them_as_they_arrive(people: People) -> None:
    resident, operator = await people.resident(), await people.operator()
    photos = [_photo(701), _photo(702)]
    ids = [await create_upload(resident, photo) for photo in photos]
    report = await people.sent(resident, media=ids)
    assert [item["state"] for item in report["media"]] == ["expected", "expected"]
    assert [item["state"] for item in await _media(operator, report["code"])] == ["expected", "expected"]

    async with people.live(operator, "operations") as desk:
        await resume_upload(resident, ids[0], photos[0], 0, 50_000)
        arrived = await heard(desk, "media.arrived", report["code"])
        assert [item["state"] for item in arrived["report"]["media"]][1] == "expected"
        await heard(desk, "media.ready", report["code"])
    await resume_upload(resident, ids[1], photos[1], 0, 50_000)
    whole = await eventually(
        lambda: _media(operator, report["code"]), lambda media: all(item["state"] == "ready" for item in media)
    )
    originals = [(await operator.ask("GET", item["original"])).content for item in whole]
    assert [hashlib.sha256(one).digest() for one in originals] == [
        hashlib.sha256(photo.content).digest() for photo in photos
    ]
    assert (await operator.get(f"/api/v1/reports/{report['code']}"))["version"] == report["version"]


async def test_the_same_early_report_again_is_the_same_report(people: People) -> None:
    resident, photo, key = await people.resident(), _photo(703), str(uuid.uuid4())
    upload = await create_upload(resident, photo)
    draft = await people.draft(media=[upload])
    first = await resident.submit(draft, key=key)
    await resume_upload(resident, upload, photo, 0, 1 << 20)
    again = await resident.submit(draft, key=key)
    # Forgotten by the phone and by the server alike, the answer is still the same.
    await resident.ask("DELETE", f"/api/v1/uploads/{upload}", headers={"Tus-Resumable": "1.0.0"})
    last = await resident.submit(draft, key=key)
    assert [answer.status for answer in (first, again, last)] == [201, 200, 200]
    assert {answer.json["code"] for answer in (first, again, last)} == {first.json["code"]}
    assert len(last.json["media"]) == 1


async def test_photos_are_added_after_the_report_and_never_twice(people: People) -> None:
    resident, operator = await people.resident(), await people.operator()
    report = await people.sent(resident)
    upload = await create_upload(resident, _photo(704))
    address = f"/api/v1/reports/{report['code']}/media"
    for _ in range(2):
        answer = await resident.ask("POST", address, json={"media": [upload]})
        assert [item["state"] for item in answer.json["media"]] == ["expected"]
    await resume_upload(resident, upload, _photo(704), 0, 1 << 20)
    await eventually(lambda: _media(operator, report["code"]), lambda media: media[0]["state"] == "ready")


async def test_nobody_else_adds_photos_and_nobody_adds_anybody_elses(people: People) -> None:
    resident, stranger = await people.resident(), await people.resident()
    report = await people.sent(resident)
    own, foreign = await create_upload(resident, _photo(705)), await create_upload(stranger, _photo(706))
    address = f"/api/v1/reports/{report['code']}/media"
    assert is_problem(await stranger.send("POST", address, json={"media": [foreign]}), 404)
    assert is_problem(await (await people.operator()).send("POST", address, json={"media": [own]}), 403)
    refused = await resident.send("POST", address, json={"media": [own, foreign]})
    assert is_problem(refused, 422)
    assert refused.json["errors"][0]["pointer"] == "/media/1"
    await resident.command(report["code"], "withdraw")
    assert is_problem(await resident.send("POST", address, json={"media": [own]}), 409, "not-now")


async def test_what_arrives_and_is_no_picture_is_refused_and_the_report_goes_on(people: People) -> None:
    resident, operator = await people.resident(), await people.operator()
    file = File("anh.jpg", b"<html><script>alert(1)</script></html>")
    upload = await create_upload(resident, file)
    report = await people.sent(resident, media=[upload])
    async with people.live(operator, "operations") as desk:
        await resume_upload(resident, upload, file, 0, 1 << 20)
        said = await heard(desk, "media.withheld", report["code"])
    assert said["data"]["reason"] == "not-a-picture"
    assert said["report"]["media"][0]["state"] == "refused"


async def test_a_phone_whose_clock_is_wrong_by_a_day_is_understood(people: People) -> None:
    resident, operator = await people.resident(), await people.operator()
    wrong = await people.draft(captured_at="2026-11-01T08:00:00+07:00")
    headers = {"Idempotency-Key": str(uuid.uuid4()), "Sent-At": "2026-11-01T08:10:00+07:00"}
    sent = (await resident.ask("POST", "/api/v1/reports", json=wrong, headers=headers)).json
    seen = await operator.get(f"/api/v1/reports/{sent['code']}")
    taken, received = (_minutes(seen[name]) for name in ("captured_at", "received_at"))
    assert abs((received - taken) - 10) < 0.2
    assert seen["clock_skew_s"] < -3600


def _minutes(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp() / 60
