"""Snapshot + events = fresh snapshot, for every kind of event; web/shared/every-event.test.ts reads the same cases."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy.ext.asyncio import AsyncEngine

from api.asyncapi import describe
from api.clients.collection import Belongs, Collection, concerns, is_open
from reports.events import EVENTS
from tests.protocol.every_event import FIXTURE, LISTENERS, live_through
from tests.reports.town import Town

Case = dict[str, Any]
CASES: list[Case] = json.loads(FIXTURE.read_text("utf-8"))
# Facts about no report are told by messages of their own kind, never as events of a topic.
ABOUT_NO_REPORT = ("alarm.", "drill.", "account.", "areas.", "configuration.", "hot_spot.", "layer.", "reader.")


def _lasting(copy: Collection) -> dict[str, Any]:
    """What is held, without how pressing it is: that changes with the hour, and no event says so."""
    return {code: {**report, "priority": None} for code, report in copy.reports.items()}


def _belongs(topic: str) -> Belongs:
    return is_open if topic == "operations" else concerns(topic.removeprefix("agency:"))


def _folded(case: Case, upto: int | None = None) -> Collection:
    copy = Collection(_belongs(case["topic"]))
    copy.start(case["before"]["seq"], case["before"]["snapshot"])
    for event in case["events"][:upto]:
        copy.hear(event)
    return copy


def _fresh(case: Case) -> Collection:
    copy = Collection(_belongs(case["topic"]))
    copy.start(case["after"]["seq"], case["after"]["snapshot"])
    return copy


def _named(case: Case) -> str:
    return f"{case['topic']}: {case['step']}"


@pytest.mark.parametrize("case", CASES, ids=_named)
def test_snapshot_and_events_are_a_fresh_snapshot(case: Case) -> None:
    assert _lasting(_folded(case)) == _lasting(_fresh(case))


@pytest.mark.parametrize("case", CASES, ids=_named)
def test_a_replay_shows_nothing_twice(case: Case) -> None:
    copy = _folded(case)
    before = dict(copy.reports)
    assert [copy.hear(event) for event in case["events"]] == [False] * len(case["events"])
    assert copy.reports == before


def test_an_event_left_out_is_noticed() -> None:
    """The comparison can fail: without its last event a case is something else."""
    case = next(case for case in CASES if case["step"].startswith("claimed"))
    assert _lasting(_folded(case, len(case["events"]) - 1)) != _lasting(_fresh(case))


def test_the_fixture_holds_every_kind_of_event() -> None:
    told = {event["event"] for case in CASES for event in case["events"]}
    wanted = {name for name in EVENTS if not name.startswith(ABOUT_NO_REPORT)}
    assert wanted - told == set(), "add a step to tests/protocol/every_event.py and run it"


@pytest.mark.parametrize("case", CASES, ids=_named)
def test_each_event_is_what_asyncapi_says(case: Case) -> None:
    messages = describe()["components"]["messages"]
    for event in case["events"]:
        Draft202012Validator(messages[event["event"]]["payload"]).validate(event)


@pytest.mark.timeout(120)
async def test_the_product_of_today_says_what_the_fixture_says(engine: AsyncEngine) -> None:
    """The same life lived again: it folds as well, and the objects have the very members of the fixture's."""
    cases = await live_through(await Town.founded(engine))
    assert [_named(case) for case in cases] == [_named(case) for case in CASES], "run tests.protocol.every_event"
    for now, then in zip(cases, CASES, strict=True):
        assert _lasting(_folded(now)) == _lasting(_fresh(now)), _named(now)
        assert [_shape(event) for event in now["events"]] == [_shape(event) for event in then["events"]], _named(now)


def _shape(event: dict[str, Any]) -> tuple[str, list[str], list[str]]:
    return event["event"], sorted(event["report"]), sorted(event["data"])


def test_every_listener_hears_something() -> None:
    assert {case["topic"] for case in CASES} == set(LISTENERS)
