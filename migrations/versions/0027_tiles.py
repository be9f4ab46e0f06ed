"""points of the map by category and agency, and room beside its cells

Revision ID: 0027
Revises: 0026
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go forward; three seconds for a million reports."""
    op.create_index("map_point_facets", "map_point", ["facets"], postgresql_using="gin")
    # A count that changes stays where it is, and its index with it: with what is written from now on.
    op.execute("ALTER TABLE map_cell SET (fillfactor = 80)")


def downgrade() -> None:
    """Go back."""
    op.execute("ALTER TABLE map_cell RESET (fillfactor)")
    op.drop_index("map_point_facets", table_name="map_point")
