"""The report and the media attached to it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    Column,
    Computed,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlmodel import Field, SQLModel

from geo.columns import GeoPoint
from reports import near_prints
from reports.models.columns import document, instant, words

_PUBLISHED = text("published_at IS NOT NULL")
THIS_CHANGE = text("CAST(CAST(pg_current_xact_id() AS text) AS bigint)")

# What the portal's search looks through: the texts as they are published (telephone numbers hidden, so that nobody can
# probe for one), folded; null until then, so that taking a report pays nothing for it.
SEARCH = (
    "CASE WHEN published_at IS NOT NULL THEN folded_text(code || ' ' || public_text(description) || ' ' || "
    "coalesce(area_name, '') || ' ' || public_text(coalesce(public_answer, '')) || ' ' || "
    "public_text(coalesce(resolution ->> 'summary', ''))) END"
)


INNER = "CASE WHEN length(phash_ways) = 128 THEN substr(phash_ways, 113, 16) END"
# Pictures and films whose fingerprints are to be taken: those from before there were any, and what a job could not do.
# No digits in `phash_ways` say that nothing can be taken of it; sixteen zeros in `phash`, that it shows nothing.
UNPRINTED = text(
    "state = 'ready' AND (kind = 'image' AND phash_ways IS NULL AND phash IS DISTINCT FROM '0000000000000000'"
    " OR kind = 'image' AND length(phash_ways) = 112 OR kind = 'video' AND frames IS NULL)"
)


def _words(table: str, whose: str, column: str = "phash") -> tuple[Index, ...]:
    """The indexes by which like fingerprints are found."""
    return tuple(
        Index(
            f"{table}_{column}_{place}",
            text(near_prints.word_of(place, column)),
            postgresql_include=[whose, column],
            postgresql_where=text(f"{column} IS NOT NULL"),
        )
        for place in range(near_prints.WORDS)
    )


class Report(SQLModel, table=True):
    """What a resident sends: one place, one problem, media. Holds nothing about who sent it.

    The area is copied here as (code, name, valid_from), because codes are reused with a new meaning and an old
    report keeps the unit it was sent in. `state` is assigned in `reports.flow` and nowhere else.
    """

    __tablename__ = "report"
    __table_args__ = (
        Index("report_open_due", "due_at", "id", postgresql_where=text("open")),
        # What every desk asks when it subscribes; all it looks at stands in the index itself.
        Index("report_open_counts", "category", "state", "urgency", "due_at", postgresql_where=text("open")),
        Index("report_published", "published_at", "id", postgresql_where=text("published_at IS NOT NULL")),
        Index("report_merged", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
        Index("report_agencies", "involved", postgresql_using="gin"),
        Index("report_checking", "checking", postgresql_using="gin", postgresql_where=text("checking <> '{}'")),
        Index("report_audits", "published_at", "id", postgresql_where=text("audit IS NOT NULL")),
        Index("report_claims", "claimed_until", postgresql_where=text("claimed_by IS NOT NULL")),
        Index("report_received", "received_at", "id"),
        # What no agency has accepted yet, and what is urgent and untouched: asked every few seconds, few at any time.
        Index("report_waiting", "lead", "id", postgresql_where=text("state = 'dispatched'")),
        Index(
            "report_urgent",
            "received_at",
            postgresql_where=text("urgency = 'urgent' AND state IN ('received', 'verified')"),
        ),
        Index("report_warn", "warn_at", "id", postgresql_where=text("open AND warn_at IS NOT NULL")),
        Index("report_holder_due", "holder_due_at", "id", postgresql_where=text("open AND holder_due_at IS NOT NULL")),
        Index("report_location", "location", postgresql_using="gist"),
        Index(
            "report_search",
            "search",
            postgresql_using="gin",
            postgresql_ops={"search": "gin_trgm_ops"},
            postgresql_where=_PUBLISHED,
        ),
        Index("report_hot_spot", "hot_spot", postgresql_where=text("hot_spot IS NOT NULL")),
        Index("report_published_category", "category", "published_at", "id", postgresql_where=_PUBLISHED),
        Index("report_published_area_code", "area_code", "published_at", "id", postgresql_where=_PUBLISHED),
        Index("report_published_lead", "lead", "published_at", "id", postgresql_where=_PUBLISHED),
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
    # Since when it is in this state; null: since it was received, or since before this was kept.
    state_since: datetime | None = instant(nullable=True)
    resume_state: str | None = None
    urgency: str = "normal"
    category: str = Field(foreign_key="category.code")
    description: str = ""
    # The place in the words of whoever told it (a caller's "12 Ba Cu, opposite the market"); never published.
    place: str | None = None
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
    # Which officer of the lead agency has it: {"username", "name"}; null: nobody by name, the next shift sees it.
    officer: dict[str, Any] | None = document()
    route: dict[str, Any] | None = document()

    claimed_by: str | None = None
    claimed_name: str | None = None
    claimed_until: datetime | None = instant(nullable=True)

    captured_at: datetime | None = instant(nullable=True)
    # How far the phone's clock was ahead (+) or behind (-) when it sent; captured_at is already corrected by it.
    clock_skew_s: float | None = None
    received_at: datetime = instant()
    due_at: datetime = instant()
    due_basis: str = "projected"
    clock_started_at: datetime | None = instant(nullable=True)
    clock_remaining_s: float | None = None
    extensions: int = 0
    overdue_noted_at: datetime | None = instant(nullable=True)
    # The promise as it was given: a change of the category moves no due time. Null: of before this was kept.
    level: dict[str, Any] | None = document()
    # The whole of the promise in the time it counts in, extensions included: what 100 % is for warnings.
    clock_total_s: float | None = None
    warned: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    warn_at: datetime | None = instant(nullable=True)
    # The clock of each agency that holds or has held it, see `reports.holders`; when the present one's time is over.
    holders: list[dict[str, Any]] | None = document()
    holder_due_at: datetime | None = instant(nullable=True)

    question: dict[str, Any] | None = document()
    answer: dict[str, Any] | None = document()
    rejection: dict[str, Any] | None = document()
    resolution: dict[str, Any] | None = document()
    # What was found on the proof of the result, and who let it pass all the same: see `reports.proof_keeping`.
    proof: dict[str, Any] | None = document()
    # Drawn by lot after publication, or taken up by hand; with its result: see `reports.auditing`.
    audit: dict[str, Any] | None = document()
    # Checks at the scene, oldest first, and the agencies whose check is open: see `reports.field_checks`.
    checks: list[dict[str, Any]] | None = document()
    checking: list[str] = words()
    returns: list[dict[str, Any]] | None = document()
    approved_by: list[str] = words()
    public_answer: str | None = None
    public_media: list[str] = words()
    rating: dict[str, Any] | None = document()
    merged_into: int | None = Field(default=None, foreign_key="report.id", sa_type=BigInteger)
    # How often it was opened again; the queue's priority counts it.
    reopenings: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    # The earliest promise of the reports merged into this one: a start or a new category may not set a later due time.
    due_cap: datetime | None = instant(nullable=True)
    # What undoing the last verification or merge gives back, see `reports.deciding` and `reports.merging`.
    undo: dict[str, Any] | None = document()
    # The hot spot it belongs to: a done case that makes it, or an open one that lies in it. Kept by the sweep.
    hot_spot: str | None = None
    resolved_at: datetime | None = instant(nullable=True)
    published_at: datetime | None = instant(nullable=True)
    closed_at: datetime | None = instant(nullable=True)
    search: str | None = Field(default=None, sa_column=Column("search", Text, Computed(SEARCH, persisted=True)))


class Attachment(SQLModel, table=True):
    """One photo, film or voice note of a report: of the reporter (`report`) or of the agency as proof (`proof`).

    `state`: expected (its bytes still come), processing, ready, refused, withheld. `derivatives` are the copies for
    those who work on the report; `public_copies` are those in which faces and plates are hidden, and nothing else is
    ever shown to the public. `privacy` is what was found and who looked at it, null until somebody or something has.
    `progress` is the percentage of the work on a film. `phash` is the picture's fingerprint, 16 hex digits,
    `phash_ways` those in the seven other ways to hold it (112 digits) and that of its inner part (16).
    """

    __tablename__ = "attachment"
    __table_args__ = (
        UniqueConstraint("report_id", "role", "position", name="attachment_place"),
        Index("attachment_expected", "upload_id", postgresql_where=text("state = 'expected'")),
        Index("attachment_sha256", "sha256"),
        Index("attachment_came", "came"),
        *_words("attachment", "id"),
        *_words("attachment", "id", "phash_inner"),
        Index("attachment_unprinted", "created_at", postgresql_where=UNPRINTED),
        Index(
            "attachment_unchecked",
            "created_at",
            postgresql_where=text("state = 'ready' AND privacy IS NULL AND kind <> 'audio'"),
        ),
    )

    id: UUID = Field(primary_key=True)
    report_id: int = Field(foreign_key="report.id", ondelete="CASCADE", sa_type=BigInteger)
    role: str
    kind: str = Field(default="image", sa_column_kwargs={"server_default": "image"})
    position: int
    upload_id: str | None = None
    filename: str = ""
    sha256: str = ""
    content_type: str | None = None
    bytes: int = 0
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    state: str
    progress: int | None = None
    refusal: dict[str, Any] | None = document()
    taken_at: datetime | None = instant(nullable=True)
    #: The camera wrote its offset, so `taken_at` is a moment and no guess.
    zoned: bool = Field(default=False, sa_column=Column("zoned", Boolean, nullable=False, server_default="false"))
    gps: dict[str, Any] | None = document()
    warnings: list[dict[str, Any]] | None = document()
    original_key: str | None = None
    derivatives: dict[str, Any] | None = document()
    public_copies: dict[str, Any] | None = document()
    privacy: dict[str, Any] | None = document()
    phash: str | None = None
    phash_ways: str | None = None
    phash_inner: str | None = Field(
        default=None, sa_column=Column("phash_inner", Text, Computed(INNER, persisted=True))
    )
    #: How many pictures of a film are kept to know it by; null: they were not taken yet.
    frames: int | None = Field(default=None, sa_column=Column("frames", SmallInteger))
    #: The transaction that brought the file or its fingerprint; a trigger keeps it, see `reports.used_pictures`.
    came: int = Field(default=None, sa_column=Column("came", BigInteger, nullable=False, server_default=THIS_CHANGE))
    created_at: datetime = instant()


class FilmFrame(SQLModel, table=True):
    """A picture by which a film is known again, as it is kept of a photo: shown at `second`."""

    __tablename__ = "film_frame"
    __table_args__ = (*_words("film_frame", "attachment_id"), Index("film_frame_came", "came"))

    attachment_id: UUID = Field(
        sa_column=Column("attachment_id", Uuid, ForeignKey("attachment.id", ondelete="CASCADE"), primary_key=True)
    )
    number: int = Field(sa_column=Column("number", SmallInteger, primary_key=True, autoincrement=False))
    second: float = Field(sa_column=Column("second", REAL, nullable=False))
    phash: str
    phash_ways: str
    came: int = Field(default=None, sa_column=Column("came", BigInteger, nullable=False, server_default=THIS_CHANGE))
