"""An alarm from its raising to its end, on two desks at two servers; the clock is real, only the report is older."""

from __future__ import annotations

import time
from typing import Any

from jsonschema import Draft202012Validator

from api.clients import Client, Live, Message
from api.live.alarm_schema import ALARM
from tests.story.city import Stage
from tests.story.people import People, eventually

# Away from where the other stories happen, so that their reports are no storm of this one.
ELSEWHERE = {"lon": 107.0931, "lat": 10.3702}
SHAPE = Draft202012Validator(ALARM)
# A worker looks every two seconds, a server reads when it is told, and every two all the same: on a machine at rest.
SOON = 90.0


async def shown(live: Live, wanted: Any, seconds: float = SOON) -> dict[str, Any]:
    """The alarm that is as wanted, as soon as this desk is told of it; every message on the way is well-formed."""
    deadline = time.monotonic() + seconds
    while True:
        message: Message = await live.next(max(0.01, deadline - time.monotonic()))
        if message["type"] != "alarms":
            continue
        for alarm in message["alarms"]:
            SHAPE.validate(alarm)
        found = [alarm for alarm in message["alarms"] if wanted(alarm)]
        if found:
            return dict(found[0])


async def urgent(people: People, stage: Stage) -> str:
    """An urgent report that came twenty minutes ago."""
    report = await people.sent(await people.resident(), urgency="urgent", location=ELSEWHERE)
    move = "UPDATE report SET received_at = received_at - interval '20 min' WHERE code = %s RETURNING code"
    assert stage.city.rows(move, report["code"])
    return str(report["code"])


async def acknowledge(who: Client, alarm: dict[str, Any], note: str | None = None) -> dict[str, Any]:
    answer = await who.send("POST", f"/api/v1/alarms/{alarm['id']}/acknowledge", json={"note": note})
    assert answer.status == 200, answer.content
    return dict(answer.json)


async def test_an_urgent_report_untouched_is_seen_at_both_desks_and_by_whom_it_is_taken(
    stage: Stage, people: People
) -> None:
    one, two = await people.staff("operator1", people.first), await people.staff("operator2", people.second)
    async with people.live(one, "operations") as first, people.live(two, "operations") as second:
        code = await urgent(people, stage)
        alarm = await shown(first, lambda alarm: code in alarm["reports"])
        assert (alarm["kind"], alarm["level"], alarm["acknowledged"], alarm["drill"]) == (
            "urgent_untouched", 1, None, False,
        )  # fmt: skip
        assert (await shown(second, lambda other: other["id"] == alarm["id"]))["text_vi"] == alarm["text_vi"]

        mine = await acknowledge(one, alarm, "đang gọi đội cây xanh")
        seen = await shown(second, lambda other: other["id"] == alarm["id"] and other["acknowledged"])
        assert seen["acknowledged"] == mine["acknowledged"]
        assert seen["acknowledged"]["by"]["username"] == "operator1"
        late = await acknowledge(two, alarm, "tôi nữa")
        assert late["acknowledged"] == mine["acknowledged"], "the first is kept"

        await one.command(code, "claim")
        for live in (first, second):
            over = await shown(live, lambda other: other["id"] == alarm["id"] and other["cleared_at"])
            assert over["acknowledged"]["by"]["username"] == "operator1"
    listed = (await two.get("/api/v1/alarms"))["alarms"]
    assert [one["cleared_at"] is not None for one in listed if one["id"] == alarm["id"]] == [True]
    journal = "SELECT event, actor ->> 'username' FROM journal WHERE data ->> 'alarm' = %s ORDER BY seq"
    assert await eventually(lambda: rows(stage, journal, str(alarm["id"])), lambda found: len(found) == 3) == [
        ("alarm.raised", None), ("alarm.acknowledged", "operator1"), ("alarm.cleared", None),
    ]  # fmt: skip


async def rows(stage: Stage, query: str, *values: object) -> list[tuple[object, ...]]:
    return stage.city.rows(query, *values)


async def test_a_drill_is_seen_everywhere_and_ends_for_everybody(stage: Stage, people: People) -> None:
    supervisor, operator = await people.staff("supervisor", people.first), await people.operator()
    refused = await operator.send("POST", "/api/v1/drill", json={"active": True})
    assert refused.status == 403
    assert (await supervisor.send("POST", "/api/v1/drill/alarms", json={"kind": "storm"})).status == 409
    async with people.live(operator, "operations") as live:
        began = await supervisor.send("POST", "/api/v1/drill", json={"active": True, "scenario": "Bão số 9"})
        assert began.json["drill"]["by"]["username"] == "supervisor"
        raised = await supervisor.send("POST", "/api/v1/drill/alarms", json={"kind": "storm", "location": ELSEWHERE})
        assert raised.status == 201 and raised.json["text_vi"].startswith("DIỄN TẬP")
        alarm = await shown(live, lambda alarm: alarm["id"] == raised.json["id"])
        assert alarm["kind"] == "drill" and alarm["drill"]
        assert (await acknowledge(operator, alarm))["acknowledged"]["by"]["username"] == "operator1"
        assert (await operator.get("/api/v1/alarms"))["drill"]["scenario"] == "Bão số 9"
        ended = await supervisor.send("POST", "/api/v1/drill", json={"active": False})
        assert ended.json == {"drill": None}
        await shown(live, lambda alarm: alarm["id"] == raised.json["id"] and alarm["cleared_at"])
    for strange in (10**30, 0, -1, "x", "٣"):
        assert (await operator.send("POST", f"/api/v1/alarms/{strange}/acknowledge")).status == 404
