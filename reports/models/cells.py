"""The map's own copies: where each report stands, and how many stand in each cell. Kept up from the journal."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, SmallInteger, Text, text
from sqlmodel import Field, SQLModel

from reports.models.columns import instant, words


class MapPoint(SQLModel, table=True):
    """What a report was last counted as. `scope` says for whom (see `reports.cells`), `facets` under what.

    x, y: column and row of `geo.quads`; `quad` is both in one number. Of a published report whose category keeps places
    private it is the middle of the coarse cell: the true place never gets in here.
    """

    __tablename__ = "map_point"
    __table_args__ = (
        # Near ones and those of a few days are answered from the index alone, as far as nothing else is asked.
        Index("map_point_facets", "facets", postgresql_using="gin"),
        Index("map_point_quad", "scope", "quad", postgresql_include=["x", "y", "urgent", "report_id"]),
        Index(
            "map_point_day",
            "scope",
            "day",
            "quad",
            postgresql_include=["received_at", "x", "y", "urgent", "report_id"],
        ),
        # What is late, at any zoom: answered from the index alone. The open ones are a tenth of all.
        Index(
            "map_point_due",
            "due_at",
            postgresql_include=["scope", "quad", "x", "y", "urgent", "report_id", "facets"],
            postgresql_where=text("scope % 10 IN (1, 2, 3)"),
        ),
    )

    report_id: int = Field(sa_column=Column("report_id", BigInteger, primary_key=True, autoincrement=False))
    scope: int = Field(sa_type=SmallInteger)
    x: int
    y: int
    quad: int = Field(sa_type=BigInteger)
    facets: list[str] = words()
    state: str
    urgent: bool
    due_at: datetime = instant()
    received_at: datetime = instant()
    area_code: str | None = None
    day: int


class MapCell(SQLModel, table=True):
    """How many reports a cell holds. Sums instead of means, so that a change is an addition.

    `level`: the cell is one of 2^level columns; `quad` is its first number. `s_id` is the sum of the reports' ids:
    where n is 1 it names the only one. `seq`: the entry of the journal up to which it was last counted.
    """

    __tablename__ = "map_cell"
    __table_args__ = (
        # How loaded areas are is read of all areas at once, from the coarsest cells.
        Index("map_cell_of_areas", "scope", postgresql_where=text("facet LIKE 'r:%' AND level = 12")),
        # A count that changes stays where it is, and its index with it.
        {"postgresql_with": {"fillfactor": "80"}},
    )

    facet: str = Field(sa_column=Column("facet", Text, primary_key=True))
    level: int = Field(sa_column=Column("level", SmallInteger, primary_key=True, autoincrement=False))
    scope: int = Field(sa_column=Column("scope", SmallInteger, primary_key=True, autoincrement=False))
    quad: int = Field(sa_column=Column("quad", BigInteger, primary_key=True, autoincrement=False))
    n: int
    urgent: int
    s_x: int = Field(sa_type=BigInteger)
    s_y: int = Field(sa_type=BigInteger)
    s_id: int = Field(sa_type=BigInteger)
    seq: int = Field(sa_type=BigInteger)


class MapCursor(SQLModel, table=True):
    """How far the journal was counted, by which rules of the categories. One row; none before the first count."""

    __tablename__ = "map_cursor"

    only: bool = Field(default=True, primary_key=True)
    seq: int = Field(sa_type=BigInteger)
    rules: str
