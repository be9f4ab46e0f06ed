"""The drill that runs, if any: one row, one at a time, over by itself after two hours."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

LASTS = timedelta(hours=2)

_RUNNING = text("""
SELECT id, scenario, began_at, began_by, began_name, until FROM drill WHERE ended_at IS NULL AND until > :now
""")
_LEFT_OVER = text("""
UPDATE drill SET ended_at = until WHERE ended_at IS NULL AND until <= :now RETURNING id
""")
_BEGIN = text("""
INSERT INTO drill (scenario, began_at, began_by, began_name, until)
VALUES (:scenario, :now, :username, :name, :until) ON CONFLICT DO NOTHING RETURNING id
""")
_END = text("UPDATE drill SET ended_at = :now, ended_by = :username WHERE ended_at IS NULL RETURNING id")


async def running(conn: AsyncConnection, now: datetime) -> Any | None:
    """The row of the drill that runs now; one whose time is up does not, whether or not anybody has noted it."""
    return (await conn.execute(_RUNNING, {"now": now})).one_or_none()


async def note_end(conn: AsyncConnection, now: datetime) -> int | None:
    """Note the end of a drill whose time is up; its id, None when there is none."""
    return (await conn.execute(_LEFT_OVER, {"now": now})).scalar_one_or_none()


async def begin(conn: AsyncConnection, username: str, name: str, scenario: str | None, now: datetime) -> int | None:
    """Begin a drill; its id, None when one runs already."""
    facts = {"username": username, "name": name, "scenario": scenario, "now": now, "until": now + LASTS}
    return (await conn.execute(_BEGIN, facts)).scalar_one_or_none()


async def end(conn: AsyncConnection, username: str, now: datetime) -> int | None:
    """End the drill that runs; its id, None when none does."""
    return (await conn.execute(_END, {"username": username, "now": now})).scalar_one_or_none()
