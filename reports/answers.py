"""The first answer to a key, kept, so that asking again changes nothing and hears the same."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.problems import KeyReused

_FIRST = text("""
INSERT INTO command_answer (actor, key, body_hash, at) VALUES (:actor, :key, :body_hash, :at)
ON CONFLICT DO NOTHING RETURNING 1
""")
_EARLIER = text("SELECT body_hash, answer FROM command_answer WHERE actor = :actor AND key = :key")
_REMEMBER = text("UPDATE command_answer SET answer = CAST(:answer AS jsonb) WHERE actor = :actor AND key = :key")


async def earlier(conn: AsyncConnection, actor: str, key: str, body_hash: bytes, at: datetime) -> dict[str, Any] | None:
    """The first answer to this actor's key, or None when this is the first time; waits for a twin that is under way.

    Raises KeyReused when the key came with another body.
    """
    facts = {"actor": actor, "key": key, "body_hash": body_hash, "at": at}
    if (await conn.execute(_FIRST, facts)).one_or_none() is not None:
        return None
    row = (await conn.execute(_EARLIER, {"actor": actor, "key": key})).one()
    if bytes(row.body_hash) != body_hash:
        raise KeyReused
    return dict(row.answer)


async def remember(conn: AsyncConnection, actor: str, key: str, answer: dict[str, Any]) -> None:
    """Keep the answer for the next time this key is used."""
    facts = {"actor": actor, "key": key, "answer": json.dumps(answer, ensure_ascii=False)}
    await conn.execute(_REMEMBER, facts)
