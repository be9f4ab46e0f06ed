"""clocks of holders, calendars, escalations

Revision ID: 0012
Revises: 0011
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


INSTANT = sa.DateTime(timezone=True)
DOCUMENT = JSONB(none_as_null=True)
WARNED = sa.text("open AND warn_at IS NOT NULL")
HELD = sa.text("open AND holder_due_at IS NOT NULL")
OPEN = sa.text("cleared_at IS NULL AND acknowledged_at IS NULL")

COLUMNS: tuple[tuple[str, sa.Column[Any]], ...] = (
    ("agency", sa.Column("calendar", sa.String())),
    ("account", sa.Column("head", sa.Boolean(), server_default="false", nullable=False)),
    ("category", sa.Column("holder_levels", DOCUMENT)),
    ("category", sa.Column("second_chance", DOCUMENT)),
    ("report", sa.Column("level", DOCUMENT)),
    ("report", sa.Column("clock_total_s", sa.Float())),
    ("report", sa.Column("warned", sa.Integer(), server_default="0", nullable=False)),
    ("report", sa.Column("warn_at", INSTANT)),
    ("report", sa.Column("holders", DOCUMENT)),
    ("report", sa.Column("holder_due_at", INSTANT)),
)


def upgrade() -> None:
    """Go forward."""
    for table, column in COLUMNS:
        op.add_column(table, column)
    op.create_index("report_warn", "report", ["warn_at", "id"], postgresql_where=WARNED)
    op.create_index("report_holder_due", "report", ["holder_due_at", "id"], postgresql_where=HELD)
    op.create_table(
        "escalation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("report_id", sa.BigInteger(), sa.ForeignKey("report.id", ondelete="CASCADE"), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("agency", sa.String()),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("acknowledged_at", INSTANT),
        sa.Column("acknowledged_by", sa.String()),
        sa.Column("acknowledged_name", sa.String()),
        sa.Column("note", sa.String()),
        sa.Column("cleared_at", INSTANT),
        sa.UniqueConstraint("report_id", "cause", "since", "level", name="escalation_once"),
    )
    op.create_index("escalation_open", "escalation", ["recipient", "agency", "id"], postgresql_where=OPEN)
    op.create_index("escalation_raised", "escalation", ["raised_at"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("escalation")
    op.drop_index("report_holder_due", "report")
    op.drop_index("report_warn", "report")
    for table, column in reversed(COLUMNS):
        op.drop_column(table, column.name)
