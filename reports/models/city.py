"""What the city decides: agencies, categories, rules, calendars. All of it data, none of it code."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from reports.models.columns import WORDS, document, instant, words


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
    # The area whose committee it is: what a rule's relative target finds.
    area_code: str | None = None


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
    # {"within_m", "after_assignment", "unique", "words"}: what binds beside the photo, see `reports.proving`.
    proof: dict[str, Any] | None = document()
    # The share of published cases, 0..1, that come back to the center by lot.
    audit_share: float = Field(default=0.0, sa_column_kwargs={"server_default": "0"})
    dispute_days: int = 7
    extensions_allowed: int = 2
    extension_days: int = 30
    service_levels: dict[str, Any] | None = document()
    # By urgency like `service_levels`: what one agency may take while it holds the case; the promise after a dispute.
    holder_levels: dict[str, Any] | None = document()
    second_chance: dict[str, Any] | None = document()
    active: bool = True


class AreaSet(SQLModel, table=True):
    """Areas under one name: listed by code, and what somebody drew (a GeoJSON MultiPolygon)."""

    __tablename__ = "area_set"

    code: str = Field(primary_key=True)
    name: str
    name_en: str
    areas: list[str] = words()
    shape: dict[str, Any] | None = document()
    active: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})


class RoutingRule(SQLModel, table=True):
    """One ordered rule: category subtree x areas x urgency x hours x what lies near -> lead and supporting agencies.

    `reports.rule_reading` defines the forms of `relative`, `near`, `service_levels` and of supporting agencies that are
    found from the place. `person`: the username of the operator whom its reports are for.
    """

    __tablename__ = "routing_rule"
    __table_args__ = (
        UniqueConstraint("code", name="routing_rule_code"),
        CheckConstraint("(lead IS NULL) <> (relative IS NULL)", name="routing_rule_target"),
        CheckConstraint("\"when\" IN ('open', 'closed')", name="routing_rule_when"),
        # Each new report asks which layers the rules ask.
        Index("routing_rule_near", "id", postgresql_where=text("active AND near IS NOT NULL")),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(sa_column_kwargs={"server_default": text("'rule-' || gen_random_uuid()")})
    position: int = Field(index=True)
    name: str
    category: str | None = None
    areas: list[str] | None = Field(default=None, sa_type=WORDS)
    area_set: str | None = Field(default=None, foreign_key="area_set.code")
    urgency: str | None = None
    calendar: str | None = None
    when: str | None = None
    near: dict[str, Any] | None = document()
    lead: str | None = None
    relative: dict[str, Any] | None = document()
    supporting: list[str] = words()
    service_levels: dict[str, Any] | None = document()
    straight_through: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    person: str | None = None
    valid_from: datetime | None = instant(nullable=True)
    valid_to: datetime | None = instant(nullable=True)
    active: bool = True


class Calendar(SQLModel, table=True):
    """A working calendar as data; `reports.clocks` defines the form of `definition`."""

    __tablename__ = "calendar"

    code: str = Field(primary_key=True)
    name: str
    definition: dict[str, Any] | None = document(nullable=False)
    active: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})


class CalendarEdition(SQLModel, table=True):
    """A calendar as it was while the configuration's counter stood at `counter` or higher, up to the next edition.

    Written by a trigger on `calendar` and never changed afterwards, so that a due time can be counted again by the
    calendar it was promised with. `since`: the database's clock, for promises that do not name their counter.
    """

    __tablename__ = "calendar_edition"

    code: str = Field(primary_key=True)
    counter: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    since: datetime = instant()
    definition: dict[str, Any] = document(nullable=False)


class Configuration(SQLModel, table=True):
    """One row. `version` grows with every change of the tables above, so that processes may cache them.

    `settings`: what the city decides beside them, one object by name; what is not there takes the software's default.
    """

    __tablename__ = "configuration"

    id: int = Field(default=1, primary_key=True)
    version: int = 1
    default_desk: str | None = None
    settings: dict[str, Any] = document(nullable=False, sa_column_kwargs={"server_default": "{}"}, default_factory=dict)
    # Of the lots of `reports.lots`: made once by the database, never part of the configuration's document.
    lot_key: str = Field(
        default="", sa_column_kwargs={"server_default": text("gen_random_uuid()::text || gen_random_uuid()::text")}
    )


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
