"""Mails that come again, or with the Message-ID of another: counted, or kept for a person, and never done twice."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from api import mailing
from api.settings import Settings
from api.wiring import House, open_house
from notifications.handovers import mails
from notifications.handovers.models import MAIL_STATES
from tests.api.mail.answers import answer, carried, case, dispatched, kept, said
from tests.loopback.mail import LoopbackMail
from tests.reports.town import SUPERVISOR, Town


@pytest.fixture
async def colleague(settings: Settings, house: House) -> AsyncIterator[House]:
    """Another worker of the same city."""
    async with open_house(settings) as other:
        yield other


async def test_the_same_again_is_counted_and_another_of_its_name_waits(
    house: House, town: Town, server: LoopbackMail
) -> None:
    code = await dispatched(town)
    await carried(house)
    order = server.received[0]
    first, other = answer(order, "NHẬN"), answer(order, "TRẢ LẠI: không thuộc địa bàn")
    assert await mailing.take(house, first) == "done"
    # By another way it has other headers on top and other line ends, and is the same.
    piped = b"Received: by the pipe\r\n" + first.replace(b"\n", b"\r\n")
    assert [await mailing.take(house, one) for one in (first, piped)] == ["twice"] * 2
    assert [await mailing.take(house, other) for _ in range(2)] == ["quarantined", "twice"]
    assert (await case(town, code)).state == "in_progress" and len(await said(town, code)) == 1
    one, two = await kept(town)
    assert (one.again, one.twin_of, two.again, two.twin_of, two.reason) == (2, None, 1, one.id, "same-id")
    assert one.again_at > one.received_at and two.agency == "roads"
    # What a machine writes, or a stranger, is no more because it took a name that is known.
    robot = first.replace(b"From:", b"Auto-Submitted: auto-replied\nFrom:").replace("NHẬN".encode(), b"away")
    assert await mailing.take(house, robot) == "ignored"
    async with house.transactions.begin() as conn:
        listed = await mails.listed(conn, SUPERVISOR, town.city, MAIL_STATES, repeated=True, limit=2)
        assert [mail["reason"] for mail in listed["mails"]] == ["Auto-Submitted: auto-replied", "same-id"]
        assert listed["next"] == two.id
        rest = await mails.listed(conn, SUPERVISOR, town.city, MAIL_STATES, repeated=True, before=listed["next"])
        assert [(mail["id"], mail["again"]) for mail in rest["mails"]] == [(one.id, 2)] and rest["next"] is None
        assert rest["counts"] == {"done": 1, "ignored": 1, "quarantined": 1}
        # A person puts it to its case: its words are kept, nothing is commanded.
        await mailing.put_to(house, await house.scene(conn, SUPERVISOR), two.id, code)
    assert [one.get("command") for one in await said(town, code)] == ["accept", None]
    assert (await case(town, code)).state == "in_progress"


async def test_two_workers_take_one_name_at_the_same_moment(
    house: House, colleague: House, town: Town, server: LoopbackMail
) -> None:
    code = await dispatched(town)
    await carried(house)
    order = server.received[0]
    for number in range(1, 6):
        pair = [answer(order, f"Thư {number} của {who}", number=number) for who in ("An", "Bình")]
        took = await asyncio.gather(*map(mailing.take, (house, colleague), pair))
        assert sorted(took) == ["noted", "quarantined"]
        again = answer(order, f"Lần {number}", number=100 + number)
        took = await asyncio.gather(*(mailing.take(worker, again) for worker in (house, colleague)))
        assert sorted(took) == ["noted", "twice"]
    assert len(await said(town, code)) == 10
    rows = await kept(town)
    assert [row.again for row in rows if row.message_id.startswith("<10")] == [1] * 5
    assert sum(row.reason == "same-id" and row.raw is not None for row in rows) == 5
