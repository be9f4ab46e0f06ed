"""external systems of agencies, hot spots

Revision ID: 0017
Revises: 0016
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go forward."""
    op.add_column("agency", sa.Column("external", JSONB(none_as_null=True)))
    _handovers()
    _hot_spots()


def _handovers() -> None:
    op.create_table(
        "handover",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("message_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("agency", sa.String(), sa.ForeignKey("agency.code"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.String()),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("begun_at", INSTANT),
        sa.Column("next_at", INSTANT),
        sa.Column("settled_at", INSTANT),
        sa.Column("resent_by", sa.String()),
        sa.UniqueConstraint("message_id"),
        sa.UniqueConstraint("agency", "seq", name="handover_once"),
        sa.CheckConstraint("state IN ('dead', 'delivered', 'pending', 'sending')", name="handover_state"),
        sa.CheckConstraint("kind IN ('email', 'webhook')", name="handover_kind"),
    )
    op.create_index(
        "handover_open",
        "handover",
        ["agency", "report_id", "seq"],
        postgresql_where=sa.text("state IN ('pending', 'sending')"),
    )
    op.create_index("handover_dead", "handover", ["id"], postgresql_where=sa.text("state = 'dead'"))
    op.create_index("handover_report", "handover", ["report_id"])
    op.create_table(
        "agency_secret",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("agency", sa.String(), sa.ForeignKey("agency.code"), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("ends_at", INSTANT),
    )
    op.create_index("ix_agency_secret_agency", "agency_secret", ["agency"])
    op.create_table(
        "mail",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String()),
        sa.Column("agency", sa.String()),
        sa.Column("report_id", sa.BigInteger()),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("command", sa.String()),
        sa.Column("attachments", JSONB(), nullable=False),
        sa.Column("raw", sa.LargeBinary()),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("settled_by", sa.String()),
        sa.UniqueConstraint("message_id"),
        sa.CheckConstraint("state IN ('done', 'ignored', 'noted', 'quarantined', 'refused')", name="mail_state"),
    )
    op.create_index("mail_waiting", "mail", ["id"], postgresql_where=sa.text("state = 'quarantined'"))
    op.create_index("ix_mail_report_id", "mail", ["report_id"])


def _hot_spots() -> None:
    op.create_table(
        "hot_spot",
        sa.Column("code", sa.String(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("category", sa.String(), sa.ForeignKey("category.code"), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("radius_m", sa.Float(), nullable=False),
        sa.Column("area_code", sa.String()),
        sa.Column("area_name", sa.String()),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("first_at", INSTANT, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column("recurrences", sa.Integer(), nullable=False),
        sa.Column("owner_agency", sa.String(), sa.ForeignKey("agency.code")),
        sa.Column("owner_account", sa.String()),
        sa.Column("plan", sa.String()),
        sa.Column("target_on", sa.Date()),
        sa.Column("done_at", INSTANT),
        sa.Column("merged_into", sa.String(), sa.ForeignKey("hot_spot.code")),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("changed_by", sa.String()),
        sa.CheckConstraint("state IN ('done', 'gone', 'merged', 'open', 'planned')", name="hot_spot_state"),
    )
    op.create_index(
        "hot_spot_living", "hot_spot", ["category"], postgresql_where=sa.text("state NOT IN ('gone', 'merged')")
    )
    op.create_index(
        "journal_hot_spot",
        "journal",
        [sa.text("(data ->> 'hot_spot')"), "id"],
        postgresql_where=sa.text("event IN ('hot_spot.found', 'hot_spot.changed')"),
    )
    op.add_column("report", sa.Column("hot_spot", sa.String()))
    op.create_index("report_hot_spot", "report", ["hot_spot"], postgresql_where=sa.text("hot_spot IS NOT NULL"))


def downgrade() -> None:
    """Go back."""
    op.drop_index("report_hot_spot", table_name="report")
    op.drop_index("journal_hot_spot", table_name="journal")
    op.drop_column("report", "hot_spot")
    for table in ("hot_spot", "mail", "agency_secret", "handover"):
        op.drop_table(table)
    op.drop_column("agency", "external")
