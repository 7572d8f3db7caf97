"""Who signed up for sessions.

Revision: 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "signup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("organisation", sa.String(200), nullable=False),
        sa.Column("perspective", sa.String(20), nullable=True),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("nonce", sa.String(32), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(), nullable=True),
        sa.Column("attended", sa.Boolean(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("emptied_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_signup_event_id_event", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["event_room.id"], name="fk_signup_room_id_event_room", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_signup"),
    )
    op.create_index("ix_signup_email", "signup", ["email"], unique=False)
    op.create_index("ix_signup_event_id", "signup", ["event_id", "state"], unique=False)


def downgrade() -> None:
    """Drop the table, with everybody who signed up."""
    op.drop_index("ix_signup_event_id", table_name="signup")
    op.drop_index("ix_signup_email", table_name="signup")
    op.drop_table("signup")
