"""Late or untouched: each person is called once, in turn, however many workers look and however long nobody did."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from reports import escalating, escalation_rows
from reports.callers import SYSTEM, Caller
from reports.configuration import load
from reports.escalation import DEFAULTS, Call, Rung, Taken, bounds, call, ladder
from reports.problems import NotFound, NotNow
from tests.reports.office import CITY, HANOI
from tests.reports.town import COLLEAGUE, LEAD, LEADER, OPERATOR, OUTSIDER, SUPERVISOR, Town

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


# the ladder, against a count of its own


rungs = st.lists(
    st.tuples(st.integers(0, 900), st.sampled_from(["head", "supervisor", "leader"])), min_size=1, max_size=4
).map(lambda found: [Rung("late", amount, "minutes", to) for amount, to in sorted(found, key=lambda one: one[0])])  # type: ignore[arg-type]
looks = st.lists(st.integers(1, 1500), min_size=1, max_size=30)


Called = list[tuple[int, str, int]]


def slow(found: list[Rung], gaps: list[int], acknowledged_after: int | None, *, head: bool) -> Called:
    """(level, whom, minute), told minute by minute: whoever is next is called at the first look that is late enough."""
    calls: Called = []
    looked_at = {sum(gaps[: place + 1]) for place in range(len(gaps))}
    last_amount, called_at = 0, 0
    for minute in range(sum(gaps) + 1):
        if acknowledged_after is not None and len(calls) > acknowledged_after:
            break
        if minute not in looked_at:
            continue
        open_rungs = [
            (level, rung.amount, "supervisor" if rung.to == "head" and not head else rung.to)
            for level, rung in enumerate(found, 1)
        ]
        before = calls[-1][0] if calls else 0
        named = {whom for _, whom, _ in calls}
        following = next((one for one in open_rungs if one[0] > before and one[2] not in named), None)
        if following is None:
            continue
        level, amount, whom = following
        if minute >= amount and (not calls or minute - called_at >= amount - last_amount):
            calls.append((level, whom, minute))
            last_amount, called_at = amount, minute
    return calls


@given(rungs, looks, st.none() | st.integers(0, 2), st.booleans())
@settings(max_examples=200, deadline=None)
def test_the_ladder_agrees_with_a_slow_count(
    found: list[Rung], gaps: list[int], acknowledged: int | None, head: bool
) -> None:
    began = datetime(2026, 3, 5, 8, tzinfo=HANOI)
    at, calls = began, []
    taken: list[Taken] = []
    for gap in gaps:
        at += gap * MINUTE
        made = call(found, taken, began, at, CITY, head=head)
        if made is not None:
            calls.append((made.level, made.to, (at - began) // MINUTE))
            taken.append(Taken(made.level, made.to, at, acknowledged is not None and len(calls) > acknowledged))
    assert calls == slow(found, gaps, acknowledged, head=head)
    assert len({whom for _, whom, _ in calls}) == len(calls)


def test_a_proof_is_brought_up_whatever_the_city_s_ladder_says_of_other_causes() -> None:
    assert [rung.to for rung in ladder({"escalation": {"standard": []}}, "standard", "proof")] == [
        "supervisor",
        "leader",
    ]
    own = {"escalation": {"standard": [{"cause": "proof", "after": {"amount": 5, "unit": "minutes"}, "to": "leader"}]}}
    assert ladder(own, "standard", "proof") == (Rung("proof", 5, "minutes", "leader"),)
    assert ladder(own, "standard", "late") == ()


@given(
    st.sampled_from(["standard", "instant"]),
    st.sampled_from(["untouched", "late", "proof"]),
    st.lists(st.integers(0, 4000), min_size=1, max_size=4),
    st.integers(0, 60 * 24 * 14),
    st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_who_is_ripe_is_always_within_the_bounds(
    lane: str, cause: Any, gaps: list[int], minute: int, head: bool
) -> None:
    """The database looks for cases within the bounds; the ladder calls for no other."""
    at = began = datetime(2026, 2, 9, tzinfo=HANOI) + minute * MINUTE
    taken: list[Taken] = []
    for gap in gaps:
        at += gap * MINUTE
        last = taken[-1] if taken else None
        level, to, since = (last.level, last.to, last.raised_at) if last is not None else (0, "", began)
        allowed = [
            one.before
            for one in bounds({}, lane, "default", CITY, at)
            if (one.cause, one.level, one.to) == (cause, level, to)
        ]
        made = call(ladder({}, lane, cause), taken, began, at, CITY, head=head)
        if made is not None:
            assert allowed and since <= allowed[0]
            taken.append(Taken(made.level, made.to, at))
        elif allowed and head and cause != "proof":
            # With a head nobody is passed over, and the bounds are exact.
            assert since > allowed[0]


def test_working_hours_are_those_of_the_agency() -> None:
    found = ladder({}, "standard", "untouched")
    friday = datetime(2026, 3, 6, 15, tzinfo=HANOI)
    monday = datetime(2026, 3, 9, 9, 29, tzinfo=HANOI)
    assert call(found, [], friday, monday, CITY, head=True) is None
    assert call(found, [], friday, monday + MINUTE, CITY, head=True) == Call(1, "head")


@pytest.mark.parametrize(
    "given",
    [None, [], {"standard": "x"}, {"standard": [{"cause": "late"}]}, {"instant": []},
     {"standard": [{"cause": "late", "after": {"amount": -1, "unit": "minutes"}, "to": "head"}]},
     {"standard": [{"cause": "late", "after": {"amount": 1, "unit": "minutes"}, "to": "mayor"}]}],
)  # fmt: skip
def test_nonsense_in_the_settings_leaves_the_usual_ladder(given: Any) -> None:
    assert ladder({"escalation": given}, "standard", "late") == tuple(
        r for r in DEFAULTS["standard"] if r.cause == "late"
    )


def test_a_city_may_switch_it_off() -> None:
    assert ladder({"escalation": {"standard": []}}, "standard", "late") == ()


# in the city


async def sweep(town: Town) -> int | None:
    async with town.engine.begin() as conn:
        return await escalating.sweep(town.scene(conn, SYSTEM))


async def listed(town: Town, by: Caller) -> list[tuple[str, str, int, bool]]:
    async with town.engine.connect() as conn:
        found, number = await escalation_rows.of(conn, by, town.city, town.now)
        open_ones = [one for one in found if one.acknowledged_at is None and one.cleared_at is None]
        assert number == len(open_ones)
        return [(one.code, one.cause, one.level, one in open_ones) for one in found]


async def acknowledge(town: Town, by: Caller, number: int, said: str | None = None) -> Any:
    async with town.engine.begin() as conn:
        return await escalating.acknowledge(town.scene(conn, by), number, said)


async def numbers(town: Town) -> list[int]:
    async with town.engine.connect() as conn:
        return [row.id for row in await conn.execute(text("SELECT id FROM escalation ORDER BY id"))]


async def with_head(town: Town, caller: Caller) -> None:
    async with town.engine.begin() as conn:
        await conn.execute(text("UPDATE account SET head = true WHERE username = :name"), {"name": caller.username})


async def sent(town: Town, number: int = 1) -> list[str]:
    """Dispatched to the roads agency now, which has not accepted."""
    resident, codes = await town.phone(), []
    for _ in range(number):
        code = (await town.send(resident))["code"]
        await town.give(OPERATOR, "verify", code)
        await town.give(OPERATOR, "dispatch", code)
        codes.append(code)
    return codes


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


async def test_acknowledging_ends_the_way_up_and_the_first_is_kept(town: Town) -> None:
    await with_head(town, LEAD)
    (code,) = await sent(town)
    town.now += 6 * HOUR
    await sweep(town)
    (number,) = await numbers(town)
    for other in (SUPERVISOR, OUTSIDER, OPERATOR):
        with pytest.raises(NotFound):
            await acknowledge(town, other, number)
    kept = await acknowledge(town, LEAD, number, "Tôi cho người đi ngay")
    assert (kept.acknowledged_name, kept.note) == ("Đội cầu đường", "Tôi cho người đi ngay")
    assert (await acknowledge(town, LEAD, number, "lần nữa")).note == "Tôi cho người đi ngay"
    town.now += timedelta(days=2)
    assert await sweep(town) == 0
    assert (await town.events(code)).count("report.escalation_acknowledged") == 1


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
        return sum([await sweep(town) or 0 for _ in range(3)])

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


async def test_the_citys_own_ladder(town: Town) -> None:
    async with town.engine.begin() as conn:
        await conn.execute(text("""UPDATE configuration SET settings = '{"escalation": {"standard":
            [{"cause": "untouched", "after": {"amount": 10, "unit": "minutes"}, "to": "leader"}]}}'"""))  # fmt: skip
        town.city = await load(conn)
    (code,) = await sent(town)
    town.now += 10 * MINUTE
    assert await sweep(town) == 1
    assert await listed(town, LEADER) == [(code, "untouched", 1, True)]
