"""My reports: the resident reads in plain words what happens and until when, answers, rates, reopens with a photo,
follows what others sent, is told by day and not by night, and takes all of it along to the next phone. Without any
account.
"""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

from api.clients import Client, File, send_upload
from tests.loopback.webpush import Browser
from tests.story.city import Stage
from tests.story.notices import Notices
from tests.story.people import HERE, People, Report, eventually, is_problem
from tests.story.photos import phone_photo

ME = "/api/v1/devices/me"


def photo(name: str = "anh.jpg") -> File:
    return File(name, phone_photo(HERE["lon"], HERE["lat"], seed=uuid.uuid4().int))


async def inbox(phone: Client) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await phone.get(f"{ME}/inbox"))["items"]
    return items


async def told(phone: Client, number: int) -> list[str]:
    """The addresses of the notices, newest first, once there are so many."""
    items = await eventually(lambda: inbox(phone), lambda found: len(found) >= number)
    return [item["url"] for item in items]


async def test_the_question_is_answered_with_a_photo_and_the_report_goes_on(people: People) -> None:
    resident = await people.resident()
    report = await people.sent(resident)
    asked = await people.command(await people.operator(), report, "ask", question="Bên nào của đường?")
    upload = await send_upload(resident, photo(), piece_bytes=20_000)
    answered = await people.command(resident, asked, "answer", text="Bên phải, như ảnh.", media=[upload])
    assert (answered["state"], answered["answer"]["text"]) == ("received", "Bên phải, như ảnh.")

    async def at_the_desk() -> Report:
        seen: Report = await (await people.operator()).get(f"/api/v1/reports/{report['code']}")
        return seen

    seen = await eventually(at_the_desk, lambda one: [item["state"] for item in one["media"]] == ["ready"])
    assert seen["media"][0]["role"] == "report"


async def test_an_unhappy_resident_reopens_with_a_photo(people: People) -> None:
    resident = await people.resident()
    report = await people.brought_to("published", await people.sent(resident, [photo()]))
    rated = await resident.ask("POST", f"/api/v1/reports/{report['code']}/rating", json={"rating": "unsatisfied"})
    assert rated.json["rating"]["rating"] == "unsatisfied"
    upload = await send_upload(resident, photo("lai-sut.jpg"), piece_bytes=20_000)
    reopened = await people.command(resident, report, "reopen", reason="Lại sụt sau mưa", media=[upload])
    assert reopened["state"] == "verified" and reopened["published_at"] is None
    assert [item["role"] for item in reopened["media"]].count("report") == 2
    is_problem(await people.first.bearing(None).send("GET", f"/api/v1/reports/{report['code']}"), 404)


async def test_a_neighbour_follows_and_hears_the_public_turns(people: People) -> None:
    sender, neighbour = await people.resident(), await people.resident()
    report = await people.sent(sender, description="Chị Lan số 12 báo: ổ gà")
    code = report["code"]
    await neighbour.ask("PUT", f"{ME}/follows/report/{code}")
    [followed] = (await neighbour.get(f"{ME}/follows"))["reports"]
    assert (followed["public_status"], followed["result"]) == ("waiting", None)
    assert "Lan" not in str(followed)
    is_problem(await neighbour.send("GET", f"/api/v1/reports/{code}"), 404)
    await people.brought_to("published", report)
    assert await told(neighbour, 2) == [f"/reports/{code}", f"/f/{code}"]
    assert "Lan" not in str(await inbox(neighbour))
    seen = await sender.get(f"/api/v1/reports/{code}")
    assert neighbour.account["device_id"] not in str(seen)


async def test_a_neighbour_of_the_whole_ward_hears_once_a_day(people: People) -> None:
    sender, neighbour = await people.resident(), await people.resident()
    first = await people.sent(sender)
    await neighbour.ask("PUT", f"{ME}/follows/area/{first['area']['code']}")
    for report in (first, await people.sent(sender)):
        await people.brought_to("published", report)
    assert await told(neighbour, 1) == [f"/?area={first['area']['code']}"]
    await asyncio.sleep(2)
    assert len(await inbox(neighbour)) == 1


async def test_who_follows_a_merged_report_hears_of_its_lead(people: People) -> None:
    neighbour = await people.resident()
    lead, same = [await people.sent(await people.resident()) for _ in range(2)]
    await neighbour.ask("PUT", f"{ME}/follows/report/{same['code']}")
    await people.command(await people.operator(), same, "merge", into=lead["code"])
    await people.brought_to("published", lead)
    assert await told(neighbour, 2) == [f"/reports/{lead['code']}", f"/f/{same['code']}"]


def quiet_now(city_now: Any) -> dict[str, str]:
    """Hours that began an hour ago and end in an hour, by the city's clock."""
    hour = int(city_now)
    return {"from": f"{(hour - 1) % 24:02}:00", "to": f"{(hour + 2) % 24:02}:00"}


async def test_at_night_the_phone_is_silent_not_the_inbox(people: People, notices: Notices, stage: Stage) -> None:
    resident = await people.resident()
    browser: Browser = await notices.register_browser(resident)
    hour = stage.city.rows("SELECT extract(hour FROM now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::int")[0][0]
    await resident.ask("PATCH", f"{ME}/preferences", json={"quiet_hours": quiet_now(hour)})
    report = await people.sent(resident)
    await told(resident, 1)
    waiting = "SELECT next_at > now() FROM delivery WHERE report_code = %s AND channel = 'webpush' AND attempts = 0"

    async def put_off() -> list[Any]:
        return [row for row in stage.city.rows(waiting, report["code"]) if row[0]]

    await eventually(put_off, bool)
    assert browser.received == []
    await resident.ask("PATCH", f"{ME}/preferences", json={"quiet_hours": None})
    await people.command(await people.operator(), report, "verify")
    await people.command(await people.operator(), report, "dispatch")
    await asyncio.to_thread(browser.wait_for, 1, 15.0)


async def test_everything_comes_along_to_the_next_phone(people: People, notices: Notices) -> None:
    old, new = await people.resident(), people.second.bearing((await people.resident()).token)
    old_token = await notices.register_fcm(old)
    report = await people.sent(old)
    await told(old, 1)
    offered = (await old.ask("POST", f"{ME}/transfer")).json
    await new.ask("POST", f"{ME}/transfer/accept", json={"code": offered["code"]})
    assert [one["code"] for one in (await new.get(f"{ME}/reports"))["reports"]] == [report["code"]]
    assert await told(new, 1) == [f"/t/{report['code']}"] and await inbox(old) == []
    is_problem(await old.send("GET", f"/api/v1/reports/{report['code']}"), 404)
    before = len(notices.fcm.sent_to(old_token))
    await people.brought_to("dispatched", report)
    await told(new, 2)
    assert len(notices.fcm.sent_to(old_token)) == before and await inbox(old) == []
    again = await new.send("POST", f"{ME}/transfer/accept", json={"code": offered["code"]})
    is_problem(again, 422)
