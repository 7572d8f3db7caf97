"""The lists of words that an administrator keeps for the search, and the tally of what people search for.

Revision: 0008, after 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "search_lists",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_search_lists"),
    )
    op.create_table(
        "search_tally",
        sa.Column("week", sa.String(8), nullable=False),
        sa.Column("query", sa.String(100), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("empty", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("week", "query", name="pk_search_tally"),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("search_tally")
    op.drop_table("search_lists")
