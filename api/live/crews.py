"""Where crews are and in which order they go: said by NOTIFY to the center and the own agency, kept in no journal."""

import json
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.live.hub import Hub

CHANNEL = "crews"
_NOTIFY = text(f"SELECT pg_notify('{CHANNEL}', :payload)")


async def say(conn: AsyncConnection, told: dict[str, Any]) -> None:
    """Tell the center and the crew's agency where it is (with `location` null: that it no longer says so), or under
    another `type` what else was arranged for it.

    Sent when the transaction of `conn` commits.
    """
    await conn.execute(_NOTIFY, {"payload": json.dumps(told, ensure_ascii=False)})


def heard(hub: Hub, payload: str) -> None:
    """Pass it on to this process's connections; one that listens to both topics is told once."""
    said = json.loads(payload)
    message = json.dumps({"type": "crew", **said}, ensure_ascii=False)
    hub.tell_once(("operations", f"agency:{said['agency']}"), message)
