"""The priority of a report: weights that add up, and lists that agree with the function."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from ioc_dashboard import board
from reports.priority import Facts, facts_of, priority
from reports.problems import BadInput
from tests.reports.town import LEAD, OPERATOR, Town

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
CALM = Facts(True, False, 1, NOW - timedelta(days=1), NOW + timedelta(days=9), False, 0, 0)


def _weights(facts: Facts) -> dict[str, int]:
    return {reason.code: reason.weight for reason in priority(facts, NOW).because}


def test_nothing_presses_a_fresh_report() -> None:
    assert priority(CALM, NOW).as_document() == {"score": 0, "because": []}


@pytest.mark.parametrize(
    ("change", "weights"),
    [
        ({"urgent": True}, {"urgent": 40}),
        ({"due_at": NOW - timedelta(minutes=1)}, {"late": 30}),
        ({"due_at": NOW - timedelta(days=2, hours=1)}, {"late": 40}),
        ({"due_at": NOW - timedelta(days=400)}, {"late": 60}),
        ({"due_at": NOW + timedelta(hours=8)}, {"soon": 15}),
        ({"due_at": NOW + timedelta(hours=8, seconds=1)}, {}),
        ({"due_at": NOW - timedelta(days=2), "paused": True}, {}),
        ({"reporters": 3}, {"reporters": 10}),
        ({"reporters": 99}, {"reporters": 30}),
        ({"reopenings": 1, "returns": 2}, {"returned": 16, "reopened": 10}),
        ({"reopenings": 9, "returns": 9}, {"returned": 24, "reopened": 20}),
        ({"hot_spot": True}, {"hot_spot": 10}),
        ({"open": False, "urgent": True, "reporters": 9}, {}),
    ],
)
def test_the_weights(change: dict[str, Any], weights: dict[str, int]) -> None:
    assert _weights(replace(CALM, **change)) == weights


@given(
    st.builds(
        Facts,
        open=st.just(True),
        urgent=st.booleans(),
        reporters=st.integers(1, 200),
        received_at=st.just(NOW - timedelta(days=3)),
        due_at=st.timedeltas(timedelta(days=-3), timedelta(days=30)).map(lambda shift: NOW + shift),
        paused=st.booleans(),
        reopenings=st.integers(0, 9),
        returns=st.integers(0, 9),
    ),
    st.timedeltas(timedelta(0), timedelta(days=90)),
)
def test_it_adds_up_and_time_never_lowers_it(facts: Facts, later: timedelta) -> None:
    now, then = priority(facts, NOW), priority(facts, NOW + later)
    assert now.score == sum(reason.weight for reason in now.because) <= then.score
    assert list(now.because) == sorted(now.because, key=lambda one: -one.weight)


async def _a_mixed_city(town: Town) -> None:
    """Thirty-odd reports that differ in everything the score looks at."""
    reporter = await town.phone()
    codes = [(await town.send(reporter, urgency="urgent" if n % 3 == 0 else "normal"))["code"] for n in range(30)]
    for code, into in zip(codes[20:24], (*codes[2:4], *codes[2:4]), strict=True):
        await town.give(OPERATOR, "merge", code, into=into)
    for code in codes[4:8]:
        await town.give(OPERATOR, "verify", code)
        await town.give(OPERATOR, "dispatch", code)
        await town.give(LEAD, "return", code, reason="không thuộc địa bàn")
    await town.give(OPERATOR, "ask", codes[8], question="Ở đâu ạ?")
    await town.give(OPERATOR, "ask", codes[9], question="Ở đâu ạ?")
    async with town.engine.begin() as conn:
        moved = text("UPDATE report SET due_at = :now + make_interval(hours => (id % 40)::int * 7 - 140)")
        await conn.execute(moved, {"now": town.now})
        await conn.execute(text("UPDATE report SET reopenings = id % 4 WHERE id % 5 = 0"))


async def _pages(town: Town, limit: int, **narrow: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = None
    while True:
        async with town.engine.connect() as conn:
            page = await board.page(
                conn,
                OPERATOR,
                town.city,
                lambda one, variant: "",
                filters=board.Filters(order="priority", **narrow),
                # Time passes while somebody pages; the first page's moment counts for all.
                now=town.now + timedelta(hours=len(found)),
                after=after,
                limit=limit,
            )
        found += page.reports
        after = page.next
        if after is None:
            return found


async def test_the_list_agrees_with_the_function(town: Town) -> None:
    await _a_mixed_city(town)
    listed = await _pages(town, 200)
    assert len(listed) == 26
    scores = [one["priority"]["score"] for one in listed]
    assert len(set(scores)) > 5
    assert [one["code"] for one in listed] == [
        one["code"] for one in sorted(listed, key=lambda one: (-one["priority"]["score"], one["due_at"]))
    ]
    assert [one["code"] for one in await _pages(town, 7)] == [one["code"] for one in listed]
    every = await _pages(town, 200, open_only=False)
    assert [one["priority"]["score"] for one in every[-4:]] == [0] * 4


async def test_a_cursor_of_another_order_is_refused(town: Town) -> None:
    for _ in range(3):
        await town.send(await town.phone())
    async with town.engine.connect() as conn:

        async def first(order: board.Order, after: str | None = None) -> board.Page:
            filters, now = board.Filters(order=order), town.now
            return await board.page(
                conn, OPERATOR, town.city, lambda *_: "", filters=filters, now=now, after=after, limit=1
            )

        due = await first("due")
        with pytest.raises(BadInput):
            await first("priority", due.next)


def test_times_may_be_text() -> None:
    row = {
        "state": "received",
        "urgency": "urgent",
        "reporter_count": 1,
        "reopenings": 0,
        "returns": None,
        "hot_spot": None,
    }
    row |= {"received_at": "2026-11-23T09:00:00+07:00", "due_at": "2026-11-30T09:00:00+07:00", "due_basis": "running"}
    assert _weights(facts_of(row)) == {"urgent": 40}
