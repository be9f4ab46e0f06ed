"""alarms and drills

Revision ID: 0009
Revises: 0008
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


INSTANT = sa.DateTime(timezone=True)
STANDING, ENDED = sa.text("cleared_at IS NULL"), sa.text("cleared_at IS NOT NULL")
RUNNING = sa.text("ended_at IS NULL")
URGENT = sa.text("urgency = 'urgent' AND state IN ('received', 'verified')")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "alarm",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("level_at", INSTANT, nullable=False),
        sa.Column("reports", sa.ARRAY(sa.String()), server_default="{}", nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("category", sa.String()),
        sa.Column("agency", sa.String()),
        sa.Column("area_code", sa.String()),
        sa.Column("area_name", sa.String()),
        sa.Column("lon", sa.Float()),
        sa.Column("lat", sa.Float()),
        sa.Column("radius_m", sa.Float()),
        sa.Column("facts", JSONB(none_as_null=True), nullable=False),
        sa.Column("acknowledged_at", INSTANT),
        sa.Column("acknowledged_by", sa.String()),
        sa.Column("acknowledged_name", sa.String()),
        sa.Column("note", sa.String()),
        sa.Column("cleared_at", INSTANT),
        sa.Column("drill", sa.Boolean(), nullable=False),
    )
    op.create_index("alarm_standing", "alarm", ["kind", "subject"], unique=True, postgresql_where=STANDING)
    op.create_index("alarm_ended", "alarm", ["cleared_at"], postgresql_where=ENDED)
    op.create_table(
        "alarm_watch",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("looked_at", INSTANT, nullable=False),
        sa.Column("awake_since", INSTANT, nullable=False),
    )
    op.create_table(
        "drill",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("scenario", sa.String()),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("began_by", sa.String(), nullable=False),
        sa.Column("began_name", sa.String(), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("ended_by", sa.String()),
    )
    op.create_index("drill_running", "drill", [sa.text("(ended_at IS NULL)")], unique=True, postgresql_where=RUNNING)
    op.create_index("report_waiting", "report", ["lead", "id"], postgresql_where=sa.text("state = 'dispatched'"))
    op.create_index("report_urgent", "report", ["received_at"], postgresql_where=URGENT)
    op.create_index(
        "journal_accepted",
        "journal",
        [sa.text("(actor ->> 'agency')"), "at"],
        postgresql_where=sa.text("event = 'report.accepted'"),
    )
    # The walls' pinned scene, and a small index by which a past day is found in the journal.
    op.create_table(
        "wall_scene",
        sa.Column("id", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("scene", sa.String(), nullable=True),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name="wall_scene_single"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("journal_at", "journal", ["at"], postgresql_using="brin")


def downgrade() -> None:
    """Go back."""
    op.drop_index("journal_accepted", table_name="journal")
    op.drop_index("report_urgent", table_name="report")
    op.drop_index("report_waiting", table_name="report")
    for table in ("drill", "alarm_watch", "alarm"):
        op.drop_table(table)
    op.drop_index("journal_at", "journal")
    op.drop_table("wall_scene")
