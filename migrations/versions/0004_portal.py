"""search, statistics and hot spots of the portal

Revision ID: 0004
Revises: 0003
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Kept as text, not imported from the rooms: a migration must do the same in five years. Only functions that are
# immutable by nature are used, so that generated columns and indexes may rest on them.
PUBLIC_TEXT = r"""
CREATE FUNCTION public_text(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT regexp_replace(regexp_replace(said, '[[:alnum:]._+-]+@[[:alnum:].-]+\.[[:alpha:]]+', '•••', 'g'),
                        '(\+84|84|0)([ .-]?[0-9]){8,10}', '•••', 'g')
$$
"""
FOLDED_TEXT = r"""
CREATE FUNCTION folded_text(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ' ' || btrim(regexp_replace(lower(translate(regexp_replace(normalize(said, NFKD), '[\u0300-\u036f]', '', 'g'),
                                                     'ĐđÐðıŁłØø', 'DdDdiLlOo')), '[^[:alnum:]]+', ' ', 'g')) || ' '
$$
"""
SEARCH = (
    "CASE WHEN published_at IS NOT NULL THEN folded_text(code || ' ' || public_text(description) || ' ' || "
    "coalesce(area_name, '') || ' ' || public_text(coalesce(public_answer, '')) || ' ' || "
    "public_text(coalesce(resolution ->> 'summary', ''))) END"
)
PUBLISHED = sa.text("published_at IS NOT NULL")
PUBLIC_FACTS = sa.text("(after ->> 'state') IN ('published', 'closed') OR event = 'report.reopened'")


def upgrade() -> None:
    """Go forward."""
    op.execute(PUBLIC_TEXT)
    op.execute(FOLDED_TEXT)
    op.add_column("report", sa.Column("search", sa.Text(), sa.Computed(SEARCH, persisted=True), nullable=True))
    op.create_index(
        "report_search",
        "report",
        ["search"],
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
        postgresql_where=PUBLISHED,
    )
    for name in ("category", "area_code", "lead"):
        op.create_index(f"report_published_{name}", "report", [name, "published_at", "id"], postgresql_where=PUBLISHED)
    op.create_index("journal_public", "journal", ["seq"], postgresql_where=PUBLIC_FACTS)


def downgrade() -> None:
    """Go back."""
    op.drop_index("journal_public", table_name="journal")
    for name in ("lead", "area_code", "category"):
        op.drop_index(f"report_published_{name}", table_name="report")
    op.drop_index("report_search", table_name="report")
    op.drop_column("report", "search")
    op.execute("DROP FUNCTION folded_text(text)")
    op.execute("DROP FUNCTION public_text(text)")
