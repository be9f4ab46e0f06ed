"""Three neighbours report the same hole. The center merges them, the city mends one hole, and each hears of it under
the code they know, sees the result, and has a word of their own. One of the three had meant another hole.
"""

from __future__ import annotations

from typing import Any

from api.clients import Client, Live, Message
from tests.story.people import HERE, People, Report, eventually, is_problem

ME = "/api/v1/devices/me"


def near(metres_north: float) -> dict[str, Any]:
    # 400 m from where everybody else reports: only so many reports alike are proposed.
    return {**HERE, "lat": HERE["lat"] + (400 + metres_north) / 111_000}


async def event_of(live: Live, event: str, code: str) -> Message:
    """The next event of this name about this report."""
    while True:
        message = await live.next(60)
        if message.get("event") == event and message["report"]["code"] == code:
            return message


async def heard(phone: Client, number: int) -> list[tuple[str, str]]:
    """(event, code) of the phone's notices, oldest first, once there are so many."""

    async def inbox() -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await phone.get(f"{ME}/inbox"))["items"]
        return items

    items = await eventually(inbox, lambda found: len(found) >= number)
    assert all(item["report"] in item["body"] for item in items), "each by the code they know"
    return [(item["event"].removeprefix("report."), item["report"]) for item in reversed(items)]


async def story_of(phone: Client, code: str) -> list[str]:
    """What the reporter's own timeline says, the lead's moves as what they were."""
    entries = (await phone.get(f"/api/v1/reports/{code}/timeline"))["entries"]
    return [str(entry["data"].get("event") or entry["event"]).removeprefix("report.") for entry in entries]


async def test_three_neighbours_and_one_hole(people: People) -> None:
    lan, binh, chi = [await people.resident() for _ in range(3)]
    first = await people.sent(lan, location=near(0), description="Ổ gà sâu trước cổng trường, xe máy dễ ngã.")
    second = await people.sent(binh, location=near(6), description="Ổ gà trước cổng trường sâu lắm, xe máy dễ ngã.")
    third = await people.sent(chi, location=near(12), description="Ổ gà sâu trước cổng trường học.")
    operator = await people.operator()

    # The desk proposes them, and says why.
    alike = (await operator.get(f"/api/v1/reports/{second['code']}/similar"))["reports"]
    proposed = {one["code"]: one for one in alike}
    assert {first["code"], third["code"]} <= set(proposed)
    reasons = {reason["code"] for reason in proposed[first["code"]]["because"]}
    assert {"distance", "time", "text", "same-category"} <= reasons
    assert proposed[first["code"]]["mergeable"] and proposed[first["code"]]["distance_m"] < 10

    # An agency that is on the case sees how many reported it, and no other report.
    async with people.live(await people.operator(2), "operations") as desk:
        for report in (second, third):
            await people.command(operator, report, "merge", into=first["code"])
        joined = await event_of(desk, "report.group_changed", first["code"])
        while joined["data"]["joined"] != [third["code"]]:
            joined = await event_of(desk, "report.group_changed", first["code"])
    assert joined["report"]["reporter_count"] == 3
    assert [one["code"] for one in joined["report"]["followers"]] == [second["code"], third["code"]]

    # Chi meant another hole: hers goes its own way, from where it was.
    apart = await people.command(operator, third, "unmerge")
    assert (apart["state"], apart["due_at"], apart["merged_into"]) == ("received", third["due_at"], None)

    async with people.live(binh, f"report:{second['code']}") as page:
        done = await people.brought_to("published", await operator.get(f"/api/v1/reports/{first['code']}"))
        moved = await event_of(page, "report.lead_moved", second["code"])
        while moved["data"]["event"] != "report.published":
            moved = await event_of(page, "report.lead_moved", second["code"])
    assert moved["report"]["public_status"] == "done"

    # Binh sees the result under the own code, and what was published of the other report, and nothing more of it.
    own = await binh.get(f"/api/v1/reports/{second['code']}")
    assert (own["state"], own["public_status"], own["code"]) == ("merged", "done", second["code"])
    assert own["leading"]["result"]["code"] == first["code"]
    assert own["leading"]["summary"] == done["resolution"]["summary"]
    is_problem(await binh.send("GET", f"/api/v1/reports/{first['code']}/notes"), 403)
    assert await story_of(binh, second["code"]) == ["received", "merged", "dispatched", "accepted", "published"]

    assert await heard(lan, 3) == [(event, first["code"]) for event in ("received", "dispatched", "published")]
    assert await heard(binh, 4) == [
        (event, second["code"]) for event in ("received", "merged", "dispatched", "published")
    ]
    assert await heard(chi, 3) == [(event, third["code"]) for event in ("received", "merged", "unmerged")]

    # Each has a word of their own; the desk sees both.
    await rated(lan, first, "satisfied")
    await rated(binh, second, "unsatisfied")
    is_problem(
        await chi.send("POST", f"/api/v1/reports/{third['code']}/rating", json={"rating": "satisfied"}), 409, "not-now"
    )
    seen = await operator.get(f"/api/v1/reports/{first['code']}")
    assert seen["ratings"] == {"satisfied": 1, "unsatisfied": 1}

    # The other hole is mended too, and Chi hears of it.
    await people.brought_to("published", apart)
    assert (await heard(chi, 5))[3:] == [("dispatched", third["code"]), ("published", third["code"])]
    assert len(await heard(binh, 4)) == 4


async def rated(phone: Client, report: Report, rating: str) -> None:
    answer = await phone.ask("POST", f"/api/v1/reports/{report['code']}/rating", json={"rating": rating})
    assert answer.json["rating"]["rating"] == rating


async def test_colleagues_are_called_to_a_report_and_hear_it_at_once(people: People) -> None:
    report = await people.sent(await people.resident())
    one, two = await people.operator(1), await people.operator(2)
    unread = (await two.get("/api/v1/mentions"))["unread"]
    async with people.live(two, "operations") as desk:
        headers = {"Idempotency-Key": "ghi-chu-1"}
        note = await one.ask(
            "POST",
            f"/api/v1/reports/{report['code']}/notes",
            json={"text": "@operator2 gọi giúp UBND phường, chuyện riêng của trung tâm."},
            headers=headers,
        )
        event = await event_of(desk, "note.added", report["code"])
    assert event["data"] == {"note": note.json["id"], "mentions": ["operator2"]}
    assert "chuyện riêng" not in str(event)
    told = await two.get("/api/v1/mentions")
    assert told["unread"] == unread + 1 and told["mentions"][0]["report"] == report["code"]
