"""Whether a picture was used before in the city: the very file, or one that looks like it, however it was held.

A copy that was turned or mirrored is known by its fingerprints in the seven other ways, which were taken with it; what
was used before is kept upright only. docs/adr/0017-duplicates.md and 0033-proof.md have the reasons.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from media.fingerprint import UPRIGHT, WAYS, Way
from reports import journal, near_prints
from reports.alike import SAME_PICTURE_BITS, fingerprint


@dataclass(frozen=True, slots=True)
class Used:
    """An earlier use of a picture. `distance`: differing bits of the fingerprints, 0 for the very file; `way`: how the
    earlier one was moved to become this.
    """

    attachment_id: str
    report: str
    role: str
    own: bool
    same_file: bool
    distance: int
    at: datetime
    way: Way = UPRIGHT

    def as_warning(self) -> dict[str, Any]:
        """As it is kept with the picture; how it was moved only where it was."""
        moved = {"turned": self.way.turned, "mirrored": self.way.mirrored} if self.way != UPRIGHT else {}
        return {
            "code": USED_BEFORE,
            "detail": self.report,
            "report": self.report,
            "role": self.role,
            "distance": self.distance,
            "same_file": self.same_file,
            "own": self.own,
            **moved,
        }


USED_BEFORE = "used-before"
MOST_TOLD = 3
# Two jobs that finish at once must not miss each other: the second asks when the first has committed.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('hientruong used-before'))")
_MINE = text("SELECT id, sha256, phash, phash_ways FROM attachment WHERE id = CAST(:id AS uuid)")
# Whoever brings a picture or its fingerprint writes into the journal of its report, in the same transaction. So what
# came while somebody looked belongs to a report with an entry that was not sealed before the look.
_CAME_SINCE = text("""
SELECT DISTINCT a.sha256, a.phash FROM journal j JOIN attachment a ON a.report_id = j.report_id
WHERE (j.seq > :heard OR j.seq IS NULL) AND a.id <> ALL(CAST(:mine AS uuid[])) LIMIT :most
""")
_MOST_CAME = 500
# Of the restricted lane nothing is told to a report of another category, not even that it exists: its readers are
# others. One that already names this report is not told back: one of two uses is the first.
_USED = text(f"""
WITH near AS MATERIALIZED (
  {near_prints.NEAR}
), alike AS MATERIALIZED (
  SELECT same.id, same.phash, 0 AS distance FROM attachment m JOIN attachment same ON same.sha256 = m.sha256
  WHERE m.id = CAST(:id AS uuid) AND m.sha256 <> ''
  UNION
  SELECT id, phash, distance FROM near
)
SELECT a.id, r.code, a.role, r.id = m.report_id AS own, a.sha256 = m.sha256 AS same_file, a.created_at,
       alike.phash, alike.distance
FROM attachment m JOIN report mr ON mr.id = m.report_id JOIN category mc ON mc.code = mr.category
  CROSS JOIN alike JOIN attachment a ON a.id = alike.id
  JOIN report r ON r.id = a.report_id JOIN category c ON c.code = r.category
WHERE m.id = CAST(:id AS uuid) AND a.id <> m.id AND a.state NOT IN ('refused', 'expected') AND r.state <> 'withdrawn'
  AND (a.sha256 <> m.sha256 OR alike.distance = 0)
  AND (c.lane <> 'restricted' OR c.code = mc.code)
  AND (r.id <> m.report_id OR (m.role = 'proof' AND a.role = 'report'))
  AND NOT coalesce(a.warnings, '[]')
        @> jsonb_build_array(jsonb_build_object('code', CAST(:code AS text), 'report', mr.code))
ORDER BY same_file DESC, distance, a.created_at, a.id LIMIT :most
""")


async def used_before(conn: AsyncConnection, attachment_id: str) -> list[Used]:
    """Where this picture was used before: the very file, or a fingerprint that differs in at most six bits.

    Of other reports, and, for a proof, also the photos of its own report: the hole is not its own repair. A fingerprint
    that says nothing (a blank picture) finds only the very file.
    """
    mine = (await conn.execute(_MINE, {"id": attachment_id})).one_or_none()
    if mine is None:
        return []
    ways = _ways(mine.phash, mine.phash_ways)
    facts = {
        "id": attachment_id,
        **near_prints.asked([print_ for _, print_ in ways]),
        "code": USED_BEFORE,
        "most": MOST_TOLD,
    }
    return [
        Used(
            str(one.id),
            one.code,
            one.role,
            one.own,
            one.same_file,
            one.distance,
            one.created_at,
            UPRIGHT if one.same_file else _nearest(ways, one.phash),
        )
        for one in await conn.execute(_USED, facts)
    ]


def _ways(phash: str | None, others: str | None) -> list[tuple[Way, int]]:
    """The fingerprints of a picture by the way it is held, upright first; none of a picture that says nothing.

    One that was judged before the others were taken is compared upright only.
    """
    upright = fingerprint(phash)
    if upright is None:
        return []
    digits = others or ""
    known = [int(digits[at : at + 16], 16) for at in range(0, len(digits), 16)]
    return [(UPRIGHT, upright), *zip(WAYS, known, strict=False)]


def _nearest(ways: Sequence[tuple[Way, int]], phash: str) -> Way:
    """The way in which a picture is most like this one; upright where that is as like as any other."""
    return min(ways, key=lambda one: (one[1] ^ int(phash, 16)).bit_count())[0]


_WITHOUT = """(SELECT coalesce(jsonb_agg(w), '[]') FROM jsonb_array_elements(warnings) AS w
  WHERE NOT w @> jsonb_build_object('code', CAST(:code AS text), 'report', CAST(:report AS text)))"""
_OTHERS = "coalesce((SELECT jsonb_agg(w) FROM jsonb_array_elements(warnings) AS w WHERE w ->> 'code' <> :code), '[]')"
_WARN = text(f"""
UPDATE attachment SET warnings = {_OTHERS} || CAST(:warnings AS jsonb)
WHERE id = CAST(:id AS uuid) AND coalesce(warnings, '[]') IS DISTINCT FROM {_OTHERS} || CAST(:warnings AS jsonb)
""")
_UNTELL = text(f"""
UPDATE attachment SET warnings = {_WITHOUT}
WHERE warnings @> jsonb_build_array(jsonb_build_object('code', CAST(:code AS text), 'report', CAST(:report AS text)))
""")


async def untell(conn: AsyncConnection, report: str) -> None:
    """Take a report's code out of the warnings of all others: it moved to where their readers may not know of it."""
    await conn.execute(_UNTELL, {"report": report, "code": USED_BEFORE})


async def warn_if_used(conn: AsyncConnection, attachment_id: str) -> list[dict[str, Any]]:
    """Write `used-before` into the warnings of a picture whose fingerprint is known; returns those warnings.

    Doing it twice changes nothing. For the job that has just made the fingerprint, in its transaction.
    """
    return (await warn_if_any_used(conn, [attachment_id]))[attachment_id]


async def warn_if_any_used(conn: AsyncConnection, ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The same of several pictures, which have just come with this transaction: their warnings by id.

    The look among all of the city needs no lock. Under the lock, which is held until the transaction ends, only what
    came meanwhile is compared, and only where that is like one of these the look is made once more.
    """
    heard = await journal.last_seq(conn)
    used = {one: await used_before(conn, one) for one in ids}
    await conn.execute(_ONE_AT_A_TIME)
    if await _came_since(conn, heard, ids):
        used = {one: await used_before(conn, one) for one in ids}
    told = {}
    for one, uses in used.items():
        told[one] = [each.as_warning() for each in uses]
        await conn.execute(_WARN, {"id": one, "code": USED_BEFORE, "warnings": json.dumps(told[one])})
    return told


async def _came_since(conn: AsyncConnection, heard: int, ids: Sequence[str]) -> bool:
    """Whether a picture came after entry `heard` that may be one of these; true where too many came to compare."""
    mine = [(await conn.execute(_MINE, {"id": one})).one() for one in ids]
    came = (await conn.execute(_CAME_SINCE, {"heard": heard, "mine": list(ids), "most": _MOST_CAME})).all()
    prints = [print_ for one in mine for _, print_ in _ways(one.phash, one.phash_ways)]
    files = {one.sha256 for one in mine}
    return len(came) == _MOST_CAME or any(one.sha256 in files or _is_near(one.phash, prints) for one in came)


def _is_near(phash: str | None, prints: Sequence[int]) -> bool:
    return phash is not None and any((int(phash, 16) ^ one).bit_count() <= SAME_PICTURE_BITS for one in prints)
