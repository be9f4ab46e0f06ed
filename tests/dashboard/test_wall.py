"""The wall's figures against a slow recount of the journal, entry by entry."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from ioc_dashboard import wall, wall_journal, wall_scene
from reports import people
from reports.configuration import load
from reports.problems import BadInput
from tests.reports.town import LEAD, NOW, OPERATOR, SUPERVISOR, Town

OPEN = ("received", "verified", "dispatched", "in_progress", "resolved", "awaiting_resident")
# How far each report gets, a step every few hours; the n-th report comes n * 5 hours after the first.
COURSES: tuple[list[str], ...] = (
    ["verify", "dispatch", "accept", "resolve", "approve", "rate"],
    ["verify", "dispatch", "accept"],
    ["reject"],
    [],
    ["verify", "dispatch", "return", "dispatch", "accept", "resolve", "approve"],
    ["ask"],
    ["verify", "dispatch", "accept", "resolve", "approve", "reopen"],
    ["verify", "dispatch"],
    ["verify", "dispatch", "accept", "resolve", "approve", "rate"],
    ["verify"],
)
ARGS: dict[str, dict[str, Any]] = {
    "reject": {"reason": "x", "public_answer": "Không thuộc phạm vi."},
    "return": {"reason": "x"},
    "ask": {"question": "Ở đâu ạ?"},
    "resolve": {"summary": "Đã vá."},
    "reopen": {"reason": "Chưa xong."},
    "rate": {"rating": "satisfied"},
}


async def _played(engine: AsyncEngine) -> Town:
    """Ten reports and two of the restricted lane on their ways through two weeks."""
    town = await Town.founded(engine)
    phone = await town.phone()
    by = {"accept": LEAD, "return": LEAD, "resolve": LEAD, "rate": phone, "reopen": SUPERVISOR}
    plan: list[tuple[datetime, int, str]] = []
    for number, course in enumerate((*COURSES, ["verify", "dispatch"], [])):
        sent = NOW + timedelta(hours=5 * number)
        plan.append((sent, number, "send"))
        plan += [(sent + timedelta(hours=7 * step, minutes=number), number, one) for step, one in enumerate(course, 1)]
    codes: dict[int, str] = {}
    for town.now, number, command in sorted(plan):
        restricted = number >= len(COURSES)
        if command == "send":
            category = "conduct" if restricted else "pothole"
            codes[number] = (await town.send(phone, category, lon=107.08 + number / 400))["code"]
        else:
            who = by.get(command, SUPERVISOR if restricted else OPERATOR)
            await town.give(who, command, codes[number], **ARGS.get(command, {}))
    return town


async def _entries(engine: AsyncEngine) -> list[Mapping[str, Any]]:
    sql = """SELECT j.*, r.code, r.received_at, r.area_code FROM journal j JOIN report r ON r.id = j.report_id
             WHERE j.after ->> 'category' <> 'conduct' ORDER BY j.id"""
    async with engine.connect() as conn:
        return [dict(row) for row in (await conn.execute(text(sql))).mappings()]


def _when(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _recounted(entries: list[Mapping[str, Any]], at: datetime) -> dict[str, Any]:
    """The figures at an instant, by hand."""
    local = (at + timedelta(hours=7)).date()
    day = datetime(local.year, local.month, local.day, tzinfo=UTC) - timedelta(hours=7)
    cases = {one["code"]: {**one["after"], "received_at": one["received_at"]} for one in entries if one["at"] < at}
    unassigned = [one["received_at"] for one in cases.values() if one["state"] in ("received", "verified")]
    found: Counter[str] = Counter()
    for one in cases.values():
        due, published, running = _when(one["due_at"]), _when(one.get("published_at")), one["due_basis"] != "paused"
        assert due is not None
        is_open = one["state"] in OPEN
        found["open"] += is_open
        found["urgent"] += is_open and one["urgency"] == "urgent"
        found["due_soon"] += is_open and running and at <= due <= at + timedelta(hours=2)
        found["overdue"] += is_open and running and due < at
        found["done_today"] += one["state"] in ("published", "closed") and published is not None and published >= day
        found["received_today"] += one["received_at"] >= day
    names = ("open", "urgent", "due_soon", "overdue", "done_today", "received_today")
    oldest = min(unassigned).isoformat() if unassigned else None
    return {**{name: found[name] for name in names}, "unassigned": len(unassigned), "oldest_at": oldest}


async def _figures_now_and_at_any_past_hour_equal_a_recount(engine: AsyncEngine, town: Town) -> None:
    entries = await _entries(engine)
    async with engine.connect() as conn:
        now = town.now + timedelta(minutes=1)
        # Nine days on some are overdue.
        for at in (now, now + timedelta(days=9)):
            assert (await wall.loads(conn, town.city, at))["all"] == _recounted(entries, at)
            assert (await wall.loads(conn, town.city, at, past=True))["all"] == _recounted(entries, at)
        assert (await wall.loads(conn, town.city, now + timedelta(days=9)))["all"]["overdue"] > 0
        for hours in range(0, 160, 11):
            at = NOW + timedelta(hours=hours, minutes=30)
            assert (await wall.loads(conn, town.city, at, past=True))["all"] == _recounted(entries, at), hours


async def _parts_add_up_and_the_restricted_lane_is_in_none(engine: AsyncEngine, town: Town) -> None:
    async with engine.begin() as conn:
        # The areas of this small city have no polygons; give them codes as location would.
        await conn.execute(text("UPDATE report SET area_code = 'a' || (id % 2), area_name = 'Phường ' || (id % 2)"))
    async with engine.connect() as conn:
        found = await wall.loads(conn, town.city, town.now)
        clusters = await wall.clusters(conn, town.city, town.now)
    for part in ("areas", "categories"):
        assert sum(one["open"] for one in found[part]) == found["all"]["open"]
    assert "conduct" not in json.dumps(found)
    waiting = found["all"]["unassigned"]
    asked = 1  # waits for the resident, with no agency yet
    assert sum(one["open"] for one in found["agencies"]) == found["all"]["open"] - waiting - asked
    assert sum(one[name] for one in clusters for name in ("waiting", "working", "resolved")) == found["all"]["open"]


async def _medians_and_opinions_equal_a_recount(engine: AsyncEngine, town: Town) -> None:
    entries = await _entries(engine)
    at = town.now + timedelta(days=2)
    steps: dict[str, list[float]] = {name: [] for name in wall.STEPS}
    for code in {one["code"] for one in entries}:
        mine = [one for one in entries if one["code"] == code]
        last = mine[-1]["after"]
        if last.get("published_at") is None:
            continue
        first = {one["event"]: one["at"] for one in reversed(mine)}
        marks = [mine[0]["received_at"], first["report.dispatched"], first["report.accepted"]]
        marks += [_when(last["resolved_at"]), _when(last["published_at"])]
        for name, begin, end in zip(wall.STEPS, marks, marks[1:], strict=False):
            steps[name].append((end - begin).total_seconds())
    async with engine.connect() as conn:
        found = await wall.steps(conn, town.city, at)
        assert found == {name: round(median(values)) for name, values in steps.items()}
        assert await wall.rated(conn, town.city, at) == {"rated": 2, "satisfied": 2}
        assert await wall.rated(conn, town.city, NOW) == {"rated": 0, "satisfied": 0}


async def _a_replayed_day_ends_as_the_next_begins(engine: AsyncEngine, town: Town) -> None:
    """The start of a day and its events, each laid over the last word about its case, give the start of the next."""
    begin, several = wall.day_of(town.city, NOW), []
    async with engine.connect() as conn:
        for number in range(4):
            first = begin + timedelta(days=number)
            end = first + timedelta(days=1)
            cases = {one["code"]: one for one in (await wall_journal.day_start(conn, town.city, first))["cases"]}
            cursor: str | None = None
            pages = 0
            while pages == 0 or cursor is not None:
                events, cursor = await wall_journal.day_events(conn, town.city, first, end, cursor, limit=4)
                assert [one["at"] for one in events] == sorted(one["at"] for one in events)
                cases |= {one["code"]: one for one in events}
                pages += 1
            several.append(pages > 1)
            left = {code: _case(one) for code, one in cases.items() if one["state"] in OPEN}
            start = (await wall_journal.day_start(conn, town.city, end))["cases"]
            assert left == {one["code"]: _case(one) for one in start}
            assert "conduct" not in json.dumps(list(cases.values()))
    assert any(several)


def _case(told: dict[str, Any]) -> dict[str, Any]:
    """The case in an event, its times as instants: the journal and the table write them differently."""
    kept = {name: value for name, value in told.items() if name not in ("event", "at", "rating")}
    return {name: _when(value) if name.endswith("_at") else value for name, value in kept.items()}


async def test_everything_the_wall_counts_equals_a_recount(engine: AsyncEngine) -> None:
    """One city for all of it: its two weeks take longer to play than to count."""
    town = await _played(engine)
    await _figures_now_and_at_any_past_hour_equal_a_recount(engine, town)
    await _medians_and_opinions_equal_a_recount(engine, town)
    await _a_replayed_day_ends_as_the_next_begins(engine, town)
    await _the_trend_is_of_the_same_weekday_and_leaves_out_what_was_before_the_city_began(engine, town)
    await _parts_add_up_and_the_restricted_lane_is_in_none(engine, town)


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJhIiwxXQ"])
async def test_a_strange_cursor_is_refused(engine: AsyncEngine, cursor: str) -> None:
    town = await Town.founded(engine)
    async with engine.connect() as conn:
        with pytest.raises(BadInput):
            await wall_journal.day_events(conn, town.city, NOW, NOW + timedelta(days=1), cursor)


async def test_a_place_that_is_private_is_shown_coarsely(engine: AsyncEngine) -> None:
    await Town.founded(engine)
    async with engine.begin() as conn:
        await conn.execute(text("UPDATE category SET location_private = true WHERE code = 'pothole'"))
        town = Town(engine, await load(conn), NOW)
    phone = await town.phone()
    await town.send(phone, lon=107.081234, lat=10.351234)
    async with engine.connect() as conn:
        found = (await wall.clusters(conn, town.city, NOW))[0]
        day = await wall_journal.day_events(conn, town.city, NOW - timedelta(hours=1), NOW + timedelta(hours=1), None)
    assert (found["lon"], found["lat"]) == (107.0825, 10.3525)
    assert {(one["lon"], one["lat"]) for one in day[0]} == {(107.0825, 10.3525)}


async def _the_trend_is_of_the_same_weekday_and_leaves_out_what_was_before_the_city_began(
    engine: AsyncEngine, town: Town
) -> None:
    entries = await _entries(engine)
    at = NOW + timedelta(days=16)
    async with engine.connect() as conn:
        found = await wall.trend(conn, town.city, at)
    instants = [datetime.fromisoformat(one) for one in found["at"]]
    assert instants == [at - timedelta(weeks=2), at - timedelta(weeks=1)]
    assert found["open"] == [_recounted(entries, one)["open"] for one in instants]
    assert {len(found[name]) for name in wall.TRENDS} == {2}


async def test_a_pinned_scene_is_kept_and_freed(engine: AsyncEngine) -> None:
    async with engine.begin() as conn:
        assert (await wall_scene.pinned(conn))["scene"] is None
        await wall_scene.pin(conn, "agencies", OPERATOR, NOW)
    async with engine.begin() as conn:
        kept = await wall_scene.pinned(conn)
        assert (kept["scene"], kept["by"]["username"]) == ("agencies", "operator1")
        await wall_scene.pin(conn, None, SUPERVISOR, NOW)
        assert (await wall_scene.pinned(conn))["scene"] is None


async def test_a_day_begins_at_midnight_in_the_city(engine: AsyncEngine) -> None:
    town = await Town.founded(engine)
    late = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)  # half past one in the morning of the 25th
    assert wall.day_of(town.city, late) == datetime(2026, 11, 24, 17, tzinfo=UTC)


async def test_a_renewed_session_ends_all_the_same_after_its_longest_time(engine: AsyncEngine) -> None:
    longest = timedelta(days=30)
    async with engine.begin() as conn:
        account = await people.save_account(
            conn, username="wall", name="Màn hình", role="leader", agency=None, password_hash="x"
        )
        token = await people.new_session(conn, str(account), NOW, NOW + timedelta(hours=12))
        later = NOW + timedelta(hours=6)
        assert await people.renew_session(
            conn, token, later, later + timedelta(hours=12), longest
        ) == later + timedelta(hours=12)
        last = NOW + timedelta(hours=17)
        end = await people.renew_session(conn, token, last, last + timedelta(days=40), longest)
        assert end == NOW + longest
        assert await people.renew_session(conn, token, end, end + timedelta(hours=12), longest) is None
        assert await people.renew_session(conn, "unknown", NOW, NOW, longest) is None
