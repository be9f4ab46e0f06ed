"""Column shorthands shared by the tables of the story."""

from typing import Any

from sqlalchemy import ARRAY, DateTime, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

# SQLModel maps `datetime` to a column without time zone; every time here is an instant, so it has one.
INSTANT = DateTime(timezone=True)
DOCUMENT = JSONB(none_as_null=True)
WORDS = ARRAY(Text())


def instant(*, nullable: bool = False, **options: Any) -> Any:
    """A `timestamptz` column; aware datetimes in, aware datetimes out."""
    if nullable:
        options.setdefault("default", None)
    return Field(sa_type=INSTANT, nullable=nullable, **options)


def document(*, nullable: bool = True, **options: Any) -> Any:
    """A `jsonb` column; Python None is SQL NULL, never JSON null."""
    if nullable:
        options.setdefault("default", None)
    return Field(sa_type=DOCUMENT, nullable=nullable, **options)


def words(**options: Any) -> Any:
    """A `text[]` column that is never null; empty means none."""
    options.setdefault("default_factory", list)
    return Field(sa_type=WORDS, nullable=False, sa_column_kwargs={"server_default": "{}"}, **options)
