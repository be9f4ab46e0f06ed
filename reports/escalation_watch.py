"""Which cases are to be looked at for escalation, kept as a moment for each: a look reads an index, never the city.

The database marks a case by a trigger whenever anything changes that decides (`reports.models.EscalationWatch`), a
look reckons the moment of the next call and keeps it, and a case for which nobody is to be called any more has none.
When the configuration or the heads of agencies change, every case is reckoned anew, those last whose time has not come.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports import escalation

# One look weighs so many.
MOST = 1000

_DUE = text("""
SELECT report_id, turn FROM escalation_watch WHERE next_at <= :now ORDER BY next_at, report_id LIMIT :most
""")
# Those that are due come with the others; each half is a range of the index.
_OUTDATED = text("""
SELECT report_id, turn FROM (
  (SELECT report_id, turn, next_at FROM escalation_watch WHERE basis < :basis ORDER BY basis, report_id LIMIT :most)
  UNION ALL
  (SELECT report_id, turn, next_at FROM escalation_watch WHERE basis > :basis ORDER BY basis, report_id LIMIT :most)) w
WHERE next_at IS NULL OR next_at > :now LIMIT :most
""")
# What changed since it was read has another turn and stays to be looked at; what a command is just changing is skipped,
# so that a look waits for nobody here and nobody for two looks.
_KEEP = text("""
WITH plan AS (
  SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:turns AS bigint[]), CAST(:moments AS timestamptz[]))
    AS p(report_id, turn, next_at)),
free AS (
  SELECT w.report_id, p.next_at FROM escalation_watch w JOIN plan p ON p.report_id = w.report_id AND p.turn = w.turn
  ORDER BY w.report_id FOR UPDATE OF w SKIP LOCKED)
UPDATE escalation_watch w SET next_at = f.next_at, basis = :basis FROM free f WHERE w.report_id = f.report_id
""")
_FORGET = text("""
WITH plan AS (SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:turns AS bigint[])) AS p(report_id, turn)),
free AS (
  SELECT w.report_id FROM escalation_watch w JOIN plan p ON p.report_id = w.report_id AND p.turn = w.turn
  ORDER BY w.report_id FOR UPDATE OF w SKIP LOCKED)
DELETE FROM escalation_watch w USING free f WHERE w.report_id = f.report_id
""")


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What a look found of one case: when somebody is called next, None for never; `over`: nothing of it can begin
    again without a change of the case.
    """

    report_id: int
    next_at: datetime | None
    over: bool = False


def basis_of(version: int, heads: Collection[str]) -> int:
    """A number that differs when the configuration, the heads of agencies, or the usual ladders of this release do."""
    said = repr((version, sorted(heads), escalation.DEFAULTS, escalation.KEPT))
    return int.from_bytes(hashlib.sha256(said.encode()).digest()[:8], signed=True)


async def due(conn: AsyncConnection, now: datetime, basis: int) -> dict[int, int]:
    """The turn of each case that is to be looked at, `MOST` at the most: those whose time has come, longest ago first,
    then those reckoned on another basis.
    """
    facts = {"now": now, "basis": basis}
    found = {row.report_id: row.turn for row in await conn.execute(_DUE, {"now": now, "most": MOST})}
    if len(found) < MOST:
        rest = await conn.execute(_OUTDATED, {**facts, "most": MOST - len(found)})
        found |= {row.report_id: row.turn for row in rest}
    return found


async def keep(conn: AsyncConnection, found: Sequence[Reckoned], turns: dict[int, int], basis: int) -> int:
    """Keep what was reckoned of cases that have not changed since; how many."""
    kept = [one for one in found if not one.over]
    facts = {"ids": [one.report_id for one in kept], "turns": [turns[one.report_id] for one in kept],
             "moments": [one.next_at for one in kept], "basis": basis}  # fmt: skip
    number: int = (await conn.execute(_KEEP, facts)).rowcount if kept else 0
    over = [one.report_id for one in found if one.over]
    if over:
        number += (await conn.execute(_FORGET, {"ids": over, "turns": [turns[one] for one in over]})).rowcount
    return number
