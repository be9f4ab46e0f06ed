"""days in the cells of the map

Revision ID: 0025
Revises: 0024
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _forget() -> None:
    """The counts are copies: the worker makes them anew from the reports, a minute for a million, as on its first day.
    Until it has, tiles are made from the reports themselves.
    """
    op.execute("TRUNCATE map_point, map_cell, map_cursor")


def upgrade() -> None:
    """Go forward."""
    _forget()
    op.add_column("map_point", sa.Column("day", sa.Integer(), nullable=False))
    op.drop_index("map_point_quad", table_name="map_point")
    op.drop_index("map_point_received", table_name="map_point")
    op.create_index(
        "map_point_quad", "map_point", ["scope", "quad"], postgresql_include=["x", "y", "urgent", "report_id"]
    )
    op.create_index(
        "map_point_day",
        "map_point",
        ["scope", "day", "quad"],
        postgresql_include=["received_at", "x", "y", "urgent", "report_id"],
    )
    op.create_index(
        "map_cell_of_areas", "map_cell", ["scope"], postgresql_where=sa.text("facet LIKE 'r:%' AND level = 12")
    )


def downgrade() -> None:
    """Go back."""
    _forget()
    op.drop_index("map_cell_of_areas", table_name="map_cell")
    op.drop_index("map_point_day", table_name="map_point")
    op.drop_index("map_point_quad", table_name="map_point")
    op.create_index("map_point_received", "map_point", ["scope", "received_at"])
    op.create_index("map_point_quad", "map_point", ["scope", "quad"])
    op.drop_column("map_point", "day")
