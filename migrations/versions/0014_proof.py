"""proof, audits, field checks

Revision ID: 0014
Revises: 0013
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


REPORT = ("proof", "audit", "checks")
# Known to the database alone: no agency can foresee which of its cases are drawn. Two random ids have 244 random bits.
LOT_KEY = sa.text("gen_random_uuid()::text || gen_random_uuid()::text")


def upgrade() -> None:
    """Go forward."""
    op.add_column("category", sa.Column("proof", postgresql.JSONB()))
    op.add_column("category", sa.Column("audit_share", sa.Float(), nullable=False, server_default="0"))
    op.add_column("configuration", sa.Column("lot_key", sa.String(), nullable=False, server_default=LOT_KEY))
    for name in REPORT:
        op.add_column("report", sa.Column(name, postgresql.JSONB()))
    op.add_column("report", sa.Column("checking", sa.ARRAY(sa.Text()), nullable=False, server_default="{}"))
    op.create_index(
        "report_checking",
        "report",
        ["checking"],
        postgresql_using="gin",
        postgresql_where=sa.text("checking <> '{}'"),
    )
    op.create_index(
        "report_audits",
        "report",
        ["published_at", "id"],
        postgresql_where=sa.text("audit IS NOT NULL"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("report_audits", "report")
    op.drop_index("report_checking", "report")
    for name in (*REPORT, "checking"):
        op.drop_column("report", name)
    op.drop_column("configuration", "lot_key")
    op.drop_column("category", "audit_share")
    op.drop_column("category", "proof")
