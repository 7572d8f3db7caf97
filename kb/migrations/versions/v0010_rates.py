"""How often something was done that must not be done too often, for all processes together.

Revision: 0010, after 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "rate_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rate_count"),
    )
    op.create_index("ix_rate_count_key", "rate_count", ["key", "ends_at"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("rate_count")
