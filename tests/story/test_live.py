"""The live protocol, as any WebSocket client sees it, over two servers."""

from __future__ import annotations

import asyncio
import json
from itertools import pairwise

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from api.clients import Closed, Live, Refused
from api.clients.live import live_address
from tests.story.people import People, everything_heard, heard


async def close_code(live: Live, seconds: float = 60.0) -> int:
    """The code with which the server ends the connection."""
    try:
        while True:
            await live.next(seconds)
    except Closed as ended:
        return ended.code


async def test_it_says_hello_with_its_protocol(people: People) -> None:
    async with Live.open(people.first.url, None, authenticate=False) as live:
        assert live.hello == {"type": "hello", "protocol": 1}


async def test_answers_repeat_the_id_of_the_question(people: People) -> None:
    operator = await people.operator()
    async with connect(live_address(people.second.url), proxy=None) as socket:
        assert json.loads(await socket.recv())["type"] == "hello"
        await socket.send(json.dumps({"id": 17, "type": "auth", "token": operator.token}))
        assert json.loads(await socket.recv())["id"] == 17
        await socket.send(json.dumps({"id": 18, "type": "subscribe", "topic": "operations"}))
        # Something may happen in the city meanwhile; what is told about it has no id.
        while "id" not in (answer := json.loads(await socket.recv())):
            pass
        assert (answer["id"], answer["type"]) == (18, "result")
        await socket.send(json.dumps({"id": 19, "type": "command", "command": "claim", "report": "KHONGCO0"}))
        while "id" not in (answer := json.loads(await socket.recv())):
            pass
        assert (answer["id"], answer["type"], answer["problem"]["status"]) == (19, "error", 404)


async def test_the_snapshot_is_the_open_reports_by_due_time(people: People) -> None:
    report = await people.sent(await people.resident())
    async with people.live(await people.operator()) as live:
        answer = await live.subscribe("operations")
    assert answer["seq"] > 0
    reports = answer["snapshot"]["reports"]
    assert 0 < len(reports) <= 200
    dues = [shown["due_at"] for shown in reports]
    assert None not in dues and dues == sorted(dues)
    assert isinstance(answer["snapshot"]["counts"], dict)
    if len(reports) < 200:
        assert report["code"] in [shown["code"] for shown in reports]


async def test_seq_strictly_increases_whatever_the_topics(people: People) -> None:
    operator, resident = await people.operator(), await people.resident()
    report = await people.sent(resident)
    async with people.live(operator, "operations", f"report:{report['code']}") as live:
        await people.brought_to("published", report)
        await heard(live, "report.published", report["code"])
        other = await people.sent(resident)
        everything = await everything_heard(live, until=("report.received", other["code"]))
        messages = [message for message in everything if message["type"] == "event"]
    assert all(before["seq"] < after["seq"] for before, after in pairwise(messages))


async def test_an_event_comes_once_though_two_topics_match(people: People) -> None:
    report = await people.sent(await people.resident())
    async with people.live(await people.operator(), "operations", f"report:{report['code']}") as live:
        await people.brought_to("verified", report)
        events = [
            message["event"]
            for message in await everything_heard(live, until=("report.verified", report["code"]))
            if message["type"] == "event" and message["report"]["code"] == report["code"]
        ]
    assert events.count("report.verified") == 1


async def test_what_was_missed_follows_and_nothing_twice(people: People) -> None:
    operator = await people.operator()
    report = await people.sent(await people.resident())
    async with people.live(operator, "operations") as live:
        await people.command(operator, report, "claim")
        seen = (await heard(live, "report.claimed", report["code"]))["seq"]
    await people.brought_to("dispatched", report)
    elsewhere = operator.bearing(operator.token)
    elsewhere.url = people.first.url
    async with people.live(elsewhere) as live:
        answer = await live.subscribe("operations", since=seen)
        assert "snapshot" not in answer and not answer.get("reset")
        messages = [
            message
            for message in await everything_heard(live, until=("report.dispatched", report["code"]))
            if message["type"] == "event" and message["report"]["code"] == report["code"]
        ]
    assert [message["event"] for message in messages] == ["report.verified", "report.dispatched"]
    assert [message["report"]["version"] for message in messages] == [3, 4]
    assert all(message["seq"] > seen for message in messages)


async def test_a_since_from_the_future_or_too_old_resets(people: People) -> None:
    async with people.live(await people.operator()) as live:
        ahead = await live.subscribe("operations", since=10**12)
        assert ahead["reset"] is True and "snapshot" in ahead


async def test_the_agency_hears_from_dispatch_until_the_case_is_taken_away(people: People) -> None:
    operator = await people.operator()
    report = await people.sent(await people.resident())
    lead = (await operator.get(f"/api/v1/reports/{report['code']}"))["lead"]
    async with people.live(await people.agency(lead), "agency") as office:
        await people.brought_to("dispatched", report)
        await people.command(operator, report, "recall", reason="Nhầm địa bàn")
        await people.command(operator, report, "unverify")
        events = [
            message["event"]
            for message in await everything_heard(office, until=("report.recalled", report["code"]))
            if message["type"] == "event" and message["report"]["code"] == report["code"]
        ]
    assert events[0] == "report.dispatched", "nothing before"
    assert events[-1] == "report.recalled", "the last one takes the case away"


async def test_a_device_follows_only_its_own_report(people: People) -> None:
    resident, neighbour = await people.resident(), await people.resident()
    report = await people.sent(resident)
    async with people.live(resident) as own:
        answer = await own.subscribe(f"report:{report['code']}")
        assert [shown["code"] for shown in answer["snapshot"]["reports"]] == [report["code"]]
        for topic in ("operations", "agency"):
            with pytest.raises(Refused) as refused:
                await own.subscribe(topic)
            assert refused.value.status in (403, 404)
    async with people.live(neighbour) as other:
        with pytest.raises(Refused) as refused:
            await other.subscribe(f"report:{report['code']}")
        assert refused.value.status == 404


async def test_who_looks_at_what_is_seen_by_the_others(people: People) -> None:
    report = await people.sent(await people.resident())
    async with (
        people.live(await people.operator(1), "operations") as one,
        people.live(await people.operator(2), "operations") as two,
    ):
        await everything_heard(two, 0.2)
        await one.send({"id": 900, "type": "presence", "report": report["code"]})
        async with asyncio.timeout(60):
            while True:
                message = await two.next()
                if message["type"] == "presence" and report["code"] in json.dumps(message):
                    break
        assert "operator1" in json.dumps(message)


async def test_a_wrong_token_ends_with_4401(people: People) -> None:
    async with Live.open(people.first.url, None, authenticate=False) as live:
        await live.send({"id": 1, "type": "auth", "token": "sai"})
        with pytest.raises(Closed) as ended:
            while True:
                await live._receive()
        assert ended.value.code == 4401


async def test_speaking_before_auth_ends_with_4401(people: People) -> None:
    async with connect(live_address(people.first.url), proxy=None) as socket:
        await socket.recv()
        await socket.send('{"id": 1, "type": "subscribe", "topic": "operations"}')
        with pytest.raises(ConnectionClosed) as ended:
            while True:
                await socket.recv()
        assert ended.value.rcvd is not None and ended.value.rcvd.code == 4401


async def test_silence_for_ten_seconds_ends_with_4401(people: People) -> None:
    begun = asyncio.get_running_loop().time()
    async with connect(live_address(people.first.url), proxy=None) as socket:
        await socket.recv()
        with pytest.raises(ConnectionClosed) as ended:
            await asyncio.wait_for(socket.recv(), 60)
        assert asyncio.get_running_loop().time() - begun >= 9
        assert ended.value.rcvd is not None and ended.value.rcvd.code == 4401


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("{không phải json", 4400),
        ("[1, 2]", 4400),
        ('{"type": "subscribe", "topic": "operations"}', 4400),
        (b"\x00\x01", 1003),
        ('{"id": 5, "type": "presence", "note": "' + "x" * 1_000_000 + '"}', 1009),
    ],
)
async def test_bad_messages_end_with_their_code(people: People, message: str | bytes, code: int) -> None:
    async with people.live(await people.operator()) as live:
        await live.send(message)
        assert await close_code(live) == code


async def test_one_account_may_have_fifty_sockets(people: People) -> None:
    leader = await people.staff("leader")
    async with asyncio.timeout(120):
        held = [await connect(live_address(leader.url), proxy=None) for _ in range(50)]
        try:
            for socket in held:
                await socket.recv()
                await socket.send(json.dumps({"id": 1, "type": "auth", "token": leader.token}))
                assert json.loads(await socket.recv())["type"] == "result"
            with pytest.raises((Refused, Closed)) as refused:
                async with people.live(leader):
                    pass
            error = refused.value
            assert (error.code if isinstance(error, Closed) else getattr(error, "status", 0)) in (4429, 429)
        finally:
            await asyncio.gather(*(socket.close() for socket in held))
