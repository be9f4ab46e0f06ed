"""What ill will, broken software and tired people send: the documented answer each time, never a 500."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from api.clients import Client
from api.clients.live import live_address
from tests.story.city import Stage
from tests.story.people import People, is_problem

MANY_SOCKETS = 1000
PER_ADDRESS = 100


@pytest.fixture(autouse=True)
def no_server_error_was_logged(stage: Stage) -> Iterator[None]:
    """Whatever a test here sends, no process writes a traceback."""
    before = {process.name: process.log.stat().st_size for process in stage.city.processes}
    yield
    for process in stage.city.processes:
        with process.log.open("rb") as log:
            log.seek(before[process.name])
            said = log.read().decode(errors="replace")
        assert "Traceback" not in said, said[-4000:]


def keyed() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/json"}


async def test_a_description_of_ten_megabytes(people: People) -> None:
    body = json.dumps(await people.draft(description="à" * (10 << 20))).encode()
    answer = await (await people.resident()).send("POST", "/api/v1/reports", headers=keyed(), content=body)
    assert answer.status in (413, 422)
    is_problem(answer, answer.status)


async def test_a_description_too_long_for_anybody_to_read(people: People) -> None:
    answer = await (await people.resident()).send(
        "POST", "/api/v1/reports", headers=keyed(), json=await people.draft(description="a" * 50_000)
    )
    is_problem(answer, 422)
    assert answer.json["errors"][0]["pointer"] == "/description"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"17",
        b'"a"',
        b"\xff\xfe\x00",
        b'{"category": "\xff"}',
        b"{" * 20_000,
        b'{"location": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b'{"description": "\\ud800"}',
        b'{"description": "a\\u0000b"}',
        b'{"location": {"lon": NaN, "lat": Infinity}}',
    ],
)
async def test_bodies_that_are_no_report(people: People, content: bytes) -> None:
    answer = await (await people.resident()).send("POST", "/api/v1/reports", headers=keyed(), content=content)
    is_problem(answer, 422)


async def test_multipart_that_is_broken(people: People) -> None:
    resident = await people.resident()
    for content, kind in [
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"nonsense", "multipart/form-data"),
        (
            b"--x\r\nContent-Disposition: form-data; name=report\r\n\r\n{}\r\n--x--\r\n",
            "multipart/form-data; boundary=x",
        ),
        (b"a=b", "application/x-www-form-urlencoded"),
        (b"<a/>", "application/xml"),
    ]:
        answer = await resident.send(
            "POST", "/api/v1/reports", content=content, headers={**keyed(), "Content-Type": kind}
        )
        assert answer.status in (400, 415, 422), (kind, answer.status)
        is_problem(answer, answer.status)


@pytest.mark.parametrize("code", ["KHONGCO0", "..%2f..%2fetc", "a" * 3000, "%00", "'; drop table report; --", "🙂"])
async def test_codes_that_are_none(people: People, code: str) -> None:
    operator = await people.operator()
    for path in (f"/api/v1/reports/{code}", f"/api/v1/reports/{code}/timeline"):
        assert (await operator.send("GET", path)).status == 404
    assert (await operator.send("POST", f"/api/v1/reports/{code}/verify", json={})).status == 404


async def test_an_unknown_command(people: People) -> None:
    operator = await people.operator()
    report = await people.sent(await people.resident())
    answer = await operator.send("POST", f"/api/v1/reports/{report['code']}/destroy", json={})
    assert answer.status in (404, 422)
    is_problem(answer, answer.status)
    async with people.live(operator) as live:
        await live.send({"id": 77, "type": "command", "command": "destroy", "report": report["code"]})
        await live.send({"id": 78, "type": "command"})
        await live.send({"id": 79, "type": "command", "command": ["verify"], "report": {"a": 1}})
        errors: dict[int, int] = {}
        while len(errors) < 3:
            message = await live.next(60)
            assert message["type"] == "error", message
            errors[message["id"]] = message["problem"]["status"]
    assert errors[77] in (404, 422) and errors[78] == errors[79] == 422


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=100000",
        "limit=x",
        "after=%00",
        "after=khong",
        "late=maybe",
        "state=nonsense",
        "area=%27",
        "q=" + "x" * 5000,
        "urgency=%F0%9F%99%82",
    ],
)
async def test_lists_with_odd_questions(people: People, query: str) -> None:
    operator = await people.operator()
    for path in ("/api/v1/reports", "/api/v1/public/reports", "/api/v1/places"):
        answer = await operator.send("GET", f"{path}?{query}")
        assert answer.status in (200, 414, 422), (path, answer.status, answer.content[:200])


@pytest.mark.parametrize(
    "path",
    [
        "/tiles/areas/0/0/0.mvt",
        "/tiles/areas/99/0/0.mvt",
        "/tiles/areas/3/900/900.mvt",
        "/tiles/reports/x/y/z.mvt",
        "/api/v1/locate?lon=x&lat=1",
        "/api/v1/locate",
        "/api/v1/locate?lon=1e999&lat=0",
        "/api/v1/categories?lat=91&lon=0",
        "/media/khong/small",
        "/media/637ece3a-1540-4484-868a-6ff45d6b6eb9/original?expires=1&signature=x",
    ],
)
async def test_addresses_with_odd_numbers(people: People, path: str) -> None:
    answer = await people.first.bearing(None).send("GET", path)
    assert answer.status in (200, 204, 401, 403, 404, 422), (path, answer.status)


async def test_a_wrong_token_is_401_everywhere_even_beside_a_cookie(people: People) -> None:
    bad = people.first.bearing("x" * 43)
    for method, path in [
        ("GET", "/api/v1/reports"),
        ("GET", "/api/v1/devices/me"),
        ("POST", "/api/v1/reports"),
        ("POST", "/api/v1/reports/KHONGCO0/verify"),
        ("POST", "/api/v1/uploads"),
        ("GET", "/api/v1/sessions/current"),
        ("GET", "/api/v1/devices/me/reports"),
    ]:
        body: dict[str, Any] = {"json": {}} if method == "POST" else {}
        answer = await bad.send(method, path, headers={"Cookie": "session=abc; hientruong=def"}, **body)
        is_problem(answer, 401)


async def test_random_bytes_at_every_door(people: People) -> None:
    chance = random.Random(7)
    described = await people.first.get("/openapi.json")
    operator, resident = await people.operator(), await people.resident()
    statuses: Counter[int] = Counter()
    for path, methods in described["paths"].items():
        filled = path.replace("{code}", "KHONGCO0").replace("{", "").replace("}", "")
        for method in methods.keys() & {"get", "post", "put", "patch", "delete"}:
            if (method, filled) == ("delete", "/api/v1/sessions/current"):
                continue
            for who in (operator, resident, people.first.bearing(None)):
                statuses[await _poke(who, method, filled, chance)] += 1
    assert statuses and max(statuses) < 500, statuses


async def _poke(who: Client, method: str, path: str, chance: random.Random) -> int:
    body = chance.choice([b"{}", b"[]", b"\x00", b'{"a": {"b": [1, 2, "\\u0000"]}}', chance.randbytes(50)])
    kind = chance.choice(["application/json", "multipart/form-data; boundary=q", "text/plain"])
    parts: dict[str, Any] = {} if method == "get" else {"content": body, "headers": {"Content-Type": kind}}
    answer = await who.send(method.upper(), path, **parts)
    assert answer.status < 500, (method, path, body, kind, answer.content[:300])
    return answer.status


async def test_a_thousand_unauthenticated_sockets_from_one_address(people: People) -> None:
    results = await asyncio.gather(*(_knock(people.first.url) for _ in range(MANY_SOCKETS)))
    held = [socket for socket in results if not isinstance(socket, int)]
    refused = Counter(code for code in results if isinstance(code, int))
    try:
        assert len(held) <= PER_ADDRESS
        assert set(refused) <= {4429, 429}, refused
        assert (await people.first.send("GET", "/healthz")).status == 200, "the city goes on"
        operator = await people.operator()
        await operator.get("/api/v1/reports")
    finally:
        await asyncio.gather(*(socket.close() for socket in held))


async def _knock(url: str) -> ClientConnection | int:
    try:
        line = await connect(live_address(url), proxy=None, open_timeout=30)
    except InvalidStatus as refused:
        return refused.response.status_code
    try:
        await line.recv()
        await asyncio.wait_for(line.recv(), 1.0)
    except ConnectionClosed as ended:
        return ended.rcvd.code if ended.rcvd else 1006
    except TimeoutError:
        return line
    return line


async def test_half_a_request_and_no_request(stage: Stage) -> None:
    port = int(stage.first.url.rsplit(":", 1)[1])
    for raw in (
        b"",
        b"GET",
        b"GET / HTTP/1.1\r\nHost: x",
        b"\x16\x03\x01\x02\x00\x01",
        b"A" * 100_000,
        b"POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.sendall(raw)
            line.shutdown(socket.SHUT_WR)
            try:
                said = line.recv(200)
            except (TimeoutError, ConnectionResetError):
                said = b""
        assert b" 500 " not in said.split(b"\r\n")[0], raw
