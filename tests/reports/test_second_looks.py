"""Second looks: cases drawn by lot, checks at the scene before and after, a second chance for the same agency."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from reports.callers import Caller
from reports.configuration import load
from reports.lots import drawn
from reports.problems import BadInput, NotAllowed, NotFound, NotNow
from tests.reports.town import LEAD, OPERATOR, OUTSIDER, SUPERVISOR, SUPPORT, Town

SECOND = {"normal": {"amount": 8, "unit": "working_hours", "starts": "dispatched"}}


async def configured(town: Town, assignment: str, **facts: Any) -> None:
    """The category `pothole` changed."""
    async with town.engine.begin() as conn:
        await conn.execute(text(f"UPDATE category SET {assignment} WHERE code = 'pothole'"), facts)
        town.city = await load(conn)


async def published(town: Town, phone: Caller | None = None) -> dict[str, Any]:
    """A case on the portal, as its operator sees it."""
    code = (await town.send(phone or await town.phone()))["code"]
    for who, command in ((OPERATOR, "verify"), (OPERATOR, "dispatch"), (LEAD, "accept")):
        await town.give(who, command, code)
    await town.give(LEAD, "resolve", code, summary="Đã vá mặt đường.")
    return await town.give(OPERATOR, "approve", code)


async def test_the_lot_is_drawn_at_publication_and_can_be_drawn_again(town: Town) -> None:
    await configured(town, "audit_share = 0.5")
    cases = [await published(town) for _ in range(12)]
    for case in cases:
        chosen = drawn(0.5, town.city.lot_key, case["code"], 0)
        assert (case["audit"] is not None) is chosen
        assert ("report.drawn" in await town.events(case["code"])) is chosen
    assert 0 < sum(case["audit"] is not None for case in cases) < len(cases), (
        "one chance in 2,048 that it is a coincidence"
    )
    assert len(town.city.lot_key) == 72


async def test_nobody_is_drawn_where_no_share_is_set_and_everybody_at_one(town: Town) -> None:
    assert (await published(town))["audit"] is None
    await configured(town, "audit_share = 1")
    assert (await published(town))["audit"]["share"] == 1


async def test_an_audit_that_fails_says_why_and_the_supervisor_reopens(town: Town) -> None:
    await configured(town, "audit_share = 1")
    code = (await published(town))["code"]
    with pytest.raises(BadInput):
        await town.give(OPERATOR, "audit", code, result="failed")
    failed = await town.give(OPERATOR, "audit", code, result="failed", note="Mới vá một nửa.")
    assert (failed["audit"]["result"], failed["audit"]["by"], failed["state"]) == ("failed", "operator1", "published")
    await town.give(OPERATOR, "close", code)
    again = await town.give(SUPERVISOR, "reopen", code, reason="hậu kiểm không đạt")
    assert again["state"] == "verified"
    for who, command in ((OPERATOR, "dispatch"), (LEAD, "accept")):
        await town.give(who, command, code)
    await town.give(LEAD, "resolve", code, summary="Đã vá phần còn lại.")
    anew = await town.give(OPERATOR, "approve", code)
    assert "result" not in anew["audit"] and anew["audit"]["earlier"][0]["note"] == "Mới vá một nửa."


async def test_the_agency_learns_of_no_lot(town: Town) -> None:
    await configured(town, "audit_share = 1")
    await published(town)
    async with town.engine.connect() as conn:
        found = await conn.execute(text("SELECT audience FROM journal WHERE event = 'report.drawn'"))
        assert [row.audience for row in found] == ["internal"]


async def test_a_checker_sees_the_case_only_while_the_check_is_open(town: Town) -> None:
    code = (await town.send(await town.phone()))["code"]
    with pytest.raises(NotFound):
        await town.give(OUTSIDER, "report_check", code, finding="Chưa ai hỏi.")
    sent = await town.give(OPERATOR, "send_checker", code, to="power", question="Ổ gà còn đó không?")
    assert (sent["state"], sent["checking"], sent["version"]) == ("received", ["power"], 2)
    with pytest.raises(NotNow):
        await town.give(OPERATOR, "send_checker", code, to="ward", question="Một lần nữa?")
    with pytest.raises(NotAllowed):
        await town.give(OUTSIDER, "verify", code)
    due = sent["due_at"]
    town.now += timedelta(hours=5)
    told = await town.give(OUTSIDER, "report_check", code, finding="Vẫn còn, rộng nửa mét.")
    assert told["checking"] == [] and told["checks"][0]["finding"] == "Vẫn còn, rộng nửa mét."
    assert told["due_at"] == due, "the clock does not wait for a check"
    with pytest.raises(NotFound):
        await town.give(OUTSIDER, "report_check", code, finding="Lần nữa.")
    with pytest.raises(NotNow):
        await town.give(OPERATOR, "recall_checker", code, reason="xong rồi")


async def test_nobody_checks_their_own_work_and_unknown_people_are_named(town: Town) -> None:
    code = (await published(town))["code"]
    for to in ("roads", "ward", "nobody", "operator1"):
        with pytest.raises(BadInput) as refused:
            await town.give(OPERATOR, "send_checker", code, to=to, question="Đã vá chưa?")
        assert refused.value.errors[0][0] == "/to"


async def test_a_check_given_to_one_person_is_that_person_s(town: Town) -> None:
    code = (await town.send(await town.phone()))["code"]
    account = text(
        "INSERT INTO account (id, username, name, role, agency, password_hash, active) "
        "VALUES (gen_random_uuid(), 'to-truong-5', 'Tổ trưởng khu phố 5', 'agency', 'power', 'x', true)"
    )
    async with town.engine.begin() as conn:
        await conn.execute(account)
    sent = await town.give(OPERATOR, "send_checker", code, to="to-truong-5", question="Còn ngập không?")
    assert (sent["checks"][0]["name"], sent["checking"]) == ("Tổ trưởng khu phố 5", ["power"])
    with pytest.raises(NotAllowed):
        await town.give(OUTSIDER, "report_check", code, finding="Tôi đi ngang.")
    person = Caller("account", "00000000-0000-0000-0000-000000000005", "to-truong-5", "Tổ trưởng", "agency", "power")
    assert (await town.give(person, "report_check", code, finding="Đã rút."))["checks"][0][
        "reported_by"
    ] == "to-truong-5"


async def test_the_lead_may_have_been_the_checker(town: Town) -> None:
    code = (await town.send(await town.phone()))["code"]
    await town.give(OPERATOR, "send_checker", code, to="roads", question="Của ai?")
    await town.give(OPERATOR, "verify", code)
    await town.give(OPERATOR, "dispatch", code)
    told = await town.give(LEAD, "report_check", code, finding="Của chúng tôi.")
    assert (told["state"], told["checking"]) == ("dispatched", [])


async def test_a_check_ends_with_the_case(town: Town) -> None:
    phone, other = await town.phone(), (await town.send(await town.phone()))["code"]
    withdrawn, merged = (await town.send(phone))["code"], (await town.send(phone))["code"]
    for code in (withdrawn, merged):
        await town.give(OPERATOR, "send_checker", code, to="power", question="Còn không?")
    await town.give(phone, "withdraw", withdrawn)
    assert (await town.give(OPERATOR, "merge", merged, into=other))["checking"] == []
    for code in (withdrawn, merged):
        with pytest.raises(NotFound):
            await town.give(OUTSIDER, "report_check", code, finding="x")


async def test_an_unhappy_resident_reopens_to_the_same_agency_by_the_second_clock(town: Town) -> None:
    await configured(town, "second_chance = CAST(:level AS jsonb)", level=json.dumps(SECOND))
    phone = await town.phone()
    code = (await published(town, phone))["code"]
    town.now += timedelta(days=1)
    await town.give(phone, "rate", code, rating="unsatisfied", comment="Lại sụt.")
    await town.give(phone, "reopen", code, reason="Mưa một trận là sụt lại.")
    seen = await town.give(LEAD, "accept", code)
    assert (seen["state"], seen["lead"], seen["supporting"]) == ("in_progress", "roads", ["ward"])
    assert (seen["due_basis"], seen["clock"]["level"]) == ("running", SECOND["normal"])
    # Wednesday 09:00 and eight working hours of 7.5 a day.
    assert seen["due_at"] == "2026-11-26T02:30:00+00:00"
    returned = await town.give(LEAD, "return", code, reason="không phải của chúng tôi")
    assert returned["state"] == "verified"


async def test_without_an_unhappy_rating_or_a_second_chance_the_center_looks_again(town: Town) -> None:
    phone = await town.phone()
    code = (await published(town, phone))["code"]
    await town.give(phone, "rate", code, rating="unsatisfied")
    assert (await town.give(phone, "reopen", code, reason="lại hỏng"))["state"] == "verified"
    await configured(town, "second_chance = CAST(:level AS jsonb)", level=json.dumps(SECOND))
    code = (await published(town, phone))["code"]
    assert (await town.give(phone, "reopen", code, reason="lại hỏng"))["state"] == "verified"
    code = (await published(town, phone))["code"]
    await town.give(phone, "rate", code, rating="unsatisfied")
    assert (await town.give(SUPERVISOR, "reopen", code, reason="xem lại"))["state"] == "verified"
    assert SUPPORT.agency == "ward"
