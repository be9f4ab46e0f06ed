"""`hientruong watch`: what a script reads from it, over a server that dies and returns."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from rich.console import Console

from api.watch.screen import Table, line_of
from tests.story.city import PASSWORD, REPOSITORY, Stage, free_port
from tests.story.people import People, eventually

RUN = "import sys; from api.watch import run; sys.exit(run(**__import__('json').loads(sys.argv[1])))"


@asynccontextmanager
async def watch(**options: Any) -> AsyncIterator[tuple[Process, list[dict[str, Any]]]]:
    """A running watch, and the JSON lines it has printed so far."""
    said: list[dict[str, Any]] = []
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        RUN,
        json.dumps({"as_json": True, **options}),
        cwd=REPOSITORY,
        stdout=PIPE,
        stderr=PIPE,
        limit=1 << 24,
    )

    async def read() -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            said.append(json.loads(line))

    reader = asyncio.create_task(read())
    try:
        yield process, said
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reader


async def printed(said: list[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    """The first line with these members, as soon as it is there."""

    async def look() -> list[dict[str, Any]]:
        return [line for line in said if all(line.get(name) == value for name, value in wanted.items())]

    return (await eventually(look, bool))[0]


async def test_a_script_reads_each_event_as_a_line(stage: Stage, people: People) -> None:
    login = {"url": stage.second.url, "username": "operator1", "password": PASSWORD}
    async with watch(**login) as (_, said):
        assert (await printed(said, type="snapshot"))["snapshot"]["reports"]
        report = await people.sent(await people.resident())
        await eventually(lambda: seen(said, report["code"]), lambda number: number == 1)
    async with watch(**login, seconds=1) as (process, _):
        assert await process.wait() == 0, "ends by itself after the seconds given"


async def test_it_comes_back_and_has_missed_nothing(stage: Stage, people: People) -> None:
    server = stage.city.serve()
    token = (await people.operator()).token
    async with watch(url=server.url, token=token) as (_, said):
        await printed(said, type="snapshot")
        before = await people.sent(await people.resident())
        await eventually(lambda: seen(said, before["code"]), lambda number: number == 1)
        server.kill()
        await printed(said, type="connection", state="lost")
        missed = await people.sent(await people.resident())
        again = stage.city.serve(int(server.url.rsplit(":", 1)[1]))
        await eventually(lambda: seen(said, missed["code"]), lambda number: number == 1)
        after = await people.sent(await people.resident())
        await eventually(lambda: seen(said, after["code"]), lambda number: number == 1)
        assert await seen(said, before["code"]) == 1, "nothing twice"
        sequence = [line["seq"] for line in said if line["type"] == "event"]
        assert sequence == sorted(set(sequence))
        assert any(line.get("missed") for line in said)
    again.kill()


async def seen(said: list[dict[str, Any]], code: str) -> int:
    """How often the arrival of this report was printed."""
    return sum(line.get("event") == "report.received" and line["report"]["code"] == code for line in said)


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"username": "operator1", "password": "sai"}, 3),
        ({"token": "khong-con-dung"}, 3),
        ({"username": "agency-khong-co", "password": PASSWORD, "topic": "agency"}, 3),
    ],
)
async def test_a_refusal_is_status_3(stage: Stage, options: dict[str, str], status: int) -> None:
    async with watch(url=stage.first.url, **options) as (process, _):
        assert await asyncio.wait_for(process.wait(), 60) == status


async def test_a_topic_that_is_not_ones_own_is_status_3(stage: Stage, people: People) -> None:
    token = (await people.resident()).token
    async with watch(url=stage.first.url, token=token, topic="operations") as (process, _):
        assert await asyncio.wait_for(process.wait(), 60) == 3


async def test_nobody_there_is_status_1() -> None:
    async with watch(url=f"http://127.0.0.1:{free_port()}", token="x") as (process, _):
        assert await asyncio.wait_for(process.wait(), 60) == 1


def test_the_table_shows_open_reports_by_due_time() -> None:
    paper = io.StringIO()
    table = Table("operations", Console(file=paper, width=140, force_terminal=True))
    reports = [
        {"code": "B2", "version": 1, "state": "verified", "due_at": "2026-11-23T00:00:00Z"},
        {"code": "A1", "version": 1, "state": "received", "due_at": "2026-11-22T00:00:00Z", "category": "[bold]x"},
    ]
    with table:
        table.show({"type": "connection", "state": "open"})
        table.show({"type": "snapshot", "seq": 1, "snapshot": {"reports": reports}})
        table.show(
            {
                "type": "event",
                "seq": 2,
                "event": "report.published",
                "at": "",
                "missed": True,
                "report": {"code": "B2", "version": 2, "state": "published"},
            }
        )
    shown = paper.getvalue()
    last = shown[shown.rindex("1 open") :]
    assert "1 changes while away" in last and "A1" in last and "[bold]x" in last
    assert shown.index("A1") < shown.index("B2")


def test_alarms_stand_above_the_table_and_are_lines_of_a_log() -> None:
    alarm = {
        "id": 4,
        "kind": "storm",
        "level": 2,
        "raised_at": "2026-11-21T08:00:00+00:00",
        "text_en": "7 reports in one place",
        "acknowledged": None,
        "cleared_at": None,
    }
    taken = {"by": {"username": "operator1", "name": "An"}, "at": "2026-11-21T08:01:00+00:00", "note": None}
    drill = {"active": True, "since": "2026-11-21T07:00:00+00:00", "by": {"username": "supervisor", "name": "Chi"}}
    said = {
        "type": "alarms",
        "alarms": [alarm, {**alarm, "id": 5, "acknowledged": taken}, {**alarm, "id": 6, "cleared_at": taken["at"]}],
        "drill": drill,
    }
    assert line_of(said).split("\n") == [
        "EXERCISE since 2026-11-21T07:00:00+00:00 by supervisor",
        "2026-11-21T08:00:00+00:00  ALARM 4  level 2  7 reports in one place  nobody has acknowledged it",
        "2026-11-21T08:00:00+00:00  ALARM 5  level 2  7 reports in one place  acknowledged by operator1",
    ]
    paper = io.StringIO()
    with (table := Table("operations", Console(file=paper, width=140, force_terminal=True))):
        table.show(said)
    assert "ALARM 5" in paper.getvalue()


def test_a_line_tells_who_did_what_to_which_report() -> None:
    event = {
        "type": "event",
        "seq": 7,
        "event": "report.claimed",
        "at": "2026-11-21T08:00:00+07:00",
        "by": {"username": "operator1"},
        "report": {"code": "K7M2P9QX", "state": "received"},
    }
    assert line_of(event) == "2026-11-21T08:00:00+07:00  #7  report.claimed  K7M2P9QX  received  by operator1"
    assert line_of({"type": "presence"}) == ""
