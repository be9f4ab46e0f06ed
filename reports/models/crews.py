"""Who does the work at an agency: crews, what each is to do on a case, and the parts of supporting agencies."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from reports.models.columns import document, instant, words

# A row of a crew goes with it; what a crew or a person was to do stays, without them.
_OPEN = text("state IN ('open', 'under_way')")


class Crew(SQLModel, table=True):
    """A team of one agency that goes out. `code` is the agency's own short name for it."""

    __tablename__ = "crew"
    __table_args__ = (UniqueConstraint("agency", "code", name="crew_code"),)

    id: UUID = Field(primary_key=True)
    agency: str = Field(foreign_key="agency.code")
    code: str
    name: str
    phone: str | None = None
    active: bool = Field(default=True, sa_column=Column("active", Boolean, nullable=False, server_default="true"))


class CrewMember(SQLModel, table=True):
    """An account goes out with one crew at a time."""

    __tablename__ = "crew_member"

    account_id: UUID = Field(primary_key=True, foreign_key="account.id", ondelete="CASCADE")
    crew_id: UUID = Field(foreign_key="crew.id", ondelete="CASCADE", index=True)


class CrewPosition(SQLModel, table=True):
    """Where a crew is now, if one of its phones says so. The last position only: no history is kept anywhere, and the
    row goes at the end of duty or when the phone has been silent for a while.
    """

    __tablename__ = "crew_position"

    crew_id: UUID = Field(primary_key=True, foreign_key="crew.id", ondelete="CASCADE")
    account_id: UUID = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    lon: float
    lat: float
    accuracy_m: float | None = None
    at: datetime = instant()


class Task(SQLModel, table=True):
    """One thing that an agency has to do on a case: for a crew, for a person, or for nobody yet.

    `state`: open, under_way, done, unable (the crew could not; `result` says why), cancelled. `day` and `position` are
    its place in the crew's day. `result` is {words, at, by, location?}; `media` are ids of attachments of role `work`.
    `result_key` is the phone's key of the result: the same result sent again changes nothing.
    """

    __tablename__ = "task"
    __table_args__ = (
        Index("task_of_report", "report_id", "created_at"),
        Index("task_of_crew", "crew_id", postgresql_where=_OPEN),
        Index("task_of_person", "person", postgresql_where=_OPEN),
    )

    id: UUID = Field(primary_key=True)
    report_id: int = Field(foreign_key="report.id", ondelete="CASCADE", sa_type=BigInteger)
    agency: str = Field(foreign_key="agency.code")
    crew_id: UUID | None = Field(default=None, foreign_key="crew.id", ondelete="SET NULL")
    person: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    what: str
    note: str | None = None
    due_at: datetime | None = instant(nullable=True)
    state: str = "open"
    day: date | None = None
    position: int | None = None
    result: dict[str, Any] | None = document()
    result_key: str | None = None
    media: list[str] = words()
    version: int = Field(default=1, sa_column=Column("version", Integer, nullable=False, server_default="1"))
    created_by: str
    created_at: datetime = instant()
    changed_at: datetime = instant()


class Part(SQLModel, table=True):
    """What a supporting agency contributes to a case of another: asked for by the lead, or taken on by itself.

    `state`: open or done. `result` and `media` as of a task. Parts belong to one dispatch: the next one begins anew.
    """

    __tablename__ = "part"

    report_id: int = Field(primary_key=True, foreign_key="report.id", ondelete="CASCADE", sa_type=BigInteger)
    agency: str = Field(primary_key=True, foreign_key="agency.code")
    what: str = ""
    state: str = "open"
    result: dict[str, Any] | None = document()
    result_key: str | None = None
    media: list[str] = words()
    asked_by: str
    asked_at: datetime = instant()
