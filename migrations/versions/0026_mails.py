"""how the city's mail box is, and mails that come again

Revision ID: 0026
Revises: 0025
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)
FIRST, OTHER = sa.text("twin_of IS NULL"), sa.text("twin_of IS NOT NULL")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "answer_box",
        sa.Column("id", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("looked_at", INSTANT, nullable=False),
        sa.Column("worked_at", INSTANT),
        sa.Column("failing_since", INSTANT),
        sa.Column("why", sa.String()),
        sa.Column("error", sa.String()),
        sa.Column("left_behind", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("id = 1", name="answer_box_one"),
    )
    op.add_column("mail", sa.Column("digest", sa.String()))
    op.add_column("mail", sa.Column("twin_of", sa.BigInteger()))
    op.add_column("mail", sa.Column("again", sa.Integer(), server_default="0", nullable=False))
    op.add_column("mail", sa.Column("again_at", INSTANT))
    op.drop_constraint("mail_message_id_key", "mail", type_="unique")
    op.create_index("mail_once", "mail", ["message_id"], unique=True, postgresql_where=FIRST)
    op.create_index("mail_twin_once", "mail", ["message_id", "digest"], unique=True, postgresql_where=OTHER)


def downgrade() -> None:
    """Go back. Mails that came under the name of another cannot be kept beside it."""
    op.execute("DELETE FROM mail WHERE twin_of IS NOT NULL")
    for index in ("mail_twin_once", "mail_once"):
        op.drop_index(index, table_name="mail")
    op.create_unique_constraint("mail_message_id_key", "mail", ["message_id"])
    for column in ("again_at", "again", "twin_of", "digest"):
        op.drop_column("mail", column)
    op.drop_table("answer_box")
