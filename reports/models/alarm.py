"""What asks for a person at the center: alarms, the watch that raises them, and drills."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Identity, Index, text
from sqlmodel import Field, SQLModel

from reports.models.columns import document, instant, words


class Alarm(SQLModel, table=True):
    """One alarm from its raising to its end. Rows are never removed; each step is a fact in the journal as well.

    `subject` is what it is about: a report's code, an agency's code, the storm's first report, the feed. Of one kind
    and subject there is at most one that has not been cleared, whichever worker looks first. `reports` are codes;
    `facts` the figures its text is made of. `level`: 1 raised, 2 gone to the supervisor, 3 to the leader.
    """

    __tablename__ = "alarm"
    __table_args__ = (
        Index("alarm_standing", "kind", "subject", unique=True, postgresql_where=text("cleared_at IS NULL")),
        Index("alarm_ended", "cleared_at", postgresql_where=text("cleared_at IS NOT NULL")),
    )

    id: int | None = Field(default=None, sa_column=Column("id", BigInteger, Identity(always=True), primary_key=True))
    kind: str
    subject: str
    level: int = 1
    raised_at: datetime = instant()
    level_at: datetime = instant()
    reports: list[str] = words()
    count: int = 0
    category: str | None = None
    agency: str | None = None
    area_code: str | None = None
    area_name: str | None = None
    lon: float | None = None
    lat: float | None = None
    radius_m: float | None = None
    facts: dict[str, Any] | None = document(nullable=False)
    acknowledged_at: datetime | None = instant(nullable=True)
    acknowledged_by: str | None = None
    acknowledged_name: str | None = None
    note: str | None = None
    cleared_at: datetime | None = instant(nullable=True)
    drill: bool = False


class AlarmWatch(SQLModel, table=True):
    """One row: when a worker last looked, and since when it has looked without a gap."""

    __tablename__ = "alarm_watch"

    id: int = Field(default=1, primary_key=True)
    looked_at: datetime = instant()
    awake_since: datetime = instant()


class Drill(SQLModel, table=True):
    """An exercise: who began it, until when it lasts at the most, who ended it (null: it ended by time)."""

    __tablename__ = "drill"
    __table_args__ = (
        Index("drill_running", text("(ended_at IS NULL)"), unique=True, postgresql_where=text("ended_at IS NULL")),
    )

    id: int | None = Field(default=None, sa_column=Column("id", BigInteger, Identity(always=True), primary_key=True))
    scenario: str | None = None
    began_at: datetime = instant()
    began_by: str
    began_name: str
    until: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)
    ended_by: str | None = None
