"""The walls' scene: said by NOTIFY when a desk pins or frees one, so that all walls switch at once."""

import json
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.live.hub import Hub

CHANNEL = "wall"
_NOTIFY = text(f"SELECT pg_notify('{CHANNEL}', :payload)")


async def say(conn: AsyncConnection, pinned: dict[str, Any]) -> None:
    """Tell the walls of every process; heard once the transaction has committed."""
    await conn.execute(_NOTIFY, {"payload": json.dumps({"type": "wall", **pinned}, ensure_ascii=False)})


def heard(hub: Hub, payload: str) -> None:
    """Pass it on to this process's connections."""
    hub.tell_once(("operations",), payload)
