"""What members of staff keep for their own work: views of the queue and answers they give often. No resident's data."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from reports.models.columns import document, instant


class SavedView(SQLModel, table=True):
    """Filters and order of the queue under a name. `shared`: all of the center have it."""

    __tablename__ = "saved_view"
    __table_args__ = (Index("saved_view_of_account", "account_id"),)

    id: UUID = Field(primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", ondelete="CASCADE")
    name: str
    query: dict[str, Any] = document(nullable=False)
    shared: bool = False
    created_at: datetime = instant()


class DefaultView(SQLModel, table=True):
    """The view an account's desk opens with; none: all that waits, by due time."""

    __tablename__ = "default_view"

    account_id: UUID = Field(primary_key=True, foreign_key="account.id", ondelete="CASCADE")
    view_id: UUID = Field(foreign_key="saved_view.id", ondelete="CASCADE", index=True)


class AnswerTemplate(SQLModel, table=True):
    """Words for residents and agencies that are written again and again; `reason`: the coded reason they go with.

    `code`: of those of the city's configuration, which are shared and nobody's own.
    """

    __tablename__ = "answer_template"
    __table_args__ = (
        Index("answer_template_of_account", "account_id"),
        CheckConstraint("account_id IS NOT NULL OR (shared AND code IS NOT NULL)", name="answer_template_has_an_owner"),
    )

    id: UUID = Field(primary_key=True)
    code: str | None = Field(default=None, unique=True)
    account_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="CASCADE")
    command: str
    name: str
    text: str
    reason: str | None = None
    shared: bool = False
    created_at: datetime = instant()
