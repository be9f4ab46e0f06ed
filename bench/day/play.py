"""The day itself: what each person does when, in the order of the city's clock, several at a time."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from api.db import Transactions
from bench.day.town import Town
from reports import alarming, escalating, flow, intake, sweeps, warning
from reports.alarms import Thresholds
from reports.callers import SYSTEM, Caller
from reports.commands import ARGS, NoArgs
from reports.intake import Draft
from reports.lifecycle import Command
from reports.problems import Problem
from reports.step import Request, Scene

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TOGETHER = 8
"""People whose doing falls into the same minute act at once, so many of them."""

SWEEP = timedelta(minutes=10)
# Reports of an hour of the day, of a thousand: asleep at three, loudest after breakfast and before supper.
HOURS = (8, 5, 3, 2, 3, 10, 30, 62, 84, 85, 74, 58, 40, 45, 62, 68, 70, 75, 70, 52, 38, 28, 18, 10)
Doing = Callable[[], Awaitable[None]]


@dataclass
class Day:
    """The state of the play: the heap of what is to come, and what was refused."""

    engine: AsyncEngine
    town: Town
    begins: datetime
    chance: random.Random
    urgent: float = 0.03
    upcoming: list[tuple[datetime, int, Doing]] = field(default_factory=list)
    numbers: Any = field(default_factory=itertools.count)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    now: datetime = field(default_factory=lambda: datetime.now(ZONE))

    @property
    def ends(self) -> datetime:
        """Midnight after it."""
        return self.begins + timedelta(days=1)

    def plan(self, at: datetime, doing: Doing) -> None:
        """Somebody will do this then, unless the day is over."""
        if at < self.ends:
            heapq.heappush(self.upcoming, (at, next(self.numbers), doing))

    def soon(self, least: float, most: float, *, office: bool = False) -> datetime:
        """So many minutes from now; of an office, when it is open."""
        at = self.now + timedelta(minutes=self.chance.uniform(least, most))
        if office and not 7.5 <= at.astimezone(ZONE).hour + at.astimezone(ZONE).minute / 60 < 17:
            morning = at.astimezone(ZONE).replace(hour=7, minute=30)
            at = morning + timedelta(minutes=self.chance.uniform(0, 60), days=at.astimezone(ZONE).hour >= 17)
        return at

    def scene(self, conn: Any, by: Caller) -> Scene:
        """The present moment, with this person in it."""
        return Scene(conn, self.town.city, by, self.now, lambda one, variant: f"/{one}/{variant}")


async def play(
    engine: AsyncEngine, town: Town, begins: datetime, reports: int, seed: int = 1, urgent: float = 0.03
) -> Day:
    """A whole day with so many reports, that share of them urgent; what is still open at midnight stays open."""
    day = Day(engine, town, begins, random.Random(seed), urgent, now=begins)
    for hour in day.chance.choices(range(24), HOURS, k=reports):
        day.plan(begins + timedelta(hours=hour, seconds=day.chance.uniform(0, 3600)), lambda: _send(day))
    await _run(day)
    day.now = day.ends
    await _sweep(day)
    return day


async def _run(day: Day) -> None:
    swept = day.begins
    while day.upcoming:
        minute = day.upcoming[0][0]
        while swept + SWEEP <= minute:
            swept += SWEEP
            day.now = swept
            # Two workers look at the same time, as in a city that runs two.
            await asyncio.gather(_sweep(day), _sweep(day))
        day.now = minute
        together: list[Doing] = []
        while day.upcoming and len(together) < TOGETHER and day.upcoming[0][0] - minute < timedelta(minutes=1):
            together.append(heapq.heappop(day.upcoming)[2])
        await asyncio.gather(*(doing() for doing in together))


async def _sweep(day: Day) -> None:
    transactions = Transactions(day.engine, lambda: None)
    for look in (sweeps.release_lapsed_claims, sweeps.note_overdue, warning.warn):
        async with transactions.begin() as conn:
            await look(day.scene(conn, SYSTEM))
    async with transactions.begin() as conn:
        scene = day.scene(conn, SYSTEM)
        await alarming.sweep(scene, Thresholds())
        await escalating.sweep(scene)
        lapsed = await sweeps.unanswered(scene)
    for code in lapsed:
        async with transactions.begin() as conn:
            await sweeps.end_by_time(day.scene(conn, SYSTEM), Command.LAPSE, code)


async def _send(day: Day) -> None:
    """A resident sends; an operator will look at it."""
    chance, town = day.chance, day.town
    lon, lat = chance.choice(town.places)
    by = chance.choice(town.phones)
    draft = Draft(
        category=chance.choice(town.categories),
        lon=lon + chance.uniform(-0.004, 0.004),
        lat=lat + chance.uniform(-0.004, 0.004),
        key=UUID(int=chance.getrandbits(128)),
        body_hash=b"day",
        description="Mô phỏng một ngày làm việc",
        urgency="urgent" if chance.random() < day.urgent else "normal",
    )
    async with Transactions(day.engine, lambda: None).begin() as conn:
        today = day.now.astimezone(ZONE).date()
        known = await intake.look(conn, draft, by=by, now=day.now, day=today, cap_m=2000.0)
        sent = await flow.submit(day.scene(conn, by), draft, known, per_minute=10_000)
    day.done["send"] += 1
    code = sent.report["code"]
    day.plan(day.soon(1, 45), lambda: _triage(day, code, by))


async def _give(day: Day, by: Caller, command: Command, code: str, **args: Any) -> dict[str, Any] | None:
    """One command; None when the city refused it, which is counted."""
    wanted = ARGS[command].model_validate(args) if args else NoArgs() if ARGS[command] is NoArgs else ARGS[command]()
    try:
        async with Transactions(day.engine, lambda: None).begin() as conn:
            report = await flow.perform(day.scene(conn, by), Request(command, code, wanted))
    except Problem as problem:
        day.refused[f"{command.value}: {type(problem).__name__}"] += 1
        return None
    day.done[command.value] += 1
    return report


async def _triage(day: Day, code: str, sender: Caller) -> None:
    operator = day.chance.choice(day.town.operators)
    if await _give(day, operator, Command.CLAIM, code) is None:
        return
    luck = day.chance.random()
    if luck < 0.04:
        await _give(day, operator, Command.REJECT, code, reason="duplicate", public_answer="Không thuộc phạm vi.")
    elif luck < 0.07:
        await _give(day, operator, Command.ASK, code, question="Ở số nhà nào ạ?")
        day.plan(day.soon(20, 600), lambda: _answer(day, code, sender, lambda: _triage(day, code, sender)))
    elif await _give(day, operator, Command.VERIFY, code) is not None:
        await _dispatch(day, operator, code, sender)


async def _answer(day: Day, code: str, sender: Caller, then: Doing) -> None:
    if await _give(day, sender, Command.ANSWER, code, text="Số 12, hẻm bên trái.") is not None:
        day.plan(day.soon(1, 30), then)


async def _dispatch(day: Day, operator: Caller, code: str, sender: Caller, lead: str | None = None) -> None:
    report = await _give(day, operator, Command.DISPATCH, code, **({"lead": lead} if lead else {}))
    if report is not None:
        officer = day.chance.choice(day.town.officers[report["lead"]])
        day.plan(day.soon(5, 120, office=True), lambda: _receive(day, officer, code, sender))


async def _receive(day: Day, officer: Caller, code: str, sender: Caller) -> None:
    if day.chance.random() < 0.06:
        other = day.chance.choice(sorted(day.town.officers.keys() - {officer.agency}))
        if await _give(day, officer, Command.RETURN, code, reason="not-ours", proposed_agency=other) is not None:
            operator = day.chance.choice(day.town.operators)
            day.plan(day.soon(2, 40), lambda: _dispatch(day, operator, code, sender, other))
        return
    if await _give(day, officer, Command.ACCEPT, code) is not None:
        day.plan(day.soon(20, 900, office=True), lambda: _handle(day, officer, code, sender))


async def _handle(day: Day, officer: Caller, code: str, sender: Caller) -> None:
    luck = day.chance.random()
    if luck < 0.04:
        if await _give(day, officer, Command.ASK, code, question="Có thể chỉ thêm vị trí không?") is not None:
            day.plan(day.soon(20, 400), lambda: _answer(day, code, sender, lambda: _handle(day, officer, code, sender)))
    elif luck < 0.08:
        until = day.now.replace(microsecond=0) + timedelta(days=12)
        await _give(day, officer, Command.EXTEND, code, reason="Chờ vật tư", until=until)
        day.plan(day.soon(60, 300, office=True), lambda: _handle(day, officer, code, sender))
    elif await _give(day, officer, Command.RESOLVE, code, summary="Đã vá mặt đường bằng bê tông nhựa nguội, dọn sạch."):
        day.plan(day.soon(3, 90), lambda: _judge(day, officer, code, sender))


async def _judge(day: Day, officer: Caller, code: str, sender: Caller) -> None:
    operator = day.chance.choice(day.town.operators)
    if day.chance.random() < 0.05:
        if await _give(day, operator, Command.SEND_BACK, code, reason="Ảnh không rõ") is not None:
            day.plan(day.soon(30, 240, office=True), lambda: _handle(day, officer, code, sender))
    elif await _give(day, operator, Command.APPROVE, code) is not None:
        day.plan(day.soon(10, 300), lambda: _rate(day, code, sender))


async def _rate(day: Day, code: str, sender: Caller) -> None:
    word = day.chance.choices(("satisfied", "acceptable", "unsatisfied"), (70, 20, 10))[0]
    if await _give(day, sender, Command.RATE, code, rating=word) is None or word != "unsatisfied":
        return
    if day.chance.random() < 0.5 and await _give(day, sender, Command.REOPEN, code, reason="Vẫn còn ổ gà") is not None:
        operator = day.chance.choice(day.town.operators)
        day.plan(day.soon(2, 40), lambda: _dispatch(day, operator, code, sender))


def refusals(day: Day) -> Sequence[tuple[str, int]]:
    """What the city did not allow, the most frequent first."""
    return day.refused.most_common()
