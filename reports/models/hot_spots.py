"""Hot spots: places where the same problem keeps coming back, each with an owner and a plan."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlmodel import Field, SQLModel

from reports.models.columns import instant

STATES = ("done", "gone", "merged", "open", "planned")


class HotSpot(SQLModel, table=True):
    """One hot spot from its finding on. Its cases name it (`report.hot_spot`); rows are never removed.

    `cases` and the moments are of its done cases within the rule's days, kept by the sweep. `state`: open (nobody has
    taken it), planned (it has an owner and a plan), done (the owner says so), gone (too few cases are left), merged
    (another took its cases: `merged_into`).
    """

    __tablename__ = "hot_spot"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in STATES)})", name="hot_spot_state"),
        Index("hot_spot_living", "category", postgresql_where=text("state NOT IN ('gone', 'merged')")),
    )

    code: str = Field(primary_key=True)
    version: int = 1
    state: str = Field(default="open", sa_type=Text)
    category: str = Field(foreign_key="category.code")
    lon: float
    lat: float
    radius_m: float
    area_code: str | None = None
    area_name: str | None = None
    cases: int
    first_at: datetime = instant()
    last_at: datetime = instant()
    found_at: datetime = instant()
    # How often it came back after it was done.
    recurrences: int = 0
    owner_agency: str | None = Field(default=None, foreign_key="agency.code")
    owner_account: str | None = None
    plan: str | None = None
    target_on: date | None = None
    done_at: datetime | None = instant(nullable=True)
    merged_into: str | None = Field(default=None, foreign_key="hot_spot.code")
    changed_at: datetime = instant()
    changed_by: str | None = None
