"""the pictures by which a film is known again, and which transaction brought a fingerprint

Revision ID: 0028
Revises: 0027
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

THIS_CHANGE = "CAST(CAST(pg_current_xact_id() AS text) AS bigint)"
CAME = f"""
CREATE FUNCTION attachment_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.came := {THIS_CHANGE};
    RETURN NEW;
END $$
"""
# Whoever changes one of these brings something that a look before could not see.
KEPT = """
CREATE TRIGGER attachment_came BEFORE UPDATE ON attachment FOR EACH ROW
WHEN (OLD.sha256 IS DISTINCT FROM NEW.sha256 OR OLD.phash IS DISTINCT FROM NEW.phash
      OR (OLD.state IN ('refused', 'expected') AND NEW.state NOT IN ('refused', 'expected')))
EXECUTE FUNCTION attachment_came()
"""
UNPRINTED = (
    "state = 'ready' AND (kind = 'image' AND phash_ways IS NULL AND phash IS DISTINCT FROM '0000000000000000'"
    " OR kind = 'video' AND frames IS NULL)"
)


def upgrade() -> None:
    """Go forward. What is there already came before any look; what older films show is taken by the worker later."""
    op.add_column("attachment", sa.Column("came", sa.BigInteger(), server_default="0", nullable=False))
    op.alter_column("attachment", "came", server_default=sa.text(THIS_CHANGE))
    op.create_index("attachment_came", "attachment", ["came"])
    op.execute(CAME)
    op.execute(KEPT)
    op.create_table(
        "film_frame",
        sa.Column("attachment_id", sa.Uuid(), sa.ForeignKey("attachment.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("second", sa.REAL(), nullable=False),
        sa.Column("phash", sa.String(), nullable=False),
        sa.Column("phash_ways", sa.String(), nullable=False),
        sa.Column("came", sa.BigInteger(), server_default=sa.text(THIS_CHANGE), nullable=False),
    )
    op.create_index("film_frame_came", "film_frame", ["came"])
    for place in range(4):
        op.create_index(
            f"film_frame_phash_{place}",
            "film_frame",
            [sa.text(f'substr(phash, {1 + 4 * place}, 4) COLLATE "C"')],
            postgresql_include=["attachment_id", "phash"],
            postgresql_where=sa.text("phash IS NOT NULL"),
        )
    op.add_column("attachment", sa.Column("frames", sa.SmallInteger()))
    op.create_index("attachment_unprinted", "attachment", ["created_at"], postgresql_where=sa.text(UNPRINTED))


def downgrade() -> None:
    """Go back."""
    op.drop_index("attachment_unprinted", table_name="attachment")
    op.drop_column("attachment", "frames")
    op.drop_table("film_frame")
    op.execute("DROP TRIGGER attachment_came ON attachment")
    op.execute("DROP FUNCTION attachment_came()")
    op.drop_index("attachment_came", table_name="attachment")
    op.drop_column("attachment", "came")
