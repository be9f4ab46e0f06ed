"""Who may read the restricted lane, and who has read what."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from reports.models.columns import instant


class CategoryReader(SQLModel, table=True):
    """An account that may read the restricted reports of a category and of all below it."""

    __tablename__ = "category_reader"

    account_id: UUID = Field(primary_key=True, foreign_key="account.id", ondelete="CASCADE")
    category: str = Field(primary_key=True, foreign_key="category.code", ondelete="CASCADE")
    named_by: str
    named_at: datetime = instant()


class Reading(SQLModel, table=True):
    """That an account was shown a restricted report (one row for each kind of showing and hour, counted in `times`), or
    a reporter's identity (one row for each look, with its reason).
    """

    __tablename__ = "reading"
    __table_args__ = (
        UniqueConstraint("account_id", "report_id", "what", "hour", name="reading_once_an_hour"),
        CheckConstraint("what IN ('case', 'timeline', 'media', 'original', 'identity', 'list')", name="reading_what"),
        CheckConstraint("(what = 'identity') = (hour IS NULL)", name="reading_identity_each"),
        CheckConstraint("(what = 'identity') = (reason IS NOT NULL)", name="reading_identity_why"),
        Index("reading_of_report", "report_id", "last_at"),
    )

    id: int | None = Field(default=None, sa_column=Column("id", BigInteger, Identity(always=False), primary_key=True))
    account_id: UUID = Field(foreign_key="account.id")
    report_id: int = Field(foreign_key="report.id", sa_type=BigInteger)
    what: str
    hour: datetime | None = instant(nullable=True)
    version: int
    reason: str | None = None
    first_at: datetime = instant()
    last_at: datetime = instant()
    times: int = 1
