"""What really goes over the sockets is what /asyncapi.json says, word for word."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

from api.clients import Refused
from tests.story.people import People, everything_heard


class Judge:
    """The description the server gives, asked about each message."""

    def __init__(self, described: dict[str, Any]) -> None:
        self._messages = described["components"]["messages"]
        self.judged: set[str] = set()

    def hears(self, message: dict[str, Any]) -> None:
        """Fails unless the message is described and of that form."""
        name = message["event"] if message["type"] == "event" else message["type"]
        assert name in self._messages, message
        Draft202012Validator(self._messages[name]["payload"]).validate(message)
        self.judged.add(name)


async def test_every_message_of_a_case_is_as_described(people: People) -> None:
    described = await people.first.get("/asyncapi.json")
    judge, operator, resident = Judge(described), await people.operator(), await people.resident()
    report = await people.sent(resident)
    lead = (await operator.get(f"/api/v1/reports/{report['code']}"))["lead"]
    async with (
        people.live(operator, "operations", f"report:{report['code']}") as desk,
        people.live(await people.agency(lead), "agency") as office,
        people.live(resident, f"report:{report['code']}") as phone,
    ):
        judge.hears(desk.hello)
        judge.hears(await desk.ask({"type": "presence", "report": report["code"]}))
        judge.hears(await desk.ask({"type": "subscribe", "topic": "operations", "since": desk.seq}))
        judge.hears(await desk.ask({"type": "command", "command": "claim", "report": report["code"]}))
        await _refused(judge, people, report["code"])
        await people.brought_to("published", report)
        for live in (desk, office, phone):
            for message in await everything_heard(live, until=("report.published", report["code"])):
                judge.hears(message)
    wanted = {"hello", "result", "error", "presence", "report.claimed", "report.dispatched", "report.published"}
    assert wanted <= judge.judged


async def _refused(judge: Judge, people: People, code: str) -> None:
    """A colleague is told by whom the case is held."""
    async with people.live(await people.operator(2), "operations") as other:
        await other.send({"id": 77, "type": "command", "command": "claim", "report": code})
        try:
            answer = await other.ask({"type": "command", "command": "verify", "report": code})
        except Refused as refused:
            answer = {"id": 78, "type": "error", "problem": refused.problem}
        judge.hears(answer)
        assert answer["problem"]["type"] == "/problems/held"
        assert answer["problem"]["report"]["claim"]["by"]["username"] == "operator1"
