"""precomputed cells of the map

Revision ID: 0010
Revises: 0009
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from geo.columns import GeoMercator

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# 2^26 columns and rows of the web map (geo/quads.py has the same in Python). The masks spread 26 bits over 52. Unlike
# elsewhere, | and << bind equally here.
COLUMN = """
CREATE FUNCTION web_x(lon float8) RETURNS int LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT least(67108863, greatest(0, floor((lon + 180) / 360 * 67108864)))::int
$$
"""
ROW = """
CREATE FUNCTION web_y(lat float8) RETURNS int LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT least(67108863, greatest(0, floor((0.5 - ln(tan(pi() / 4
        + radians(least(85.0511287, greatest(-85.0511287, lat))) / 2)) / (2 * pi())) * 67108864)))::int
$$
"""
QUAD = """
CREATE FUNCTION quad(across int, down int) RETURNS bigint LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    x bigint := across;
    y bigint := down;
BEGIN
    x := (x | (x << 16)) & 281470681808895;
    y := (y | (y << 16)) & 281470681808895;
    x := (x | (x << 8)) & 71777214294589695;
    y := (y | (y << 8)) & 71777214294589695;
    x := (x | (x << 4)) & 1085102592571150095;
    y := (y | (y << 4)) & 1085102592571150095;
    x := (x | (x << 2)) & 3689348814741910323;
    y := (y | (y << 2)) & 3689348814741910323;
    RETURN ((x | (x << 1)) & 6148914691236517205) | (((y | (y << 1)) & 6148914691236517205) << 1);
END
$$
"""


def _of_points() -> None:
    op.create_table(
        "map_point",
        sa.Column("report_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("scope", sa.SmallInteger(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("quad", sa.BigInteger(), nullable=False),
        sa.Column("facets", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("area_code", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("report_id"),
    )
    op.create_index("map_point_quad", "map_point", ["scope", "quad"])
    op.create_index("map_point_received", "map_point", ["scope", "received_at"])


def _of_cells() -> None:
    op.create_table(
        "map_cell",
        sa.Column("facet", sa.Text(), nullable=False),
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("scope", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("quad", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("urgent", sa.Integer(), nullable=False),
        sa.Column("s_x", sa.BigInteger(), nullable=False),
        sa.Column("s_y", sa.BigInteger(), nullable=False),
        sa.Column("s_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("facet", "level", "scope", "quad"),
    )
    op.create_table(
        "map_cursor",
        sa.Column("only", sa.Boolean(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("only"),
    )


def _of_the_ground() -> None:
    op.create_table(
        "basemap_feature",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("min_zoom", sa.SmallInteger(), nullable=False),
        sa.Column("geom", GeoMercator(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("basemap_feature_geom", "basemap_feature", ["geom"], postgresql_using="gist")
    op.create_table(
        "basemap_source",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("attribution", sa.Text(), nullable=False),
        sa.Column("features", sa.Integer(), nullable=False),
        sa.Column("revision", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def upgrade() -> None:
    """Go forward."""
    for function in (COLUMN, ROW, QUAD):
        op.execute(function)
    _of_the_ground()
    _of_points()
    _of_cells()


def downgrade() -> None:
    """Go back."""
    for table in ("basemap_source", "basemap_feature", "map_cursor", "map_cell", "map_point"):
        op.drop_table(table)
    for function in ("quad(int, int)", "web_y(float8)", "web_x(float8)"):
        op.execute(f"DROP FUNCTION {function}")
