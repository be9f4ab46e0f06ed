"""What was brought before somebody higher up, and who took care of it."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from reports.models.columns import instant


class Escalation(SQLModel, table=True):
    """One step up for one report and one cause: each exists once, whatever number of workers look.

    `cause`: untouched, late, proof or returned; `since`: from when on it was so; `level`: which step of the lane's
    chain; `recipient`: head, supervisor or leader. Over when acknowledged, or `cleared_at` when the cause is gone.
    """

    __tablename__ = "escalation"
    __table_args__ = (
        UniqueConstraint("report_id", "cause", "since", "level", name="escalation_once"),
        Index(
            "escalation_open",
            "recipient",
            "agency",
            "id",
            postgresql_where=text("cleared_at IS NULL AND acknowledged_at IS NULL"),
        ),
        Index("escalation_raised", "raised_at"),
    )

    id: int | None = Field(default=None, sa_column=Column("id", BigInteger, Identity(always=True), primary_key=True))
    report_id: int = Field(foreign_key="report.id", ondelete="CASCADE", sa_type=BigInteger)
    cause: str
    since: datetime = instant()
    level: int
    recipient: str
    agency: str | None = None
    raised_at: datetime = instant()
    acknowledged_at: datetime | None = instant(nullable=True)
    acknowledged_by: str | None = None
    acknowledged_name: str | None = None
    note: str | None = None
    cleared_at: datetime | None = instant(nullable=True)


class EscalationWatch(SQLModel, table=True):
    """When a case is to be looked at next, because somebody may have to be called for it: one row per open case.

    `next_at`: the moment of its next call; null when nobody is to be called any more, so that it leaves the index;
    -infinity when something about the case has changed since it was reckoned (a trigger of the report writes that).
    `turn` grows with each change, so that what was reckoned before one is not kept; `basis`: the configuration and the
    heads it was reckoned with.
    """

    __tablename__ = "escalation_watch"
    __table_args__ = (
        Index("escalation_next", "next_at", "report_id", postgresql_where=text("next_at IS NOT NULL")),
        Index("escalation_basis", "basis", "report_id"),
    )

    report_id: int = Field(
        sa_column=Column("report_id", BigInteger, ForeignKey("report.id", ondelete="CASCADE"), primary_key=True,
                         autoincrement=False)
    )  # fmt: skip
    next_at: datetime | None = instant(nullable=True)
    turn: int = Field(sa_type=BigInteger)
    basis: int = Field(sa_type=BigInteger)
