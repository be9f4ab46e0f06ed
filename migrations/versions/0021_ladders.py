"""features of layers keep the shape they came with

Revision ID: 0021
Revises: 0020
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from geo.columns import GeoShape

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# What was cut is put together again as well as it can be: the corners that the cuts made stay.
_JOINED = sa.text("""
UPDATE layer_feature f SET whole = w.shape
FROM (SELECT layer, code, CASE WHEN max(ST_Dimension(geom)) = 1 THEN ST_LineMerge(ST_Union(geom)) ELSE ST_Union(geom) END
             AS shape
      FROM layer_feature GROUP BY layer, code) w
WHERE f.layer = w.layer AND f.code = w.code AND f.part = 0
""")


def upgrade() -> None:
    """Go forward."""
    op.add_column("layer_feature", sa.Column("whole", GeoShape(), nullable=True))
    op.execute(_JOINED)
    op.create_check_constraint("layer_feature_whole", "layer_feature", "(part = 0) = (whole IS NOT NULL)")


def downgrade() -> None:
    """Go back."""
    op.drop_constraint("layer_feature_whole", "layer_feature")
    op.drop_column("layer_feature", "whole")
