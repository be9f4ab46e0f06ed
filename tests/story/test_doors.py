"""Who may come in where: nobody reads what is not theirs, and the answer does not say that it exists."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from api.clients import Client, File, send_upload
from api.clients.uploads import VERSION, create_upload, offset_of, resume_upload
from tests.story.city import PASSWORD
from tests.story.people import HERE, People, is_problem
from tests.story.photos import phone_photo


async def other_agency(people: People, lead: str) -> Client:
    """The officer of any agency but `lead`."""
    agencies = (await (await people.operator()).get("/api/v1/agencies"))["agencies"]
    return await people.agency(next(agency["code"] for agency in agencies if agency["code"] != lead))


async def test_an_unpublished_report_is_there_for_its_sender_and_the_center_only(people: People) -> None:
    resident = await people.resident()
    report = await people.sent(resident)
    address = f"/api/v1/reports/{report['code']}"
    assert (await resident.get(address))["code"] == report["code"]
    assert (await (await people.operator()).get(address))["code"] == report["code"]
    agency = await other_agency(people, "")
    for outsider in (people.first.bearing(None), await people.resident(), agency):
        is_problem(await outsider.send("GET", address), 404)


async def test_another_agency_never_reads_a_dispatched_case(people: People) -> None:
    report = await people.brought_to("dispatched", await people.sent(await people.resident()))
    stranger = await other_agency(people, report["lead"])
    for path in ("", "/timeline", "/similar"):
        answer = await stranger.send("GET", f"/api/v1/reports/{report['code']}{path}")
        assert answer.status in ((404,) if path != "/similar" else (403, 404)), path
    is_problem(await stranger.send("POST", f"/api/v1/reports/{report['code']}/accept", json={}), 404)
    listed = await stranger.get("/api/v1/reports")
    assert report["code"] not in [shown["code"] for shown in listed["reports"]]
    own = await (await people.agency(report["lead"])).get("/api/v1/reports")
    assert report["code"] in [shown["code"] for shown in own["reports"]] or own["next"]


async def test_the_agency_never_learns_who_sent_it(people: People) -> None:
    resident = await people.resident()
    sent = await people.sent(resident, anonymous=False)
    report = await people.brought_to("dispatched", sent)
    agency = await people.agency(report["lead"])
    shown = await agency.send("GET", f"/api/v1/reports/{report['code']}")
    timeline = await agency.send("GET", f"/api/v1/reports/{report['code']}/timeline")
    device = resident.account["device_id"].encode()
    assert shown.status == timeline.status == 200
    assert device not in shown.content and device not in timeline.content


async def test_the_staff_list_is_closed_to_others_and_paged_by_key(people: People) -> None:
    is_problem(await people.first.bearing(None).send("GET", "/api/v1/reports"), 401)
    is_problem(await (await people.resident()).send("GET", "/api/v1/reports"), 403)
    operator = await people.operator()
    seen: list[str] = []
    cursor = None
    for _ in range(3):
        page = await operator.get("/api/v1/reports", limit=7, after=cursor)
        seen += [report["code"] for report in page["reports"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == 21


async def test_the_public_list_is_geojson_and_paged(people: People) -> None:
    page = await people.first.bearing(None).get("/api/v1/public/reports")
    assert page["type"] == "FeatureCollection" and 0 < len(page["features"]) <= 50
    published = [feature["properties"]["published_at"] for feature in page["features"]]
    assert published == sorted(published, reverse=True)
    for feature in page["features"]:
        assert feature["properties"]["state"] in ("published", "closed")
        assert "claim" not in feature["properties"]


async def test_a_session_ends(people: People) -> None:
    admin = await people.first.login("admin", PASSWORD)
    assert admin.account["username"] == "admin"
    assert (await admin.get("/api/v1/sessions/current"))["account"]["role"] == "admin"
    await admin.ask("DELETE", "/api/v1/sessions/current")
    is_problem(await admin.send("GET", "/api/v1/sessions/current"), 401)


async def test_a_wrong_password_is_401_and_says_nothing_more(people: People) -> None:
    answers = []
    for username in ("operator1", "khong-co-ai"):
        body = {"username": username, "password": "sai"}
        answers.append(await people.first.bearing(None).send("POST", "/api/v1/sessions", json=body))
        is_problem(answers[-1], 401)
    assert answers[0].json["detail"] == answers[1].json["detail"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/sessions", {"username": "operator1", "password": None}),
        ("/api/v1/devices", {"platform": "web", "locale": "vi"}),
    ],
)
async def test_a_cookie_is_set_only_when_asked_for(people: People, path: str, body: dict[str, Any]) -> None:
    body = {name: PASSWORD if value is None else value for name, value in body.items()}
    plain = await people.first.bearing(None).send("POST", path, json=body)
    assert plain.status == 201 and plain.json["token"] and "set-cookie" not in plain.headers
    kept = await people.first.bearing(None).send("POST", path, json={**body, "cookie": True})
    assert kept.status == 201 and "token" not in kept.json
    assert "httponly" in kept.headers["set-cookie"].lower()


async def test_an_upload_belongs_to_its_owner_on_every_verb(people: People) -> None:
    owner, other = await people.resident(), await people.resident()
    photo = File("anh.jpg", phone_photo(HERE["lon"], HERE["lat"], seed=uuid.uuid4().int, size=(400, 300)))
    identifier = await create_upload(owner, photo)
    address = f"/api/v1/uploads/{identifier}"
    patch = {**VERSION, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    for method, parts in (
        ("HEAD", {"headers": VERSION}),
        ("PATCH", {"headers": patch, "content": b"x"}),
        ("DELETE", {"headers": VERSION}),
    ):
        assert (await other.send(method, address, **parts)).status == 404, method
        assert (await people.first.bearing(None).send(method, address, **parts)).status == 401, method
    assert await offset_of(owner, identifier) == 0
    await resume_upload(owner, identifier, photo, 0, 4096)
    assert await offset_of(owner, identifier) == len(photo.content), "a finished upload still answers"
    wrong = await owner.send("PATCH", address, headers=patch, content=b"x")
    assert wrong.status in (403, 409), "a finished upload takes nothing more"


async def test_an_interrupted_upload_goes_on_where_it_stopped(people: People) -> None:
    owner = await people.resident()
    photo = File("anh.jpg", phone_photo(HERE["lon"], HERE["lat"], seed=uuid.uuid4().int))
    identifier = await create_upload(owner, photo)
    half = len(photo.content) // 2
    await resume_upload(owner, identifier, File(photo.name, photo.content[:half]), 0, 1 << 20)
    elsewhere = people.second.bearing(owner.token)
    assert await offset_of(elsewhere, identifier) == half
    await resume_upload(elsewhere, identifier, photo, half, 1 << 20)
    report = await people.sent(owner, media=[identifier])
    assert report["media"][0]["state"] in ("processing", "ready")


async def test_an_upload_is_no_bigger_than_twenty_mebibytes(people: People) -> None:
    owner = await people.resident()
    headers = {**VERSION, "Upload-Length": str((20 << 20) + 1)}
    assert (await owner.send("POST", "/api/v1/uploads", headers=headers)).status == 413


async def test_anothers_upload_is_no_proof(people: People) -> None:
    report = await people.brought_to("in_progress", await people.sent(await people.resident()))
    foreign = await send_upload(await people.resident(), File("a.jpg", phone_photo(107.0, 10.3, size=(64, 64))))
    answer = await (await people.agency(report["lead"])).send(
        "POST", f"/api/v1/reports/{report['code']}/resolve", json={"summary": "Xong", "media": [foreign]}
    )
    is_problem(answer, 422)


async def test_only_the_reporter_rates_and_only_once_it_is_published(people: People) -> None:
    resident = await people.resident()
    report = await people.sent(resident)
    address, body = f"/api/v1/reports/{report['code']}/rating", {"rating": "satisfied"}
    is_problem(await resident.send("POST", address, json=body), 409, "not-now")
    await people.brought_to("published", report)
    stranger = await (await people.resident()).send("POST", address, json=body)
    assert stranger.status in (403, 404)
    is_problem(await resident.send("POST", address, json={"rating": "tuyệt"}), 422)
    assert (await resident.send("POST", address, json=body)).status in (200, 201)
