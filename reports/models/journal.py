"""The append-only record of every fact, and the remembered first answers of commands with a key."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Identity, Index, text
from sqlmodel import Field, SQLModel

from reports.models.columns import document, instant, words

ADMINISTRATION = (
    "event IN ('configuration.published', 'account.made', 'account.changed', 'account.password_given',"
    " 'areas.imported', 'layer.imported', 'reader.named', 'reader.removed')"
)
"""Which entries are what administrators did, as SQL."""


class JournalEntry(SQLModel, table=True):
    """One fact. Written in the transaction of its change; `seq` and `hash` are given after commit by the sealer.

    `after` holds the report's changing fields as the transaction left them, so that a reader who comes back later
    hears what was true then. `agencies` are those that may hear of it, the one that loses the case included.
    """

    __tablename__ = "journal"
    __table_args__ = (
        Index("journal_unsealed", "id", postgresql_where=text("seq IS NULL")),
        # Few indexes on purpose: sealing writes each entry once more, and with it every index it has.
        Index("journal_report", "report_id", "id"),
        # When an agency last accepted anything: partial, so that other entries do not pay for it.
        Index(
            "journal_accepted",
            text("(actor ->> 'agency')"),
            "at",
            postgresql_where=text("event = 'report.accepted'"),
        ),
        # Entries lie in the order of time, so a few bytes per hundred pages find a day again.
        Index("journal_at", "at", postgresql_using="brin"),
        # The newest fact about anything the public sees is the version of all public pages.
        Index(
            "journal_public",
            "seq",
            postgresql_where=text("(after ->> 'state') IN ('published', 'closed') OR event = 'report.reopened'"),
        ),
        # What administrators did: a page of few rows out of millions.
        Index("journal_administration", "id", postgresql_where=text(ADMINISTRATION)),
        # The history of one hot spot: facts that belong to no report.
        Index(
            "journal_hot_spot",
            text("(data ->> 'hot_spot')"),
            "id",
            postgresql_where=text("event IN ('hot_spot.found', 'hot_spot.changed')"),
        ),
    )

    id: int | None = Field(default=None, sa_column=Column("id", BigInteger, Identity(always=True), primary_key=True))
    seq: int | None = Field(default=None, unique=True, sa_type=BigInteger)
    report_id: int | None = Field(default=None, foreign_key="report.id", sa_type=BigInteger)
    event: str
    actor: dict[str, Any] | None = document(nullable=False)
    data: dict[str, Any] | None = document(nullable=False)
    after: dict[str, Any] | None = document()
    agencies: list[str] = words()
    audience: str
    version: int | None = None
    at: datetime = instant()
    hash: bytes | None = None


class CommandAnswer(SQLModel, table=True):
    """The first answer to a command that carried a key; repeating the key gives it again."""

    __tablename__ = "command_answer"

    actor: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    body_hash: bytes
    answer: dict[str, Any] | None = document()
    at: datetime = instant()
