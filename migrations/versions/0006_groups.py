"""reports merged for real, notes about a report

Revision ID: 0006
Revises: 0005
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("report", sa.Column("reopenings", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("report", sa.Column("due_cap", sa.DateTime(timezone=True), nullable=True))
    op.add_column("report", sa.Column("undo", postgresql.JSONB(), nullable=True))
    op.create_table(
        "note",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("mentions", postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="note_report_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="note_account_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="note_pkey"),
        sa.UniqueConstraint("account_id", "key", name="note_once"),
    )
    op.create_index("note_of_report", "note", ["report_id", "id"])
    op.create_table(
        "mention",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="mention_account_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name="mention_note_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "note_id", name="mention_pkey"),
    )
    op.create_index("mention_of_note", "mention", ["note_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("mention")
    op.drop_table("note")
    for name in ("undo", "due_cap", "reopenings"):
        op.drop_column("report", name)
