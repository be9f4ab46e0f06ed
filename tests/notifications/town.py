"""A few streets to report from: what the tests of this room need to find in the tables of the story."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports import events
from reports.callers import SYSTEM
from reports.journal import record
from reports.sealing import seal

NOW = datetime(2025, 11, 21, 2, 0, tzinfo=UTC)
#: 16:30 on Friday in the city's zone.
DUE = datetime(2025, 11, 21, 9, 30, tzinfo=UTC)

_AGENCIES = text("""
INSERT INTO agency (code, name, name_en, kind) VALUES
    ('urban', 'Phòng Quản lý đô thị', 'Urban Management Office', 'department'),
    ('power', 'Điện lực Vũng Tàu', 'Vung Tau Power', 'utility')
""")
_CATEGORIES = text("""
INSERT INTO category (code, name, name_en, icon, position, lane, approvals, public, location_private,
    anonymous_allowed, proof_required, dispute_days, extensions_allowed, extension_days, active)
VALUES
    ('road-pothole', 'Ổ gà, mặt đường hư hỏng', 'Pothole or broken road', 'road', 1,
     'standard', 1, true, false, true, false, 7, 2, 30, true),
    ('official-conduct', 'Thái độ cán bộ', 'Conduct of officials', 'person', 2,
     'restricted', 1, false, true, true, false, 7, 2, 30, true)
""")
_REPORT = text("""
INSERT INTO report (code, version, state, urgency, category, description, channel, anonymous, lon, lat,
    lead, received_at, due_at, due_basis, extensions, merged_into)
VALUES (:code, 1, :state, 'normal', :category, 'x', 'app', false, 107.08, 10.34,
    :lead, :now, :due, 'running', 0, :into)
RETURNING id
""")


async def build(conn: AsyncConnection) -> None:
    """Two agencies, a public and a confidential category, the calendar with the city's zone."""
    await conn.execute(_AGENCIES)
    await conn.execute(_CATEGORIES)
    await conn.execute(
        text("INSERT INTO calendar (code, name, definition) VALUES ('default', 'x', CAST(:d AS jsonb))"),
        {"d": json.dumps({"zone": "Asia/Ho_Chi_Minh"})},
    )


async def device(conn: AsyncConnection, locale: str = "vi") -> UUID:
    """A new phone."""
    made = uuid4()
    await conn.execute(
        text("INSERT INTO device (id, platform, locale, created_at) VALUES (:id, 'web', :locale, :at)"),
        {"id": made, "locale": locale, "at": NOW},
    )
    return made


async def report(
    conn: AsyncConnection,
    code: str,
    by: UUID,
    *,
    category: str = "road-pothole",
    lead: str | None = "urban",
    merged_into: int | None = None,
) -> int:
    """A report of that device, already with its due time."""
    made: int = (
        await conn.execute(
            _REPORT,
            {
                "code": code,
                "state": "merged" if merged_into else "received",
                "category": category,
                "lead": lead,
                "now": NOW,
                "due": DUE,
                "into": merged_into,
            },
        )
    ).scalar_one()
    await conn.execute(
        text(
            "INSERT INTO reporter (report_id, device_id, key, body_hash, received_at, anonymous, name, phone)"
            " VALUES (:report, :device, :key, '', :now, false, 'Nguyễn Thị Bí Mật', '0901234567')"
        ),
        {"report": made, "device": by, "key": uuid4(), "now": NOW},
    )
    return made


async def push_target(conn: AsyncConnection, by: UUID, kind: str, address: dict[str, Any]) -> None:
    """As registering does, without its checks."""
    await conn.execute(
        text(
            "INSERT INTO push_target (device_id, kind, address, fingerprint, created_at)"
            " VALUES (:device, :kind, CAST(:address AS jsonb), :fingerprint, :now)"
        ),
        {
            "device": by,
            "kind": kind,
            "address": json.dumps(address),
            "fingerprint": f"{by}-{json.dumps(address)}",
            "now": NOW,
        },
    )


async def happened(
    conn: AsyncConnection,
    report_id: int | None,
    *facts: events.Event,
    at: datetime = NOW,
    after: dict[str, Any] | None = None,
) -> None:
    """Recorded and sealed."""
    await record(conn, facts, by=SYSTEM, at=at, report_id=report_id, after=after)
    await seal(conn)


DISPATCHED = events.ReportDispatched(lead="urban", supporting=[], proposed=True)
RECEIVED = events.ReportReceived(category="road-pothole", channel="app")
