"""Asking the resident: several questions one after the other, each kept, and neither side learns who the other is."""

from datetime import timedelta
from typing import Any

from reports import journal, rows, sweeps
from reports.callers import SYSTEM, Caller
from reports.facts import HEARD, actor_for
from reports.lifecycle import Command
from reports.step import listener_for, shown
from tests.reports.town import LEAD, OPERATOR, Town


async def _told(town: Town, code: str, to: Caller) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """(event, by, data) of the questions as this listener reads them."""
    listener = listener_for(to)
    async with town.engine.connect() as conn:
        row = await rows.by_code(conn, code)
        assert row is not None
        entries = await journal.of_report(conn, row["id"], sorted(HEARD[listener]), to.agency)
    return [
        (entry.event.removeprefix("report.question_"), actor_for(entry.actor, listener), entry.data)
        for entry in entries
        if entry.event.startswith("report.question_")
    ]


async def _seen(town: Town, code: str, by: Caller) -> str:
    async with town.engine.connect() as conn:
        row = await rows.by_code(conn, code)
        assert row is not None
        return str(shown(town.scene(conn, by), row))


async def test_several_questions_by_center_and_agency_are_all_kept(town: Town) -> None:
    resident = await town.phone()
    code = (await town.send(resident, name="Nguyễn Thị Lan", phone="0901234567"))["code"]
    await town.give(OPERATOR, "ask", code, question="Ở số nhà nào ạ?")
    await town.give(resident, "answer", code, text="Số 12.")
    await town.give(OPERATOR, "ask", code, question="Bên trái hay bên phải?")
    town.now += timedelta(days=5, seconds=1)
    async with town.engine.begin() as conn:
        assert await sweeps.unanswered(town.scene(conn, SYSTEM)) == [code]
    async with town.engine.begin() as conn:
        assert await sweeps.end_by_time(town.scene(conn, SYSTEM), Command.LAPSE, code)
    await town.give(OPERATOR, "verify", code)
    await town.give(OPERATOR, "dispatch", code)
    await town.give(LEAD, "accept", code)
    await town.give(LEAD, "ask", code, question="Sâu khoảng bao nhiêu?")
    report = await town.give(resident, "answer", code, text="Bằng gang tay.")
    assert (report["state"], report["answer"]["text"]) == ("in_progress", "Bằng gang tay.")
    said = [data.get("question") or data.get("text") for _, _, data in await _told(town, code, OPERATOR)]
    assert said == [
        "Ở số nhà nào ạ?", "Số 12.", "Bên trái hay bên phải?", None, "Sâu khoảng bao nhiêu?", "Bằng gang tay.",
    ]  # fmt: skip
    assert [event for event, _, _ in await _told(town, code, OPERATOR)][3] == "lapsed"
    # The agency reads what was said since it has the case; earlier answers are in the center's hands.
    assert [data.get("text") for _, _, data in await _told(town, code, LEAD)] == [None, "Bằng gang tay."]


async def test_neither_side_learns_who_the_other_is(town: Town) -> None:
    resident = await town.phone()
    code = (await town.send(resident, name="Nguyễn Thị Lan", phone="0901234567"))["code"]
    await town.give(OPERATOR, "verify", code)
    await town.give(OPERATOR, "dispatch", code)
    await town.give(LEAD, "accept", code)
    await town.give(LEAD, "ask", code, question="Ở số nhà nào ạ?")
    await town.give(resident, "answer", code, text="Số 12.")
    for staff in (OPERATOR, LEAD):
        assert [by for _, by, _ in await _told(town, code, staff)][1] == {"kind": "resident"}
        seen = await _seen(town, code, staff)
        assert "Lan" not in seen and "0901234567" not in seen and resident.id not in seen
    asked = (await _told(town, code, resident))[0]
    assert asked[1] == {"kind": "agency", "agency": "roads"}
    assert LEAD.name not in await _seen(town, code, resident)


async def test_an_answer_is_an_event_for_all_who_work_on_it(town: Town) -> None:
    resident = await town.phone()
    code = (await town.send(resident))["code"]
    await town.give(OPERATOR, "verify", code)
    await town.give(OPERATOR, "dispatch", code)
    await town.give(LEAD, "accept", code)
    await town.give(LEAD, "ask", code, question="Ở số nhà nào ạ?")
    await town.give(resident, "answer", code, text="Số 12.")
    async with town.engine.connect() as conn:
        row = await rows.by_code(conn, code)
        assert row is not None
        answered = (await journal.of_report(conn, row["id"], ["reporter"], "roads"))[-1]
    assert (answered.event, sorted(answered.agencies)) == ("report.question_answered", ["roads", "ward"])
    assert answered.audience in HEARD["center"] & HEARD["agency"]
