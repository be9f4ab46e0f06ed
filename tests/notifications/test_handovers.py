"""Hand-overs by web hook to a real system on the loopback that fails, stalls, redirects and goes away."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from ioc_dashboard import alarm_list
from notifications.channels.base import Delivered, Gone, Refused, Retry
from notifications.channels.doorway import PUBLIC_ONLY, Doorway
from notifications.handovers import listing, queue, secrets, signing, trouble
from notifications.handovers.webhook import WebhookSender
from reports import alarming
from reports.alarms import Thresholds
from reports.callers import SYSTEM
from tests.loopback.hook import LoopbackHook, Signed, verified
from tests.loopback.listener import Answer, wait_until
from tests.notifications.handed import KEY, LEASE, Outside
from tests.reports.town import ADMIN, LEAD, OPERATOR, SUPERVISOR, Town

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def hook() -> Iterator[LoopbackHook]:
    with LoopbackHook() as hook:
        yield hook


@pytest.fixture
async def outside(engine: AsyncEngine, hook: LoopbackHook) -> AsyncIterator[Outside]:
    outside = Outside(await Town.founded(engine))
    await outside.works_at("roads", {"kind": "webhook", "url": hook.url})
    hook.secrets = [await outside.secret()]
    yield outside
    await outside.close()


def events(hook: LoopbackHook, code: str) -> list[str]:
    """What the agency's system was told of the case, in the order it took it."""
    return [one.body["type"] for one in hook.taken if one.body["data"]["report"]["code"] == code]


async def test_an_agency_hears_what_its_officers_would_see_from_dispatch_on(
    outside: Outside, hook: LoopbackHook
) -> None:
    town = outside.town
    phone = await town.phone()
    code = str((await town.send(phone, description="Ổ gà sâu"))["code"])
    await town.give(OPERATOR, "verify", code)
    await town.give(OPERATOR, "dispatch", code, note="Gần trường học")
    await town.give(LEAD, "accept", code)
    await town.give(LEAD, "return", code, reason="nhầm")
    await outside.carry_all()
    assert events(hook, code) == ["report.dispatched", "report.accepted", "report.returned"]
    first = hook.taken[0].body["data"]
    assert (first["agency"], first["facts"]["note"], first["report"]["description"]) == (
        *("roads", "Gần trường học"),
        "Ổ gà sâu",
    )
    # Each is told as it was then, and no later.
    assert [one.body["data"]["report"]["state"] for one in hook.taken] == ["dispatched", "in_progress", "verified"]
    said = str([one.body for one in hook.taken])
    assert phone.id not in said and "reporter" not in {*first["report"], *first["facts"]} and "claim': {" not in said
    seqs = [one.body["data"]["seq"] for one in hook.taken]
    assert seqs == sorted(seqs) and len({one.id for one in hook.taken}) == 3
    # After the last one the case is not theirs any more.
    await town.give(OPERATOR, "dispatch", code, lead="ward", supporting=[])
    await outside.carry_all()
    assert len(hook.received) == 3


async def test_failures_are_tried_again_in_the_order_of_the_case(outside: Outside, hook: LoopbackHook) -> None:
    first, other = await outside.dispatched(), await outside.dispatched()
    await outside.town.give(LEAD, "accept", first)
    hook.plan(Answer(500, b"down"), Answer(302, headers={"Location": hook.url}))
    assert isinstance(await outside.carry(), Retry)
    # The other case does not wait for the first; a redirect is not followed.
    moved = await outside.carry()
    assert isinstance(moved, Retry) and moved.reason.startswith("302")
    assert await outside.carry() is None
    assert [row.state for row in await outside.rows()] == ["pending"] * 3
    for _ in range(4):
        await outside.later()
        await outside.carry_all()
    assert events(hook, first) == ["report.dispatched", "report.accepted"] and events(hook, other) == [
        "report.dispatched"
    ]
    ids = [one.id for one in hook.received]
    assert len(ids) == 5 and len(set(ids)) == 3
    assert {(row.state, row.last_error, row.next_at) for row in await outside.rows()} == {("delivered", None, None)}


async def test_what_breaks_while_it_is_made_or_sent_is_counted_and_holds_up_no_other_case(
    outside: Outside, hook: LoopbackHook
) -> None:
    first, other = await outside.dispatched(), await outside.dispatched()
    courier, compose, send = outside.courier, outside.courier.compose, outside.courier.send

    async def breaks(conn: Any, claimed: Any, target: Any) -> Any:
        if claimed.attempts == 1 and claimed.seq == min(row.seq for row in await outside.rows()):
            # As an entry that the code of today cannot read: also with the transaction broken by it.
            await conn.execute(text("SELECT 1 / 0"))
        return await compose(conn, claimed, target)

    async def stumbles(claimed: Any, target: Any, message: Any) -> Any:
        if claimed.attempts == 2:
            raise KeyError("place")
        return await send(claimed, target, message)

    courier.compose, courier.send = breaks, stumbles
    broken = await outside.carry()
    assert isinstance(broken, Retry) and broken.reason.startswith("broke")
    await outside.carry_all()
    assert (events(hook, first), events(hook, other)) == ([], ["report.dispatched"])
    for _ in range(2):
        await outside.later()
        await outside.carry_all()
    assert events(hook, first) == ["report.dispatched"]
    assert sorted(row.attempts for row in await outside.rows()) == [1, 3]


async def test_waits_grow_and_obey_the_other_side_and_end(outside: Outside, hook: LoopbackHook) -> None:
    await outside.dispatched()
    hook.plan(Answer(503, headers={"Retry-After": "900"}))
    before = outside.town.now
    await outside.carry()
    [row] = await outside.rows()
    assert row.next_at >= before + timedelta(seconds=900) and row.begun_at == before
    hook.secrets = []
    attempts = 0
    while (await outside.rows())[0].state == "pending":
        await outside.later()
        await outside.carry()
        attempts += 1
    [row] = await outside.rows()
    assert row.state == "dead" and 90 < attempts <= queue.SCHEDULE.most_attempts and "401" in row.last_error
    assert outside.town.now - before <= queue.SCHEDULE.longest_age


async def test_gone_is_a_dead_letter_that_a_person_sees_and_sends_again(outside: Outside, hook: LoopbackHook) -> None:
    code = await outside.dispatched()
    await outside.town.give(LEAD, "accept", code)
    hook.plan(Answer(410, b"moved to another system"))
    assert isinstance(await outside.carry(), Gone)
    # What is given up holds nothing back.
    assert isinstance(await outside.carry(), Delivered)
    dead = (await outside.rows())[0]
    async with outside.town.engine.begin() as conn:
        seen = await listing.handovers(conn, SUPERVISOR, outside.town.city, state="troubled")
        assert [(one["id"], one["report"], one["state"]) for one in seen["handovers"]] == [(dead.id, code, "dead")]
        assert seen["counts"] == {"dead": 1, "delivered": 1} and "moved to another system" in str(seen)
        assert await queue.resend(conn, dead.id, "supervisor", outside.town.now)
        assert not await queue.resend(conn, dead.id, "supervisor", outside.town.now)
    await outside.carry()
    assert hook.taken[-1].id == hook.received[0].id == f"msg_{dead.message_id.hex}"
    assert hook.taken[-1].body["data"]["seq"] < hook.taken[-2].body["data"]["seq"]


async def test_a_stuck_hand_over_is_an_alarm_until_the_agency_is_told(outside: Outside, hook: LoopbackHook) -> None:
    town = outside.town

    async def alarms() -> list[dict[str, Any]]:
        async with town.engine.begin() as conn:
            told = await trouble.failing(conn, alarming.restricted_of(town.city))
            await alarming.sweep(
                town.scene(conn, SYSTEM), Thresholds(), ["handover_stuck"], outside=alarming.Outside(told)
            )
        async with town.engine.connect() as conn:
            board = await alarm_list.board(conn, town.city, town.now)
            seen = await alarm_list.seen_by(conn, OPERATOR, town.city, board)
        return [one for one in seen if one["cleared_at"] is None]

    code, hook.secrets = await outside.dispatched(), []
    await outside.dispatched("conduct", by=SUPERVISOR)
    good = [await outside.secret()]
    await outside.carry_all()
    assert await alarms() == []
    for _ in range(33):
        town.now += alarming.GAP - timedelta(seconds=1)
        standing = await alarms()
    (alarm,) = standing
    assert (alarm["kind"], alarm["agency"], alarm["reports"]) == ("handover_stuck", "roads", [code])
    assert alarm["text_vi"].startswith("Không chuyển được sang hệ thống của Sở Xây dựng: 1 phản ánh")
    hook.plan(Answer(410), Answer(410))
    await outside.carry_all()
    (alarm,) = await alarms()
    assert alarm["text_en"].endswith("given up on 1")
    # A newer fact that got through says how the case stands: the dead letter is history.
    hook.secrets = good
    await town.give(LEAD, "accept", code)
    await outside.carry_all()
    assert await alarms() == []
    assert [row.state for row in await outside.rows()] == ["dead", "dead", "delivered"]


async def test_of_the_restricted_lane_only_named_readers_see_a_hand_over(outside: Outside) -> None:
    await outside.dispatched("conduct", by=SUPERVISOR)
    await outside.carry()
    async with outside.town.engine.begin() as conn:
        for who, number in ((SUPERVISOR, 1), (ADMIN, 0), (OPERATOR, 0)):
            found = await listing.handovers(conn, who, outside.town.city)
            assert (len(found["handovers"]), sum(found["counts"].values())) == (number, number)


async def test_a_system_that_stalls_delays_nobody_else(engine: AsyncEngine, hook: LoopbackHook) -> None:
    outside = Outside(await Town.founded(engine), timeout=1.5)
    with LoopbackHook() as quick:
        for agency, where in (("roads", hook), ("ward", quick)):
            await outside.works_at(agency, {"kind": "webhook", "url": where.url})
            where.secrets = [await outside.secret(agency)]
        hook.plan(Answer(204, delay=60.0))
        await outside.dispatched()
        await outside.carry("power")
        await outside.courier.round()
        await asyncio.to_thread(quick.wait_for, 1)
        await outside.courier.settled()
    assert [(row.agency, row.state) for row in await outside.rows()] == [("roads", "pending"), ("ward", "delivered")]
    # It rests before it is tried again, although the attempt of another case may be due.
    await outside.dispatched()
    await outside.carry("power")
    await outside.courier.round()
    await outside.courier.settled()
    assert len(hook.received) == 1
    await outside.close()


async def test_a_killed_worker_leaves_it_to_the_next_under_the_same_id(
    outside: Outside, hook: LoopbackHook, database_url: str
) -> None:
    await outside.dispatched()
    hook.plan(Answer(204, delay=60.0))
    command = [sys.executable, "-m", "tests.notifications.hasty_courier", database_url]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)
    try:
        await asyncio.to_thread(wait_until, lambda: len(hook.received) == 1, 60.0)
    finally:
        worker.send_signal(signal.SIGKILL)
        said, _ = worker.communicate()
    assert "settled" not in said
    assert await outside.carry() is None
    [row] = await outside.rows()
    assert (row.state, row.attempts) == ("sending", 1)
    outside.town.now = row.next_at + LEASE
    assert isinstance(await outside.carry(), Delivered)
    assert [one.id for one in hook.received] == [f"msg_{row.message_id.hex}"] * 2
    assert (await outside.rows())[0].attempts == 2


async def test_many_workers_hand_over_each_fact_once(outside: Outside, hook: LoopbackHook) -> None:
    codes = [await outside.dispatched() for _ in range(4)]
    for code in codes:
        await outside.town.give(LEAD, "accept", code)
    workers = [Outside(outside.town) for _ in range(4)]
    await asyncio.gather(*(one.carry_all() for one in workers))
    await outside.carry_all()
    for one in workers:
        await one.close()
    assert len(hook.received) == len({one.id for one in hook.received}) == 8
    assert all(events(hook, code) == ["report.dispatched", "report.accepted"] for code in codes)


async def test_two_secrets_are_good_while_they_are_exchanged(outside: Outside, hook: LoopbackHook) -> None:
    [old] = hook.secrets
    new = await outside.secret()
    for known in ([old], [new]):
        hook.secrets = known
        await outside.dispatched()
        assert isinstance(await outside.carry(), Delivered)
    outside.town.now += secrets.OVERLAP
    hook.secrets = [old]
    await outside.dispatched()
    assert isinstance(await outside.carry(), Retry)
    async with outside.town.engine.begin() as conn:
        third = await outside.secret()
        outside.town.now += timedelta(seconds=1)
        fourth = await outside.secret()
        assert await secrets.good(conn, "roads", key=KEY, now=outside.town.now) == [fourth, third]
        assert await secrets.good(conn, "roads", key=b"another key", now=outside.town.now) == []
        shown = await secrets.listed(conn, "roads", outside.town.now)
        assert len(shown) == 2 and fourth not in str(shown)
        kept = (await conn.execute(text("SELECT sealed FROM agency_secret"))).scalars().all()
        assert all(fourth.encode() not in one for one in kept)


async def test_no_web_hook_knocks_at_the_inner_network(hook: LoopbackHook) -> None:
    inside = [hook.url, "https://10.0.0.1/x", "https://[::1]/", "http://example.org/", "https://2130706433/"]
    sender = WebhookSender(PUBLIC_ONLY)
    for url in inside:
        assert isinstance(await sender.send(url, "msg_1", b"{}", [signing.new_secret()], Town.now), Refused), url
    await sender.close()
    allowed = WebhookSender(Doorway((hook.origin,)))
    assert isinstance(await allowed.send(hook.url, "msg_1", b"{}", [signing.new_secret()], Town.now), Retry)
    await allowed.close()
    assert len(hook.received) == 1


async def test_without_a_secret_or_a_system_nothing_leaves(outside: Outside, hook: LoopbackHook) -> None:
    await outside.dispatched()
    async with outside.town.engine.begin() as conn:
        [one] = await secrets.listed(conn, "roads", outside.town.now)
        assert await secrets.end(conn, "roads", one["id"], outside.town.now)
        assert not await secrets.end(conn, "roads", one["id"], outside.town.now)
    waits = await outside.carry()
    assert isinstance(waits, Retry) and "secret" in waits.reason
    await outside.works_at("roads", None)
    await outside.later()
    assert isinstance(await outside.carry(), Refused)
    assert hook.received == []


def test_the_signature_is_the_standards_own_example() -> None:
    """https://github.com/standard-webhooks/standard-webhooks, spec, "Signature scheme"."""
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    made = signing.signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    headers: dict[str, Any] = {**signing.headers([secret, signing.new_secret()], "msg_1", "1", body)}
    assert verified(secret, Signed(headers, body)) and not verified(secret, Signed(headers, body + b" "))
