"""What people say of lessons in their own practice, and how many say so.

Revision: 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the counts."""
    op.create_table(
        "recognition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("url", sa.String(2000), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name="fk_recognition_lesson_id_lesson", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_recognition_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_recognition"),
        sa.UniqueConstraint("lesson_id", "person_id", "kind", name="uq_recognition_lesson_id_person_id_kind"),
    )
    op.create_index("ix_recognition_person_id", "recognition", ["person_id"], unique=False)
    op.add_column(
        "lesson", sa.Column("recognised", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column("lesson", sa.Column("applied", sa.Integer(), server_default=sa.text("0"), nullable=False))


def downgrade() -> None:
    """Drop the table and the counts."""
    op.drop_column("lesson", "applied")
    op.drop_column("lesson", "recognised")
    op.drop_index("ix_recognition_person_id", table_name="recognition")
    op.drop_table("recognition")
