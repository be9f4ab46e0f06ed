"""Late or untouched: each person is called once, in turn, however many workers look and however long nobody did."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from reports.callers import Caller
from reports.configuration import load
from reports.problems import NotFound, NotNow
from tests.reports.escalations import acknowledge, listed, numbers, sent, sweep, with_head
from tests.reports.town import COLLEAGUE, LEAD, LEADER, OPERATOR, OUTSIDER, SUPERVISOR, Town

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


async def test_untouched_goes_to_the_head_then_the_supervisor_then_the_leader(town: Town) -> None:
    await with_head(town, LEAD)
    (code,) = await sent(town)
    # Tuesday 09:00. Four working hours end at 15:00, eight on Wednesday at 09:30.
    town.now += 6 * HOUR - MINUTE
    assert await sweep(town) == 0
    town.now += MINUTE
    assert await sweep(town) == 1
    assert await listed(town, LEAD) == [(code, "untouched", 1, True)]
    assert [await listed(town, by) for by in (SUPERVISOR, LEADER, OPERATOR, OUTSIDER, COLLEAGUE)] == [[]] * 5
    town.now += 24 * HOUR
    assert [await sweep(town), await sweep(town)] == [1, 0]
    assert await listed(town, SUPERVISOR) == [(code, "untouched", 2, True)]
    # Called on Wednesday at 15:00, the supervisor has eight working hours before the leader is.
    town.now += 25 * HOUR
    assert await sweep(town) == 1
    assert await listed(town, LEADER) == [(code, "untouched", 3, True)]
    town.now += HOUR
    assert await sweep(town) == 0
    await town.give(LEAD, "accept", code)
    await sweep(town)
    assert [await listed(town, by) for by in (LEAD, SUPERVISOR, LEADER)] == [
        [(code, "untouched", 1, False)], [(code, "untouched", 2, False)], [(code, "untouched", 3, False)],
    ]  # fmt: skip


async def test_what_lies_at_the_center_goes_to_the_supervisor_then_the_leader(town: Town) -> None:
    await with_head(town, LEAD)
    resident = await town.phone()
    code = (await town.send(resident))["code"]
    # Tuesday 09:00; the agency that the rule proposes does not know of it yet, and neither does its head.
    town.now += 6 * HOUR - MINUTE
    assert await sweep(town) == 0
    town.now += MINUTE
    assert [await sweep(town), await sweep(town)] == [1, 0]
    assert await listed(town, SUPERVISOR) == [(code, "untouched", 1, True)]
    assert [await listed(town, by) for by in (LEAD, LEADER, OPERATOR)] == [[], [], []]
    # Thursday 15:00: twelve working hours later it is the leader's.
    town.now += 48 * HOUR
    assert await sweep(town) == 1
    assert await listed(town, LEADER) == [(code, "untouched", 3, True)]
    # Verified it is no longer untouched; what then is not dispatched begins anew.
    await town.give(OPERATOR, "verify", code)
    assert await sweep(town) == 0
    assert [one[3] for one in await listed(town, SUPERVISOR)] == [False]
    town.now += 24 * HOUR
    assert await sweep(town) == 1
    assert [one[3] for one in await listed(town, SUPERVISOR)] == [True, False]
    # Waiting for the resident is nobody's neglect, and the answer begins the wait anew.
    await town.give(OPERATOR, "ask", code, question="Ở số nhà nào ạ?")
    await sweep(town)
    assert [one[3] for one in await listed(town, SUPERVISOR)] == [False, False]
    town.now += 72 * HOUR
    assert await sweep(town) == 0
    await town.give(resident, "answer", code, text="Số 12.")
    assert await sweep(town) == 0
    await town.give(OPERATOR, "dispatch", code)
    assert await sweep(town) == 0
    # Returned, it lies at the center again, from now on.
    await town.give(LEAD, "return", code, reason="Không thuộc thẩm quyền")
    town.now += 24 * HOUR
    assert await sweep(town) == 1
    assert ((await listed(town, SUPERVISOR))[0])[1:] == ("untouched", 1, True)


async def test_who_takes_care_of_it_has_the_time_of_the_next_step_and_the_first_is_kept(town: Town) -> None:
    await with_head(town, LEAD)
    (code,) = await sent(town)
    town.now += 6 * HOUR
    await sweep(town)
    (number,) = await numbers(town)
    for other in (SUPERVISOR, OUTSIDER, OPERATOR):
        with pytest.raises(NotFound):
            await acknowledge(town, other, number)
    # Called on Tuesday at 15:00; on Wednesday at 09:00 the head says so, half an hour before the supervisor's turn.
    town.now += 18 * HOUR
    kept = await acknowledge(town, LEAD, number, "Tôi cho người đi ngay")
    assert (kept.acknowledged_name, kept.note) == ("Đội cầu đường", "Tôi cho người đi ngay")
    assert (await acknowledge(town, LEAD, number, "lần nữa")).note == "Tôi cho người đi ngay"
    town.now += 6 * HOUR - MINUTE
    assert await sweep(town) == 0
    # Four working hours later nobody has accepted it all the same: up, and never back.
    town.now += MINUTE
    assert [await sweep(town), await sweep(town)] == [1, 0]
    assert await listed(town, SUPERVISOR) == [(code, "untouched", 2, True)]
    await acknowledge(town, SUPERVISOR, (await numbers(town))[1])
    # After a sleep of days one step, and above the leader there is nobody.
    town.now += timedelta(days=2)
    assert [await sweep(town), await sweep(town)] == [1, 0]
    assert await listed(town, LEADER) == [(code, "untouched", 3, True)]
    await acknowledge(town, LEADER, (await numbers(town))[2])
    town.now += timedelta(minutes=90)
    assert await sweep(town) == 0
    # By Monday it is late as well, which is a matter of its own.
    town.now += timedelta(days=3)
    assert [await sweep(town), await sweep(town)] == [1, 0]
    assert [one[1:] for one in await listed(town, LEAD)] == [("late", 1, True), ("untouched", 1, False)]
    told = await town.events(code)
    assert (told.count("report.escalated"), told.count("report.escalation_acknowledged")) == (4, 3)


async def test_what_is_over_needs_nobody(town: Town) -> None:
    await with_head(town, LEAD)
    (code,) = await sent(town)
    town.now += 6 * HOUR
    await sweep(town)
    await town.give(LEAD, "accept", code)
    await sweep(town)
    with pytest.raises(NotNow):
        await acknowledge(town, LEAD, (await numbers(town))[0])


async def test_a_head_reads_nothing_of_a_case_that_was_taken_away(town: Town) -> None:
    await with_head(town, LEAD)
    (code,) = await sent(town)
    town.now += 6 * HOUR
    await sweep(town)
    assert len(await listed(town, LEAD)) == 1
    # It turned out to be about the agency's own people.
    await town.give(SUPERVISOR, "recall", code, reason="nhầm")
    await town.give(SUPERVISOR, "unverify", code)
    await town.give(SUPERVISOR, "verify", code, category="conduct")
    await sweep(town)
    assert await listed(town, LEAD) == []
    with pytest.raises(NotFound):
        await acknowledge(town, LEAD, (await numbers(town))[0])


async def test_the_third_return_is_before_the_supervisor_at_once_until_somebody_has_it(town: Town) -> None:
    (code,) = await sent(town)
    for number in range(1, 4):
        shown = await town.give(LEAD, "return", code, reason=f"không phải việc của chúng tôi ({number})")
        assert await listed(town, SUPERVISOR) == ([(code, "returned", 1, True)] if number == 3 else [])
        if number < 3:
            await town.give(OPERATOR, "dispatch", code)
    assert len(shown["returns"]) == 3, "the whole trail stands at the case"
    assert await listed(town, LEAD) == []
    await sweep(town)
    await acknowledge(town, SUPERVISOR, (await numbers(town))[0], "Tôi gọi hai bên")
    await sweep(town)
    # Somebody looks after the returns; that the case has become late, and still lies there, is another matter.
    town.now += timedelta(days=20)
    await sweep(town)
    assert sorted(one[1:3] for one in await listed(town, SUPERVISOR)) == [("late", 1), ("untouched", 1)]
    await town.give(OPERATOR, "dispatch", code)
    await sweep(town)
    await town.give(LEAD, "return", code, reason="vẫn không phải")
    told = await listed(town, SUPERVISOR)
    assert (code, "returned", 1, True) in told and (await town.events(code)).count("report.escalated") == 4


async def test_without_a_head_the_supervisor_is_called_at_once_and_once(town: Town) -> None:
    (code,) = await sent(town)
    town.now += 6 * HOUR
    await sweep(town)
    town.now += 12 * HOUR
    await sweep(town)
    assert [await listed(town, LEAD), await listed(town, SUPERVISOR)] == [[], [(code, "untouched", 1, True)]]


async def test_after_a_sleep_each_case_goes_up_one_rung_and_nothing_is_forgotten(town: Town) -> None:
    await with_head(town, LEAD)
    codes = await sent(town, 3)
    town.now += timedelta(days=20)
    # Late and untouched at once: one call for each cause, to the first of its ladder.
    assert await sweep(town) == 6
    assert sorted(await listed(town, LEAD)) == sorted(
        (code, cause, 1, True) for code in codes for cause in ("late", "untouched")
    )
    for _ in range(5):
        town.now += 15 * timedelta(seconds=1)
        assert await sweep(town) == 0
    town.now += timedelta(days=1)
    assert await sweep(town) == 6
    assert len(await listed(town, SUPERVISOR)) == 6


async def test_late_counts_anew_after_an_extension_and_not_while_an_answer_is_awaited(town: Town) -> None:
    (code,) = await sent(town)
    await town.give(LEAD, "accept", code)
    town.now += timedelta(days=6)
    assert await sweep(town) == 1
    shown = await town.give(LEAD, "extend", code, until=town.now + timedelta(days=1), reason="Chờ vật tư")
    assert await sweep(town) == 0
    assert await listed(town, SUPERVISOR) == [(code, "late", 1, False)]
    town.now = datetime.fromisoformat(shown["due_at"]) + MINUTE
    assert await sweep(town) == 1
    assert [one[3] for one in await listed(town, SUPERVISOR)] == [True, False]
    await town.give(LEAD, "ask", code, question="Ở số nhà nào ạ?")
    await sweep(town)
    assert [one[3] for one in await listed(town, SUPERVISOR)] == [False, False]


async def test_several_sweepers_call_each_person_once(town: Town) -> None:
    await with_head(town, LEAD)
    codes = await sent(town, 12)
    town.now += timedelta(days=20)

    async def many() -> int:
        return sum([await sweep(town) for _ in range(3)])

    assert sum(await asyncio.gather(*(many() for _ in range(4)))) == 2 * len(codes)
    assert len(await numbers(town)) == 2 * len(codes)
    told = [event for code in codes for event in await town.events(code)]
    assert told.count("report.escalated") == 2 * len(codes)


async def test_the_restricted_lane_is_brought_before_its_readers_only(town: Town) -> None:
    resident = await town.phone()
    code = (await town.send(resident, "conduct"))["code"]
    town.now += timedelta(days=20)
    assert await sweep(town) == 2
    stranger = Caller("account", "00000000-0000-4000-8000-000000000009", "supervisor2", "Khác", "supervisor")
    assert sorted(await listed(town, SUPERVISOR)) == [(code, "late", 1, True), (code, "untouched", 1, True)]
    assert await listed(town, stranger) == []
    # Whoever is a reader no more reads nothing of it from the next look at the city on, which has another number then.
    async with town.engine.begin() as conn:
        await conn.execute(
            text("DELETE FROM category_reader WHERE account_id = CAST(:id AS uuid)"), {"id": SUPERVISOR.id}
        )
        before, town.city = town.city, await load(conn)
    assert town.city.version > before.version and await listed(town, SUPERVISOR) == []
    with pytest.raises(NotFound):
        await acknowledge(town, SUPERVISOR, (await numbers(town))[0])


async def test_the_citys_own_ladder(town: Town) -> None:
    async with town.engine.begin() as conn:
        await conn.execute(text("""UPDATE configuration SET settings = '{"escalation": {"standard":
            [{"cause": "untouched", "after": {"amount": 10, "unit": "minutes"}, "to": "leader"}]}}'"""))  # fmt: skip
        town.city = await load(conn)
    (code,) = await sent(town)
    town.now += 10 * MINUTE
    assert await sweep(town) == 1
    assert await listed(town, LEADER) == [(code, "untouched", 1, True)]
