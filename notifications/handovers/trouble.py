"""Which agencies' hand-overs do not get through: what the alarm `handover_stuck` looks at."""

from collections.abc import Sequence
from itertools import groupby

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.alarms import Failing

# A dead letter is forgotten when the agency has since been told something newer of the case (each message says how the
# case stands), when the case is not its any more, or when it has no system of its own any more.
_FAILING = text("""
SELECT h.agency, r.code, min(coalesce(h.begun_at, h.at)) AS since, bool_or(h.state = 'dead') AS dead
FROM handover h JOIN report r ON r.id = h.report_id JOIN agency a ON a.code = h.agency
WHERE a.active AND a.external IS NOT NULL AND r.involved @> ARRAY[CAST(h.agency AS text)]
  AND NOT (r.category = ANY(:restricted))
  AND (h.state = 'dead' AND NOT EXISTS (SELECT FROM handover n WHERE n.agency = h.agency AND n.report_id = h.report_id
                                          AND n.state = 'delivered' AND n.seq > h.seq)
    OR h.state IN ('pending', 'sending') AND h.last_error IS NOT NULL)
GROUP BY h.agency, r.code ORDER BY h.agency, since, r.code
""")


async def failing(conn: AsyncConnection, restricted: Sequence[str]) -> list[Failing]:
    """By agency, the cases whose hand-over has failed at least once and is not settled, or was given up.

    `restricted` categories take no part: a count would give them away.
    """
    rows = (await conn.execute(_FAILING, {"restricted": list(restricted)})).all()
    return [
        Failing(agency, tuple((row.code, row.since, row.dead) for row in group))
        for agency, group in groupby(rows, key=lambda row: str(row.agency))
    ]
