"""How far the work on a film is: said by NOTIFY to whoever looks, kept in no journal, because it is no fact."""

import json
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.live.hub import Hub

CHANNEL = "progress"
_NOTIFY = text(f"SELECT pg_notify('{CHANNEL}', :payload)")


async def say(conn: AsyncConnection, report: Any, media: str, percent: int, *, restricted: bool) -> None:
    """Tell those who follow the report. `report`: its code, category and involved agencies.

    A topic's listeners may see what it carries: those of `report:<code>` were checked when they subscribed, and the
    restricted lane is not said to all desks.
    """
    topics = [f"report:{report.code}", *(f"agency:{agency}" for agency in report.involved)]
    if not restricted:
        topics.append("operations")
    message = {"type": "progress", "report": report.code, "media": media, "percent": percent}
    await conn.execute(_NOTIFY, {"payload": json.dumps({"topics": topics, "message": message})})


def heard(hub: Hub, payload: str) -> None:
    """Pass it on to this process's connections; one that listens to several of the topics is told once."""
    said = json.loads(payload)
    hub.tell_once(said["topics"], json.dumps(said["message"]))
