"""What the center writes to itself about a report, and who was called to read it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from reports.models.columns import instant, words


class Note(SQLModel, table=True):
    """One internal note. Its words stand here and not in the journal, which is for ever and chained: a name written by
    mistake can be taken out again without breaking the chain. `key`: the account's idempotency key. `agency`: whose
    note it is, read by it and by the center; null: the center's own.
    """

    __tablename__ = "note"
    __table_args__ = (
        UniqueConstraint("account_id", "key", name="note_once"),
        Index("note_of_report", "report_id", "id"),
    )

    id: int | None = Field(default=None, sa_column=Column("id", BigInteger, Identity(always=False), primary_key=True))
    report_id: int = Field(foreign_key="report.id", ondelete="CASCADE", sa_type=BigInteger)
    account_id: UUID = Field(foreign_key="account.id")
    key: str
    agency: str | None = Field(default=None, foreign_key="agency.code")
    text: str
    # Usernames as they were when it was written, in the order of the text.
    mentions: list[str] = words()
    at: datetime = instant()


class Mention(SQLModel, table=True):
    """Somebody was called by name in a note, and whether they have read it."""

    __tablename__ = "mention"
    __table_args__ = (Index("mention_of_note", "note_id"),)

    account_id: UUID = Field(primary_key=True, foreign_key="account.id", ondelete="CASCADE")
    note_id: int = Field(primary_key=True, foreign_key="note.id", ondelete="CASCADE", sa_type=BigInteger)
    read_at: datetime | None = instant(nullable=True)
