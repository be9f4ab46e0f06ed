"""The report and the media attached to it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Computed, Identity, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from geo.columns import GeoPoint
from reports.models.columns import document, instant, words


class Report(SQLModel, table=True):
    """What a resident sends: one place, one problem, media. Holds nothing about who sent it.

    The area is copied here as (code, name, valid_from), because codes are reused with a new meaning and an old
    report keeps the unit it was sent in. `state` is assigned in `reports.flow` and nowhere else.
    """

    __tablename__ = "report"
    __table_args__ = (
        Index("report_open_due", "due_at", "id", postgresql_where=text("open")),
        Index("report_published", "published_at", "id", postgresql_where=text("published_at IS NOT NULL")),
        Index("report_merged", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
        Index("report_agencies", "involved", postgresql_using="gin"),
        Index("report_claims", "claimed_until", postgresql_where=text("claimed_by IS NOT NULL")),
        Index("report_received", "received_at", "id"),
        Index("report_location", "location", postgresql_using="gist"),
    )

    id: int | None = Field(default=None, sa_column=Column("id", BigInteger, Identity(always=False), primary_key=True))
    code: str = Field(unique=True)
    version: int = 1
    state: str
    open: bool | None = Field(
        default=None,
        sa_column=Column(
            "open",
            # Kept by the database so that no query can have its own idea of "open".
            Boolean,
            Computed("state NOT IN ('published', 'closed', 'rejected', 'merged', 'withdrawn')", persisted=True),
        ),
    )
    resume_state: str | None = None
    urgency: str = "normal"
    category: str = Field(foreign_key="category.code")
    description: str = ""
    answers: dict[str, Any] | None = document()
    channel: str = "app"
    anonymous: bool = False

    lon: float
    lat: float
    accuracy_m: float | None = None
    location: Any = Field(
        default=None,
        sa_column=Column("location", GeoPoint, Computed("ST_SetSRID(ST_MakePoint(lon, lat), 4326)", persisted=True)),
    )
    area_code: str | None = None
    area_name: str | None = None
    area_valid_from: date | None = None

    lead: str | None = Field(default=None, foreign_key="agency.code")
    supporting: list[str] = words()
    # Agencies that may see the report now: lead and supporting from dispatch on, nobody before.
    involved: list[str] = words()
    route: dict[str, Any] | None = document()

    claimed_by: str | None = None
    claimed_name: str | None = None
    claimed_until: datetime | None = instant(nullable=True)

    captured_at: datetime | None = instant(nullable=True)
    received_at: datetime = instant()
    due_at: datetime = instant()
    due_basis: str = "projected"
    clock_started_at: datetime | None = instant(nullable=True)
    clock_remaining_s: float | None = None
    extensions: int = 0
    overdue_noted_at: datetime | None = instant(nullable=True)

    question: dict[str, Any] | None = document()
    answer: dict[str, Any] | None = document()
    rejection: dict[str, Any] | None = document()
    resolution: dict[str, Any] | None = document()
    returns: list[dict[str, Any]] | None = document()
    approved_by: list[str] = words()
    public_answer: str | None = None
    public_media: list[str] = words()
    rating: dict[str, Any] | None = document()
    merged_into: int | None = Field(default=None, foreign_key="report.id", sa_type=BigInteger)
    resolved_at: datetime | None = instant(nullable=True)
    published_at: datetime | None = instant(nullable=True)
    closed_at: datetime | None = instant(nullable=True)


class Attachment(SQLModel, table=True):
    """One photo of a report: sent by the reporter (`report`) or by the agency as proof (`proof`)."""

    __tablename__ = "attachment"
    __table_args__ = (UniqueConstraint("report_id", "role", "position", name="attachment_place"),)

    id: UUID = Field(primary_key=True)
    report_id: int = Field(foreign_key="report.id", ondelete="CASCADE", sa_type=BigInteger)
    role: str
    position: int
    upload_id: str | None = None
    filename: str = ""
    sha256: str = ""
    content_type: str | None = None
    bytes: int = 0
    width: int | None = None
    height: int | None = None
    state: str
    refusal: dict[str, Any] | None = document()
    taken_at: datetime | None = instant(nullable=True)
    gps: dict[str, Any] | None = document()
    warnings: list[dict[str, Any]] | None = document()
    original_key: str | None = None
    derivatives: dict[str, Any] | None = document()
    created_at: datetime = instant()
