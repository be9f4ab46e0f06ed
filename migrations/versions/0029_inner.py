"""the fingerprint of the inner part of a picture

Revision ID: 0029
Revises: 0028
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INNER = "CASE WHEN length(phash_ways) = 128 THEN substr(phash_ways, 113, 16) END"
BEFORE = (
    "state = 'ready' AND (kind = 'image' AND phash_ways IS NULL AND phash IS DISTINCT FROM '0000000000000000'"
    " OR kind = 'video' AND frames IS NULL)"
)
UNPRINTED = (
    "state = 'ready' AND (kind = 'image' AND phash_ways IS NULL AND phash IS DISTINCT FROM '0000000000000000'"
    " OR kind = 'image' AND length(phash_ways) = 112 OR kind = 'video' AND frames IS NULL)"
)
KEPT = """
CREATE TRIGGER attachment_came BEFORE UPDATE ON attachment FOR EACH ROW
WHEN (OLD.sha256 IS DISTINCT FROM NEW.sha256 OR OLD.phash IS DISTINCT FROM NEW.phash {more}
      OR (OLD.state IN ('refused', 'expected') AND NEW.state NOT IN ('refused', 'expected')))
EXECUTE FUNCTION attachment_came()
"""


def _again(unprinted: str, more: str) -> None:
    op.execute("DROP TRIGGER attachment_came ON attachment")
    op.execute(KEPT.format(more=more))
    op.drop_index("attachment_unprinted", table_name="attachment")
    op.create_index("attachment_unprinted", "attachment", ["created_at"], postgresql_where=sa.text(unprinted))


def upgrade() -> None:
    """Go forward. The inner parts of older pictures are taken by the worker, some at a time."""
    op.add_column("attachment", sa.Column("phash_inner", sa.Text(), sa.Computed(INNER, persisted=True)))
    for place in range(4):
        op.create_index(
            f"attachment_phash_inner_{place}",
            "attachment",
            [sa.text(f'substr(phash_inner, {1 + 4 * place}, 4) COLLATE "C"')],
            postgresql_include=["id", "phash_inner"],
            postgresql_where=sa.text("phash_inner IS NOT NULL"),
        )
    _again(UNPRINTED, "OR OLD.phash_ways IS DISTINCT FROM NEW.phash_ways")


def downgrade() -> None:
    """Go back."""
    _again(BEFORE, "")
    for place in range(4):
        op.drop_index(f"attachment_phash_inner_{place}", table_name="attachment")
    op.drop_column("attachment", "phash_inner")
