"""Every command in every state by everybody, generated from the transition table: allowed and forbidden alike."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from reports.access import Standing, may_see, relations
from reports.callers import Caller
from reports.lifecycle import (
    CHECKABLE,
    EDGES,
    UNVERSIONED,
    Command,
    Edge,
    State,
    edge_for,
    public_status,
    relations_for,
)
from reports.problems import NotAllowed, NotFound, NotNow, Problem
from tests.reports.town import LEAD, OPERATOR, SUPERVISOR, Cast, Town, arguments

# How a report gets into a state: (who, command) in order. "reporter" is the sender's device.
ROADS: dict[State, tuple[tuple[str, str], ...]] = {
    State.RECEIVED: (),
    State.VERIFIED: (("operator", "verify"),),
    State.DISPATCHED: (("operator", "verify"), ("operator", "dispatch")),
    State.IN_PROGRESS: (("operator", "verify"), ("operator", "dispatch"), ("lead", "accept")),
    State.RESOLVED: (
        ("operator", "verify"),
        ("operator", "dispatch"),
        ("lead", "accept"),
        ("lead", "resolve"),
    ),
    State.PUBLISHED: (
        ("operator", "verify"),
        ("operator", "dispatch"),
        ("lead", "accept"),
        ("lead", "resolve"),
        ("operator", "approve"),
    ),
    State.CLOSED: (
        ("operator", "verify"),
        ("operator", "dispatch"),
        ("lead", "accept"),
        ("lead", "resolve"),
        ("operator", "approve"),
        ("operator", "close"),
    ),
    State.AWAITING_RESIDENT: (("operator", "ask"),),
    State.REJECTED: (("operator", "reject"),),
    State.MERGED: (("operator", "merge"),),
    State.WITHDRAWN: (("reporter", "withdraw"),),
}


async def _brought_to(town: Town, cast: Cast, state: State, other: str) -> dict[str, Any]:
    report = await town.send(cast.reporter)
    for who, command in ROADS[state]:
        args = arguments(Command(command), other=other, due_at=report["due_at"])
        report = await town.give(cast.everybody()[who], command, report["code"], **args)
    assert report["state"] == state
    return report


def _expected(state: State, command: Command, who: str, standing: Standing, caller: Any) -> type[Problem] | Edge:
    """What the table says, in the words of the contract: 404 unseen, 403 not yours, 409 not in this state."""
    if may_see(caller, standing) is not True:
        return NotFound
    is_what = relations(caller, standing)
    if not is_what & relations_for(command):
        return NotAllowed
    edge = edge_for(state, command, lane="standard", approvals=1)
    if edge is None:
        return NotNow
    return edge if is_what & edge.who else NotAllowed


def _standing(state: State, report: dict[str, Any], who: str) -> Standing:
    checking = tuple(report.get("checking", ()))
    at_agency = state in (State.DISPATCHED, State.IN_PROGRESS, State.RESOLVED, State.PUBLISHED, State.CLOSED)
    involved = (report["lead"], *report["supporting"]) if at_agency else ()
    public = state in (State.PUBLISHED, State.CLOSED)
    return Standing(state, False, report["lead"] or "roads", involved, who == "reporter", public, checking=checking)


@pytest.mark.parametrize("state", ROADS)
async def test_every_command_by_everybody(town: Town, state: State) -> None:
    cast = Cast(await town.phone(), await town.phone())
    other = (await town.send(cast.reporter))["code"]
    if state is State.MERGED:
        # Who is merged may rate once there is a result.
        other = (await _brought_to(town, cast, State.PUBLISHED, other))["code"]
    report = await _brought_to(town, cast, state, other)
    for command in Command:
        report = await _prepared(town, state, command, report)
        for who, caller in cast.everybody().items():
            expected = _expected(state, command, who, _standing(state, report, who), caller)
            args = arguments(command, other=other, due_at=report["due_at"])
            if isinstance(expected, type):
                with pytest.raises(expected):
                    await town.give(caller, command, report["code"], **args)
                continue
            if command in (Command.HEARTBEAT, Command.RELEASE):
                await town.give(caller, "claim", report["code"])
                report["version"] += 1
            before = await town.events(report["code"])
            after = await town.give(caller, command, report["code"], version=report["version"], **args)
            _check_taken(expected, report, after)
            recorded = (await town.events(report["code"]))[len(before) :]
            assert recorded[:1] == ([expected.event] if expected.event else [])
            report = await _prepared(town, state, command, await _brought_to(town, cast, state, other))


FAILED = json.dumps({"findings": [{"code": "words", "severity": "fail", "media": None, "facts": {}}], "worst": "fail"})


async def _prepared(town: Town, state: State, command: Command, report: dict[str, Any]) -> dict[str, Any]:
    """The report with what some commands need beside its state: an open check, a finding against its proof."""
    checks = command in (Command.REPORT_CHECK, Command.RECALL_CHECKER)
    if checks and state in CHECKABLE and not report.get("checking"):
        args = arguments(Command.SEND_CHECKER, other="", due_at=report["due_at"])
        return await town.give(OPERATOR, "send_checker", report["code"], **args)
    if command is Command.OVERRIDE_PROOF:
        async with town.engine.begin() as conn:
            sql = text("UPDATE report SET proof = CAST(:proof AS jsonb) WHERE code = :code")
            await conn.execute(sql, {"proof": FAILED, "code": report["code"]})
    return report


def _check_taken(edge: Edge, before: dict[str, Any], after: dict[str, Any]) -> None:
    assert after["version"] == before["version"] + (0 if edge.command in UNVERSIONED else 1)
    if edge.target == "same":
        assert after["state"] == before["state"]
    elif edge.target == "remembered":
        assert after["state"] == "received"
    else:
        assert after["state"] == edge.target


def test_every_state_can_be_left_or_is_an_end() -> None:
    ends = {state for state in State if not any(edge.source == state for edge in EDGES)}
    assert ends == {State.WITHDRAWN}


def test_every_state_can_be_reached() -> None:
    reached = {State.RECEIVED} | {State(edge.target) for edge in EDGES if edge.target in set(State)}
    assert reached == set(State)


def test_no_two_arrows_for_the_same_lane() -> None:
    for lane in ("standard", "instant", "restricted"):
        for approvals in (0, 1, 2):
            for state in State:
                for command in Command:
                    for again in (False, True):
                        matching = [
                            edge
                            for edge in EDGES
                            if (edge.source, edge.command) == (state, command)
                            and edge.lane in (None, lane)
                            and edge.approvals in (None, approvals)
                            and edge.again in (None, again)
                        ]
                        assert len(matching) <= 1, (lane, approvals, state, command, again)


def test_residents_read_four_words() -> None:
    words = {public_status(state, State.IN_PROGRESS) for state in State}
    assert words == {"waiting", "in_progress", "done", "rejected"}


async def test_the_instant_lane_dispatches_without_verification(town: Town) -> None:
    report = await town.send(await town.phone(), "fallen-tree")
    assert (await town.give(OPERATOR, "dispatch", report["code"]))["state"] == "dispatched"


async def test_a_lane_may_skip_the_approval(town: Town) -> None:
    report = await town.send(await town.phone(), "no-approval")
    plan: tuple[tuple[Caller, str, dict[str, Any]], ...] = (
        (OPERATOR, "verify", {}),
        (OPERATOR, "dispatch", {}),
        (LEAD, "accept", {}),
        (LEAD, "resolve", {"summary": "xong"}),
    )
    for who, command, args in plan:
        report = await town.give(who, command, report["code"], **args)
    assert report["state"] == "published"
    assert (await town.events(report["code"]))[-2:] == ["report.resolved", "report.published"]


async def test_two_approvals_are_two_people(town: Town) -> None:
    report = await town.send(await town.phone(), "two-approvals")
    plan: tuple[tuple[Caller, str, dict[str, Any]], ...] = (
        (OPERATOR, "verify", {}),
        (OPERATOR, "dispatch", {}),
        (LEAD, "accept", {}),
        (LEAD, "resolve", {"summary": "xong"}),
        (OPERATOR, "approve", {}),
    )
    for who, command, args in plan:
        report = await town.give(who, command, report["code"], **args)
    assert report["state"] == "resolved"
    with pytest.raises(NotNow):
        await town.give(OPERATOR, "approve", report["code"])
    assert (await town.give(SUPERVISOR, "approve", report["code"]))["state"] == "published"
