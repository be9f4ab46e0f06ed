"""calendars as they were when something was promised by them

Revision ID: 0019
Revises: 0018
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# By a trigger, so that a calendar changed by a command, an import or by hand is kept as well. Its name comes after
# `calendar_changed`, which has counted the configuration up by then.
KEEP = """
CREATE FUNCTION calendar_edition_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO calendar_edition (code, counter, since, definition)
    SELECT c.code, g.version, now(), c.definition FROM calendar c CROSS JOIN configuration g
    WHERE c.definition IS DISTINCT FROM
          (SELECT e.definition FROM calendar_edition e WHERE e.code = c.code ORDER BY e.counter DESC LIMIT 1)
    ON CONFLICT (code, counter) DO UPDATE SET definition = excluded.definition;
    RETURN NULL;
END $$
"""
TRIGGER = (
    "CREATE TRIGGER calendar_kept AFTER INSERT OR UPDATE ON calendar "
    "FOR EACH STATEMENT EXECUTE FUNCTION calendar_edition_kept()"
)
# What versions of the configuration still know of calendars before there were editions, and those of today.
OLDER = """
INSERT INTO calendar_edition (code, counter, since, definition)
SELECT c ->> 'code', v.counter, v.published_at, c -> 'definition'
FROM configuration_version v CROSS JOIN LATERAL jsonb_array_elements(v.document -> 'calendars') c
ORDER BY v.n DESC ON CONFLICT DO NOTHING
"""
TODAYS = """
INSERT INTO calendar_edition (code, counter, since, definition)
SELECT c.code, g.version, now(), c.definition FROM calendar c CROSS JOIN configuration g
WHERE c.definition IS DISTINCT FROM
      (SELECT e.definition FROM calendar_edition e WHERE e.code = c.code ORDER BY e.counter DESC LIMIT 1)
ON CONFLICT (code, counter) DO UPDATE SET definition = excluded.definition
"""


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "calendar_edition",
        sa.Column("code", sa.String(), primary_key=True),
        sa.Column("counter", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("definition", JSONB(none_as_null=True), nullable=False),
    )
    op.execute(OLDER)
    op.execute(TODAYS)
    op.execute(KEEP)
    op.execute(TRIGGER)


def downgrade() -> None:
    """Go back."""
    op.execute("DROP TRIGGER calendar_kept ON calendar")
    op.execute("DROP FUNCTION calendar_edition_kept()")
    op.drop_table("calendar_edition")
