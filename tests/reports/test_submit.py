"""A report arrives: exactly once, never dropped, with its promise and its reasons."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from ioc_dashboard import board
from reports import flow, intake
from reports.callers import Caller
from reports.configuration import load
from reports.problems import BadInput, KeyReused, TooMany
from tests.reports.town import OPERATOR, Town


async def _submit(town: Town, phone: Caller, draft: intake.Draft, **more: Any) -> flow.Submitted:
    async with town.engine.begin() as conn:
        known = await intake.look(conn, draft, by=phone, now=town.now, day=town.now.date(), cap_m=2000.0)
        return await flow.submit(town.scene(conn, phone), draft, known, **more)


async def test_the_same_key_is_the_same_report(town: Town) -> None:
    phone, key = await town.phone(), uuid4()
    first = await _submit(town, phone, town.draft(key=key))
    again = await _submit(town, phone, town.draft(key=key))
    assert (first.created, again.created) == (True, False)
    assert again.report["code"] == first.report["code"]


async def test_the_same_key_with_another_body_is_refused(town: Town) -> None:
    phone, key = await town.phone(), uuid4()
    await _submit(town, phone, town.draft(key=key))
    with pytest.raises(KeyReused):
        await _submit(town, phone, replace(town.draft(key=key), body_hash=b"y"))


async def test_another_phone_may_use_the_same_key(town: Town) -> None:
    key = uuid4()
    codes = {(await _submit(town, await town.phone(), town.draft(key=key))).report["code"] for _ in range(2)}
    assert len(codes) == 2


async def test_fifty_retries_at_once_are_one_report(town: Town) -> None:
    phone, draft = await town.phone(), town.draft()

    async def send() -> str:
        try:
            return str((await _submit(town, phone, draft)).report["code"])
        except IntegrityError:
            return str((await _submit(town, phone, draft)).report["code"])

    codes = await asyncio.gather(*(send() for _ in range(50)))
    assert len(set(codes)) == 1
    async with town.engine.connect() as conn:
        assert (await conn.execute(text("SELECT count(*) FROM report"))).scalar_one() == 1


async def test_two_statements_whatever_is_configured(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hot path: one to look (who, where, sent before?), one to write everything. BEGIN and COMMIT come on top."""
    phone, said, execute = await town.phone(), list[str](), psycopg.AsyncCursor.execute

    async def listen(self: Any, query: Any, *rest: Any, **more: Any) -> Any:
        said.append(str(query))
        return await execute(self, query, *rest, **more)

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", listen)
    await _submit(town, phone, town.draft())
    assert len(said) == 2, said


@pytest.mark.parametrize("number", [1, 30])
async def test_a_list_page_is_one_statement_whatever_its_size(
    town: Town, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    phone, said, execute = await town.phone(), list[str](), psycopg.AsyncCursor.execute
    for _ in range(number):
        await town.send(phone)

    async def listen(self: Any, query: Any, *rest: Any, **more: Any) -> Any:
        said.append(str(query))
        return await execute(self, query, *rest, **more)

    async with town.engine.connect() as conn:
        monkeypatch.setattr(psycopg.AsyncCursor, "execute", listen)
        page = await board.page(
            conn, OPERATOR, town.city, lambda one, variant: "", filters=board.Filters(), now=town.now
        )
    assert (len(page.reports), len(said)) == (number, 1), said


class Broken(str):
    """A condition that fails when it is looked at."""

    def __eq__(self, other: object) -> bool:
        raise ZeroDivisionError("hỏng")

    __hash__ = str.__hash__


async def test_a_rule_that_raises_is_loud_and_loses_nothing(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    broken = replace(town.city.rules[0], name="quy tắc hỏng", category=Broken("x"))
    town.city = replace(town.city, rules=(broken, *town.city.rules))
    report = await town.send(await town.phone())
    seen = await town.give(OPERATOR, "claim", report["code"])
    assert (seen["lead"], seen["route"]["fallback"]) == ("ward", True)
    last = seen["route"]["because"][-1]
    assert (last["code"], last["rule"]) == ("rule-failed", "quy tắc hỏng")
    assert "quy tắc hỏng" in caplog.text


async def test_without_a_matching_rule_the_default_desk_gets_it(town: Town) -> None:
    town.city = replace(town.city, rules=())
    report = await town.give(OPERATOR, "claim", (await town.send(await town.phone()))["code"])
    assert (report["lead"], report["route"]["because"][-1]["code"]) == ("ward", "no-rule")


async def test_only_leaves_take_reports(town: Town) -> None:
    with pytest.raises(BadInput):
        await town.send(await town.phone(), "no-such-thing")


async def test_a_phone_may_send_so_many_a_minute(town: Town) -> None:
    phone = await town.phone()
    for _ in range(3):
        await _submit(town, phone, town.draft(), per_minute=3)
    with pytest.raises(TooMany):
        await _submit(town, phone, town.draft(), per_minute=3)


async def test_the_promise_is_projected_until_the_clock_starts(town: Town) -> None:
    report = await town.send(await town.phone())
    assert (report["due_basis"], report["state"]) == ("projected", "received")
    await town.give(OPERATOR, "verify", report["code"])
    dispatched = await town.give(OPERATOR, "dispatch", report["code"])
    assert dispatched["due_basis"] == "running"


async def test_an_urgent_promise_runs_at_once(town: Town) -> None:
    report = await town.send(await town.phone(), urgency="urgent")
    assert report["due_basis"] == "running"


async def test_a_change_of_the_configuration_is_noticed(town: Town) -> None:
    async with town.engine.begin() as conn:
        await conn.execute(text("UPDATE category SET name = 'Khác' WHERE code = 'pothole'"))
        city = await load(conn)
    assert city.version > town.city.version
    assert city.categories["pothole"].name == "Khác"
