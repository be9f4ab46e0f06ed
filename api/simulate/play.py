"""The play: opens the desks, lets reports arrive at the wanted rate, and ends cleanly.

>>> await play(city, plan, tally, quiet=False)                                       # doctest: +SKIP
"""

from __future__ import annotations

import asyncio
import random
import sys
import time

from api.clients import Client, Refused, Unreachable
from api.simulate.agencies import Agency
from api.simulate.desk import Stage
from api.simulate.operators import Operator
from api.simulate.residents import Resident
from api.simulate.tally import Tally
from api.simulate.town import Plan, look_around

OPERATORS = ("operator1", "operator2")

# Once the last report is sent the desks get this long to finish what they hold.
CLOSING_SECONDS = 20.0
SHARED_SHARE = 0.05


async def play(city: Client, plan: Plan, tally: Tally, quiet: bool) -> None:
    """Plays until `plan.minutes` are over, or for ever. Raises Refused and Unreachable from the opening."""
    chance = random.Random(plan.seed)
    town = await look_around(city)
    try:
        async with asyncio.TaskGroup() as group:
            stage = Stage(city, plan, town, tally, group, chance)
            await _perform(stage, quiet)
            tally.over = True
            raise _Curtain
    except* _Curtain:
        pass
    except* (Refused, Unreachable) as failures:
        raise failures.exceptions[0] from None


class _Curtain(Exception):
    """Ends the task group: desks listen for ever, so somebody has to send them home."""


async def _perform(stage: Stage, quiet: bool) -> None:
    offices = _Offices(stage)
    desks = [await Operator.sign_in(name, stage, offices.wake) for name in OPERATORS]
    residents = [await Resident.move_in(stage) for _ in range(stage.plan.residents)]
    stage.tally.began = time.monotonic()
    if not quiet:
        stage.group.create_task(_progress(stage.tally))
    await _arrivals(stage, residents, desks)
    with_something_open = stage.tally.counts["submit"] > stage.tally.counts["approve"]
    await asyncio.sleep(CLOSING_SECONDS * stage.plan.haste if with_something_open else 0)
    if not quiet:
        print(file=sys.stderr)


async def _arrivals(stage: Stage, residents: list[Resident], desks: list[Operator]) -> None:
    """Reports arrive as they do in life: independently of each other, at the wanted rate on average."""
    plan, chance = stage.plan, stage.chance
    loop = asyncio.get_running_loop()
    due = loop.time()
    end = None if plan.minutes is None else due + plan.minutes * 60
    while True:
        due += chance.expovariate(plan.rate)
        if end is not None and due > end:
            await asyncio.sleep(max(0.0, end - loop.time()))
            return
        await asyncio.sleep(max(0.0, due - loop.time()))
        stage.begin(_one_report(stage, chance.choice(residents), desks))


async def _one_report(stage: Stage, resident: Resident, desks: list[Operator]) -> None:
    code = await resident.report()
    shared = stage.chance.random() < SHARED_SHARE
    for desk in desks if shared else [stage.chance.choice(desks)]:
        stage.begin(desk.triage(code))
    await resident.desk.follow(f"report:{code}")


class _Offices:
    """Agency desks, opened when the first case comes: an agency without cases costs nothing."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._open: dict[str, asyncio.Task[Agency]] = {}

    async def wake(self, code: str) -> None:
        """Makes sure somebody sits at the agency's desk. Raises Refused and Unreachable."""
        if code not in self._open:
            self._open[code] = asyncio.create_task(Agency.open(code, self._stage))
        await self._open[code]


async def _progress(tally: Tally) -> None:
    terminal = sys.stderr.isatty()
    while True:
        await asyncio.sleep(1 if terminal else 10)
        end = "\x1b[K\r" if terminal else "\n"
        print(tally.line(), end=end, file=sys.stderr, flush=True)
