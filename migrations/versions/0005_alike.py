"""reports alike

Revision ID: 0005
Revises: 0004
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# The eight bytes of a fingerprint, each with its place (place * 256 + byte). Two fingerprints that differ in at most
# seven of 64 bits have at least one byte in common in the same place, so an index over these finds all of them.
BYTES = """
CREATE FUNCTION phash_bytes(digits text) RETURNS int[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ARRAY(SELECT place * 256 + get_byte(decode(digits, 'hex'), place) FROM generate_series(0, 7) AS place)
$$
"""


def upgrade() -> None:
    """Go forward."""
    op.execute(BYTES)
    op.create_index(
        "attachment_phash",
        "attachment",
        [sa.text("phash_bytes(phash)")],
        postgresql_using="gin",
        postgresql_where=sa.text("phash IS NOT NULL"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("attachment_phash", table_name="attachment")
    op.execute("DROP FUNCTION phash_bytes(text)")
