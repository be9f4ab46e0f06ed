"""when each case is to be brought before somebody next

Revision ID: 0024
Revises: 0023
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Whatever decides who is called when, see `reports.escalation`: a case where any of it changes is looked at again, by
# whatever way it changed. So no writer of reports can forget it.
_DECIDES = (
    "category", "state", "state_since", "lead", "due_at", "due_basis", "holder_due_at", "holders", "level",
    "clock_total_s", "proof", "audit",
)  # fmt: skip
_OLD, _NEW = (", ".join(f"{row}.{name}" for name in _DECIDES) for row in ("OLD", "NEW"))
_MARK = """
CREATE FUNCTION escalation_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO escalation_watch (report_id, next_at, turn, basis) VALUES (NEW.id, '-infinity', 0, 0)
    ON CONFLICT (report_id) DO UPDATE SET next_at = '-infinity', turn = escalation_watch.turn + 1;
    RETURN NULL;
END $$
"""
_BEGUN = """
CREATE TRIGGER escalation_begun AFTER INSERT ON report FOR EACH ROW WHEN (NEW.open) EXECUTE FUNCTION escalation_mark()
"""
_CHANGED = f"""
CREATE TRIGGER escalation_changed AFTER UPDATE ON report FOR EACH ROW
WHEN (ROW({_OLD}) IS DISTINCT FROM ROW({_NEW})) EXECUTE FUNCTION escalation_mark()
"""
# Every open case, and every other one that was brought before somebody and is not over, is looked at once.
_KNOWN = """
INSERT INTO escalation_watch (report_id, next_at, turn, basis)
SELECT r.id, '-infinity', 0, 0 FROM report r
WHERE r.open OR EXISTS (SELECT FROM escalation e WHERE e.report_id = r.id AND e.cleared_at IS NULL)
"""


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "escalation_watch",
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report_id"),
    )
    op.create_index(
        "escalation_next",
        "escalation_watch",
        ["next_at", "report_id"],
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index("escalation_basis", "escalation_watch", ["basis", "report_id"])
    for statement in (_KNOWN, _MARK, _BEGUN, _CHANGED):
        op.execute(statement)


def downgrade() -> None:
    """Go back."""
    op.execute("DROP TRIGGER escalation_changed ON report")
    op.execute("DROP TRIGGER escalation_begun ON report")
    op.execute("DROP FUNCTION escalation_mark()")
    op.drop_table("escalation_watch")
