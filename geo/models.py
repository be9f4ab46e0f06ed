"""Tables of places: areas with a period of validity, the small pieces that make them quick to find, the
gazetteer, and the imported ground of the map.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from geo.columns import GeoMercator, GeoMultiPolygon, GeoPoint, GeoPolygon, GeoShape


class Area(SQLModel, table=True):
    """An area (địa bàn) as it was from `valid_from` (that day included) until `valid_to` (that day excluded).

    The key is (kind, code, valid_from). Codes alone are no key: official codes are reused with a new meaning
    (26506 was "Phường 1" until 30/06/2025 and is "Phường Vũng Tàu" since), and a report keeps the unit of its
    day.
    """

    __tablename__ = "area"
    __table_args__ = (
        UniqueConstraint("kind", "code", "valid_from", name="uq_area_kind_code_valid_from"),
        CheckConstraint("kind IN ('province', 'commune', 'neighbourhood')", name="ck_area_kind"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="ck_area_validity"),
        Index("uq_area_open", "kind", "code", unique=True, postgresql_where=text("valid_to IS NULL")),
        Index("ix_area_geom", "geom", postgresql_using="gist"),
        Index("ix_area_folded", "folded", postgresql_using="gin", postgresql_ops={"folded": "gin_trgm_ops"}),
        Index("ix_area_revision", "revision"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    code: str = Field(sa_column=Column(Text, nullable=False))
    kind: str = Field(sa_column=Column(Text, nullable=False))
    name: str = Field(sa_column=Column(Text, nullable=False))
    name_en: str | None = Field(default=None, sa_column=Column(Text))
    parent_code: str | None = Field(default=None, sa_column=Column(Text))
    valid_from: date = Field(sa_column=Column(Date, nullable=False))
    valid_to: date | None = Field(default=None, sa_column=Column(Date))
    official: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))
    source: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    folded: str = Field(sa_column=Column(Text, nullable=False))
    geom: Any = Field(sa_column=Column(GeoMultiPolygon, nullable=False))
    revision: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=False, server_default=text("0")))


class AreaPiece(SQLModel, table=True):
    """A part of an area with few corners, so that distances cost little; kept by a trigger, never written by
    code.

    A commune of 5,000 corners would be walked whole for each distance; its pieces have at most 32.
    """

    __tablename__ = "area_piece"
    __table_args__ = (
        Index("ix_area_piece_geom", "geom", postgresql_using="gist"),
        Index("ix_area_piece_area_id", "area_id"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    area_id: int = Field(sa_column=Column(BigInteger, ForeignKey("area.id", ondelete="CASCADE"), nullable=False))
    kind: str = Field(sa_column=Column(Text, nullable=False))
    code: str = Field(sa_column=Column(Text, nullable=False))
    valid_from: date = Field(sa_column=Column(Date, nullable=False))
    valid_to: date | None = Field(default=None, sa_column=Column(Date))
    geom: Any = Field(sa_column=Column(GeoPolygon, nullable=False))


class Place(SQLModel, table=True):
    """An entry of the gazetteer: a named point (street, market, school, beach)."""

    __tablename__ = "place"
    __table_args__ = (
        Index("ix_place_point", "point", postgresql_using="gist"),
        Index("ix_place_folded", "folded", postgresql_using="gin", postgresql_ops={"folded": "gin_trgm_ops"}),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    name: str = Field(sa_column=Column(Text, nullable=False))
    folded: str = Field(sa_column=Column(Text, nullable=False))
    kind: str = Field(sa_column=Column(Text, nullable=False))
    area_code: str | None = Field(default=None, sa_column=Column(Text))
    point: Any = Field(sa_column=Column(GeoPoint, nullable=False))


class LayerFeature(SQLModel, table=True):
    """A piece of a feature of an imported layer: a road, a park, a pole, with whose it is.

    Long features are cut into pieces with few corners (`part` from 0), as areas are: only distances to a point are
    asked of them. `whole`, at the first piece, is the feature as it came, for files (`geo.layer_files`). A layer is
    replaced as a whole (`geo.layer_importing`).
    """

    __tablename__ = "layer_feature"
    __table_args__ = (
        UniqueConstraint("layer", "code", "part", name="layer_feature_once"),
        Index("layer_feature_geom", "geom", postgresql_using="gist"),
        CheckConstraint("(part = 0) = (whole IS NOT NULL)", name="layer_feature_whole"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    layer: str = Field(sa_column=Column(Text, nullable=False))
    code: str = Field(sa_column=Column(Text, nullable=False))
    part: int = 0
    name: str = Field(sa_column=Column(Text, nullable=False))
    owner: str | None = Field(default=None, sa_column=Column(Text))
    props: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    geom: Any = Field(sa_column=Column(GeoShape, nullable=False))
    whole: Any = Field(default=None, sa_column=Column(GeoShape))


class BasemapFeature(SQLModel, table=True):
    """One line, polygon or point. `min_zoom`: the farthest zoom at which it is drawn. In web Mercator, as tiles are."""

    __tablename__ = "basemap_feature"
    __table_args__ = (Index("basemap_feature_geom", "geom", postgresql_using="gist"),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    source: str = Field(sa_column=Column(Text, nullable=False))
    layer: str = Field(sa_column=Column(Text, nullable=False))
    kind: str = Field(sa_column=Column(Text, nullable=False))
    name: str | None = Field(default=None, sa_column=Column(Text))
    min_zoom: int = Field(sa_type=SmallInteger)
    geom: Any = Field(sa_column=Column(GeoMercator, nullable=False))


class BasemapSource(SQLModel, table=True):
    """A file that was imported: what must be said of it on every map, and a number that grows with each import."""

    __tablename__ = "basemap_source"

    name: str = Field(sa_column=Column(Text, primary_key=True))
    attribution: str = Field(sa_column=Column(Text, nullable=False))
    features: int
    revision: int | None = Field(default=None, sa_column=Column("revision", BigInteger, Identity(), nullable=False))
    imported_at: datetime = Field(sa_type=DateTime(timezone=True))


# A trigger, not the importer, keeps the pieces and the revision: whoever writes an area (an import, a demo, a
# hand in psql) cannot leave the pieces behind, and a look-up never has to doubt them. Pieces whose shape did
# not change only get their period moved, which is all that closing an old version does. Without `jit = off`
# PostgreSQL, which expects a thousand pieces of every area, compiles the statement to machine code for each
# row: 28 ms instead of 0.1. Revisions are drawn from the sequence of the ids, which only grows: any change
# gives a number above all before it.
AREA_TRIGGER_SQL = (
    """
    CREATE OR REPLACE FUNCTION area_revise() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.revision := nextval(pg_get_serial_sequence('area', 'id'));
        RETURN NEW;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION area_cut() RETURNS trigger LANGUAGE plpgsql SET jit = off AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND NEW.geom = OLD.geom THEN
            UPDATE area_piece
               SET kind = NEW.kind, code = NEW.code, valid_from = NEW.valid_from, valid_to = NEW.valid_to
             WHERE area_id = NEW.id;
            RETURN NULL;
        END IF;
        DELETE FROM area_piece WHERE area_id = NEW.id;
        INSERT INTO area_piece (area_id, kind, code, valid_from, valid_to, geom)
        SELECT NEW.id, NEW.kind, NEW.code, NEW.valid_from, NEW.valid_to, (ST_Dump(part)).geom
          FROM ST_Subdivide(NEW.geom, 32) AS part;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER area_revise BEFORE INSERT OR UPDATE ON area
    FOR EACH ROW EXECUTE FUNCTION area_revise()
    """,
    """
    CREATE TRIGGER area_cut AFTER INSERT OR UPDATE ON area
    FOR EACH ROW EXECUTE FUNCTION area_cut()
    """,
)

for _statement in AREA_TRIGGER_SQL:
    event.listen(SQLModel.metadata.tables["area"], "after_create", DDL(_statement.replace("%", "%%")))  # type: ignore[no-untyped-call]
