"""crews, tasks and supporting parts

Revision ID: 0015
Revises: 0014
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)
OPEN = sa.text("state IN ('open', 'under_way')")


def _document(name: str) -> sa.Column[object]:
    return sa.Column(name, JSONB(none_as_null=True))


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "crew",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("agency", sa.String(), sa.ForeignKey("agency.code"), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String()),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.UniqueConstraint("agency", "code", name="crew_code"),
    )
    op.create_table(
        "crew_member",
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("crew_id", sa.Uuid(), sa.ForeignKey("crew.id", ondelete="CASCADE"), nullable=False),
    )
    op.create_index("ix_crew_member_crew_id", "crew_member", ["crew_id"])
    op.create_table(
        "crew_position",
        sa.Column("crew_id", sa.Uuid(), sa.ForeignKey("crew.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("accuracy_m", sa.Float()),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_index("ix_crew_position_account_id", "crew_position", ["account_id"])
    op.create_table(
        "task",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("report_id", sa.BigInteger(), sa.ForeignKey("report.id", ondelete="CASCADE"), nullable=False),
        sa.Column("agency", sa.String(), sa.ForeignKey("agency.code"), nullable=False),
        sa.Column("crew_id", sa.Uuid(), sa.ForeignKey("crew.id", ondelete="SET NULL")),
        sa.Column("person", sa.Uuid(), sa.ForeignKey("account.id", ondelete="SET NULL")),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("note", sa.String()),
        sa.Column("due_at", INSTANT),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("day", sa.Date()),
        sa.Column("position", sa.Integer()),
        _document("result"),
        sa.Column("result_key", sa.String()),
        sa.Column("media", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
    )
    op.create_index("task_of_report", "task", ["report_id", "created_at"])
    op.create_index("task_of_crew", "task", ["crew_id"], postgresql_where=OPEN)
    op.create_index("task_of_person", "task", ["person"], postgresql_where=OPEN)
    op.create_table(
        "part",
        sa.Column("report_id", sa.BigInteger(), sa.ForeignKey("report.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("agency", sa.String(), sa.ForeignKey("agency.code"), primary_key=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        _document("result"),
        sa.Column("result_key", sa.String()),
        sa.Column("media", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
    )
    op.add_column("report", _document("officer"))
    op.add_column("note", sa.Column("agency", sa.String(), sa.ForeignKey("agency.code")))


def downgrade() -> None:
    """Go back."""
    op.drop_column("note", "agency")
    op.drop_column("report", "officer")
    for table in ("part", "task", "crew_position", "crew_member", "crew"):
        op.drop_table(table)
