"""Two people never work on one report unknowingly: claim, heartbeat, take-over, version."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from reports import sweeps
from reports.callers import SYSTEM
from reports.problems import BadInput, Held, KeyReused, NotNow, Stale
from tests.reports.town import COLLEAGUE, LEAD, OPERATOR, Town


async def test_a_claim_shows_who_and_until_when(town: Town) -> None:
    code = (await town.send(await town.phone()))["code"]
    report = await town.give(OPERATOR, "claim", code)
    assert report["claim"]["by"] == {"username": "operator1", "name": "Nguyễn An"}
    assert report["claim"]["until"] > town.now.isoformat()
    assert report["version"] == 2


async def test_while_somebody_holds_it_others_are_told_who(town: Town) -> None:
    code = (await town.send(await town.phone()))["code"]
    await town.give(OPERATOR, "claim", code)
    for command in ("claim", "verify", "release", "heartbeat"):
        with pytest.raises(Held) as refused:
            await town.give(COLLEAGUE, command, code)
        assert "Nguyễn An" in refused.value.detail
        assert refused.value.report["version"] == 2


async def test_commands_work_without_a_claim(town: Town) -> None:
    code = (await town.send(await town.phone()))["code"]
    assert (await town.give(COLLEAGUE, "verify", code))["state"] == "verified"


async def test_heartbeat_renews_and_changes_no_version(town: Town) -> None:
    code = (await town.send(await town.phone()))["code"]
    first = await town.give(OPERATOR, "claim", code)
    town.now += timedelta(seconds=60)
    second = await town.give(OPERATOR, "heartbeat", code)
    assert second["claim"]["until"] > first["claim"]["until"]
    assert second["version"] == first["version"]
    assert await town.events(code) == ["report.received", "report.located", "report.routed", "report.claimed"]


async def test_without_heartbeat_the_claim_lapses(town: Town) -> None:
    code = (await town.send(await town.phone()))["code"]
    await town.give(OPERATOR, "claim", code)
    town.now += timedelta(seconds=121)
    report = await town.give(COLLEAGUE, "claim", code)
    assert report["claim"]["by"]["username"] == "operator2"
    with pytest.raises(Held):
        await town.give(OPERATOR, "heartbeat", code)


async def test_the_lapse_is_told_once_and_changes_no_version(town: Town) -> None:
    code = (await town.send(await town.phone()))["code"]
    version = (await town.give(OPERATOR, "claim", code))["version"]
    town.now += timedelta(seconds=121)
    for expected in (1, 0):
        async with town.engine.begin() as conn:
            assert await sweeps.release_lapsed_claims(town.scene(conn, SYSTEM)) == expected
    assert (await town.events(code))[-1] == "report.released"
    assert (await town.give(COLLEAGUE, "verify", code, version=version))["claim"] is None


async def test_take_over_says_from_whom_and_why(town: Town) -> None:
    code = (await town.send(await town.phone()))["code"]
    await town.give(OPERATOR, "claim", code)
    report = await town.give(COLLEAGUE, "take_over", code, reason="hết ca trực")
    assert report["claim"]["by"]["username"] == "operator2"


@pytest.mark.parametrize("command", ["dispatch", "reject"])
async def test_decisions_end_the_claim(town: Town, command: str) -> None:
    code = (await town.send(await town.phone()))["code"]
    await town.give(OPERATOR, "claim", code)
    await town.give(OPERATOR, "verify", code)
    args: dict[str, Any] = {"reason": "x", "public_answer": "y"} if command == "reject" else {}
    assert (await town.give(OPERATOR, command, code, **args))["claim"] is None


async def test_a_claim_never_binds_the_agency(town: Town) -> None:
    code = (await town.send(await town.phone()))["code"]
    await town.give(OPERATOR, "verify", code)
    await town.give(OPERATOR, "dispatch", code)
    await town.give(OPERATOR, "claim", code)
    assert (await town.give(LEAD, "accept", code))["state"] == "in_progress"


async def test_a_stale_write_is_refused_with_the_present_report(town: Town) -> None:
    code = (await town.send(await town.phone()))["code"]
    await town.give(OPERATOR, "verify", code, version=1)
    with pytest.raises(Stale) as refused:
        await town.give(COLLEAGUE, "verify", code, version=1)
    assert refused.value.report["version"] == 2


async def test_of_many_at_once_one_wins_and_nobody_waits_for_ever(town: Town) -> None:
    code = (await town.send(await town.phone()))["code"]
    tries = [town.give(one, "verify", code, version=1) for one in (OPERATOR, COLLEAGUE) * 8]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, dict) for one in results) == 1
    assert {type(one) for one in results if not isinstance(one, dict)} <= {Stale, NotNow}


async def test_merging_both_ways_at_once_does_not_lock_up(town: Town) -> None:
    phone = await town.phone()
    one, other = (await town.send(phone))["code"], (await town.send(phone))["code"]
    results = await asyncio.gather(
        town.give(OPERATOR, "merge", one, into=other),
        town.give(COLLEAGUE, "merge", other, into=one),
        return_exceptions=True,
    )
    assert sum(isinstance(result, dict) for result in results) == 1
    assert sum(isinstance(result, NotNow) for result in results) == 1


async def test_repeating_a_key_gives_the_first_answer(town: Town) -> None:
    code = (await town.send(await town.phone()))["code"]
    first = await town.give(OPERATOR, "verify", code, key="k1")
    await town.give(OPERATOR, "dispatch", code)
    assert await town.give(OPERATOR, "verify", code, key="k1") == first
    assert (await town.events(code)).count("report.verified") == 1


async def test_a_key_belongs_to_one_body_and_one_person(town: Town) -> None:
    phone = await town.phone()
    one, other = (await town.send(phone))["code"], (await town.send(phone))["code"]
    await town.give(OPERATOR, "verify", one, key="k1")
    with pytest.raises(KeyReused):
        await town.give(OPERATOR, "verify", other, key="k1")
    assert (await town.give(COLLEAGUE, "verify", other, key="k1"))["state"] == "verified"


async def test_a_refused_command_does_not_use_up_its_key(town: Town) -> None:
    code = (await town.send(await town.phone()))["code"]
    with pytest.raises(BadInput):
        await town.give(OPERATOR, "merge", code, into=code, key="k1")
    with pytest.raises(BadInput):
        await town.give(OPERATOR, "merge", code, into=code, key="k1")
    await town.give(OPERATOR, "verify", code)


async def test_one_key_sent_many_times_at_once_is_one_command(town: Town) -> None:
    code = (await town.send(await town.phone()))["code"]
    results = await asyncio.gather(*(town.give(OPERATOR, "claim", code, key="same") for _ in range(12)))
    assert all(result == results[0] for result in results)
    assert results[0]["version"] == 2
