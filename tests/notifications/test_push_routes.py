"""The addresses under /api/v1 by which a device says how it is reached and reads its inbox."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from api import problems
from api.routes import push
from api.settings import Database, Place, Push, Settings
from api.wiring import open_house
from notifications.reactor import react
from reports import people
from tests.loopback.webpush import Browser
from tests.notifications import town
from tests.notifications.test_reactor import Queue
from tests.notifications.town import NOW, RECEIVED

PUSH = "/api/v1/devices/me/push"
INBOX = "/api/v1/devices/me/inbox"


@pytest.fixture
async def http(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """A device's client of the routes, in a house of its own."""
    settings = Settings(
        place=Place(state_dir=tmp_path),
        database=Database(url=engine.url.render_as_string(hide_password=False)),
        push=Push(webpush_private_hosts=False),
    )
    app = FastAPI()
    problems.install(app)
    app.include_router(push.router)
    async with open_house(settings) as house, engine.begin() as conn:
        await town.build(conn)
        _, token = await people.new_device(conn, "web", "vi", NOW)
        await conn.commit()
        app.state.house = house
        headers = {"Authorization": f"Bearer {token}"}
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://city", headers=headers) as client:
            yield client


async def kinds(engine: AsyncEngine) -> list[str]:
    async with engine.begin() as conn:
        return list((await conn.execute(text("SELECT kind FROM push_target ORDER BY kind"))).scalars())


async def test_a_device_registers_and_unregisters(http: httpx2.AsyncClient, engine: AsyncEngine) -> None:
    browser = Browser("https://updates.push.services.mozilla.com/wpush/v2/x").subscription
    assert (await http.put(PUSH, json={"kind": "fcm", "token": "abc"})).status_code == 204
    assert (await http.put(PUSH, json={"kind": "webpush", "subscription": browser})).status_code == 204
    assert await kinds(engine) == ["fcm", "webpush"]
    assert (await http.delete(PUSH)).status_code == 204
    assert await kinds(engine) == []


async def test_bad_registrations_say_where(http: httpx2.AsyncClient, engine: AsyncEngine) -> None:
    inner = Browser("https://127.0.0.1/x").subscription
    bad: list[tuple[Any, str]] = [
        ({"kind": "pigeon"}, "/kind"),
        ({"kind": "fcm"}, "/token"),
        ({"kind": "fcm", "token": 7}, "/token"),
        ({"kind": "fcm", "token": "x", "more": 1}, "/more"),
        ({"kind": "webpush"}, "/subscription/endpoint"),
        ({"kind": "webpush", "subscription": inner}, "/subscription/endpoint"),
        ([], ""),
    ]
    for body, pointer in bad:
        answer = await http.put(PUSH, json=body)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer], body
    assert await kinds(engine) == []


async def test_the_key_is_the_same_each_time_and_needs_no_credential(http: httpx2.AsyncClient) -> None:
    keys = [(await http.get("/api/v1/push/key", headers={"Authorization": ""})).json()["key"] for _ in "12"]
    assert keys[0] == keys[1] and len(keys[0]) == 87


async def test_the_inbox_is_read_and_marked(http: httpx2.AsyncClient, engine: AsyncEngine) -> None:
    async with engine.begin() as conn:
        device = (await conn.execute(text("SELECT id FROM device"))).scalar_one()
        await town.happened(conn, await town.report(conn, "AB12CD34", device), RECEIVED)
        await react(conn, enqueue=Queue().enqueue, channels=(), now=NOW)
    [item] = (await http.get(INBOX)).json()["items"]
    assert (item["event"], item["report"], item["read"]) == ("report.received", "AB12CD34", False)
    assert item["at"].startswith("2025-11-21T02:00:00")
    assert (await http.post(f"{INBOX}/read", json={"ids": [item["id"], 2**62]})).status_code == 204
    assert (await http.get(INBOX)).json()["items"][0]["read"] is True
    assert (await http.post(f"{INBOX}/read", json={"ids": [2**63]})).status_code == 422


async def test_without_a_credential_nothing_is_said(http: httpx2.AsyncClient) -> None:
    asked: list[tuple[str, str, Any]] = [
        ("PUT", PUSH, {"kind": "fcm", "token": "x"}),
        ("DELETE", PUSH, None),
        ("GET", INBOX, None),
        ("POST", f"{INBOX}/read", {"ids": []}),
    ]
    for method, address, body in asked:
        answer = await http.request(method, address, json=body, headers={"Authorization": "Bearer nobody"})
        assert answer.status_code == 401, (method, address)
