"""The desk: one report, several hands. Claims, versions, repeated keys, and what those hear who are late."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.clients import Answer, Client, Refused
from tests.story.people import People, Report, everything_heard, is_problem


async def refused(who: Client, report: Report, command: str, **body: Any) -> Answer:
    """The answer to a command over HTTP, refusals included."""
    return await who.send("POST", f"/api/v1/reports/{report['code']}/{command}", json=body)


async def test_each_command_adds_one_to_the_version(people: People) -> None:
    operator, report = await people.operator(), await people.sent(await people.resident())
    for expected, (command, arguments) in enumerate(
        [
            ("claim", {}),
            ("release", {}),
            ("claim", {}),
            ("verify", {"urgency": "urgent"}),
            ("unverify", {}),
            ("verify", {}),
            ("dispatch", {}),
            ("recall", {"reason": "Nhầm"}),
            ("dispatch", {}),
        ],
        start=2,
    ):
        report = await people.command(operator, report, command, **arguments)
        assert report["version"] == expected, command
    agency = await people.agency(report["lead"])
    for command, arguments in [("accept", {}), ("return", {"reason": "Không thuộc thẩm quyền"})]:
        report = await people.command(agency, report, command, **arguments)
    assert (report["version"], report["state"]) == (12, "verified")


async def test_heartbeats_renew_the_hold_and_not_the_version(people: People) -> None:
    operator, report = await people.operator(), await people.sent(await people.resident())
    claimed = await people.command(operator, report, "claim")
    renewed = await people.command(operator, report, "heartbeat")
    assert renewed["version"] == claimed["version"] == 2
    assert renewed["claim"]["until"] >= claimed["claim"]["until"]


async def test_a_stale_write_is_refused_with_the_current_report(people: People) -> None:
    operator, report = await people.operator(), await people.sent(await people.resident())
    await people.command(operator, report, "verify", version=1)
    answer = await refused(operator, report, "dispatch", version=1)
    is_problem(answer, 409, "stale")
    assert answer.json["report"]["version"] == 2
    async with people.live(operator) as live:
        with pytest.raises(Refused) as late:
            await live.command("dispatch", report["code"], version=1)
    assert (late.value.status, late.value.slug) == (409, "stale")
    assert late.value.problem["report"]["state"] == "verified"


async def test_what_another_holds_is_refused_as_held(people: People) -> None:
    one, two = await people.operator(1), await people.operator(2)
    report = await people.sent(await people.resident())
    await people.command(one, report, "claim")
    for command in ("claim", "verify"):
        answer = await refused(two, report, command)
        is_problem(answer, 409, "held")
        assert answer.json["report"]["claim"]["by"]["username"] == "operator1"
    taken = await people.command(two, report, "take_over", reason="operator1 đã hết ca")
    assert taken["claim"]["by"]["username"] == "operator2"
    is_problem(await refused(one, report, "verify"), 409, "held")
    assert (await people.command(two, report, "verify"))["version"] == 4


async def test_commands_work_without_a_claim(people: People) -> None:
    report = await people.brought_to("published", await people.sent(await people.resident()))
    assert (report["version"], report["claim"]) == (6, None)


@pytest.mark.parametrize(
    ("command", "arguments", "before"),
    [
        ("dispatch", {}, "verified"),
        ("reject", {"reason": "Không có thật", "public_answer": "Không tìm thấy sự việc."}, "received"),
    ],
)
async def test_decisions_end_the_claim(people: People, command: str, arguments: dict[str, str], before: str) -> None:
    operator = await people.operator()
    report = await people.brought_to(before, await people.sent(await people.resident()))
    await people.command(operator, report, "claim")
    assert (await people.command(operator, report, command, **arguments))["claim"] is None


async def test_merge_ends_the_claim_and_can_be_undone(people: People) -> None:
    operator = await people.operator()
    kept, twin = [await people.sent(await people.resident()) for _ in range(2)]
    await people.command(operator, twin, "claim")
    merged = await people.command(operator, twin, "merge", into=kept["code"])
    assert (merged["state"], merged["merged_into"], merged["claim"]) == ("merged", kept["code"], None)
    undone = await people.command(operator, twin, "unmerge")
    assert (undone["state"], undone["version"], undone["merged_into"]) == ("received", 4, None)


async def test_a_hold_never_binds_the_agency(people: People) -> None:
    report = await people.brought_to("dispatched", await people.sent(await people.resident()))
    await people.command(await people.operator(), report, "claim")
    assert (await people.command(await people.agency(report["lead"]), report, "accept"))["version"] == 5


async def test_what_the_state_forbids_is_not_now(people: People) -> None:
    operator, report = await people.operator(), await people.sent(await people.resident())
    answer = await refused(operator, report, "approve")
    is_problem(answer, 409, "not-now")
    assert answer.json["report"]["state"] == "received"


@pytest.mark.parametrize("over", ["http", "socket"])
async def test_a_repeated_key_gives_the_first_answer(people: People, over: str) -> None:
    operator, report, key = (
        await people.operator(),
        await people.sent(await people.resident()),
        str(uuid.uuid4()),
    )

    async def verify() -> Report:
        if over == "http":
            return await operator.command(report["code"], "verify", version=1, key=key)
        async with people.live(operator) as live:
            return await live.command("verify", report["code"], version=1, key=key)

    first = await verify()
    await people.command(operator, report, "dispatch")
    again = await verify()
    assert (again["version"], again["state"]) == (first["version"], first["state"]) == (2, "verified")
    assert (await operator.get(f"/api/v1/reports/{report['code']}"))["version"] == 3


async def test_ten_hands_at_once_and_one_wins(people: People) -> None:
    one, two = await people.operator(1), await people.operator(2)
    report = await people.sent(await people.resident())
    answers = await asyncio.gather(*(refused(who, report, "verify", version=1) for who in [one, two] * 5))
    assert sorted(answer.status for answer in answers) == [200] + [409] * 9
    assert (await one.get(f"/api/v1/reports/{report['code']}"))["version"] == 2


async def test_the_center_asks_and_the_resident_answers(people: People) -> None:
    operator, resident = await people.operator(), await people.resident()
    report = await people.sent(resident)
    asked = await people.command(operator, report, "ask", question="Ổ gà nằm bên nào của đường?")
    assert (asked["state"], asked["due_basis"]) == ("awaiting_resident", "paused")
    assert asked["due_at"]
    is_problem(await refused(await people.resident(), report, "answer", text="Tôi không biết"), 404)
    answered = await people.command(resident, report, "answer", text="Bên phải, hướng ra biển.")
    assert (answered["state"], answered["version"]) == ("received", 3)
    assert (await operator.get(f"/api/v1/reports/{report['code']}"))["answer"]


async def test_the_resident_withdraws(people: People) -> None:
    resident = await people.resident()
    report = await people.sent(resident)
    assert (await people.command(resident, report, "withdraw"))["state"] == "withdrawn"
    is_problem(await refused(await people.operator(), report, "verify"), 409, "not-now")


async def test_an_agency_returns_extends_and_is_sent_back(people: People) -> None:
    operator = await people.operator()
    report = await people.brought_to("in_progress", await people.sent(await people.resident()))
    agency = await people.agency(report["lead"])
    until = datetime.fromisoformat(report["due_at"]) + timedelta(days=2)
    extended = await people.command(agency, report, "extend", until=until.isoformat(), reason="Chờ vật tư")
    assert datetime.fromisoformat(extended["due_at"]) == until.astimezone(UTC)
    resolved = await people.brought_to("resolved", extended)
    back = await people.command(operator, resolved, "send_back", reason="Ảnh chưa rõ")
    assert back["state"] == "in_progress"
    itself = {"reason": "Không thuộc thẩm quyền", "proposed_agency": report["lead"]}
    answer = await refused(agency, report, "return", **itself)
    assert is_problem(answer, 422) and "/proposed_agency" in str(answer.json)
    returned = await people.command(agency, report, "return", **{**itself, "proposed_agency": "ioc"})
    assert returned["state"] == "verified"


async def test_an_unhappy_resident_reopens(people: People) -> None:
    resident = await people.resident()
    report = await people.brought_to("published", await people.sent(resident))
    reopened = await people.command(resident, report, "reopen", reason="Hai hôm sau lại hỏng")
    assert reopened["state"] == "verified"


async def test_the_wrong_role_may_see_but_not_do(people: People) -> None:
    report = await people.brought_to("dispatched", await people.sent(await people.resident()))
    is_problem(await refused(await people.operator(), report, "accept"), 403)
    is_problem(await refused(await people.agency(report["lead"]), report, "approve"), 403)
    is_problem(await refused(await people.staff("leader"), report, "recall", reason="Xem thử"), 403)


async def test_arguments_are_checked(people: People) -> None:
    operator, report = await people.operator(), await people.sent(await people.resident())
    cases: list[tuple[str, dict[str, Any]]] = [
        ("reject", {}),
        ("reject", {"reason": ""}),
        ("verify", {"urgency": "ngay"}),
        ("merge", {}),
        ("take_over", {}),
        ("ask", {"question": 5}),
        ("verify", {"versoin": 1}),
        ("verify", {"version": "một"}),
    ]
    for command, body in cases:
        answer = await refused(operator, report, command, **body)
        is_problem(answer, 422)
        assert answer.json["errors"], (command, body)


async def test_a_failed_command_tells_nobody_anything(people: People) -> None:
    operator, report = await people.operator(), await people.sent(await people.resident())
    async with people.live(operator, "operations") as live:
        await everything_heard(live, 0.3)
        await refused(operator, report, "approve")
        assert [
            message
            for message in await everything_heard(live)
            if message.get("type") == "event" and message["report"]["code"] == report["code"]
        ] == []
