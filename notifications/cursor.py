"""How far a reader of the journal has come. Whoever holds the row's lock is the reader; others have nothing to do."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# WHERE NOT EXISTS, because an insert that meets a row another worker is moving would wait for that worker.
_START: Final = text("""
INSERT INTO reactor_cursor (name, seq)
SELECT n.name, 0 FROM (SELECT CAST(:name AS varchar) AS name) n
WHERE NOT EXISTS (SELECT FROM reactor_cursor c WHERE c.name = n.name)
ON CONFLICT DO NOTHING
""")
_TAKE: Final = text("SELECT seq FROM reactor_cursor WHERE name = :name FOR UPDATE SKIP LOCKED")
_MOVE: Final = text("UPDATE reactor_cursor SET seq = :seq WHERE name = :name")


async def take(conn: AsyncConnection, name: str) -> int | None:
    """The seq of the last entry this reader has read, its row locked; None when another worker is at it."""
    seq: int | None = (await conn.execute(_TAKE, {"name": name})).scalar_one_or_none()
    if seq is None:
        await conn.execute(_START, {"name": name})
        seq = (await conn.execute(_TAKE, {"name": name})).scalar_one_or_none()
    return seq


async def move(conn: AsyncConnection, name: str, seq: int) -> None:
    """Everything up to this entry has been read."""
    await conn.execute(_MOVE, {"name": name, "seq": seq})
