"""Which cases are looked at: those that can climb, each in time, and none that holds up another."""

import contextlib
import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from reports import escalating, escalation_rows, escalation_watch
from reports.callers import Caller
from reports.configuration import load
from reports.problems import Problem
from tests.reports.escalations import acknowledge, listed, numbers, sent, sweep, with_head
from tests.reports.town import LEAD, LEADER, OPERATOR, SUPERVISOR, WEEK, Town

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


async def ladders(town: Town, *rungs: tuple[str, int, str, str]) -> None:
    """The city gives itself these steps on the standard lane."""
    steps = [{"cause": cause, "after": {"amount": n, "unit": unit}, "to": to} for cause, n, unit, to in rungs]
    async with town.engine.begin() as conn:
        await conn.execute(
            text("UPDATE configuration SET version = version + 1, settings = CAST(:set AS jsonb)"),
            {"set": json.dumps({"escalation": {"standard": steps}})},
        )
        town.city = await load(conn)


async def watched(town: Town) -> int:
    """How many cases stand in the index of a look."""
    async with town.engine.connect() as conn:
        return int((await conn.execute(text("SELECT count(next_at) FROM escalation_watch"))).scalar_one())


async def test_what_cannot_climb_any_more_holds_up_nobody(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """More cases than a look takes stand at the end of a ladder without a leader; a new one is called in time."""
    monkeypatch.setattr(escalation_watch, "MOST", 2)
    await ladders(town, ("late", 0, "minutes", "supervisor"), ("late", 5, "minutes", "head"))
    codes = await sent(town, 5)
    town.now += timedelta(days=20)
    assert [await sweep(town) for _ in range(4)] == [2, 2, 1, 0]
    assert await watched(town) == 0, "there is no head, and the supervisor was called"
    town.now += timedelta(days=1)
    (newest,) = await sent(town)
    assert await sweep(town) == 0
    town.now += timedelta(days=20)
    assert [await sweep(town), await watched(town)] == [1, 0]
    assert {one[0] for one in await listed(town, SUPERVISOR)} == {*codes, newest}
    # The city adds the leader: all of them are looked at again, so many at a time.
    town.now += HOUR
    await ladders(town, ("late", 0, "minutes", "supervisor"), ("late", 5, "minutes", "leader"))
    assert [await sweep(town) for _ in range(4)] == [2, 2, 2, 0]
    # An agency gets a head: nobody is called back to a lower step, and a new case goes to the head.
    await with_head(town, LEAD)
    await ladders(town, ("untouched", 5, "minutes", "head"))
    (last,) = await sent(town)
    town.now += HOUR
    assert sum([await sweep(town) for _ in range(5)]) >= 1
    assert (last, "untouched", 1, True) in await listed(town, LEAD)


async def test_a_result_that_waits_for_the_center_is_the_center_s_and_never_the_agency_s(town: Town) -> None:
    await with_head(town, LEAD)
    (code,) = await sent(town)
    await town.give(LEAD, "accept", code)
    await town.give(LEAD, "resolve", code, summary="Đã vá ổ gà, mặt đường phẳng.", media=[])
    # Tuesday 09:00: four working hours end at 15:00, eight on Wednesday at 09:30, each from being called.
    town.now += 6 * HOUR - MINUTE
    assert await sweep(town) == 0
    town.now += MINUTE
    assert [await sweep(town), await sweep(town)] == [1, 0]
    assert await listed(town, SUPERVISOR) == [(code, "unapproved", 1, True)]
    await acknowledge(town, SUPERVISOR, (await numbers(town))[0])
    town.now += timedelta(days=1)
    assert [await sweep(town), await sweep(town)] == [1, 0]
    assert await listed(town, LEADER) == [(code, "unapproved", 2, True)]
    town.now += timedelta(days=3)
    assert await sweep(town) == 0
    assert await listed(town, LEAD) == []
    async with town.engine.connect() as conn:
        assert {row.agency for row in await conn.execute(text("SELECT agency FROM escalation"))} == {None}
    # Sent back it is the agency's again; approved it is over and out of the index.
    await town.give(OPERATOR, "send_back", code, reason="Chưa thấy ảnh sau xử lý")
    await town.give(LEAD, "resolve", code, summary="Đã vá ổ gà, mặt đường phẳng.", media=[])
    await town.give(OPERATOR, "approve", code)
    assert await sweep(town) == 0
    assert [one[3] for one in await listed(town, LEADER)] == [False]
    async with town.engine.connect() as conn:
        assert (await conn.execute(text("SELECT count(*) FROM escalation_watch"))).scalar_one() == 0


async def test_steps_in_per_cent_of_what_was_promised(town: Town) -> None:
    """Three working days were promised, from Tuesday 09:00 to Friday 17:00: half as much again ends on Tuesday."""
    await ladders(town, ("late", 100, "percent", "supervisor"), ("late", 150, "percent", "leader"))
    (code,) = await sent(town)
    shown = await town.give(LEAD, "accept", code)
    due = datetime.fromisoformat(shown["due_at"])
    calendar = town.city.calendar
    promised = calendar.between(calendar.moment(town.now), calendar.moment(due))
    half = calendar.time(calendar.advance(calendar.moment(due), promised // 2))
    for at, by in ((due, SUPERVISOR), (half, LEADER)):
        town.now = at - timedelta(seconds=1)
        assert await sweep(town) == 0
        town.now += timedelta(seconds=2)
        assert await sweep(town) == 1
        assert await listed(town, by) == [(code, "late", 1 if by is SUPERVISOR else 2, True)]


async def test_an_agency_that_is_no_more_is_called_by_the_calendar_it_had(town: Town) -> None:
    """It works through the night, and works off what it has."""
    always = {"zone": "Asia/Ho_Chi_Minh", "special": [], "week": {day: [["00:00", "24:00"]] for day in (*WEEK, "sat")}}
    async with town.engine.begin() as conn:
        await conn.execute(
            text("INSERT INTO calendar (code, name, definition) VALUES ('nights', 'x', CAST(:data AS jsonb))"),
            {"data": json.dumps(always)},
        )
        await conn.execute(text("UPDATE agency SET calendar = 'nights' WHERE code = 'roads'"))
        town.city = await load(conn)
    (code,) = await sent(town)
    async with town.engine.begin() as conn:
        await conn.execute(text("UPDATE agency SET active = false WHERE code = 'roads'"))
        town.city = await load(conn)
    town.now += 4 * HOUR - MINUTE
    assert await sweep(town) == 0
    town.now += MINUTE
    assert await sweep(town) == 1
    assert await listed(town, SUPERVISOR) == [(code, "untouched", 1, True)]


async def test_what_changes_during_a_look_is_looked_at_again(town: Town) -> None:
    (code,) = await sent(town)
    async with town.engine.begin() as conn:
        turns = await escalation_watch.due(conn, town.now, 1)
        (number,) = turns
        await town.give(LEAD, "accept", code)
        none = [escalation_watch.Reckoned(number, None)]
        assert await escalation_watch.keep(conn, none, turns, 1) == 0
        again = await escalation_watch.due(conn, town.now, 1)
        assert again != turns and await escalation_watch.keep(conn, none, again, 1) == 1
        assert await escalation_watch.due(conn, town.now, 1) == {}
        assert list(await escalation_watch.due(conn, town.now, 2)) == [number], "reckoned on another basis"


async def test_whatever_happens_nothing_that_is_due_is_left_after_a_look(town: Town) -> None:
    """The slow reference: of every case, what the ladder wants, against what the looks by the index have done."""
    await with_head(town, LEAD)
    chance = random.Random(5)
    codes = await sent(town, 4)
    steps: list[Callable[[], Any]] = [
        lambda: town.give(LEAD, "accept", chance.choice(codes)),
        lambda: town.give(
            LEAD, "extend", chance.choice(codes), until=town.now + timedelta(days=9), reason="Chờ vật tư"
        ),
        lambda: town.give(LEAD, "return", chance.choice(codes), reason="Không phải việc của chúng tôi"),
        lambda: town.give(LEAD, "ask", chance.choice(codes), question="Ở số nhà nào ạ?"),
        lambda: town.give(OPERATOR, "recall", chance.choice(codes), reason="Nhầm"),
        lambda: town.give(OPERATOR, "dispatch", chance.choice(codes)),
        lambda: town.give(OPERATOR, "dispatch", chance.choice(codes), lead="power"),
        lambda: town.give(LEAD, "resolve", chance.choice(codes), summary="Đã vá ổ gà, mặt đường phẳng.", media=[]),
        lambda: town.give(OPERATOR, "send_back", chance.choice(codes), reason="Chưa thấy ảnh sau xử lý"),
        lambda: town.give(OPERATOR, "merge", chance.choice(codes), into=chance.choice(codes)),
        lambda: town.give(OPERATOR, "unmerge", chance.choice(codes)),
        lambda: _answered(town, chance),
        lambda: _answered(town, chance),
        lambda: ladders(town, ("late", 100, "percent", "head"), ("late", 120, "percent", "leader")),
        lambda: ladders(town, ("untouched", 30, "minutes", "head"), ("late", 1, "working_hours", "supervisor")),
    ]
    called = 0
    for _ in range(60):
        town.now += timedelta(minutes=chance.choice([1, 20, 90, 600, 3000]))
        with contextlib.suppress(Problem):
            await chance.choice(steps)()
        if chance.random() < 0.6:
            while (more := await sweep(town)) > 0:
                called += more
            async with town.engine.connect() as conn:
                ids = [row.id for row in await conn.execute(text("SELECT id FROM report"))]
                wanted = await escalating.following(conn, town.city, ids)
                assert [one for one in wanted.items() if one[1].at <= town.now] == []
                twice = text("SELECT 1 FROM escalation GROUP BY report_id, cause, since, recipient HAVING count(*) > 1")
                assert (await conn.execute(twice)).all() == []
    assert called >= 8


async def _answered(town: Town, chance: random.Random) -> None:
    by: Caller = chance.choice([LEAD, SUPERVISOR, LEADER])
    async with town.engine.connect() as conn:
        found, _ = await escalation_rows.of(conn, by, town.city, town.now)
    if found:
        await acknowledge(town, by, chance.choice(found).id)
