"""residents, follows, quiet hours, moving to another phone

Revision ID: 0003
Revises: 0002
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "resident",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "resident_proof",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_hash", sa.LargeBinary(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("kind", "subject_hash"),
    )
    op.create_index(op.f("ix_resident_proof_resident_id"), "resident_proof", ["resident_id"], unique=False)
    op.add_column("device", sa.Column("resident_id", sa.Uuid(), nullable=True))
    op.add_column("device", sa.Column("large_text", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("device", sa.Column("push_wanted", sa.Boolean(), server_default="true", nullable=False))
    op.add_column("device", sa.Column("quiet_from", sa.Time(), nullable=True))
    op.add_column("device", sa.Column("quiet_to", sa.Time(), nullable=True))
    op.create_foreign_key("device_resident_id_fkey", "device", "resident", ["resident_id"], ["id"], ondelete="SET NULL")
    op.create_check_constraint("device_quiet_hours", "device", "(quiet_from IS NULL) = (quiet_to IS NULL)")
    op.create_index(
        "device_of_resident", "device", ["resident_id"], postgresql_where=sa.text("resident_id IS NOT NULL")
    )
    op.add_column("reporter", sa.Column("held_by", sa.Uuid(), nullable=True))
    op.create_foreign_key("reporter_held_by_fkey", "reporter", "device", ["held_by"], ["id"])
    op.create_index("reporter_held", "reporter", ["held_by"], postgresql_where=sa.text("held_by IS NOT NULL"))
    _follow()
    _codes()


def _follow() -> None:
    op.create_table(
        "follow",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=True),
        sa.Column("area_code", sa.String(), nullable=True),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("told", sa.String(), nullable=True),
        sa.Column("told_at", _INSTANT, nullable=True),
        sa.CheckConstraint("(report_id IS NULL) <> (area_code IS NULL)", name="follow_has_one_object"),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("device_id", "report_id", name="follow_report_once"),
        sa.UniqueConstraint("device_id", "area_code", name="follow_area_once"),
    )
    op.create_index("follow_of_report", "follow", ["report_id"], postgresql_where=sa.text("report_id IS NOT NULL"))
    op.create_index("follow_of_area", "follow", ["area_code"], postgresql_where=sa.text("area_code IS NOT NULL"))


def _codes() -> None:
    op.create_table(
        "transfer_code",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("code_hash"),
        sa.UniqueConstraint("device_id"),
    )
    op.create_table(
        "phone_code",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("subject_hash", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("device_id", "subject_hash"),
    )
    op.create_table(
        "sign_in_under_way",
        sa.Column("state_hash", sa.LargeBinary(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("verifier", sa.String(), nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("state_hash"),
    )


def downgrade() -> None:
    """Go back."""
    for table in ("sign_in_under_way", "phone_code", "transfer_code", "follow"):
        op.drop_table(table)
    op.drop_column("reporter", "held_by")
    for column in ("quiet_to", "quiet_from", "push_wanted", "large_text", "resident_id"):
        op.drop_column("device", column)
    op.drop_table("resident_proof")
    op.drop_table("resident")
