"""A look for whom to call while 100,000 cases are late at once: `python -m bench escalation`.

First nobody was called yet and no case was reckoned, as after a change of everything: how long until the first calls
are made. Then everybody was called a moment ago: how long until all are reckoned anew, as after publishing another
configuration. Then all wait for their next rung: what a look costs that finds nothing, and whether one case that falls
due in front of all of them is called by the next look.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.db import make_engine
from api.settings import Database
from bench.large_city import fill
from bench.machine import Machine
from reports import escalating
from reports.configuration import load
from reports.sweeps import system_scene

REPORTS, OPEN, ROUNDS, LOOKS = 300_000, 100_000, 20, 15
_LATE = text("""
UPDATE report SET state = CASE state WHEN 'resolved' THEN 'in_progress' ELSE state END, due_basis = 'running',
  due_at = now() - (1 + id % 20000) * interval '1 minute', holder_due_at = NULL, state_since = received_at,
  holders = CASE WHEN state IN ('dispatched', 'in_progress', 'resolved') THEN jsonb_build_array(jsonb_build_object(
    'agency', lead, 'round', 0, 'since', received_at, 'used_s', 0)) END
WHERE open
""")
_CALLED = text("""
INSERT INTO escalation (report_id, cause, since, level, recipient, raised_at)
SELECT r.id, q.cause, q.since, 1, 'supervisor', now() FROM report r CROSS JOIN LATERAL (VALUES
  ('late', r.due_at), ('untouched', CASE WHEN r.state <> 'in_progress' THEN r.state_since END)) AS q(cause, since)
WHERE r.open AND q.since IS NOT NULL ON CONFLICT DO NOTHING
""")
_FRESH = text("""
UPDATE report SET due_at = now() - interval '1 second'
WHERE id = (SELECT max(id) FROM report WHERE open AND state = 'in_progress') RETURNING id
""")
_CALLS = text("SELECT count(*) FROM escalation WHERE report_id = :report AND cause = 'late'")


def measure(machine: Machine, say: Callable[[str], None]) -> dict[str, Any]:
    """Milliseconds of looks and calls a second."""
    fill(machine, REPORTS, OPEN)
    return asyncio.run(_measure(machine, say))


async def _measure(machine: Machine, say: Callable[[str], None]) -> dict[str, Any]:
    engine = make_engine(machine.database_url, Database(statement_seconds=900.0))
    try:
        async with engine.connect() as plain:
            conn = await plain.execution_options(isolation_level="AUTOCOMMIT")
            late = (await conn.execute(_LATE)).rowcount
            await conn.execute(text("VACUUM ANALYZE report"))
        begun, called = time.perf_counter(), 0
        for _ in range(ROUNDS):
            called += (await _look(engine)).called
        storm = time.perf_counter() - begun
        async with engine.connect() as plain:
            conn = await plain.execution_options(isolation_level="AUTOCOMMIT")
            await conn.execute(_CALLED)
            await conn.execute(text("VACUUM ANALYZE escalation"))
            await conn.execute(text("UPDATE configuration SET version = version + 1"))
        begun, more = time.perf_counter(), True
        while more:
            more = (await _look(engine)).more
        anew = time.perf_counter() - begun
        async with engine.connect() as plain:
            conn = await plain.execution_options(isolation_level="AUTOCOMMIT")
            await conn.execute(text("VACUUM ANALYZE escalation_watch"))
        looks = [await _look(engine) for _ in range(LOOKS)]
        assert not any(look.called for look in looks), "everybody was called a moment ago"
        async with engine.begin() as conn:
            fresh = (await conn.execute(_FRESH)).scalar_one()
        await _look(engine)
        async with engine.connect() as conn:
            assert (await conn.execute(_CALLS, {"report": fresh})).scalar_one() == 2, "one is forgotten"
        return _told(late, called, storm, anew, sorted(look.ms for look in looks), say)
    finally:
        await engine.dispose()


@dataclass(frozen=True, slots=True)
class Timed:
    """One look: how long it took, how many were called, whether there is more to do."""

    ms: float
    called: int
    more: bool


async def _look(engine: AsyncEngine) -> Timed:
    async with engine.begin() as conn:
        scene = system_scene(conn, await load(conn), datetime.now(UTC))
        begun = time.perf_counter()
        look = await escalating.sweep(scene)
        assert look is not None, "nobody else looks"
        return Timed((time.perf_counter() - begun) * 1000, look.called, look.more)


def _told(
    late: int, called: int, storm: float, anew: float, looks: list[float], say: Callable[[str], None]
) -> dict[str, Any]:
    found = {
        "late": late,
        "calls_per_s": round(called / storm),
        "reckoned_anew_s": round(anew, 1),
        "idle_look_p50_ms": round(looks[len(looks) // 2], 1),
        "idle_look_worst_ms": round(looks[-1], 1),
    }
    say(
        f"{late:,} late: {found['calls_per_s']} calls/s; all reckoned anew in {found['reckoned_anew_s']} s; "
        f"a look that finds nothing p50 {found['idle_look_p50_ms']} ms"
    )
    return found
