"""The city's own mail box that cannot be read: written down, told at the center, over by itself; read by one worker."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from api import checking, mail_fetching
from api.mail_box import NoMailbox
from api.settings import Settings
from api.wiring import House, open_house
from ioc_dashboard import alarm_list
from notifications.handovers import answer_box
from reports import alarming
from reports.alarms import Thresholds
from reports.callers import SYSTEM
from tests.api.mail.answers import answer, carried, dispatched, kept, said
from tests.loopback.mail import LoopbackMail
from tests.reports.town import Town


@pytest.fixture
async def colleague(settings: Settings, house: House) -> AsyncIterator[House]:
    """Another worker of the same city."""
    async with open_house(settings) as other:
        yield other


async def state(house: House) -> dict[str, Any]:
    async with house.transactions.read() as conn:
        found = await answer_box.state(conn)
    assert found is not None
    return found


async def alarms(house: House, town: Town) -> list[dict[str, Any]]:
    """What stands after one look of a worker."""
    town.now += alarming.GAP - timedelta(seconds=1)
    async with house.transactions.begin() as conn:
        outside = alarming.Outside((), await answer_box.failing(conn))
        scene, thresholds = town.scene(conn, SYSTEM), Thresholds(mailbox=timedelta(minutes=3))
        await alarming.sweep(scene, thresholds, ["mailbox_failing"], outside=outside)
    async with house.transactions.read() as conn:
        board = await alarm_list.board(conn, town.city, town.now)
    return [one for one in board.alarms if one["cleared_at"] is None]


async def test_a_box_that_cannot_be_read_is_an_alarm_until_it_is_read(
    house: House, colleague: House, town: Town, server: LoopbackMail
) -> None:
    server.denies = {"LOGIN": "[AUTHENTICATIONFAILED] y is no password of x"}
    for worker in (house, colleague):
        with pytest.raises(NoMailbox):
            await mail_fetching.fetch(worker)
    found = await state(house)
    assert (found["why"], found["worked_at"]) == ("password", None) and found["failing_since"] < found["looked_at"]
    assert "AUTHENTICATIONFAILED" in found["error"] and "*** is no password" in found["error"]
    async with house.transactions.read() as conn:
        assert (await checking.mail_box(conn)).startswith("cannot be read since ")
    seen = [await alarms(worker, town) for worker in (house, colleague) * 3]
    assert [len(one) for one in seen] == [0, 0, 0, 0, 1, 1], "one alarm, whoever looks and however often"
    assert "từ chối tên hoặc mật khẩu" in seen[-1][0]["text_vi"] and seen[-1][0]["id"] == seen[-2][0]["id"]
    server.denies = {}
    assert await mail_fetching.fetch(colleague) == 0
    assert await alarms(house, town) == []
    found = await state(house)
    assert (found["failing_since"], found["why"], found["error"]) == (None, None, None) and found["worked_at"]
    async with house.transactions.read() as conn:
        assert (await checking.mail_box(conn)).startswith("ready, last read at ")


async def test_bad_news_that_comes_late_is_no_news(house: House, town: Town) -> None:
    async with house.transactions.begin() as conn:
        await answer_box.worked(conn, town.now, 0, 0)
        await answer_box.failed(conn, town.now - timedelta(seconds=20), town.now, "away", "timed out")
        assert await answer_box.failing(conn) is None
        for minutes in (1, 2):
            later = town.now + timedelta(minutes=minutes)
            await answer_box.failed(conn, later, later, "away", f"x{chr(0)}y" * 1000)
        found = await answer_box.failing(conn)
        assert found is not None and found.since == town.now + timedelta(minutes=1), "it counts from the first"
        await answer_box.forget(conn)
        assert await answer_box.state(conn) is None


async def test_two_workers_read_one_box_once_and_one_bad_mail_stops_neither(
    house: House, colleague: House, town: Town, server: LoopbackMail
) -> None:
    code = await dispatched(town)
    await carried(house)
    for number in range(1, 7):
        server.put(answer(server.received[0], f"Thư số {number}", number=number))
    async with town.engine.begin() as conn:
        await conn.execute(text("ALTER TABLE mail ADD CONSTRAINT hostile CHECK (message_id <> '<3@roads.gov.vn>')"))
    taken = await asyncio.gather(*(mail_fetching.fetch(worker) for worker in (house, colleague)))
    assert sum(taken) == 5 and len(await said(town, code)) == 5
    assert [row.again for row in await kept(town)] == [0] * 5, "none was taken up twice"
    assert (await state(house))["left_behind"] == 1
    async with house.transactions.read() as conn:
        assert (await checking.mail_box(conn)).endswith("; 1 mails in it could not be taken")
    server.denies = {"SELECT": "no such folder"}
    with pytest.raises(NoMailbox):
        await mail_fetching.fetch(house)
    assert (await state(house))["why"] == "folder"


async def test_a_flood_is_taken_a_look_at_a_time_and_a_mail_that_never_comes_keeps_no_other(
    house: House, town: Town, server: LoopbackMail
) -> None:
    imap = house.settings.imap
    hasty = imap.model_copy(update={"look_mails": 3, "look_seconds": 0.4})
    for number in range(1, 8):
        server.put(f"From: a{number}@b.vn\r\nMessage-ID: <{number}@b.vn>\r\n\r\nXin chào {number}".encode())
    server.drips, fetcher = {1}, mail_fetching.Fetcher(house, hasty)
    with pytest.raises(NoMailbox) as trouble:
        await fetcher.look()
    assert (trouble.value.why, (await state(house))["why"]) == ("slow", "slow")
    assert (await fetcher.look()).taken <= 3
    found = await state(house)
    assert found["failing_since"] is None and found["waiting"] >= 4
    async with house.transactions.read() as conn:
        assert "more are taken at the next looks" in await checking.mail_box(conn)
    while len(await kept(town)) < 6:
        with contextlib.suppress(NoMailbox):
            await fetcher.look()
    server.drips = set()
    assert await mail_fetching.Fetcher(house, imap).fetch() == 1
    assert sorted((row.message_id, row.again) for row in await kept(town)) == [(f"<{n}@b.vn>", 0) for n in range(1, 8)]
    assert (await state(house))["waiting"] == 0
