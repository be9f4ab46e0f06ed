"""One report leads, others follow: nobody loses a code, a clock or a rating, and there is never a chain or a circle."""

import asyncio
import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from ioc_dashboard import board
from portal.published import portal_counts
from reports import duplicates, rows
from reports.callers import Caller
from reports.problems import BadInput, Held, NotAllowed, NotNow, Problem
from reports.step import shown
from tests.reports.town import COLLEAGUE, LEAD, OPERATOR, SUPERVISOR, Town

MOVING: dict[str, dict[str, Any]] = {
    "verify": {},
    "dispatch": {},
    "accept": {},
    "resolve": {"summary": "Đã vá, gọi 0912345678"},
    "approve": {"public_answer": "Đã vá xong."},
}


async def _three(town: Town) -> tuple[list[Caller], list[str]]:
    """Three neighbours with one hole; the second and the third are merged into the first."""
    phones = [await town.phone() for _ in range(3)]
    codes = []
    for phone in phones:
        codes.append((await town.send(phone, description="Ổ gà to trước nhà số 12"))["code"])
        town.now += timedelta(minutes=10)
    for code in codes[1:]:
        await town.give(OPERATOR, "merge", code, into=codes[0])
    return phones, codes


async def _move(town: Town, code: str, *commands: str) -> dict[str, Any]:
    report: dict[str, Any] = {}
    for command in commands:
        who = LEAD if command in ("accept", "resolve") else OPERATOR
        report = await town.give(who, command, code, **MOVING[command])
    return report


async def _seen(town: Town, by: Caller, code: str) -> dict[str, Any]:
    async with town.engine.connect() as conn:
        row = await rows.by_code(conn, code)
        assert row is not None
        return shown(town.scene(conn, by), row)


async def _clock(town: Town, code: str) -> tuple[Any, ...]:
    async with town.engine.connect() as conn:
        row = await rows.by_code(conn, code)
        assert row is not None
        kept = ("state", "due_at", "due_basis", "clock_started_at", "clock_remaining_s", "resume_state", "merged_into")
        return tuple(row[name] for name in kept)


async def test_the_center_sees_the_group(town: Town) -> None:
    _, codes = await _three(town)
    lead = await _seen(town, OPERATOR, codes[0])
    assert [one["code"] for one in lead["followers"]] == codes[1:]
    assert set(lead["followers"][0]) == {"code", "category", "received_at", "distance_m", "rating"}
    assert lead["reporter_count"] == 3
    assert {"code": "reporters", "weight": 10} in lead["priority"]["because"]
    assert (await _seen(town, OPERATOR, codes[1]))["merged_into"] == codes[0]
    assert "followers" not in await _seen(town, LEAD, codes[0])
    assert (await town.events(codes[0]))[-2:] == ["report.group_changed"] * 2


async def test_followers_see_where_their_lead_is_and_what_came_of_it(town: Town) -> None:
    phones, codes = await _three(town)
    for command, status in (
        ("verify", "waiting"),
        ("dispatch", "in_progress"),
        ("accept", "in_progress"),
        ("resolve", "in_progress"),
        ("approve", "done"),
    ):
        await _move(town, codes[0], command)
        seen = await _seen(town, phones[1], codes[1])
        assert (seen["state"], seen["public_status"], seen["code"]) == ("merged", status, codes[1])
        leading = seen["leading"]
        assert leading["lead"] == (None if command == "verify" else "roads")
        assert (leading["public_answer"] is not None) == (leading["summary"] is not None) == (status == "done")
    # Somebody else's telephone number is hidden, as on the portal.
    assert "0912345678" not in seen["leading"]["summary"]
    moved = [event for event in await town.events(codes[2]) if event == "report.lead_moved"]
    assert len(moved) == 3, "dispatched, accepted, published"


async def test_a_lead_that_asks_its_reporter_is_still_in_progress_for_the_others(town: Town) -> None:
    phones, codes = await _three(town)
    await _move(town, codes[0], "verify", "dispatch", "accept")
    await town.give(LEAD, "ask", codes[0], question="Nhà ông ở số mấy?")
    seen = await _seen(town, phones[1], codes[1])
    assert (seen["public_status"], seen["leading"]["state"]) == ("in_progress", "in_progress")
    assert "số mấy" not in str(seen)


async def test_each_rates_and_the_center_sees_how_many(town: Town) -> None:
    phones, codes = await _three(town)
    with pytest.raises(NotNow):
        await town.give(phones[1], "rate", codes[1], rating="satisfied")
    await _move(town, codes[0], *MOVING)
    await town.give(phones[0], "rate", codes[0], rating="satisfied")
    await town.give(phones[1], "rate", codes[1], rating="unsatisfied", comment="chưa bằng")
    with pytest.raises(NotAllowed):
        await town.give(OPERATOR, "rate", codes[2], rating="satisfied")
    lead = await _seen(town, OPERATOR, codes[0])
    assert lead["ratings"] == {"satisfied": 1, "unsatisfied": 1}
    assert [one["rating"] for one in lead["followers"]] == ["unsatisfied", None]
    assert lead["rating"]["rating"] == "satisfied"
    assert (await _seen(town, phones[1], codes[1]))["rating"]["comment"] == "chưa bằng"


@pytest.mark.parametrize("ends", ["open", "published", "closed", "rejected"])
async def test_unmerging_restores_what_was_there_whatever_became_of_the_lead(town: Town, ends: str) -> None:
    phones = [await town.phone(), await town.phone()]
    lead, code = [(await town.send(phone))["code"] for phone in phones]
    await town.give(OPERATOR, "verify", code, urgency="urgent")
    before = await _clock(town, code)
    await town.give(OPERATOR, "merge", code, into=lead)
    if ends == "rejected":
        await town.give(OPERATOR, "reject", lead, reason="trùng", public_answer="Không.")
        assert (await _seen(town, phones[1], code))["public_status"] == "rejected"
        assert (await _seen(town, phones[1], code))["leading"]["rejection"] == "Không."
    elif ends != "open":
        await _move(town, lead, *MOVING)
        if ends == "closed":
            await town.give(OPERATOR, "close", lead)
    town.now += timedelta(days=2)
    report = await town.give(OPERATOR, "unmerge", code)
    assert await _clock(town, code) == before
    assert (report["state"], report["merged_into"], report["public_status"]) == ("verified", None, "waiting")
    assert (await _seen(town, phones[1], code))["leading"] is None
    assert (await _seen(town, OPERATOR, lead))["followers"] == []
    # It goes its own way.
    await town.give(OPERATOR, "dispatch", code)


async def test_the_due_time_of_a_group_only_comes_nearer(town: Town) -> None:
    late, early, urgent = [await town.phone() for _ in range(3)]
    first = await town.send(early)
    town.now += timedelta(days=3)
    lead = await town.send(late)
    joined = await town.give(OPERATOR, "merge", first["code"], into=lead["code"])
    assert joined["due_at"] == first["due_at"], "a follower keeps its own"
    due = (await _seen(town, OPERATOR, lead["code"]))["due_at"]
    assert due == first["due_at"] < lead["due_at"]
    pressing = await town.send(urgent, urgency="urgent")
    await town.give(OPERATOR, "merge", pressing["code"], into=lead["code"])
    due = (await _seen(town, OPERATOR, lead["code"]))["due_at"]
    assert due == min(pressing["due_at"], first["due_at"])
    # Neither a start of the clock nor another category nor undoing sets a later one.
    await town.give(OPERATOR, "verify", lead["code"], category="with-proof")
    assert (await _seen(town, OPERATOR, lead["code"]))["due_at"] == due
    assert (await town.give(OPERATOR, "dispatch", lead["code"]))["due_at"] == due
    for code in (first["code"], pressing["code"]):
        await town.give(OPERATOR, "unmerge", code)
    assert (await _seen(town, OPERATOR, lead["code"]))["due_at"] == due


async def test_a_later_follower_moves_nothing(town: Town) -> None:
    lead = await town.send(await town.phone())
    town.now += timedelta(days=5)
    later = await town.send(await town.phone())
    await town.give(OPERATOR, "merge", later["code"], into=lead["code"])
    assert (await _seen(town, OPERATOR, lead["code"]))["due_at"] == lead["due_at"]


async def test_what_is_resolved_keeps_the_due_time_it_is_judged_by(town: Town) -> None:
    lead, other = [(await town.send(await town.phone(), urgency=urgency))["code"] for urgency in ("normal", "urgent")]
    resolved = await _move(town, lead, "verify", "dispatch", "accept", "resolve")
    await town.give(OPERATOR, "merge", other, into=lead)
    assert (await _seen(town, OPERATOR, lead))["due_at"] == resolved["due_at"]


async def test_a_reopened_case_is_promised_anew(town: Town) -> None:
    _, codes = await _three(town)
    await _move(town, codes[0], *MOVING)
    town.now += timedelta(days=4)
    report = await town.give(OPERATOR, "reopen", codes[0], reason="lún lại")
    assert datetime.fromisoformat(report["due_at"]) > town.now
    assert {"code": "reopened", "weight": 10} in report["priority"]["because"]
    assert (await town.give(OPERATOR, "dispatch", codes[0]))["due_at"] >= report["due_at"]


async def test_followers_go_along_when_their_lead_is_merged(town: Town) -> None:
    phones, codes = await _three(town)
    other = (await town.send(await town.phone()))["code"]
    before = [await _clock(town, code) for code in codes[1:]]
    await town.give(OPERATOR, "merge", codes[0], into=other)
    lead = await _seen(town, OPERATOR, other)
    assert [one["code"] for one in lead["followers"]] == codes
    for code in codes[1:]:
        assert (await _seen(town, OPERATOR, code))["merged_into"] == other
        assert (await town.events(code))[-1] == "report.lead_changed"
    assert [(await _clock(town, code))[:-1] for code in codes[1:]] == [clock[:-1] for clock in before]
    # Undoing that merge undoes that merge alone: the others stay with the lead they have now.
    await town.give(OPERATOR, "unmerge", codes[0])
    assert [one["code"] for one in (await _seen(town, OPERATOR, other))["followers"]] == codes[1:]
    assert (await _seen(town, phones[1], codes[1]))["public_status"] == "waiting"


async def test_there_is_no_chain_and_no_circle(town: Town) -> None:
    _, codes = await _three(town)
    other = (await town.send(await town.phone()))["code"]
    with pytest.raises(NotNow, match=codes[0]):
        await town.give(OPERATOR, "merge", other, into=codes[1])
    for into in (codes[0], codes[1]):
        with pytest.raises((BadInput, NotNow)):
            await town.give(OPERATOR, "merge", codes[0], into=into)
    with pytest.raises(NotNow):
        await town.give(OPERATOR, "merge", codes[1], into=other)


async def test_lanes_do_not_mix_and_what_one_may_not_see_is_not_there(town: Town) -> None:
    open_one = (await town.send(await town.phone()))["code"]
    hidden = (await town.send(await town.phone(), "conduct"))["code"]
    for who, code, into in (
        (SUPERVISOR, open_one, hidden),
        (SUPERVISOR, hidden, open_one),
        (OPERATOR, open_one, hidden),
    ):
        with pytest.raises(BadInput) as refused:
            await town.give(who, "merge", code, into=into)
        assert ("lane" in str(refused.value.errors)) == (who is SUPERVISOR)
    with pytest.raises(BadInput) as unknown:
        await town.give(OPERATOR, "merge", open_one, into="NOSUCHONE")
    assert unknown.value.errors == refused.value.errors


async def test_similar_ones_can_be_merged(town: Town) -> None:
    _, codes = await _three(town)
    hidden = (await town.send(await town.phone(), "conduct", description="Ổ gà to trước nhà số 12"))["code"]
    twin = (await town.send(await town.phone(), description="Ổ gà to trước nhà số 12"))["code"]

    async def found(by: Caller, code: str) -> dict[str, bool]:
        async with town.engine.connect() as conn:
            row = await rows.by_code(conn, code)
            assert row is not None
            alike = await duplicates.similar(town.scene(conn, by), row, threshold=0.1)
            return {one.row["code"]: one.mergeable for one in alike}

    assert await found(OPERATOR, codes[0]) == {twin: True}
    assert await found(OPERATOR, twin) == {codes[0]: True}
    assert await found(OPERATOR, codes[1]) == {twin: True}, "its own lead is no news"
    assert (await found(SUPERVISOR, twin))[hidden] is False


async def test_a_follower_that_withdraws_leaves_the_group(town: Town) -> None:
    phones, codes = await _three(town)
    await _move(town, codes[0], "verify", "dispatch")
    await town.give(phones[1], "withdraw", codes[1])
    assert (await _seen(town, phones[1], codes[1]))["state"] == "withdrawn"
    assert [one["code"] for one in (await _seen(town, OPERATOR, codes[0]))["followers"]] == [codes[2]]
    with pytest.raises(NotNow):
        await town.give(OPERATOR, "unmerge", codes[1])


async def test_a_lead_that_is_withdrawn_hands_the_group_over(town: Town) -> None:
    phones, codes = await _three(town)
    before = await _seen(town, OPERATOR, codes[0])
    own = await _clock(town, codes[1])
    await town.give(phones[0], "withdraw", codes[0])
    heir = await _seen(town, OPERATOR, codes[1])
    assert (heir["state"], heir["merged_into"]) == ("received", None)
    assert [one["code"] for one in heir["followers"]] == [codes[2]]
    assert heir["due_at"] == min(before["due_at"], own[1].isoformat())
    assert (await _seen(town, phones[2], codes[2]))["public_status"] == "waiting"
    await _move(town, codes[1], *MOVING)
    assert (await _seen(town, phones[2], codes[2]))["public_status"] == "done"


async def test_undoing_a_merge_gives_the_hold_back_to_who_had_it(town: Town) -> None:
    lead, code = [(await town.send(await town.phone()))["code"] for _ in range(2)]
    await town.give(OPERATOR, "claim", code)
    with pytest.raises(Held):
        await town.give(COLLEAGUE, "merge", code, into=lead)
    merged = await town.give(OPERATOR, "merge", code, into=lead)
    assert merged["claim"] is None
    undone = await town.give(OPERATOR, "unmerge", code, version=merged["version"])
    assert undone["claim"]["by"]["username"] == "operator1"
    await town.give(OPERATOR, "merge", code, into=lead)
    assert (await town.give(COLLEAGUE, "unmerge", code))["claim"] is None


async def test_undoing_a_verification_gives_back_kind_and_route(town: Town) -> None:
    sent = await town.send(await town.phone())
    before = await _clock(town, sent["code"])
    verified = await town.give(OPERATOR, "verify", sent["code"], category="with-proof", urgency="urgent")
    assert verified["due_basis"] == "running"
    undone = await town.give(OPERATOR, "unverify", sent["code"])
    assert (undone["category"], undone["urgency"], undone["lead"]) == ("pothole", "normal", "roads")
    assert await _clock(town, sent["code"]) == before
    # What was verified as it came goes back as it came.
    await town.give(OPERATOR, "verify", sent["code"])
    assert (await town.give(OPERATOR, "unverify", sent["code"]))["category"] == "pothole"


async def test_followers_are_counted_with_their_lead(town: Town) -> None:
    _, codes = await _three(town)
    async with town.engine.connect() as conn:
        assert (await board.counts(conn, OPERATOR, town.city, town.now))["open"] == 1
        assert (await portal_counts(conn, town.now))["waiting"] == 1
    await _move(town, codes[0], *MOVING)
    async with town.engine.connect() as conn:
        counts = await portal_counts(conn, town.now)
    assert (counts["waiting"], counts["done"]) == (0, 1)


async def _settled(*acts: Any) -> list[Any]:
    done = await asyncio.gather(*acts, return_exceptions=True)
    for one in done:
        if isinstance(one, BaseException) and not isinstance(one, Problem):
            raise one
    return done


async def test_two_who_merge_each_into_the_other_end_in_one_group(town: Town) -> None:
    for _ in range(5):
        one, other = [(await town.send(await town.phone()))["code"] for _ in range(2)]
        done = await _settled(
            town.give(OPERATOR, "merge", one, into=other), town.give(COLLEAGUE, "merge", other, into=one)
        )
        assert sorted(isinstance(each, NotNow) for each in done) == [False, True]
        states = {code: (await _clock(town, code))[0] for code in (one, other)}
        assert sorted(states.values()) == ["merged", "received"]


async def test_a_storm_of_merges_never_waits_in_a_circle(town: Town) -> None:
    draw = random.Random(7)
    codes = [(await town.send(await town.phone()))["code"] for _ in range(6)]
    for _ in range(6):
        acts = []
        for code, into in (draw.sample(codes, 2) for _ in range(4)):
            who = draw.choice((OPERATOR, COLLEAGUE))
            acts.append(town.give(who, "merge", code, into=into))
            acts.append(town.give(who, "unmerge", draw.choice(codes)))
            acts.append(town.give(who, draw.choice(("verify", "unverify", "claim", "release")), draw.choice(codes)))
        await _settled(*acts)
        async with town.engine.connect() as conn:
            chains = "SELECT count(*) FROM report f JOIN report l ON l.id = f.merged_into WHERE l.state = 'merged'"
            assert (await conn.execute(text(chains))).scalar_one() == 0
            torn = "SELECT count(*) FROM report WHERE (merged_into IS NOT NULL) <> (state = 'merged')"
            assert (await conn.execute(text(torn))).scalar_one() == 0
