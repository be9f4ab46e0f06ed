"""fingerprints by their words, and of turned and mirrored pictures

Revision ID: 0023
Revises: 0022
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# The eight bytes of a fingerprint, each with its place: the index that the four of words replace.
BYTES = """
CREATE FUNCTION phash_bytes(digits text) RETURNS int[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ARRAY(SELECT place * 256 + get_byte(decode(digits, 'hex'), place) FROM generate_series(0, 7) AS place)
$$
"""


def upgrade() -> None:
    """Go forward."""
    op.add_column("attachment", sa.Column("phash_ways", sa.String()))
    for place in range(4):
        op.create_index(
            f"attachment_phash_{place}",
            "attachment",
            [sa.text(f'substr(phash, {1 + 4 * place}, 4) COLLATE "C"')],
            postgresql_include=["id", "phash"],
            postgresql_where=sa.text("phash IS NOT NULL"),
        )
    op.drop_index("attachment_phash", table_name="attachment")
    op.execute("DROP FUNCTION phash_bytes(text)")


def downgrade() -> None:
    """Go back."""
    op.execute(BYTES)
    op.create_index(
        "attachment_phash",
        "attachment",
        [sa.text("phash_bytes(phash)")],
        postgresql_using="gin",
        postgresql_where=sa.text("phash IS NOT NULL"),
    )
    for place in range(4):
        op.drop_index(f"attachment_phash_{place}", table_name="attachment")
    op.drop_column("attachment", "phash_ways")
