"""The sections of a configuration's document, and the tables they come from.

An item of a section is a row of its table without what is the software's own business (ids, positions, whether it is
retired). A column that a table gains appears in the document by itself, with the column's default.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Column, DateTime, Table
from sqlmodel import SQLModel

from geo.folding import fold
from reports.models import Agency, AnswerTemplate, AreaSet, Calendar, Category, Reason, RoutingRule

FORMAT = 1
"""Of the document. It grows when a document of before can no longer be read as it is."""

_OWN = frozenset({"id", "position", "active", "account_id", "shared", "created_at"})


@dataclass(frozen=True)
class Section:
    """One part of the document: a list of items, each a row of `model`'s table.

    `ordered`: the order of the list means something and is kept in `position`. `parent`: the column that names
    another item of the same section. `keyed`: the columns whose values, joined by a dot, name an item.
    """

    name: str
    model: type[SQLModel]
    ordered: bool = False
    parent: str | None = None
    keyed: tuple[str, ...] = ("code",)

    @property
    def table(self) -> Table:
        """The table itself."""
        table: Table = self.model.__table__  # type: ignore[attr-defined]
        return table

    @cached_property
    def columns(self) -> dict[str, Column[Any]]:
        """The members of an item by name, in the order of the table."""
        return {column.name: column for column in self.table.columns if column.name not in _OWN}

    @cached_property
    def instants(self) -> tuple[str, ...]:
        """Those that are moments."""
        return tuple(name for name, column in self.columns.items() if isinstance(column.type, DateTime))

    @cached_property
    def _defaults(self) -> dict[str, Any]:
        fields = {name: self.model.model_fields[name] for name in self.columns}
        return {
            name: MISSING if field.is_required() else field.get_default(call_default_factory=True)
            for name, field in fields.items()
        }

    @property
    def retires(self) -> bool:
        """Whether what is gone stays in the table, retired: reports may name it."""
        return "active" in self.table.columns

    def key(self, item: Mapping[str, Any]) -> str:
        """What the item is called in addresses, problems and differences."""
        return ".".join(str(item.get(name, "")) for name in self.keyed)

    def default(self, name: str) -> Any:
        """The value of a member that is not said; `MISSING` when it must be."""
        value = self._defaults[name]
        return type(value)(value) if isinstance(value, list | dict) else value


MISSING = object()


def _sections() -> dict[str, Section]:
    known = (
        Section("categories", Category, ordered=True, parent="parent_code"),
        Section("agencies", Agency, ordered=True, parent="parent_code"),
        Section("rules", RoutingRule, ordered=True),
        Section("area_sets", AreaSet),
        Section("calendars", Calendar),
        Section("reasons", Reason, ordered=True, keyed=("command", "code")),
        Section("templates", AnswerTemplate),
    )
    return {section.name: section for section in known}


SECTIONS = _sections()


def slug(text: str) -> str:
    """A code made of a name: "Chiếu sáng xã Long Sơn" gives "chieu-sang-xa-long-son"."""
    return fold(text).replace(" ", "-")[:56].strip("-")
