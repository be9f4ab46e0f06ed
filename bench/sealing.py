"""What an order of the journal costs: `python -m bench.sealing`, about a minute; the table of ADR 0003.

Five ways to write the same facts take turns on one throw-away database with fsync on. Two processes of four writers
each commit as fast as they can; each transaction inserts a row like a report's and three entries of the real journal,
once with 2 ms of work between the two and once without. A calm turn at about 50 entries a second shows how long an
entry waits for its number on an ordinary day.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import platform
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psycopg
import uvloop

from api import cluster
from api.db import make_engine
from api.sealer import Sealer
from api.settings import Database
from bench.machine import Machine

WAYS = {
    "plain": "plain inserts, no order at all",
    "sealed": "plain inserts, sealed after commit (ours)",
    "lock-late": "numbered under a lock, taken just before the entries",
    "lock-early": "numbered under a lock, taken at the beginning",
    "notify": "plain inserts, NOTIFY inside the transaction",
}
PROCESSES, WRITERS = 2, 4
WORK_SECONDS = (0.002, 0.0)
ROUNDS = 3
SLICE_SECONDS = 0.7
CALM_REST_SECONDS = 0.45  # between two transactions of a writer
CALM_SLICE_SECONDS = 2.0
LONGEST_SECONDS = 38.0  # a busy machine gets fewer rounds, never a longer wait
LOCK = "SELECT pg_advisory_xact_lock(4711)"

TABLES = """
CREATE TABLE bench_report (LIKE report INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES);
CREATE SEQUENCE bench_number;
ALTER TABLE journal DISABLE TRIGGER journal_keep;
"""
REPORT = """
INSERT INTO bench_report (code, state, category, description, channel, anonymous, lon, lat, involved, received_at,
  due_at, due_basis, version, urgency, extensions, approved_by, public_media, supporting)
VALUES (%s, 'received', 'road-pothole', 'Ổ gà sâu giữa làn xe máy, tối qua có người té.', 'app', false, 107.08, 10.35,
  '{}', now(), now(), 'projected', 1, 'normal', 0, '{}', '{}', '{}')
"""
ENTRIES = """
INSERT INTO journal (seq, event, actor, data, after, audience, version, at)
SELECT {number}, e.event, '{{"kind": "device"}}', jsonb_build_object('xid', pg_current_xact_id()::text),
       '{{"state": "received", "version": 1, "urgency": "normal"}}', e.audience, 1, now()
FROM (VALUES ('report.received', 'public'), ('report.located', 'agency'), ('report.routed', 'internal'))
  AS e(event, audience)
"""
# From the commit of the writer to the commit of the sealer, by the database's own clock.
DELAYS = """
SELECT percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY extract(epoch FROM
  pg_xact_commit_timestamp(xmin) - pg_xact_commit_timestamp(CAST(data ->> 'xid' AS xid))) * 1000)
FROM journal
"""


def statements(way: str, work: float) -> list[str]:
    """The statements of one transaction, in their order; the first one of REPORT takes the report's code."""
    numbered = "nextval('bench_number')" if way.startswith("lock") else "NULL"
    parts = [
        LOCK if way == "lock-early" else "",
        REPORT,
        f"SELECT pg_sleep({work})" if work else "",
        LOCK if way == "lock-late" else "",
        ENTRIES.format(number=numbered),
        "SELECT pg_notify('bench', 'x')" if way == "notify" else "",
    ]
    return [part for part in parts if part]


@dataclass(frozen=True)
class Turn:
    """What the writers do for a while; times in seconds. `rest`: pause between two transactions of a writer."""

    way: str
    work: float = 0.0
    rest: float = 0.0
    seconds: float = SLICE_SECONDS


async def write(conn: Any, turn: Turn, name: str, end: float, sealer: Sealer | None) -> list[float]:
    """Commit until `end`; how long each transaction took, in seconds."""
    orders = statements(turn.way, turn.work)
    took: list[float] = []
    while (begin := time.monotonic()) < end:
        async with conn.pipeline(), conn.transaction():
            for order in orders:
                values = (f"{name}{len(took):06d}",) if order is REPORT else None
                await conn.execute(order, values, prepare=True)
        took.append(time.monotonic() - begin)
        if sealer is not None:
            sealer.wake()
        if turn.rest:
            await asyncio.sleep(turn.rest)
    return took


async def slice_of(conns: list[Any], engine: Any, turn: Turn, process: int) -> dict[str, Any]:
    """One turn of one process, sealer included; ends when all it wrote is sealed."""
    sealer = Sealer(engine) if turn.way == "sealed" else None
    sealing = asyncio.create_task(sealer.run()) if sealer else None
    begin = time.monotonic()
    writers = (
        write(conn, turn, f"{process}{number}", begin + turn.seconds, sealer) for number, conn in enumerate(conns)
    )
    took = [one for part in await asyncio.gather(*writers) for one in part]
    seconds = time.monotonic() - begin
    if sealer is not None and sealing is not None:
        await sealer.seal_all()
        sealing.cancel()
        await asyncio.gather(sealing, return_exceptions=True)
    return {"took": took, "seconds": seconds, "behind": time.monotonic() - begin - seconds}


async def writing(url: str, process: int, pipe: Connection) -> None:
    """The loop of a writing process: a way comes in, what it took goes out; None ends it."""
    libpq = url.replace("postgresql+psycopg://", "postgresql://", 1)
    conns = [await psycopg.AsyncConnection.connect(libpq, autocommit=True) for _ in range(WRITERS)]
    engine = make_engine(url, Database())
    pipe.send("ready")
    while (asked := await asyncio.to_thread(pipe.recv)) is not None:
        pipe.send(await slice_of(conns, engine, asked, process))
    for conn in conns:
        await conn.close()
    await engine.dispose()


def process_main(url: str, process: int, pipe: Connection) -> None:
    """Where a writing process begins."""
    uvloop.run(writing(url, process, pipe))


@contextmanager
def database() -> Iterator[str]:
    """A fresh migrated database that remembers when each transaction was committed; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="hientruong-sealing-"))
    state = folder / "state"
    try:
        machine = Machine(folder, cluster.ensure_running(state, throwaway=False))
        with psycopg.connect(machine.libpq_url, autocommit=True) as conn:
            conn.execute("ALTER SYSTEM SET track_commit_timestamp = on")
        cluster.stop(state, throwaway=False)
        machine.database_url = cluster.ensure_running(state, throwaway=False)
        machine.run("migrate")
        with psycopg.connect(machine.libpq_url) as conn:
            conn.execute(TABLES)
        yield machine.database_url
    finally:
        cluster.remove_all(state)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def writers(url: str) -> Iterator[list[Connection]]:
    """The writing processes, connected and waiting."""
    context = multiprocessing.get_context("spawn")
    pipes, processes = [], []
    for number in range(PROCESSES):
        ours, theirs = context.Pipe()
        process = context.Process(target=process_main, args=(url, number, theirs), daemon=True)
        process.start()
        pipes.append(ours)
        processes.append(process)
    for pipe in pipes:
        pipe.recv()
    yield pipes
    for pipe, process in zip(pipes, processes, strict=True):
        pipe.send(None)
        process.join(10)


def take(observer: psycopg.Connection[Any], pipes: list[Connection], turn: Turn) -> dict[str, float]:
    """One turn: commits a second, milliseconds of a transaction, milliseconds until sealed."""
    observer.execute("TRUNCATE journal, bench_report")
    for pipe in pipes:
        pipe.send(turn)
    parts = [pipe.recv() for pipe in pipes]
    took = sorted(one for part in parts for one in part["took"])
    found = {
        "per_second": sum(len(part["took"]) / part["seconds"] for part in parts),
        "p50_ms": took[len(took) // 2] * 1000,
        "p95_ms": took[int(len(took) * 0.95)] * 1000,
    }
    if turn.way == "sealed":
        row = observer.execute(DELAYS).fetchone()
        left = observer.execute("SELECT count(*) FROM journal WHERE seq IS NULL").fetchone()
        if row is None or left is None or left[0] != 0:
            raise SystemExit(f"entries were left unsealed: {left}")
        found |= {"sealed_p50_ms": row[0][0], "sealed_p95_ms": row[0][1]}
        found["behind_ms"] = max(part["behind"] for part in parts) * 1000
    return found


def measure(begun: float, rounds: int | None = None) -> dict[str, Any]:
    """The medians over `rounds`, or over as many as the time allows; each way begins a round once."""
    turns: dict[Turn, list[dict[str, float]]] = {}
    calm = Turn("sealed", 0.002, CALM_REST_SECONDS, CALM_SLICE_SECONDS)
    with database() as url, writers(url) as pipes:
        libpq = url.replace("postgresql+psycopg://", "postgresql://", 1)
        with psycopg.connect(libpq, autocommit=True) as observer:
            version = observer.info.parameter_status("server_version")
            take(observer, pipes, Turn("sealed"))  # warms plans and pages; not counted
            for number in range(rounds or ROUNDS):
                round_began = time.monotonic()
                first = number % len(WAYS)
                order = [*list(WAYS)[first:], *list(WAYS)[:first]]
                for turn in (*(Turn(way, work) for work in WORK_SECONDS for way in order), calm):
                    turns.setdefault(turn, []).append(take(observer, pipes, turn))
                if rounds is None and 2 * time.monotonic() - round_began - begun > LONGEST_SECONDS:
                    break
    return {
        "rounds": number + 1,
        "machine": {"cpus": os.cpu_count(), "load": os.getloadavg()[0], "python": platform.python_version()},
        "postgresql": version,
        "ways": [
            {"way": turn.way, "work_ms": turn.work * 1000, "calm": turn is calm, **medians(parts)}
            for turn, parts in sorted(turns.items(), key=lambda item: _place(item[0]))
        ],
    }


def _place(turn: Turn) -> tuple[float, float, int]:
    return turn.rest, -turn.work, list(WAYS).index(turn.way)


def medians(parts: list[dict[str, float]]) -> dict[str, float]:
    """Field by field."""
    return {name: round(statistics.median(part[name] for part in parts), 1) for name in parts[0]}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.sealing", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--rounds", type=int, help="exactly so many, however long they take")
    asked = parser.parse_args()
    begun = time.monotonic()
    found = measure(begun, asked.rounds)
    found["seconds"] = round(time.monotonic() - begun)
    if asked.json:
        print(json.dumps(found, indent=2))
        return
    print(
        f"PostgreSQL {found['postgresql']}, {found['machine']}, {PROCESSES * WRITERS} writers,"
        f" {found['rounds']} rounds, {found['seconds']} s"
    )
    for one in found["ways"]:
        late = f"   sealed after {one['sealed_p50_ms']} / {one['sealed_p95_ms']} ms" if "sealed_p50_ms" in one else ""
        late += f", last one {one['behind_ms']} ms after the writers stopped" if late else ""
        calm = " calm" if one["calm"] else ""
        print(
            f"work {one['work_ms']:.0f} ms{calm}  {one['way']:<10} {one['per_second']:>7.0f}/s"
            f"   transaction {one['p50_ms']} / {one['p95_ms']} ms{late}"
        )


if __name__ == "__main__":
    main()
