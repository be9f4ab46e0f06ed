"""films, voice notes, media that come later, public copies, fingerprints

Revision ID: 0002
Revises: 0001
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("attachment", sa.Column("kind", sa.String(), server_default="image", nullable=False))
    op.add_column("attachment", sa.Column("duration_s", sa.Float(), nullable=True))
    op.add_column("attachment", sa.Column("progress", sa.Integer(), nullable=True))
    op.add_column("attachment", sa.Column("public_copies", postgresql.JSONB(), nullable=True))
    op.add_column("attachment", sa.Column("privacy", postgresql.JSONB(), nullable=True))
    op.add_column("attachment", sa.Column("phash", sa.String(), nullable=True))
    op.create_index("attachment_expected", "attachment", ["upload_id"], postgresql_where=sa.text("state = 'expected'"))
    op.create_index("attachment_sha256", "attachment", ["sha256"])
    op.create_index(
        "attachment_unchecked",
        "attachment",
        ["created_at"],
        postgresql_where=sa.text("state = 'ready' AND privacy IS NULL AND kind <> 'audio'"),
    )
    op.add_column("category", sa.Column("voice_allowed", sa.Boolean(), server_default="true", nullable=False))
    op.add_column("report", sa.Column("clock_skew_s", sa.Float(), nullable=True))
    op.create_table(
        "upload_piece",
        sa.Column("upload_id", sa.String(), sa.ForeignKey("upload.id", ondelete="CASCADE"), nullable=False),
        sa.Column("start", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("upload_id", "start"),
        sa.CheckConstraint("start >= 0 AND length > 0", name="upload_piece_bytes"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("upload_piece")
    op.drop_column("report", "clock_skew_s")
    op.drop_column("category", "voice_allowed")
    for index in ("attachment_unchecked", "attachment_sha256", "attachment_expected"):
        op.drop_index(index, table_name="attachment")
    for column in ("phash", "privacy", "public_copies", "progress", "duration_s", "kind"):
        op.drop_column("attachment", column)
