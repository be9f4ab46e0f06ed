"""whether the camera of a photo wrote its offset

Revision ID: 0020
Revises: 0019
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("attachment", sa.Column("zoned", sa.Boolean(), nullable=False, server_default="false"))


def downgrade() -> None:
    """Go back."""
    op.drop_column("attachment", "zoned")
