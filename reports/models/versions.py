"""The city's configuration as it was published, version after version, and drafts of the next one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from reports.models.columns import document, instant


class ConfigurationVersion(SQLModel, table=True):
    """One published document, never changed afterwards.

    `counter`: what `configuration.version` stood at when it was in force, the number that routes of reports name.
    `base`: the version it was made from. `rolled_back_to`: the older one it repeats. `found`: nobody published it here;
    the tables were found like this, changed by a command, an import or by hand. `hash`: SHA-256 of the document.
    """

    __tablename__ = "configuration_version"
    __table_args__ = (Index("configuration_version_counter", "counter"),)

    n: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    document: dict[str, Any] = document(nullable=False)
    hash: str
    counter: int
    note: str
    base: int | None = Field(default=None, foreign_key="configuration_version.n")
    rolled_back_to: int | None = Field(default=None, foreign_key="configuration_version.n")
    found: bool = False
    published_at: datetime = instant()
    username: str
    name: str


class ConfigurationDraft(SQLModel, table=True):
    """A document somebody is working on. `revision` grows with each change, so that nobody writes over another."""

    __tablename__ = "configuration_draft"

    id: UUID = Field(primary_key=True)
    title: str
    base: int = Field(foreign_key="configuration_version.n")
    revision: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    document: dict[str, Any] = document(nullable=False)
    created_at: datetime = instant()
    changed_at: datetime = instant()
    username: str
    name: str
