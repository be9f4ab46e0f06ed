"""A resident photographs what is wrong in the street and sends it from a phone. The center verifies it and
dispatches it to the agency competent for it there. The agency handles it and proves the result. The center
checks and publishes it on the portal, and the resident is told by push.

One report, two servers, one worker; the people sit at different servers all the way.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from api.clients import Client, File, Live, send_upload
from tests.story.city import Stage
from tests.story.notices import Notices
from tests.story.people import HERE, People, Report, eventually, heard
from tests.story.photos import exif_of, phone_photo, size_of


@dataclass
class Case:
    """What is known of the one report while the story goes on."""

    people: People
    notices: Notices
    resident: Client
    phone: str
    photo: bytes
    report: Report = field(default_factory=dict)

    @property
    def code(self) -> str:
        return str(self.report["code"])


async def test_one_report_goes_all_the_way(stage: Stage, people: People, notices: Notices) -> None:
    resident = await people.resident()
    phone = await notices.register_fcm(resident)
    case = Case(
        people,
        notices,
        resident,
        phone,
        phone_photo(HERE["lon"], HERE["lat"], seed=uuid.uuid4().int, size=(2000, 1500)),
    )
    operator, other = await people.operator(1), await people.operator(2)
    async with (
        people.live(operator, "operations") as desk,
        people.live(other.bearing(other.token), "operations") as neighbour,
        people.live(resident) as own,
    ):
        await the_resident_sends_a_photo(case, desk, neighbour)
        await own.subscribe(f"report:{case.code}")
        await the_picture_is_made_safe(case, operator)
        await the_operator_claims_and_verifies(case, desk, neighbour)
        await the_operator_dispatches(case, desk)
        await the_agency_accepts_and_proves(case, desk, own)
        await the_center_publishes(case, desk, own)
    await the_resident_is_told(case)
    await the_resident_rates(case, operator)


async def the_resident_sends_a_photo(case: Case, desk: Live, neighbour: Live) -> None:
    answer = await case.resident.submit(await case.people.draft(), [File("IMG_0001.JPG", case.photo)])
    case.report = answer.json
    assert answer.status == 201
    assert answer.headers["location"].endswith(f"/api/v1/reports/{case.code}")
    assert case.report["version"] == 1
    assert case.report["state"] == "received"
    assert case.report["public_status"] == "waiting"
    assert case.report["urgency"] == "normal"
    assert {"code", "name", "valid_from"} <= case.report["area"].keys()
    assert case.report["due_basis"] == "projected"
    assert datetime.fromisoformat(case.report["due_at"]) > datetime.fromisoformat(case.report["received_at"])
    assert len(case.report["media"]) == 1
    for listener in (desk, neighbour):
        event = await heard(listener, "report.received", case.code)
        assert event["type"] == "event"
        assert event["report"]["lead"]
        assert event["report"]["version"] == 1
        assert datetime.fromisoformat(event["at"]).tzinfo is not None


async def the_picture_is_made_safe(case: Case, operator: Client) -> None:
    async def look() -> dict[str, Any]:
        found: dict[str, Any] = (await operator.get(f"/api/v1/reports/{case.code}"))["media"][0]
        return found

    picture = await eventually(look, lambda seen: seen["state"] == "ready")
    assert not picture["warnings"], "the photo was taken where the pin is"
    shown = (await operator.ask("GET", picture["large"])).content
    # Held upright by orientation 6: wide as sent, tall as shown.
    kind, width, height = size_of(shown)
    assert (kind, width, height) == ("WEBP", 1200, 1600)
    assert max(size_of((await operator.ask("GET", picture["small"])).content)[1:]) == 400
    assert exif_of(shown) == {}
    assert exif_of((await operator.ask("GET", picture["original"])).content), "the original is sealed as sent"
    assert (await operator.get(f"/api/v1/reports/{case.code}"))["version"] == 1, "media never change the version"


async def the_operator_claims_and_verifies(case: Case, desk: Live, neighbour: Live) -> None:
    claimed = await desk.command("claim", case.code, version=1)
    assert claimed["version"] == 2
    assert claimed["claim"]["by"]["username"] == "operator1"
    assert claimed["claim"]["by"]["name"]
    assert datetime.fromisoformat(claimed["claim"]["until"]).timestamp() > time.time()
    assert (await heard(neighbour, "report.claimed", case.code))["report"]["claim"] == claimed["claim"]
    own = await heard(desk, "report.claimed", case.code)
    assert own["by"]["username"] == "operator1", "the sender hears it too"
    verified = await desk.command("verify", case.code, version=2, urgency="normal")
    assert (verified["version"], verified["state"]) == (3, "verified")
    assert verified["claim"], "verifying does not end the claim"


async def the_operator_dispatches(case: Case, desk: Live) -> None:
    proposed = await case.people.operator(1)
    before = await proposed.get(f"/api/v1/reports/{case.code}")
    assert before["route"]["lead"] == before["lead"]
    assert before["route"]["because"], "every route says why"
    async with case.people.live(await case.people.agency(before["lead"]), "agency") as office:
        case.report = await desk.command("dispatch", case.code, version=3)
        event = await heard(office, "report.dispatched", case.code)
        assert event["report"]["version"] == 4
    assert case.report["version"] == 4
    assert case.report["state"] == "dispatched"
    assert case.report["public_status"] == "in_progress"
    assert case.report["lead"] == before["route"]["lead"], "no lead given: the routed proposal"
    assert case.report["claim"] is None, "dispatch ends the claim"


async def the_agency_accepts_and_proves(case: Case, desk: Live, own: Live) -> None:
    agency = await case.people.agency(case.report["lead"])
    async with case.people.live(agency) as office:
        waiting = await office.subscribe("agency")
        assert case.code in {report["code"] for report in waiting["snapshot"]["reports"]}
        accepted = await office.command("accept", case.code, version=4)
        assert (accepted["version"], accepted["state"], accepted["due_basis"]) == (
            5,
            "in_progress",
            "running",
        )
        after = phone_photo(HERE["lon"], HERE["lat"], seed=uuid.uuid4().int)
        upload = await send_upload(agency, File("sau.jpg", after), piece_bytes=50_000)
        resolved = await office.command(
            "resolve", case.code, version=5, summary="Đã vá ổ gà bằng bê tông nhựa.", media=[upload]
        )
    assert (resolved["version"], resolved["state"]) == (6, "resolved")
    assert [item["role"] for item in resolved["media"]] == ["report", "proof"]
    assert (await heard(desk, "report.resolved", case.code))["report"]["version"] == 6
    assert (await heard(own, "report.dispatched", case.code))["report"]["public_status"] == "in_progress"


async def the_center_publishes(case: Case, desk: Live, own: Live) -> None:
    stranger = case.people.first.bearing(None)
    assert (await stranger.send("GET", f"/api/v1/reports/{case.code}")).status == 404
    shown = case.report["media"][0]["id"]
    case.report = await desk.command(
        "approve", case.code, version=6, public_answer="Cảm ơn bạn, đã xử lý xong.", public_media=[shown]
    )
    assert (case.report["version"], case.report["state"]) == (7, "published")
    assert case.report["public_status"] == "done"

    async def look() -> int:
        return (await stranger.send("GET", f"/api/v1/reports/{case.code}")).status

    await eventually(look, lambda status: status == 200)
    assert (await heard(own, "report.published", case.code))["report"]["public_status"] == "done"
    await anybody_sees_it(case, stranger, shown)


async def anybody_sees_it(case: Case, stranger: Client, shown: str) -> None:
    async def with_picture() -> dict[str, Any]:
        found: dict[str, Any] = await stranger.get(f"/api/v1/reports/{case.code}")
        return found

    # The result is there at once; its picture when somebody has looked for faces in it.
    public = await eventually(with_picture, lambda found: bool(found["media"]))
    assert public["public_answer"] == "Cảm ơn bạn, đã xử lý xong."
    assert public["resolution"]["summary"] == "Đã vá ổ gà bằng bê tông nhựa."
    assert [item["id"] for item in public["media"]] == [shown], "only what the approver released"
    assert "original" not in public["media"][0]
    assert exif_of((await stranger.ask("GET", public["media"][0]["large"])).content) == {}
    page = await stranger.get("/api/v1/public/reports")
    assert page["type"] == "FeatureCollection"
    newest = page["features"][0]
    assert newest["type"] == "Feature"
    assert newest["properties"]["code"] == case.code, "newest published first"
    assert newest["geometry"]["type"] == "Point"
    lon, lat = newest["geometry"]["coordinates"]
    assert abs(lon - HERE["lon"]) < 0.02 and abs(lat - HERE["lat"]) < 0.02


async def the_resident_is_told(case: Case) -> None:
    events = await case.notices.fcm_events(case.resident, case.phone, until="report.published")
    for event in ("report.received", "report.dispatched", "report.published"):
        assert events.count(event) == 1, (event, events)
    inbox = await case.resident.get("/api/v1/devices/me/inbox")
    told = [item for item in inbox["items"] if item["report"] == case.code]
    assert {item["event"] for item in told} >= {"report.received", "report.dispatched", "report.published"}
    assert all(item["title"] and item["body"] for item in told)


async def the_resident_rates(case: Case, operator: Client) -> None:
    body = {"rating": "satisfied", "comment": "Nhanh quá, cảm ơn!"}
    rated = await case.resident.ask("POST", f"/api/v1/reports/{case.code}/rating", json=body)
    assert rated.status in (200, 201)
    seen = await operator.get(f"/api/v1/reports/{case.code}")
    assert seen["rating"]["rating"] == "satisfied"
    assert seen["version"] == 7, "ratings never change the version"
    own = await case.resident.get("/api/v1/devices/me/reports")
    listed = own["reports"] if isinstance(own, dict) else own
    assert [report["code"] for report in listed] == [case.code]
    timeline = await case.resident.get(f"/api/v1/reports/{case.code}/timeline")
    events = [entry["event"] for entry in timeline["entries"]]
    for event in ("report.received", "report.dispatched", "report.resolved", "report.published"):
        assert event in events
