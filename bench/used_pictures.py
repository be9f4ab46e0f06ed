"""Whether a picture was used before, asked among 1,000,000 fingerprints of the city: `python -m bench used-pictures`.

A quarter of the asked pictures differ from one of the city in a few bits, a quarter do so turned or mirrored, half are
new; all are asked for in the eight ways to hold them. The fingerprints are random, so each word of one is shared by one
in 65,536 of the others in the same place.

And how often copies are known, and other pictures taken for them, among drawn scenes: each turned and mirrored, smaller
and encoded anew, and with their edges cut off; against each other; and the place before and after its repair, from the
same angle.
"""

import asyncio
import io
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from PIL import Image
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.db import make_engine
from api.settings import Database
from bench.machine import Machine
from media.drawing import KINDS, draw_picture
from media.shades import fingerprints, fingerprints_of_photo
from reports.alike import SAME_PICTURE_BITS
from reports.used_pictures import used_before

PICTURES, ASKED = 1_000_000, 60
SCENES = 120
CUT = (0.02, 0.03, 0.04)
_KNOWN = text("""
INSERT INTO attachment (id, report_id, role, kind, position, filename, sha256, bytes, state, phash, phash_ways,
                        created_at)
SELECT gen_random_uuid(), (SELECT min(id) FROM report), 'report', 'image', 1000 + n, '', md5(n::text) || md5('x' || n),
       1, 'ready', substr(md5(random()::text), 1, 16), repeat('0', 112) || substr(md5(random()::text), 1, 16), now()
FROM generate_series(1, :pictures) n
""")
_ASKED = text("""
INSERT INTO attachment (id, report_id, role, kind, position, filename, sha256, bytes, state, phash, phash_ways,
                        created_at)
SELECT gen_random_uuid(), (SELECT max(id) FROM report), 'proof', 'image', 1000 + n, '', 'asked' || n, 1, 'ready',
       CASE WHEN n % 4 = 0 THEN near ELSE substr(md5(random()::text), 1, 16) END,
       md5(random()::text) || md5(random()::text) || CASE WHEN n % 4 = 2 THEN near ELSE left(md5(n::text), 16) END
       || md5(random()::text), now()
FROM (SELECT left(phash, 15) || CASE right(phash, 1) WHEN '0' THEN '3' ELSE '0' END AS near, row_number() OVER () AS n
      FROM attachment WHERE position > 1000 AND phash IS NOT NULL LIMIT :asked) k
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
        return {**await _asked(engine, say), "drawn": _drawn(say)}
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


def _drawn(say: Callable[[str], None]) -> dict[str, Any]:
    kinds, now = list(KINDS), datetime.now(UTC)
    scenes = []
    for seed in range(SCENES):
        drawn = [
            draw_picture(kinds[seed % len(kinds)], seed, after=after, gps=(107.08, 10.35), taken_at=now, night=False)
            for after in (False, True)
        ]
        scenes.append([Image.open(io.BytesIO(one.original)).convert("RGB") for one in drawn])
    before = [_ways(one) for one, _ in scenes]
    copies = [(at, _ways(_sent_on(scenes[at][0], way))) for at in range(SCENES) for way in Image.Transpose]
    cut = [(at, share, _ways(_sent_on(_cut(scenes[at][0], share)))) for at in range(SCENES) for share in CUT]
    inner = [int(fingerprints_of_photo(one)[128:], 16) for one, _ in scenes]
    pairs = list(combinations(range(SCENES), 2))
    found = {
        "copies": len(copies),
        "copies_known": sum(_near(ways, before[at][0]) for at, ways in copies),
        "cut": {share: sum(of == share for _, of, _ in cut) for share in CUT},
        "cut_known_by_the_whole": _known(cut, lambda at: [before[at][0]]),
        "cut_known_by_the_inner_part_too": _known(cut, lambda at: [before[at][0], inner[at]]),
        "pairs_alike_by_the_inner_part": sum(_near([before[one][0]], inner[other]) for one, other in pairs),
        "pairs": len(pairs),
        "pairs_alike_upright": sum(_near(before[one][:1], before[other][0]) for one, other in pairs),
        "pairs_alike_moved": sum(_near(before[one][1:], before[other][0]) for one, other in pairs),
        "repairs": SCENES,
        "repairs_alike_moved": sum(
            _near(_ways(after)[1:], ways[0]) for (_, after), ways in zip(scenes, before, strict=True)
        ),
    }
    say(f"drawn scenes: {found}")
    return found


def _ways(image: Image.Image) -> list[int]:
    prints = fingerprints(image)
    return [int(prints[at : at + 16], 16) for at in range(0, len(prints), 16)]


def _known(cut: Sequence[tuple[int, float, list[int]]], kept: Callable[[int], list[int]]) -> dict[float, int]:
    return {
        share: sum(any(_near(ways[:1], one) for one in kept(at)) for at, of, ways in cut if of == share)
        for share in CUT
    }


def _cut(image: Image.Image, share: float) -> Image.Image:
    width, height = image.size
    return image.crop(
        (round(width * share), round(height * share), round(width * (1 - share)), round(height * (1 - share)))
    )


def _sent_on(image: Image.Image, way: Image.Transpose | None = None) -> Image.Image:
    out = io.BytesIO()
    (image if way is None else image.transpose(way)).reduce(2).save(out, "JPEG", quality=55)
    return Image.open(out).convert("RGB")


def _near(ways: list[int], other: int) -> bool:
    return any((one ^ other).bit_count() <= SAME_PICTURE_BITS for one in ways)
