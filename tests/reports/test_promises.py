"""The promise of a report through its life: kept with it, never moved in silence, warned of once each."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from reports import rows, sweeps, warning
from reports.callers import SYSTEM, Caller
from reports.commands import ARGS
from reports.configuration import load
from reports.due_story import explained
from reports.flow import perform
from reports.lifecycle import EDGES, Command
from reports.problems import Problem
from reports.promise import warnings_of
from reports.step import Request
from tests.reports.town import LEAD, OPERATOR, OUTSIDER, SUPERVISOR, Town, arguments

HOUR = timedelta(hours=1)
_ENTRIES = text("""
SELECT j.event, j.data, j.after, j.at FROM journal j JOIN report r ON r.id = j.report_id
WHERE r.code = :code ORDER BY j.id
""")
# Facts by which a due time may come nearer: another kind of case, an earlier promise to others, a new beginning.
NEARER = {"report.verified", "report.unverified", "report.group_changed", "report.lead_changed", "report.reopened",
          "report.dispatched", "report.accepted"}  # fmt: skip


MUST_HAPPEN = (Command.EXTEND, Command.REOPEN, Command.ANSWER, Command.RETURN, Command.MERGE, Command.UNMERGE)
# What moves clocks, or leads to where they move; new commands elsewhere do not change these histories.
COURSE = [
    Command.VERIFY, Command.UNVERIFY, Command.MERGE, Command.UNMERGE, Command.ASK, Command.ANSWER, Command.LAPSE,
    Command.DISPATCH, Command.RECALL, Command.ACCEPT, Command.RETURN, Command.EXTEND, Command.RESOLVE,
    Command.SEND_BACK, Command.APPROVE, Command.REOPEN, Command.RATE, Command.REJECT, Command.CLOSE,
]  # fmt: skip
RARELY = (Command.REJECT, Command.CLOSE, Command.MERGE, Command.ASK, Command.UNVERIFY, Command.RECALL)


async def entries(town: Town, code: str) -> list[Any]:
    async with town.engine.connect() as conn:
        return list(await conn.execute(_ENTRIES, {"code": code}))


async def warn(town: Town) -> int:
    async with town.engine.begin() as conn:
        return await warning.warn(town.scene(conn, SYSTEM))


async def set_up(town: Town, statement: str) -> None:
    async with town.engine.begin() as conn:
        await conn.execute(text(statement))
        town.city = await load(conn)


def percents(told: list[Any]) -> list[int]:
    return [one.data["percent"] for one in told if one.event == "report.due_soon"]


async def test_no_due_time_moves_in_silence_whatever_the_history(town: Town) -> None:
    """Random histories, in which the calendar changes too: each change of the due time is told by a fact that says from
    when to when, and in the end each promise is explained by the calendar it was given with.
    """
    await set_up(town, """UPDATE category SET second_chance = '{"normal": {"amount": 1, "unit": "working_days",
        "starts": "dispatched"}}', holder_levels = '{"normal": {"amount": 6, "unit": "working_hours",
        "starts": "dispatched"}}'""")  # fmt: skip
    chance, resident = Random(28), await town.phone()
    codes = [(await town.send(resident, category))["code"] for category in ("pothole", "no-approval", "pothole")]
    given: Counter[Command] = Counter()
    for turn in range(260):
        if turn % 20 == 10:
            await a_day_off(town, turn)
        town.now += timedelta(minutes=chance.choice((1, 7, 45, 300, 900)))
        code = chance.choice(codes)
        async with town.engine.connect() as conn:
            row = (
                await conn.execute(text("SELECT state, due_at FROM report WHERE code = :code"), {"code": code})
            ).one()
        possible = {edge.command for edge in EDGES if edge.source == row.state}
        command = chance.choice([one for one in COURSE if one in possible])
        if command in RARELY and chance.random() < 0.7:
            continue
        args = arguments(command, other=chance.choice(codes), due_at=max(row.due_at, town.now).isoformat())
        if command == Command.VERIFY:
            args = {"urgency": chance.choice(("normal", "urgent"))}
        for by in (OPERATOR, LEAD, SUPERVISOR, resident, SYSTEM):
            if await done(town, by, command, code, args):
                given[command] += 1
                break
    assert all(given[command] for command in MUST_HAPPEN), given
    for code in codes:
        await check(town, code)
        await explain(town, code)


async def a_day_off(town: Town, turn: int) -> None:
    day = (town.now + timedelta(days=1 + turn % 4)).date().isoformat()
    off = f'[{{"from": "{day}", "to": "{day}", "name": "Nghỉ bão", "work": []}}]'
    await set_up(town, f"UPDATE calendar SET definition = jsonb_set(definition, '{{special}}', '{off}')")


async def explain(town: Town, code: str) -> None:
    """No line says that the due time cannot be counted again."""
    async with town.engine.connect() as conn:
        row = await rows.by_code(conn, code)
        assert row is not None
        told = await explained(conn, row, town.city, "center", town.now)
    assert "from" in [line["kind"] for line in told["lines"]]
    assert "unlike" not in [line["kind"] for line in told["lines"]], told["lines"]


async def done(town: Town, by: Caller, command: Command, code: str, args: dict[str, Any]) -> bool:
    try:
        async with town.engine.begin() as conn:
            if command == Command.LAPSE:
                await sweeps.end_by_time(town.scene(conn, SYSTEM), command, code)
                return True
            request = ARGS[command].model_validate(args)
            await perform(town.scene(conn, by), Request(command, code, request))
    except Problem:
        return False
    return True


async def check(town: Town, code: str) -> None:
    """Follow `due` through the journal: an unbroken chain whose end is what the report shows."""
    known: str | None = None
    for one in await entries(town, code):
        told = one.data.get("due")
        if told is not None:
            assert told.get("was") == known, (one.event, told, known)
            if known is not None and told["now"] < known:
                assert one.event in NEARER
            known = told["now"]
        if one.after is not None and one.after["due_at"] != known:
            # Only an entry of the same moment whose teller follows may run ahead of it.
            assert any(later.at == one.at and (later.data.get("due") or {}).get("now") == one.after["due_at"]
                       for later in await entries(town, code)), one.event  # fmt: skip
    async with town.engine.connect() as conn:
        row = (await conn.execute(text("SELECT due_at FROM report WHERE code = :code"), {"code": code})).scalar_one()
    assert known is not None and datetime.fromisoformat(known) == row


async def test_a_change_of_the_category_moves_no_promise_that_was_given(town: Town) -> None:
    resident = await town.phone()
    sent = await town.send(resident)
    await set_up(town, """UPDATE category SET service_levels = '{"normal": {"amount": 9, "unit": "working_days",
        "starts": "dispatched"}}'""")  # fmt: skip
    await town.give(OPERATOR, "verify", sent["code"])
    shown = await town.give(OPERATOR, "dispatch", sent["code"])
    assert shown["clock"]["level"] == {"amount": 3, "unit": "working_days", "starts": "dispatched"}
    assert shown["due_at"] == sent["due_at"]


async def test_a_second_chance_has_its_own_promise_and_the_holder_a_new_round(town: Town) -> None:
    await set_up(town, """UPDATE category SET second_chance = '{"normal": {"amount": 2, "unit": "working_hours",
        "starts": "dispatched"}}', holder_levels = '{"normal": {"amount": 1, "unit": "working_hours",
        "starts": "dispatched"}}'""")  # fmt: skip
    resident = await town.phone()
    code = (await town.send(resident, "no-approval"))["code"]
    await town.give(OPERATOR, "verify", code)
    first = await town.give(OPERATOR, "dispatch", code)
    assert first["holder_due_at"] == (town.now + HOUR).isoformat()
    await town.give(LEAD, "accept", code)
    await town.give(LEAD, "resolve", code, summary="Đã vá mặt đường.")
    await town.give(resident, "reopen", code, reason="Vẫn còn ổ gà.")
    again = await town.give(OPERATOR, "dispatch", code)
    assert again["clock"]["level"]["unit"] == "working_hours"
    assert (again["due_at"], again["clock"]["warned"]) == ((town.now + 2 * HOUR).isoformat(), 0)
    async with town.engine.connect() as conn:
        kept = (await conn.execute(text("SELECT holders FROM report WHERE code = :code"), {"code": code})).scalar_one()
    assert [(one["agency"], one["round"]) for one in kept] == [("roads", 0), ("roads", 1)]


async def test_an_agency_counts_on_its_own_calendar(town: Town) -> None:
    night = '{"zone": "Asia/Ho_Chi_Minh", "week": {"tue": [["20:00", "24:00"]], "wed": [["00:00", "04:00"]]}}'
    await set_up(town, f"INSERT INTO calendar (code, name, definition) VALUES ('night', 'Ca đêm', '{night}')")
    await set_up(town, """UPDATE category SET holder_levels = '{"normal": {"amount": 5, "unit": "working_hours",
        "starts": "dispatched"}}'""")  # fmt: skip
    await set_up(town, "UPDATE agency SET calendar = 'night' WHERE code = 'roads'")
    code = (await town.send(await town.phone()))["code"]
    await town.give(OPERATOR, "verify", code)
    shown = await town.give(OPERATOR, "dispatch", code)
    # Tuesday 09:00; the night shift begins at 20:00.
    assert shown["holder_due_at"] == (town.now + 16 * HOUR).isoformat()


async def test_warnings_are_said_once_each_and_after_a_sleep_only_the_highest(town: Town) -> None:
    resident = await town.phone()
    # An urgent case has 4 working hours from its arrival, Tuesday 09:00: 11:00 is half of it, 14:48 is 80 %.
    codes = []
    for _ in range(2):
        code = (await town.send(resident))["code"]
        await town.give(OPERATOR, "verify", code, urgency="urgent")
        codes.append(code)
    one, slept = codes
    town.now += 1.4 * HOUR
    assert await warn(town) == 0
    town.now += 0.6 * HOUR
    # Several workers at once: each case is warned of by one of them.
    assert sum(await asyncio.gather(*(warn(town) for _ in range(4)))) == 2
    assert [percents(await entries(town, code)) for code in codes] == [[50], [50]]
    await set_up(town, "UPDATE report SET warn_at = NULL WHERE code = '" + slept + "'")
    town.now += 3.1 * HOUR
    # 14:06: lunch does not count.
    assert await warn(town) == 0
    town.now += 0.7 * HOUR
    await warn(town)
    assert percents(await entries(town, one)) == [50, 80]
    async with town.engine.begin() as conn:
        await conn.execute(text("UPDATE report SET warn_at = :at WHERE code = :code"), {"at": town.now, "code": slept})
    town.now += 30 * HOUR
    await warn(town)
    await warn(town)
    assert percents(await entries(town, one)) == [50, 80, 100]
    assert percents(await entries(town, slept)) == [50, 100]
    async with town.engine.connect() as conn:
        left = await conn.execute(text("SELECT code FROM report WHERE warn_at IS NOT NULL AND open"))
        assert list(left) == []


async def test_an_extension_gives_more_time_to_the_next_warning_and_lies_ahead(town: Town) -> None:
    code = (await town.send(await town.phone()))["code"]
    await town.give(OPERATOR, "verify", code, urgency="urgent")
    await town.give(OPERATOR, "dispatch", code)
    shown = await town.give(LEAD, "accept", code)
    town.now += 2 * HOUR
    await warn(town)
    until = datetime.fromisoformat(shown["due_at"]) + timedelta(days=1)
    extended = await town.give(LEAD, "extend", code, until=until, reason="Chờ vật tư")
    assert (extended["clock"]["warned"], extended["clock"]["extensions"]) == (50, 1)
    # 4 hours and a day of 7.5: 80 % is passed with 2.3 hours left, lunch between.
    async with town.engine.connect() as conn:
        at = (await conn.execute(text("SELECT warn_at FROM report"))).scalar_one()
    assert at == until - (2.3 + 2) * HOUR
    town.now = until + 3 * HOUR
    with pytest.raises(Problem):
        await town.give(LEAD, "extend", code, until=until + HOUR, reason="Đã qua rồi")


@pytest.mark.parametrize(
    ("given", "read"),
    [({}, (50, 80, 100)), ({"warnings": [90, 50]}, (50, 90)), ({"warnings": []}, ()),
     ({"warnings": [0]}, (50, 80, 100)), ({"warnings": "80"}, (50, 80, 100)), ({"warnings": [True]}, (50, 80, 100))],
)  # fmt: skip
def test_the_citys_thresholds(given: dict[str, Any], read: tuple[int, ...]) -> None:
    assert warnings_of(given) == read


async def test_the_holders_agency_is_the_one_of_the_dispatch(town: Town) -> None:
    code = (await town.send(await town.phone()))["code"]
    await town.give(OPERATOR, "verify", code)
    await town.give(OPERATOR, "dispatch", code, lead="power")
    await town.give(OUTSIDER, "accept", code)
    async with town.engine.connect() as conn:
        kept = (await conn.execute(text("SELECT holders FROM report WHERE code = :code"), {"code": code})).scalar_one()
    assert [one["agency"] for one in kept] == ["power"] and kept[0]["accepted_at"]
