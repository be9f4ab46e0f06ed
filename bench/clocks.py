"""Due times against every minute counted: how many differ, and what one costs.

Random calendars (of zones with and without daylight saving, shifts cut anywhere, seasons, special days) and for each a
thousand random cases: a start, an amount in one of the four units, up to three pauses. The fast way (`reports.clocks`)
is compared with `bench.slow_clock`, which looks at every minute, and each tenth case with the count that explains a due
time to people (`reports.explaining`). Calendars are seeded by number, so a run that was broken off goes on where it
stopped: what is done stands in `--state`.
"""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from bench.slow_clock import WEEKDAYS, Minutes
from reports.calendars import Calendar
from reports.clocks import Clock, ServiceLevel
from reports.explaining import counted

CASES_EACH = 1000
YEARS = (2025, 2027)
ZONES = (
    "Asia/Ho_Chi_Minh", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago",
    "Asia/Kathmandu", "Africa/Casablanca", "America/St_Johns", "Pacific/Auckland",
)  # fmt: skip
MOST = {"minutes": 4000, "working_hours": 30, "working_days": 7, "calendar_days": 12}


def random_calendar(chance: Random) -> dict[str, Any]:
    """A calendar with work on most days, as JSON."""

    def clock(minute: int) -> str:
        return f"{minute // 60:02}:{minute % 60:02}"

    def day() -> list[list[str]]:
        cuts = sorted(chance.sample(range(0, 1441, chance.choice((1, 15, 30))), chance.choice((2, 2, 4, 6))))
        return [[clock(one), clock(two)] for one, two in zip(cuts[::2], cuts[1::2], strict=True)]

    def week() -> dict[str, Any]:
        return {name: day() if chance.random() < 0.8 else [] for name in WEEKDAYS} | {"wed": day()}

    def spans(number: int, longest: int) -> list[tuple[str, str]]:
        first, found = date(YEARS[0], 1, 1), []
        for _ in range(number):
            first += timedelta(days=chance.randint(1, 150))
            last = first + timedelta(days=chance.randint(0, longest))
            found.append((first.isoformat(), last.isoformat()))
            first = last
        return found

    return {
        "zone": chance.choice(ZONES),
        "week": week(),
        "weeks": [{"from": one, "to": two, "week": week()} for one, two in spans(chance.randint(0, 3), 90)],
        "special": [
            {"from": one, "to": two, "name": "x", "work": chance.choice(([], [], day()))}
            for one, two in spans(chance.randint(0, 12), 6)
        ],
    }


def compare(number: int, cases: int = CASES_EACH) -> dict[str, Any]:
    """A thousand cases of one calendar: how many differ (the first five told), and the seconds of the fast way."""
    chance = Random(number)
    data = random_calendar(chance)
    slow, calendar = Minutes.of(data, *YEARS), Calendar.from_data(data)
    begin, differing, spent = datetime(YEARS[0], 1, 3, tzinfo=UTC), [], 0.0
    for case in range(cases):
        unit = chance.choice(tuple(MOST))
        level = ServiceLevel(chance.randint(1, MOST[unit]), unit, "received")  # type: ignore[arg-type]
        start = begin + timedelta(minutes=chance.randrange(600 * 1440))
        pauses = _pauses(chance, start) if unit != "calendar_days" else []
        began = time.perf_counter()
        fast = _fast(start, level, calendar, pauses)
        spent += time.perf_counter() - began
        wanted = slow.due(start, level.amount, level.unit, pauses)
        told = counted(start, level, calendar).due if case % 10 == 0 and not pauses else fast
        if not fast == told == wanted:
            differing.append(
                [str(start), level.to_data(), [[str(a), str(b)] for a, b in pauses], str(fast), str(wanted)]
            )
    return {"number": number, "cases": cases, "differing": len(differing), "first": differing[:5], "seconds": spent,
            "zone": data["zone"]}  # fmt: skip


def _pauses(chance: Random, start: datetime) -> list[tuple[datetime, datetime]]:
    found, at = [], start
    for _ in range(chance.choice((0, 0, 1, 2, 3))):
        at += timedelta(minutes=chance.randint(1, 1500))
        again = at + timedelta(minutes=chance.randint(1, 4000))
        found.append((at, again))
        at = again
    return found


def _fast(
    start: datetime, level: ServiceLevel, calendar: Calendar, pauses: list[tuple[datetime, datetime]]
) -> datetime:
    clock = Clock.project(start, level, calendar)
    for pause, again in pauses:
        if pause >= clock.due_at:
            # What is late stays as late as it was; the slow clock counts no further than the due time.
            break
        clock = clock.pause(pause, level, calendar).resume(again, level, calendar)
    return clock.due_at


def run(cases: int, state: Path | None, processes: int | None = None) -> dict[str, Any]:
    """So many cases, on every processor; what `state` holds already is not done again."""
    done: dict[int, dict[str, Any]] = {}
    if state is not None and state.exists():
        done = {one["number"]: one for one in map(json.loads, state.read_text().splitlines())}
    numbers = range(-(-cases // CASES_EACH))
    with ProcessPoolExecutor(processes or os.cpu_count()) as pool:
        waiting = [pool.submit(compare, number) for number in numbers if number not in done]
        for one in as_completed(waiting):
            result = one.result()
            done[result["number"]] = result
            if state is not None:
                with state.open("a") as file:
                    file.write(json.dumps(result) + "\n")
            print(f"\r{len(done) * CASES_EACH:,} cases, {sum(r['differing'] for r in done.values())} differ", end="")
    print()
    found = [done[number] for number in numbers]
    count = sum(one["cases"] for one in found)
    return {
        "cases": count,
        "calendars": len(found),
        "differing": sum(one["differing"] for one in found),
        "first": [told for one in found for told in one["first"]][:5],
        "microseconds_each": round(1e6 * sum(one["seconds"] for one in found) / count, 1),
    }


def measure(say: Any, cases: int = 100_000, state: Path | None = None) -> dict[str, Any]:
    """All of it, said as it is found."""
    found = run(cases, state)
    say(f"{found['cases']:,} due times on {found['calendars']} calendars: {found['differing']} differ from the minutes")
    say(f"{found['microseconds_each']} µs each, pauses and the making of the calendar's table included")
    for told in found["first"]:
        say(f"  differs: {told}")
    return found
