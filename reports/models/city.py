"""What the city decides: agencies, categories, rules, calendars. All of it data, none of it code."""

from typing import Any

from sqlmodel import Field, SQLModel

from reports.models.columns import WORDS, document, words


class Agency(SQLModel, table=True):
    """A body that handles reports; a tree (city department, ward committee, utility, team)."""

    __tablename__ = "agency"

    code: str = Field(primary_key=True)
    official_code: str | None = None
    legacy_code: str | None = None
    name: str
    name_en: str
    kind: str
    parent_code: str | None = Field(default=None, foreign_key="agency.code")
    phone: str | None = None
    position: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    active: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    # Code of the calendar it works by; null: the city's.
    calendar: str | None = None
    # The system it works in instead of our pages: {"kind": "webhook", "url"} or {"kind": "email", "address"}.
    external: dict[str, Any] | None = document()


class Category(SQLModel, table=True):
    """A kind of problem, two levels; carries the rules of its lane."""

    __tablename__ = "category"

    code: str = Field(primary_key=True)
    parent_code: str | None = Field(default=None, foreign_key="category.code")
    name: str
    name_en: str
    icon: str
    position: int
    questions: dict[str, Any] | None = document()
    stopper: dict[str, Any] | None = document()
    lane: str = "standard"
    approvals: int = 1
    public: bool = True
    location_private: bool = False
    anonymous_allowed: bool = True
    voice_allowed: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    proof_required: bool = False
    dispute_days: int = 7
    extensions_allowed: int = 2
    extension_days: int = 30
    service_levels: dict[str, Any] | None = document()
    # By urgency like `service_levels`: what one agency may take while it holds the case; the promise after a dispute.
    holder_levels: dict[str, Any] | None = document()
    second_chance: dict[str, Any] | None = document()
    active: bool = True


class RoutingRule(SQLModel, table=True):
    """One ordered rule: category subtree x area set x urgency -> lead and supporting agencies."""

    __tablename__ = "routing_rule"

    id: int | None = Field(default=None, primary_key=True)
    position: int = Field(index=True)
    name: str
    category: str | None = None
    areas: list[str] | None = Field(default=None, sa_type=WORDS)
    urgency: str | None = None
    lead: str
    supporting: list[str] = words()
    active: bool = True


class Calendar(SQLModel, table=True):
    """A working calendar as data; `reports.clocks` defines the form of `definition`."""

    __tablename__ = "calendar"

    code: str = Field(primary_key=True)
    name: str
    definition: dict[str, Any] | None = document(nullable=False)
    active: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})


class Configuration(SQLModel, table=True):
    """One row. `version` grows with every change of the tables above, so that processes may cache them.

    `settings`: what the city decides beside them, one object by name; what is not there takes the software's default.
    """

    __tablename__ = "configuration"

    id: int = Field(default=1, primary_key=True)
    version: int = 1
    default_desk: str | None = None
    settings: dict[str, Any] = document(nullable=False, sa_column_kwargs={"server_default": "{}"}, default_factory=dict)


class Reason(SQLModel, table=True):
    """A coded reason for a command that needs one, with the public answer it suggests."""

    __tablename__ = "reason"

    command: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    position: int = 0
    name: str
    name_en: str
    public_answer: str | None = None
    public_answer_en: str | None = None
    active: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
