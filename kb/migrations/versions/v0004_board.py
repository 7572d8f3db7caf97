"""The boards of sessions: who takes part, what they write, and what others recognise.

Revision: 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "board",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("moderated", sa.Boolean(), nullable=False),
        sa.Column("keep_days", sa.Integer(), nullable=False),
        sa.Column("emptied_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_board_event_id_event", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", name="pk_board"),
        sa.UniqueConstraint("code", name="uq_board_code"),
    )
    op.create_table(
        "board_column",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("timer_ends_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_board_column_event_id_event", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["learning_question.id"],
            name="fk_board_column_question_id_learning_question",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("question_id", name="pk_board_column"),
    )
    op.create_index("ix_board_column_event_id", "board_column", ["event_id"], unique=False)
    op.create_table(
        "participant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("nickname", sa.String(60), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("joined_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_participant_event_id_event", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["event_room.id"], name="fk_participant_room_id_event_room", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_participant"),
        sa.UniqueConstraint("digest", name="uq_participant_digest"),
    )
    op.create_index("ix_participant_event_id", "participant", ["event_id"], unique=False)
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=True),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("nickname", sa.String(60), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_note_event_id_event", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["note.id"], name="fk_note_merged_into_id_note", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name="fk_note_participant_id_participant",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["learning_question.id"], name="fk_note_question_id_learning_question"
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["event_room.id"], name="fk_note_room_id_event_room", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_note"),
        sa.UniqueConstraint("event_id", "uid", name="uq_note_event_id_uid"),
    )
    op.create_index("ix_note_event_id", "note", ["event_id", "changed"], unique=False)
    op.create_index("ix_note_merged_into_id", "note", ["merged_into_id"], unique=False)
    op.create_index("ix_note_participant_id", "note", ["participant_id"], unique=False)
    op.create_index("ix_note_question_id", "note", ["question_id"], unique=False)
    op.create_table(
        "vote",
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name="fk_vote_note_id_note", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name="fk_vote_participant_id_participant",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("note_id", "participant_id", name="pk_vote"),
    )
    op.create_index("ix_vote_participant_id", "vote", ["participant_id"], unique=False)


def downgrade() -> None:
    """Drop the tables, with every note in them."""
    op.drop_index("ix_vote_participant_id", table_name="vote")
    op.drop_table("vote")
    op.drop_index("ix_note_question_id", table_name="note")
    op.drop_index("ix_note_participant_id", table_name="note")
    op.drop_index("ix_note_merged_into_id", table_name="note")
    op.drop_index("ix_note_event_id", table_name="note")
    op.drop_table("note")
    op.drop_index("ix_participant_event_id", table_name="participant")
    op.drop_table("participant")
    op.drop_index("ix_board_column_event_id", table_name="board_column")
    op.drop_table("board_column")
    op.drop_table("board")
