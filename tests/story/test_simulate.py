"""`hientruong simulate`: the town it plays lives through the public doors, and nothing goes wrong in it."""

from __future__ import annotations

import asyncio
import json
import random
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from api.simulate.pictures import street
from api.simulate.rates import per_second
from api.simulate.tally import Tally
from api.simulate.town import leaves
from api.simulate.words import phrases, said
from tests.story.city import PASSWORD, REPOSITORY, Stage, free_port
from tests.story.people import People, eventually
from tests.story.photos import size_of

HANGS_SECONDS = 180.0
RUN = "import sys; from api.simulate import run; sys.exit(run(**__import__('json').loads(sys.argv[1])))"


async def simulate(until: Callable[[], Awaitable[object]] | None = None, **options: Any) -> tuple[int | None, str, str]:
    """(status, what it printed, what it complained) of one play; SIGINT as soon as `until` is over."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", RUN, json.dumps(options), cwd=REPOSITORY, stdout=PIPE, stderr=PIPE
    )
    try:
        if until is not None:
            await until()
            process.send_signal(signal.SIGINT)
        output, complaint = await asyncio.wait_for(process.communicate(), HANGS_SECONDS)
    finally:
        # Else it would play on in the city of the other tests.
        if process.returncode is None:
            process.kill()
    return process.returncode, output.decode(), complaint.decode()


async def test_town_life_goes_through_every_step(stage: Stage) -> None:
    ((begun,),) = stage.city.rows("SELECT max(id) FROM journal")
    twice = "SELECT event FROM journal WHERE id > %s GROUP BY event HAVING count(*) > 1"

    async def lived() -> set[object]:
        return {event for (event,) in stage.city.rows(twice, begun)}

    steps = {f"report.{one}" for one in ("claimed", "dispatched", "accepted", "resolved", "published", "rated")}
    status, output, complaint = await simulate(
        lambda: eventually(lived, lambda events: steps <= events, HANGS_SECONDS),
        rate="60/min",
        residents=8,
        url=stage.first.url,
        password=PASSWORD,
        as_json=True,
        seed=4,
    )
    summary = json.loads(output)
    assert (status, summary["errors"]) == (0, {}), complaint
    for step in ("submit", "claim", "verify", "dispatch", "accept", "upload", "resolve", "approve", "rate"):
        assert summary["counts"].get(step, 0) > 0, (step, summary)
    assert summary["latencies"]["commit-to-screen"]["samples"] > 0


async def test_ctrl_c_ends_it_cleanly_with_its_figures(stage: Stage) -> None:
    async def reports() -> int:
        ((count,),) = stage.city.rows("SELECT count(*) FROM report")
        return int(str(count))

    before = await reports()

    async def at_work() -> None:
        await eventually(reports, lambda count: count >= before + 5)

    status, output, complaint = await simulate(
        at_work, rate="60/min", residents=3, url=stage.first.url, password=PASSWORD
    )
    assert status == 0, complaint
    assert "reports a minute" in output and "p95" in output
    assert "Traceback" not in complaint


async def test_a_wrong_password_and_a_missing_city_say_so(stage: Stage) -> None:
    status, _, complaint = await simulate(rate="60/min", url=stage.first.url, password="sai")
    assert status == 3 and "could not go on" in complaint
    status, _, complaint = await simulate(rate="60/min", url=f"http://127.0.0.1:{free_port()}", password="x")
    assert status == 1 and "could not go on" in complaint


async def test_every_category_of_the_demo_city_has_words_of_its_own(people: People) -> None:
    codes = [leaf.code for leaf in leaves(await people.first.get("/api/v1/categories"))]
    generic = [code for code in codes if not set(code.split("-")) & phrases().keys()]
    assert generic == []
    assert all("chợ Rạch Dừa" in said(code, "chợ Rạch Dừa", random.Random(1)) for code in codes)


@pytest.mark.parametrize(("text", "rate"), [("30/min", 0.5), ("2/s", 2.0), ("90", 1.5), ("360/h", 0.1)])
def test_rates_are_read_as_people_write_them(text: str, rate: float) -> None:
    assert per_second(text) == pytest.approx(rate)


@pytest.mark.parametrize("text", ["", "nhanh", "0/min", "-3/s", "5/week", "inf", "nan"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no rate"):
        per_second(text)


def test_pictures_are_pictures_and_all_differ() -> None:
    drawn = [street(seed) for seed in range(50)] + [street(seed, repaired=True) for seed in range(50)]
    assert len(set(drawn)) == 100
    assert {size_of(picture) for picture in drawn} == {("PNG", 480, 320)}


def test_percentiles_are_those_of_the_samples() -> None:
    tally = Tally()
    for milliseconds in range(1, 101):
        tally.took("submit", milliseconds / 1000)
    assert tally.summary()["latencies"]["submit"] == {"samples": 100, "p50_ms": 51.0, "p95_ms": 96.0}
