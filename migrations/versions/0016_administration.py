"""drafts and versions of the configuration

Revision ID: 0016
Revises: 0015
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


INSTANT = sa.DateTime(timezone=True)
ACTIVE = ("area_set", "calendar", "reason")
KEPT = sa.text(
    "event IN ('configuration.published', 'account.made', 'account.changed', 'account.password_given',"
    " 'areas.imported', 'layer.imported', 'reader.named', 'reader.removed')"
)


def upgrade() -> None:
    """Go forward."""
    op.add_column("agency", sa.Column("legacy_code", sa.String()))
    op.add_column("agency", sa.Column("position", sa.Integer(), server_default="0", nullable=False))
    for table in ACTIVE:
        op.add_column(table, sa.Column("active", sa.Boolean(), server_default="true", nullable=False))
    op.add_column("configuration", sa.Column("settings", JSONB(none_as_null=True), server_default="{}", nullable=False))
    op.add_column("answer_template", sa.Column("code", sa.String()))
    op.create_unique_constraint("answer_template_code_key", "answer_template", ["code"])
    op.alter_column("answer_template", "account_id", nullable=True)
    op.create_check_constraint(
        "answer_template_has_an_owner", "answer_template", "account_id IS NOT NULL OR (shared AND code IS NOT NULL)"
    )
    op.create_table(
        "configuration_version",
        sa.Column("n", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("document", JSONB(none_as_null=True), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("base", sa.Integer(), sa.ForeignKey("configuration_version.n")),
        sa.Column("rolled_back_to", sa.Integer(), sa.ForeignKey("configuration_version.n")),
        sa.Column("found", sa.Boolean(), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
    )
    op.create_index("configuration_version_counter", "configuration_version", ["counter"])
    op.create_table(
        "configuration_draft",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("base", sa.Integer(), sa.ForeignKey("configuration_version.n"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("document", JSONB(none_as_null=True), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
    )
    # What administrators did, read newest first by their own page; the journal itself has millions of rows.
    op.create_index("journal_administration", "journal", ["id"], postgresql_where=KEPT)


def downgrade() -> None:
    """Go back."""
    op.drop_index("journal_administration", "journal")
    op.drop_table("configuration_draft")
    op.drop_table("configuration_version")
    op.execute("DELETE FROM answer_template WHERE account_id IS NULL")
    op.drop_constraint("answer_template_has_an_owner", "answer_template")
    op.alter_column("answer_template", "account_id", nullable=False)
    op.drop_constraint("answer_template_code_key", "answer_template")
    op.drop_column("answer_template", "code")
    op.drop_column("configuration", "settings")
    for table in ACTIVE:
        op.drop_column(table, "active")
    op.drop_column("agency", "position")
    op.drop_column("agency", "legacy_code")
