"""What a notice may mention about a report: read again when it is written, and withheld where it is
confidential.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from notifications.wording import Facts

_REPORTS = text("""
SELECT r.id, r.due_at, r.lead, r.area_code, r.area_name, c.name, c.name_en,
       (c.public AND c.lane <> 'restricted') AS open
FROM report r JOIN category c ON c.code = r.category WHERE r.id = ANY(:report_ids)
""")
_AGENCIES = text("SELECT code, name, name_en FROM agency WHERE code = ANY(:codes)")
_ZONE = text("SELECT definition ->> 'zone' FROM calendar WHERE code = 'default'")


@dataclass(frozen=True)
class Background:
    """Of the reports of one batch of entries."""

    reports: Mapping[int, Any]
    agencies: Mapping[str, Mapping[str, str]]
    #: The city's own; every time in a notice is shown in it.
    zone: ZoneInfo

    def facts(self, report_id: int, code: str, after: Mapping[str, Any] | None) -> Facts:
        """What may be said about the report to the reader who knows it as `code`.

        `after` is the report as the told fact left it; it wins over the row, which may have moved on. Lock
        screens are read by others, so a category that is not public is not named, and neither is the agency
        that would betray it.
        """
        row, then = self.reports[report_id], after or {}
        due = then.get("due_at")
        return Facts(
            code=code,
            category={"vi": row.name, "en": row.name_en} if row.open else None,
            agency=self.agencies.get(then.get("lead") or row.lead or "") if row.open else None,
            due=datetime.fromisoformat(due) if due else row.due_at,
        )

    def area(self, report_id: int) -> tuple[str, str] | None:
        """Code and name of the area of a report that is public; None for one that lies nowhere or is not."""
        row = self.reports[report_id]
        return (row.area_code, row.area_name) if row.open and row.area_code is not None else None


async def read_background(conn: AsyncConnection, report_ids: Collection[int], leads: Collection[str]) -> Background:
    """Three statements whatever the number; `leads` are agency codes the entries name beside the reports'
    own.
    """
    reports = {row.id: row for row in await conn.execute(_REPORTS, {"report_ids": list(report_ids)})}
    codes = sorted({row.lead for row in reports.values() if row.lead} | set(leads))
    agencies = await conn.execute(_AGENCIES, {"codes": codes})
    zone = (await conn.execute(_ZONE)).scalar_one_or_none()
    return Background(
        reports=reports,
        agencies={row.code: {"vi": row.name, "en": row.name_en} for row in agencies},
        zone=ZoneInfo(zone or "UTC"),
    )
