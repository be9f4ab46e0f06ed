"""Who was shown what of the restricted lane, and who looked at a reporter's identity, and why.

One row for each account, report, kind of showing and hour, with how often: enough to answer "who read this, and when",
and few enough to be read by a person. A look at an identity is a row of its own, with its reason. What is shown is
noted in the transaction that reads it: if it cannot be noted, it is not shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.access import may_see
from reports.callers import Caller
from reports.configuration import City
from reports.problems import NotAllowed, NotFound
from reports.rows import by_code, standing
from reports.step import Scene

What = Literal["case", "timeline", "media", "original", "list"]

# In the order of their ids, so that two desks that are shown the same list never wait for each other in a circle.
_NOTE = text("""
INSERT INTO reading (account_id, report_id, what, hour, version, first_at, last_at, times)
SELECT CAST(:account AS uuid), r.id, :what, date_trunc('hour', CAST(:now AS timestamptz)), r.version, :now, :now, 1
FROM report r WHERE r.code = ANY(:codes) ORDER BY r.id
ON CONFLICT (account_id, report_id, what, hour) DO UPDATE SET times = reading.times + 1,
  version = greatest(reading.version, excluded.version), last_at = greatest(reading.last_at, excluded.last_at)
""")
_LOOK = text("""
INSERT INTO reading (account_id, report_id, what, version, reason, first_at, last_at, times)
VALUES (CAST(:account AS uuid), :report_id, 'identity', :version, :reason, :now, :now, 1)
""")
_REPORTER = text("SELECT anonymous, name, phone FROM reporter WHERE report_id = :report_id")
_OF_REPORT = text("""
SELECT a.username, a.name, a.role, a.agency, g.what, g.version, g.reason, g.first_at, g.last_at, g.times
FROM reading g JOIN account a ON a.id = g.account_id
WHERE g.report_id = :report_id ORDER BY g.last_at DESC, g.id DESC LIMIT 500
""")


async def note(
    conn: AsyncConnection, by: Caller, city: City, shown: Iterable[Mapping[str, Any]], what: What, now: datetime
) -> None:
    """Note that these reports (rows or report objects) are shown to `by`; does nothing for others than restricted
    ones, and for a reporter, whose own they are.
    """
    if by.kind == "account":
        codes = [report["code"] for report in shown if city.restricted(report["category"])]
        await note_codes(conn, by.id, codes, what, now)


async def note_codes(conn: AsyncConnection, account_id: str, codes: list[str], what: What, now: datetime) -> None:
    """The same for codes that are known to be of the restricted lane."""
    if codes:
        await conn.execute(_NOTE, {"account": account_id, "codes": codes, "what": what, "now": now})


@dataclass(frozen=True, slots=True)
class Identity:
    """Who sent a report, as far as they said. `known` False: their data were deleted at their wish."""

    known: bool
    anonymous: bool
    name: str | None
    phone: str | None


async def look_at_reporter(scene: Scene, code: str, reason: str) -> Identity:
    """The reporter's name and number for an operator or supervisor who says why; noted, whatever is found.

    Raises NotFound for a report they may not see, NotAllowed for everybody else who may.
    """
    row = await _seen(scene, code)
    if not scene.by.center:
        raise NotAllowed("Only operators and supervisors may look at who sent a report.")
    facts = {"account": scene.by.id, "report_id": row["id"], "version": row["version"]}
    await scene.conn.execute(_LOOK, {**facts, "reason": reason, "now": scene.now})
    found = (await scene.conn.execute(_REPORTER, {"report_id": row["id"]})).one_or_none()
    if found is None:
        return Identity(False, True, None, None)
    # Whoever asked to stay unnamed stays so, even where the number is needed to tell them of their report.
    return Identity(True, True, None, None) if found.anonymous else Identity(True, False, found.name, found.phone)


async def of_report(scene: Scene, code: str) -> list[dict[str, Any]]:
    """Who was shown the report or its reporter, the latest first; for supervisors and administrators who see it."""
    row = await _seen(scene, code)
    if scene.by.role not in ("supervisor", "admin"):
        raise NotAllowed("Only supervisors and administrators read who has read a report.")
    return [dict(one) for one in (await scene.conn.execute(_OF_REPORT, {"report_id": row["id"]})).mappings()]


async def _seen(scene: Scene, code: str) -> dict[str, Any]:
    row = await by_code(scene.conn, code)
    if row is None or may_see(scene.by, await standing(scene.conn, row, scene.by, scene.city)) is not True:
        raise NotFound
    return row
