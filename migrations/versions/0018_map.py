"""what the desks are counted by

Revision ID: 0018
Revises: 0017
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    op.create_index(
        "report_open_counts",
        "report",
        ["category", "state", "urgency", "due_at"],
        postgresql_where=sa.text("open"),
    )
    op.create_index(
        "map_point_due",
        "map_point",
        ["due_at"],
        postgresql_include=["scope", "quad", "x", "y", "urgent", "report_id", "facets"],
        postgresql_where=sa.text("scope % 10 IN (1, 2, 3)"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("map_point_due", table_name="map_point")
    op.drop_index("report_open_counts", table_name="report")
