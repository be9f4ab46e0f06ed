"""How the city's own mail box is: when a worker looked, since when that fails and why. One row, whoever looks.

A failure counts only when nobody has succeeded since that look began, so a worker that is late with bad news, or alone
cut off from a server that others reach, does not make the box a failing one.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.alarms import Unread

#: The server does not answer; it takes longer than a look may; its certificate or TLS is not good; it refuses the name
#: or password, or has no such folder; it answers what nobody understands.
WHYS: Final = ("away", "slow", "certificate", "tls", "password", "folder", "answer")
MOST_WORDS: Final = 300

_WORKED = text("""
INSERT INTO answer_box (id, looked_at, worked_at, left_behind, waiting) VALUES (1, :now, :now, :left, :waiting)
ON CONFLICT (id) DO UPDATE SET looked_at = greatest(answer_box.looked_at, excluded.looked_at),
  worked_at = greatest(answer_box.worked_at, excluded.worked_at), failing_since = NULL, why = NULL, error = NULL,
  left_behind = excluded.left_behind, waiting = excluded.waiting
""")
_FAILED = text("""
INSERT INTO answer_box (id, looked_at, failing_since, why, error) VALUES (1, :now, :began, :why, :error)
ON CONFLICT (id) DO UPDATE SET looked_at = greatest(answer_box.looked_at, excluded.looked_at),
  failing_since = least(answer_box.failing_since, excluded.failing_since), why = excluded.why, error = excluded.error
WHERE answer_box.worked_at IS NULL OR answer_box.worked_at < :began
""")
_STATE = text("""
SELECT looked_at, worked_at, failing_since, why, error, left_behind, waiting FROM answer_box WHERE id = 1
""")
_FORGET = text("DELETE FROM answer_box")


async def worked(conn: AsyncConnection, now: datetime, left: int, waiting: int) -> None:
    """A look that ended now went well; `left` mails could not be taken and lie there unread, and it did not come to
    `waiting` more.
    """
    await conn.execute(_WORKED, {"now": now, "left": left, "waiting": waiting})


async def failed(conn: AsyncConnection, began: datetime, now: datetime, why: str, error: str) -> None:
    """A look begun at `began` failed. `why`: one of WHYS; `error`: what was said, of which MOST_WORDS are kept."""
    said = "".join(one if one.isprintable() else " " for one in error)[:MOST_WORDS]
    await conn.execute(_FAILED, {"began": began, "now": now, "why": why, "error": said})


async def state(conn: AsyncConnection) -> dict[str, Any] | None:
    """{looked_at, worked_at, failing_since, why, error, left_behind, waiting}; None when nobody has looked."""
    row = (await conn.execute(_STATE)).mappings().one_or_none()
    return dict(row) if row is not None else None


async def failing(conn: AsyncConnection) -> Unread | None:
    """What the alarm `mailbox_failing` looks at; None while the box works."""
    row = (await conn.execute(_STATE)).one_or_none()
    return Unread(row.failing_since, row.why) if row is not None and row.failing_since is not None else None


async def forget(conn: AsyncConnection) -> None:
    """Nobody looks at a box any more: there is nothing to say of it."""
    await conn.execute(_FORGET)
