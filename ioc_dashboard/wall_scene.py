"""Which scene the walls of the city show: rotating by themselves, or one that a desk has pinned."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, DateTime, SmallInteger, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import Field, SQLModel

from reports.callers import Caller

SCENES = ("map", "agencies", "categories", "spots", "media")
"""The names a desk may pin; the screens have the same list."""


class WallScene(SQLModel, table=True):
    """One row: the pinned scene, null while they rotate, and who decided it."""

    __tablename__ = "wall_scene"
    __table_args__ = (CheckConstraint("id = 1", name="wall_scene_single"),)

    id: int = Field(default=1, sa_column=Column(SmallInteger, primary_key=True, server_default="1"))
    scene: str | None = None
    username: str
    name: str
    at: datetime = Field(sa_type=DateTime(timezone=True))


_PIN = text("""
INSERT INTO wall_scene (scene, username, name, at) VALUES (:scene, :username, :name, :at)
ON CONFLICT (id) DO UPDATE SET scene = excluded.scene, username = excluded.username, name = excluded.name,
  at = excluded.at
""")
_PINNED = text("SELECT scene, username, name, at FROM wall_scene")


async def pin(conn: AsyncConnection, scene: str | None, by: Caller, now: datetime) -> dict[str, Any]:
    """From now on all walls show `scene`; None lets them rotate. Answers what `pinned` would."""
    await conn.execute(_PIN, {"scene": scene, "username": by.username, "name": by.name, "at": now})
    return _document(scene, by.username, by.name, now)


async def pinned(conn: AsyncConnection) -> dict[str, Any]:
    """`{"scene", "by", "at"}`; all null while nobody has ever decided."""
    row = (await conn.execute(_PINNED)).one_or_none()
    return _document(row.scene, row.username, row.name, row.at) if row else {"scene": None, "by": None, "at": None}


def _document(scene: str | None, username: str, name: str, at: datetime) -> dict[str, Any]:
    return {"scene": scene, "by": {"username": username, "name": name}, "at": at.isoformat()}
