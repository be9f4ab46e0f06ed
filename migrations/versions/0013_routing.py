"""rules of the second kind and the layers they ask

Revision ID: 0013
Revises: 0012
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from geo.columns import GeoShape

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)
DOCUMENT = JSONB(none_as_null=True)


def _rule() -> list[sa.Column[Any]]:
    return [
        sa.Column("code", sa.String(), nullable=False, server_default=sa.text("'rule-' || gen_random_uuid()")),
        sa.Column("area_set", sa.String(), sa.ForeignKey("area_set.code", name="routing_rule_area_set_fkey")),
        sa.Column("calendar", sa.String()),
        sa.Column("when", sa.String()),
        sa.Column("near", DOCUMENT),
        sa.Column("relative", DOCUMENT),
        sa.Column("service_levels", DOCUMENT),
        sa.Column("straight_through", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("person", sa.String()),
        sa.Column("valid_from", INSTANT),
        sa.Column("valid_to", INSTANT),
    ]


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "area_set",
        sa.Column("code", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("areas", ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("shape", DOCUMENT),
    )
    op.execute(
        "CREATE TRIGGER area_set_changed AFTER INSERT OR UPDATE OR DELETE ON area_set "
        "FOR EACH STATEMENT EXECUTE FUNCTION configuration_changed()"
    )
    for column in _rule():
        op.add_column("routing_rule", column)
    op.alter_column("routing_rule", "lead", nullable=True)
    op.create_unique_constraint("routing_rule_code", "routing_rule", ["code"])
    op.create_check_constraint("routing_rule_target", "routing_rule", "(lead IS NULL) <> (relative IS NULL)")
    op.create_check_constraint("routing_rule_when", "routing_rule", "\"when\" IN ('open', 'closed')")
    op.create_index(
        "routing_rule_near", "routing_rule", ["id"], postgresql_where=sa.text("active AND near IS NOT NULL")
    )
    op.add_column("agency", sa.Column("area_code", sa.String()))
    op.create_table(
        "layer_feature",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text()),
        sa.Column("props", DOCUMENT),
        sa.Column("geom", GeoShape(), nullable=False),
        sa.UniqueConstraint("layer", "code", "part", name="layer_feature_once"),
    )
    op.create_index("layer_feature_geom", "layer_feature", ["geom"], postgresql_using="gist")


def downgrade() -> None:
    """Go back."""
    op.drop_table("layer_feature")
    op.drop_column("agency", "area_code")
    op.drop_index("routing_rule_near", "routing_rule")
    for constraint in ("routing_rule_when", "routing_rule_target", "routing_rule_code"):
        op.drop_constraint(constraint, "routing_rule")
    # What only these columns can say is lost with them.
    op.execute("DELETE FROM routing_rule WHERE lead IS NULL")
    op.alter_column("routing_rule", "lead", nullable=False)
    for column in reversed(_rule()):
        op.drop_column("routing_rule", column.name)
    op.drop_table("area_set")
