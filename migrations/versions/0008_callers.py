"""reports by telephone, named readers, every reading logged

Revision ID: 0008
Revises: 0007
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "category_reader",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("named_by", sa.String(), nullable=False),
        sa.Column("named_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["category"], ["category.code"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "category"),
    )
    # Who may read is part of the configuration: whoever caches it hears of a change with the next request.
    for table, when in (("category_reader", "INSERT OR UPDATE OR DELETE"), ("account", "UPDATE OF role, active")):
        op.execute(
            f"CREATE TRIGGER {table}_changed AFTER {when} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION configuration_changed()"
        )
    op.create_table(
        "reading",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("hour", _INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("first_at", _INSTANT, nullable=False),
        sa.Column("last_at", _INSTANT, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "what IN ('case', 'timeline', 'media', 'original', 'identity', 'list')", name="reading_what"
        ),
        sa.CheckConstraint("(what = 'identity') = (hour IS NULL)", name="reading_identity_each"),
        sa.CheckConstraint("(what = 'identity') = (reason IS NOT NULL)", name="reading_identity_why"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_id", "report_id", "what", "hour", name="reading_once_an_hour"),
    )
    op.create_index("reading_of_report", "reading", ["report_id", "last_at"])
    op.add_column("report", sa.Column("place", sa.String(), nullable=True))


def downgrade() -> None:
    """Go back."""
    op.drop_column("report", "place")
    op.drop_table("reading")
    op.execute("DROP TRIGGER account_changed ON account")
    op.drop_table("category_reader")
