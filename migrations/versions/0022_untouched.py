"""since when a report is in its state

Revision ID: 0022
Revises: 0021
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("report", sa.Column("state_since", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Go back."""
    op.drop_column("report", "state_since")
