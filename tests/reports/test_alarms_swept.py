"""Alarms in the database: raised once whoever looks, acknowledged by the first, escalated, cleared when over."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from ioc_dashboard import alarm_list
from reports import alarming, drills, exercises
from reports.alarms import KINDS, Kind, Move, Thresholds
from reports.callers import SYSTEM, Caller
from reports.problems import NotNow
from tests.reports.town import COLLEAGUE, LEAD, LEADER, OPERATOR, SUPERVISOR, Town
from tests.sealing import seal_all

THRESHOLDS = Thresholds(urgent=timedelta(minutes=15), escalate=timedelta(minutes=5))
MINUTE = timedelta(minutes=1)


async def sweep(town: Town, kinds: Sequence[Kind] = KINDS, thresholds: Thresholds = THRESHOLDS) -> list[Move] | None:
    async with town.engine.begin() as conn:
        scene = town.scene(conn, SYSTEM)
        await exercises.settle(scene)
        return await alarming.sweep(scene, thresholds, kinds)


async def sealed(town: Town) -> None:
    """What a sealer does, which in these tests does not run by itself."""
    await seal_all(town.engine)


async def later(town: Town, span: timedelta) -> None:
    """Time passes under the eyes of a sealer and a worker, who look twice a minute."""
    until = town.now + span
    while town.now < until:
        town.now = min(until, town.now + MINUTE / 2)
        await sealed(town)
        await sweep(town)


async def shown(town: Town, caller: Caller = OPERATOR) -> list[dict[str, Any]]:
    """The alarms that this person sees."""
    async with town.engine.connect() as conn:
        board = await alarm_list.board(conn, town.city, town.now)
        return await alarm_list.seen_by(conn, caller, town.city, board)


async def standing(town: Town, caller: Caller = OPERATOR) -> list[dict[str, Any]]:
    return [one for one in await shown(town, caller) if one["cleared_at"] is None]


async def acknowledge(town: Town, by: Caller, alarm: dict[str, Any], note: str | None = None) -> None:
    async with town.engine.begin() as conn:
        await alarming.acknowledge(town.scene(conn, by), alarm["id"], alarm["kind"], note)


async def told(town: Town) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """What the journal says of alarms and drills, in the order of writing: event, data, actor."""
    sql = "SELECT event, data, actor FROM journal WHERE event LIKE 'alarm.%' OR event LIKE 'drill.%' ORDER BY id"
    async with town.engine.connect() as conn:
        return [(row.event, row.data, row.actor) for row in await conn.execute(text(sql))]


async def urgent_report(town: Town, category: str = "pothole", **more: Any) -> str:
    code = (await town.send(await town.phone(), category, urgency="urgent", **more))["code"]
    return str(code)


async def test_an_urgent_report_untouched_is_an_alarm_and_claiming_it_ends_it(town: Town) -> None:
    code = await urgent_report(town)
    await later(town, 14 * MINUTE)
    assert await standing(town) == []
    await later(town, MINUTE)
    (alarm,) = await standing(town)
    assert (alarm["kind"], alarm["reports"], alarm["level"], alarm["count"]) == ("urgent_untouched", [code], 1, 1)
    assert code in alarm["text_vi"] and alarm["location"] == {"lon": 107.08, "lat": 10.35}
    await town.give(OPERATOR, "claim", code)
    await sweep(town)
    assert await standing(town) == []
    (over,) = await shown(town)
    assert over["cleared_at"] is not None
    assert [event for event, _, _ in await told(town)] == ["alarm.raised", "alarm.cleared"]
    town.now += 11 * MINUTE
    assert await shown(town) == []


async def test_a_hold_that_lapsed_counts_anew(town: Town) -> None:
    code = await urgent_report(town)
    await later(town, 15 * MINUTE)
    await town.give(OPERATOR, "claim", code)
    await town.give(OPERATOR, "release", code)
    await later(town, 14 * MINUTE)
    assert await standing(town) == []
    await later(town, MINUTE)
    assert [one["reports"] for one in await standing(town)] == [[code]]


async def test_many_workers_at_once_raise_escalate_and_clear_once(town: Town) -> None:
    code = await urgent_report(town)
    town.now += 20 * MINUTE

    async def all_at_once() -> list[Move]:
        await sealed(town)
        done = await asyncio.gather(*(sweep(town) for _ in range(6)))
        assert None in done or sum(bool(one) for one in done) <= 1
        return [move for one in done for move in one or []]

    await all_at_once()
    assert len(await standing(town)) == 1
    for _ in range(12):
        town.now += MINUTE / 2
        await all_at_once()
    await town.give(OPERATOR, "claim", code)
    await all_at_once()
    await all_at_once()
    events = [event for event, _, _ in await told(town)]
    assert events == ["alarm.raised", "alarm.escalated", "alarm.cleared"]


async def test_the_table_itself_holds_one_standing_alarm_per_subject(town: Town) -> None:
    """Two sweeps that both believe to be alone: the index decides."""
    await urgent_report(town)
    town.now += 20 * MINUTE
    await sweep(town)
    async with town.engine.begin() as conn:
        rows = (await conn.execute(text("SELECT kind, subject FROM alarm"))).all()
        again = text(
            "INSERT INTO alarm (kind, subject, level, raised_at, level_at, count, facts, drill)"
            " SELECT kind, subject, 1, now(), now(), 0, '{}', false FROM alarm ON CONFLICT DO NOTHING"
        )
        assert (await conn.execute(again)).rowcount == 0
    assert len(rows) == 1


async def test_the_first_who_acknowledges_is_kept(town: Town) -> None:
    await urgent_report(town)
    await later(town, 15 * MINUTE)
    (alarm,) = await standing(town)
    await asyncio.gather(*(acknowledge(town, who, alarm, who.username) for who in (OPERATOR, COLLEAGUE, SUPERVISOR)))
    (seen,) = await standing(town, LEADER)
    first = seen["acknowledged"]["by"]["username"]
    assert seen["acknowledged"]["note"] == first
    await acknowledge(town, COLLEAGUE if first != "operator2" else OPERATOR, alarm, "muộn hơn")
    assert (await standing(town))[0]["acknowledged"] == seen["acknowledged"]
    assert [actor.get("username") for event, _, actor in await told(town) if event == "alarm.acknowledged"] == [first]
    await later(town, 30 * MINUTE)
    assert (await standing(town))[0]["level"] == 1, "an acknowledged alarm goes to nobody else"


async def test_ignored_it_goes_to_the_supervisor_and_then_to_the_leader_once_each(town: Town) -> None:
    await urgent_report(town)
    await later(town, 15 * MINUTE)
    levels = []
    for _ in range(14):
        await later(town, MINUTE)
        levels.append((await standing(town))[0]["level"])
    assert levels == [1] * 4 + [2] * 5 + [3] * 5
    assert [data["level"] for event, data, _ in await told(town) if event == "alarm.escalated"] == [2, 3]


async def test_nobody_acknowledges_what_is_over(town: Town) -> None:
    code = await urgent_report(town)
    await later(town, 15 * MINUTE)
    (alarm,) = await standing(town)
    await town.give(OPERATOR, "claim", code)
    await sweep(town)
    with pytest.raises(NotNow):
        await acknowledge(town, OPERATOR, alarm)


async def test_after_a_day_of_sleep_nothing_is_forgotten_and_nothing_storms(town: Town) -> None:
    """Twelve urgent reports and a storm that was; then nothing runs for a day."""
    await urgent_report(town)
    await later(town, 16 * MINUTE)
    codes = [await urgent_report(town, lon=107.08 + 0.1 * number) for number in range(11)]
    near = [await town.send(await town.phone(), lon=107.5, lat=10.7) for _ in range(5)]
    await sweep(town)
    assert sorted(one["kind"] for one in await standing(town)) == ["storm", "urgent_untouched"]
    town.now += timedelta(days=1)
    await sweep(town)
    alarms = await standing(town)
    assert {one["kind"] for one in alarms} == {"urgent_untouched"}, "yesterday's storm is over"
    assert len(alarms) == THRESHOLDS.urgent_most and len(codes) + len(near) == 16
    assert "còn 2 phản ánh khẩn khác" in alarms[0]["text_vi"]
    assert {one["level"] for one in alarms} == {1}, "nobody could have acknowledged anything in that day"
    await later(town, 6 * MINUTE)
    assert {one["level"] for one in await standing(town)} == {2}


async def test_a_restricted_report_alarms_its_readers_only(town: Town) -> None:
    code = await urgent_report(town, "conduct")
    await later(town, 15 * MINUTE)
    assert await standing(town, OPERATOR) == []
    assert [one["reports"] for one in await standing(town, SUPERVISOR)] == [[code]]


async def test_a_storm_grows_by_joining_and_is_over_when_it_is_dealt_with(town: Town) -> None:
    codes = [str((await town.send(await town.phone()))["code"]) for _ in range(4)]
    await sweep(town)
    assert await standing(town) == []
    codes.append(str((await town.send(await town.phone(), lon=107.0805))["code"]))
    await sweep(town)
    (storm,) = await standing(town)
    assert (storm["kind"], storm["count"], sorted(storm["reports"])) == ("storm", 5, sorted(codes))
    assert storm["radius_m"] == pytest.approx(43, abs=3)
    assert storm["category"] == "pothole"
    town.now += 5 * MINUTE
    await town.send(await town.phone())
    await town.send(await town.phone(), "conduct")
    await sweep(town)
    (grown,) = await standing(town)
    assert (grown["id"], grown["count"]) == (storm["id"], 6), "a restricted report takes no part"
    for code in grown["reports"][1:]:
        await town.give(OPERATOR, "merge", code, into=grown["reports"][0])
    await sweep(town)
    assert await standing(town) == []
    assert [event for event, _, _ in await told(town)] == ["alarm.raised", "alarm.cleared"]


async def test_an_agency_that_accepts_nothing_is_an_alarm_in_working_time(town: Town) -> None:
    code = str((await town.send(await town.phone()))["code"])
    await town.give(OPERATOR, "verify", code)
    await town.give(OPERATOR, "dispatch", code)
    # Dispatched on Tuesday at 09:00; a working day later it is Wednesday, whatever the night was long.
    town.now += timedelta(hours=13)
    await sweep(town)
    assert await standing(town) == []
    town.now += timedelta(hours=12)
    await sweep(town)
    (alarm,) = await standing(town)
    assert (alarm["kind"], alarm["agency"], alarm["reports"]) == ("agency_silent", "roads", [code])
    assert "Sở Xây dựng chưa tiếp nhận 1 phản ánh" in alarm["text_vi"]
    await town.give(LEAD, "accept", code)
    await sweep(town)
    assert await standing(town) == []


async def test_an_agency_that_has_stopped_accepting_is_an_alarm_sooner(town: Town) -> None:
    few = replace(THRESHOLDS, agency_waiting=2)
    codes = [str((await town.send(await town.phone(), lon=107.08 + 0.1 * n))["code"]) for n in range(3)]
    for code in codes:
        await town.give(OPERATOR, "verify", code)
        await town.give(OPERATOR, "dispatch", code)
    town.now += timedelta(hours=2)
    await sweep(town, thresholds=few)
    (alarm,) = await standing(town)
    assert alarm["count"] == 3 and "ngừng tiếp nhận" in alarm["text_vi"]
    await town.give(LEAD, "accept", codes[0])
    await sweep(town, thresholds=few)
    assert await standing(town) == [], "it has accepted something: the two hours count anew"


async def test_facts_that_wait_unsealed_and_a_worker_that_does_not_look(town: Town) -> None:
    await sweep(town)
    began = town.now
    await town.send(await town.phone())
    for _ in range(2):
        town.now += MINUTE / 4
        await sweep(town)
    (alarm,) = await standing(town)
    assert (alarm["kind"], alarm["count"]) == ("feed_stale", 0)
    await sealed(town)
    town.now += timedelta(seconds=5)
    await sweep(town, ["feed_stale"])
    assert await standing(town) == []

    async def watched() -> list[str]:
        async with town.engine.begin() as conn:
            await alarming.watch_worker(town.scene(conn, SYSTEM), THRESHOLDS, began)
        await sealed(town)
        return [one["text_en"] for one in await standing(town)]

    assert await watched() == []
    town.now += timedelta(seconds=61)
    assert (await watched())[0].startswith("No worker since")
    await sweep(town)
    assert await standing(town) == []


async def test_a_drill_is_handled_like_the_real_thing_and_leaves_nothing(town: Town) -> None:
    async with town.engine.begin() as conn:
        with pytest.raises(NotNow):
            await exercises.raise_alarm(town.scene(conn, SUPERVISOR), "storm", None, None)
        await exercises.begin(town.scene(conn, SUPERVISOR), "Ngập ở Bãi Trước")
        await exercises.begin(town.scene(conn, SUPERVISOR), "lần nữa")
        await exercises.raise_alarm(town.scene(conn, SUPERVISOR), "storm", None, (107.07, 10.34))
        await exercises.raise_alarm(town.scene(conn, SUPERVISOR), "storm", "Ngập sâu", None)
    first, second = await standing(town)
    assert first["kind"] == "drill" and first["drill"] and first["text_vi"].startswith("DIỄN TẬP: ")
    assert second["text_vi"] == "DIỄN TẬP: Ngập sâu"
    await acknowledge(town, OPERATOR, first)
    await later(town, 6 * MINUTE)
    assert {one["id"]: one["level"] for one in await standing(town)} == {first["id"]: 1, second["id"]: 2}
    async with town.engine.begin() as conn:
        await exercises.end(town.scene(conn, SUPERVISOR))
        assert await drills.running(conn, town.now) is None
    assert await standing(town) == []
    assert [event for event, _, _ in await told(town)] == [
        "drill.began", "alarm.raised", "alarm.raised", "alarm.acknowledged", "alarm.escalated",
        "alarm.cleared", "alarm.cleared", "drill.ended",
    ]  # fmt: skip


async def test_a_forgotten_drill_ends_by_itself(town: Town) -> None:
    async with town.engine.begin() as conn:
        await exercises.begin(town.scene(conn, SUPERVISOR), None)
        await exercises.raise_alarm(town.scene(conn, SUPERVISOR), "storm", None, None)
    town.now += timedelta(hours=2, seconds=1)
    async with town.engine.begin() as conn:
        assert await drills.running(conn, town.now) is None, "even before anybody notes it"
    await sweep(town)
    assert await standing(town) == []
    event, _, actor = (await told(town))[-1]
    assert (event, actor["kind"]) == ("drill.ended", "system")
