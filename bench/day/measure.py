"""Plays the day on a fresh city and says whether anything was lost, wrong, or counted differently.

python -m bench day                                # 7,000 reports
HIENTRUONG_BENCH_DAY=500 python -m bench day       # fewer
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.db import make_engine
from api.settings import Database
from bench.day.play import Day, play, refusals
from bench.day.recount import ZONE, Entry, Followed, Walker, counts, follow
from bench.day.town import found
from bench.machine import Machine
from ioc_dashboard.figures.asked import Asked
from ioc_dashboard.figures.reading import figures
from reports.sealing import seal, verify_chain

REPORTS = int(os.environ.get("HIENTRUONG_BENCH_DAY", "7000"))
THE_DAY = datetime(2026, 8, 20, tzinfo=ZONE)
"""A Thursday before a Saturday that is worked and a Monday to Wednesday that are not: the dues go across them."""

Say = Callable[[str], None]
_JOURNAL = text("""
SELECT r.id, j.event, j.at, j.data FROM report r JOIN journal j ON j.report_id = r.id
WHERE r.received_at >= :first AND r.received_at < :last ORDER BY r.id, j.id
""")
_ROWS = text("""
SELECT id, code, state, category, urgency, lead, involved, holders, due_at, due_basis, open FROM report
WHERE received_at >= :first AND received_at < :last
""")


def measure(machine: Machine, say: Say) -> dict[str, Any]:
    """How many reports, commands and refusals, how long it took, and every difference found (none is right)."""
    return asyncio.run(_measure(machine, say))


async def _measure(machine: Machine, say: Say) -> dict[str, Any]:
    engine = make_engine(machine.database_url, Database())
    town = await found(engine, THE_DAY)
    officers = sum(map(len, town.officers.values()))
    say(f"day: {len(town.officers)} agencies, {officers} officers, {len(town.operators)} operators")
    began = time.monotonic()
    day = await play(engine, town, THE_DAY, REPORTS)
    took = time.monotonic() - began
    async with engine.begin() as conn:
        while await seal(conn):
            pass
    given = {name: count for name, count in sorted(day.done.items())}
    say(f"day: {sum(given.values())} things done in {took:.0f} s: {given}; refused: {refusals(day)}")
    async with engine.connect() as conn:
        found_wrong = await differences(conn, day)
    for name, some in found_wrong.items():
        say(f"day: {name}: {len(some)} differences{''.join(f'; {one}' for one in some[:5])}")
    await engine.dispose()
    return {
        "reports": given.get("send", 0),
        "done": given,
        "refused": refusals(day),
        "seconds": round(took),
        "differences": {name: len(some) for name, some in found_wrong.items()},
    }


async def differences(conn: AsyncConnection, day: Day) -> dict[str, list[str]]:
    """What the city keeps and what the day's journal says, where they are not the same; by kind."""
    facts = {"first": day.begins, "last": day.ends}
    rows = {row.id: row for row in await conn.execute(_ROWS, facts)}
    told: dict[int, list[Entry]] = defaultdict(list)
    for row in await conn.execute(_JOURNAL, facts):
        told[row.id].append(Entry(row.event.removeprefix("report."), row.at, row.data))
    walker = Walker.of(day.town.city.calendar.to_data())
    followed = {key: follow(told[key], _level(day, row), walker) for key, row in rows.items()}
    chain = (await verify_chain(conn))[1]
    return {
        "chain": [] if chain is None else [str(chain)],
        "states": [f"{rows[key].code} {one.state}" for key, one in followed.items() if one.state != rows[key].state],
        "holders": [rows[key].code for key, one in followed.items() if not _held(one, rows[key])],
        "holders' time": [rows[key].code for key, one in followed.items() if not _used(one, rows[key])],
        "clocks": [_clock(rows[key], one) for key, one in followed.items() if one.open and one.due != rows[key].due_at],
        "statistics": await _statistics(conn, day, followed),
    }


def _level(day: Day, row: Any) -> dict[str, Any]:
    return day.town.city.categories[row.category].level(row.urgency).to_data()


def _held(one: Followed, row: Any) -> bool:
    """An open report lies with the center, or with exactly the agency it was sent to, which sees it."""
    if not one.open:
        return True
    if one.holder == "center":
        return not row.involved
    return bool(row.lead == one.holder and row.involved[0] == one.holder)


def _used(one: Followed, row: Any) -> bool:
    """The time each holder of the present round is said to have used is what it worked while it had the case."""
    latest = max((held["round"] for held in row.holders or ()), default=0)
    kept = {held["agency"]: held for held in row.holders or () if held["round"] == latest}
    now = [held["agency"] for held in kept.values() if "ended_at" not in held]
    at_agency = "in_progress" if one.state == "awaiting_resident" else one.state
    holds = [one.holder] if one.open and one.holder != "center" and at_agency in ("dispatched", "in_progress") else []
    used = {agency: one.used[agency].total_seconds() for agency in one.used if agency in kept}
    return now == holds and all(abs(kept[agency]["used_s"] - seconds) < 0.001 for agency, seconds in used.items())


def _clock(row: Any, one: Followed) -> str:
    return f"{row.code}: {row.due_at.isoformat()} is kept, {one.due.isoformat()} is right"


async def _statistics(conn: AsyncConnection, day: Day, followed: dict[int, Followed]) -> list[str]:
    """Totals, each agency, and each pair of a return, as published and as counted by hand."""
    asked = Asked(day.begins.date(), day.begins.date())
    made = await figures(conn, day.town.supervisor, day.town.city, asked, day.ends)
    wrong = _unlike("all", made.total, counts(list(followed.values()), day.ends))
    agencies = {row["key"]: row for row in made.tables["agencies"]}
    for agency in day.town.officers:
        # The figures count a case for its agency from the dispatch on; before, it is the center's.
        theirs = [one for one in followed.values() if one.holder == agency]
        if theirs or agency in agencies:
            wrong += _unlike(agency, agencies.get(agency, defaultdict(int)), counts(theirs, day.ends))
    right = Counter(pair for one in followed.values() for pair in set(one.returns))
    kept: Counter[tuple[str, str | None]] = Counter()
    for row in made.returns:
        kept[row["returned_by"], row["proposed"]] += row["count"]
    pairs = [pair for pair in {*kept, *right} if kept[pair] != right[pair]]
    return wrong + [f"returns {pair}: {kept[pair]} kept, {right[pair]} right" for pair in pairs]


def _unlike(name: str, kept: dict[str, Any], right: dict[str, int]) -> list[str]:
    return [f"{name} {key}: {kept[key]} kept, {value} right" for key, value in right.items() if kept[key] != value]
