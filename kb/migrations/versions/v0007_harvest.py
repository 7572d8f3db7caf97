"""The harvest of sessions: groups of notes, what was made of them, and what is proposed for cases.

Revision: 0007, after 0006. What was said in a session is a recognition without a person.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and let recognitions do without a person."""
    with op.batch_alter_table("recognition") as batch:
        batch.add_column(sa.Column("event", sa.String(80), server_default=sa.text("''"), nullable=False))
        batch.alter_column("person_id", existing_type=sa.Integer(), nullable=True)
    op.create_table(
        "note_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_note_group_event_id_event", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["learning_question.id"],
            name="fk_note_group_question_id_learning_question",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_note_group"),
    )
    op.create_index("ix_note_group_event_id", "note_group", ["event_id"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("row", sa.JSON(), nullable=False),
        sa.Column("event", sa.String(80), nullable=False),
        sa.Column("notes", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=True),
        sa.Column("challenge_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name="fk_proposal_case_id_case", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenge.id"], name="fk_proposal_challenge_id_challenge", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name="fk_proposal_lesson_id_lesson", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name="fk_proposal_made_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
    )
    op.create_index("ix_proposal_case_id", "proposal", ["case_id"], unique=False)
    op.create_index("ix_proposal_event", "proposal", ["event"], unique=False)
    op.create_index("ix_proposal_lesson_id", "proposal", ["lesson_id"], unique=False)
    op.create_table(
        "harvested",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("recognition_id", sa.Integer(), nullable=True),
        sa.Column("themes", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("notes", sa.Integer(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name="fk_harvested_case_id_case", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_harvested_event_id_event", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name="fk_harvested_made_by_id_person"),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_harvested_proposal_id_proposal", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["learning_question.id"],
            name="fk_harvested_question_id_learning_question",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["recognition_id"],
            ["recognition.id"],
            name="fk_harvested_recognition_id_recognition",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_harvested"),
    )
    op.create_index("ix_harvested_case_id", "harvested", ["case_id"], unique=False)
    op.create_index("ix_harvested_event_id", "harvested", ["event_id"], unique=False)
    op.create_index("ix_harvested_proposal_id", "harvested", ["proposal_id"], unique=False)
    op.create_index("ix_harvested_question_id", "harvested", ["question_id"], unique=False)
    op.create_table(
        "harvested_note",
        sa.Column("harvested_id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["harvested_id"],
            ["harvested.id"],
            name="fk_harvested_note_harvested_id_harvested",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["note_id"], ["note.id"], name="fk_harvested_note_note_id_note", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("harvested_id", "note_id", name="pk_harvested_note"),
    )
    op.create_index("ix_harvested_note_note_id", "harvested_note", ["note_id"], unique=False)
    op.create_table(
        "grouped_note",
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"], ["note.id"], name="fk_grouped_note_note_id_note", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["note_group.id"], name="fk_grouped_note_group_id_note_group", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("note_id", name="pk_grouped_note"),
    )
    op.create_index("ix_grouped_note_group_id", "grouped_note", ["group_id"], unique=False)


def downgrade() -> None:
    """Drop the tables and the columns."""
    op.drop_table("harvested_note")
    op.drop_table("harvested")
    op.drop_table("proposal")
    op.execute("DELETE FROM recognition WHERE person_id IS NULL")
    with op.batch_alter_table("recognition") as batch:
        batch.alter_column("person_id", existing_type=sa.Integer(), nullable=False)
        batch.drop_column("event")
    op.drop_table("grouped_note")
    op.drop_table("note_group")
