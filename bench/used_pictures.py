"""Whether a picture was used before, asked among 1,000,000 fingerprints of the city: `python -m bench used-pictures`.

Half of the asked pictures differ from one of the city in a few bits, half are new. The fingerprints are random, so each
byte of one is shared by one in 256 of the others in the same place; those of real pictures are alike in this.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.db import make_engine
from api.settings import Database
from bench.machine import Machine
from reports.duplicates import used_before

PICTURES, ASKED = 1_000_000, 60
_KNOWN = text("""
INSERT INTO attachment (id, report_id, role, kind, position, filename, sha256, bytes, state, phash, created_at)
SELECT gen_random_uuid(), (SELECT min(id) FROM report), 'report', 'image', 1000 + n, '', md5(n::text) || md5('x' || n),
       1, 'ready', substr(md5(random()::text), 1, 16), now() FROM generate_series(1, :pictures) n
""")
_ASKED = text("""
INSERT INTO attachment (id, report_id, role, kind, position, filename, sha256, bytes, state, phash, created_at)
SELECT gen_random_uuid(), (SELECT max(id) FROM report), 'proof', 'image', 1000 + n, '', 'asked' || n, 1, 'ready',
       CASE WHEN n % 2 = 0 THEN left(k.phash, 15) || CASE right(k.phash, 1) WHEN '0' THEN '3' ELSE '0' END
            ELSE substr(md5(random()::text), 1, 16) END, now()
FROM (SELECT phash, row_number() OVER () AS n FROM attachment
      WHERE position > 1000 AND phash IS NOT NULL LIMIT :asked) k
""")
_IDS = text("SELECT id::text FROM attachment WHERE sha256 LIKE 'asked%' ORDER BY position")


def measure(machine: Machine, say: Callable[[str], None]) -> dict[str, Any]:
    """Milliseconds of the question, and how many of the asked pictures were known again."""
    return asyncio.run(_measure(machine, say))


async def _measure(machine: Machine, say: Callable[[str], None]) -> dict[str, Any]:
    engine = make_engine(machine.database_url, Database(statement_seconds=900.0))
    try:
        async with engine.begin() as conn:
            await conn.execute(_KNOWN, {"pictures": PICTURES})
            await conn.execute(_ASKED, {"asked": ASKED})
        return await _asked(engine, say)
    finally:
        await engine.dispose()


async def _asked(engine: AsyncEngine, say: Callable[[str], None]) -> dict[str, Any]:
    async with engine.connect() as plain:
        conn = await plain.execution_options(isolation_level="AUTOCOMMIT")
        await conn.execute(text("VACUUM ANALYZE attachment"))
        taken, known = [], 0
        for row in (await conn.execute(_IDS)).all():
            begun = time.perf_counter()
            known += bool(await used_before(conn, row[0]))
            taken.append((time.perf_counter() - begun) * 1000)
    taken.sort()
    found = {
        "pictures": PICTURES,
        "asked": len(taken),
        "known": known,
        "p50_ms": round(taken[len(taken) // 2], 1),
        "p95_ms": round(taken[len(taken) * 95 // 100], 1),
    }
    say(f"{known} of {len(taken)} known among {PICTURES:,}: p50 {found['p50_ms']} ms, p95 {found['p95_ms']} ms")
    return found
