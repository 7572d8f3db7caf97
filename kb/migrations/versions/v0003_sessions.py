"""Sessions: series, programme, rooms, learning questions, materials, and the cases that they talk about.

Revision: 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_series"),
        sa.UniqueConstraint("slug", name="uq_series_slug"),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("starts", sa.DateTime(), nullable=False),
        sa.Column("ends", sa.DateTime(), nullable=False),
        sa.Column("timezone", sa.String(60), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("place", sa.String(300), nullable=False),
        sa.Column("online_url", sa.String(2000), nullable=False),
        sa.Column("organisers", sa.JSON(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("registration", sa.String(20), nullable=False),
        sa.Column("registration_url", sa.String(2000), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name="fk_event_series_id_series"),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        sa.UniqueConstraint("slug", name="uq_event_slug"),
        sa.UniqueConstraint("uid", name="uq_event_uid"),
    )
    op.create_index("ix_event_series_id", "event", ["series_id"], unique=False)
    op.create_index("ix_event_starts_at", "event", ["starts_at"], unique=False)
    op.create_index("ix_event_status", "event", ["status"], unique=False)
    op.create_table(
        "event_case",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("presenter", sa.String(300), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name="fk_event_case_case_id_case", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_event_case_event_id_event", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", "case_id", name="pk_event_case"),
    )
    op.create_index("ix_event_case_case_id", "event_case", ["case_id"], unique=False)
    op.create_table(
        "event_lead",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_event_lead_event_id_event", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_event_lead_person_id_person"),
        sa.PrimaryKeyConstraint("event_id", "person_id", name="pk_event_lead"),
    )
    op.create_index("ix_event_lead_person_id", "event_lead", ["person_id"], unique=False)
    op.create_table(
        "event_material",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("url", sa.String(2000), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_event_material_event_id_event", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_event_material"),
    )
    op.create_index("ix_event_material_event_id", "event_material", ["event_id"], unique=False)
    op.create_table(
        "event_room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("lead", sa.String(200), nullable=False),
        sa.Column("url", sa.String(2000), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_event_room_event_id_event", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_event_room"),
        sa.UniqueConstraint("event_id", "key", name="uq_event_room_event_id_key"),
    )
    op.create_table(
        "learning_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_learning_question_event_id_event", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_learning_question"),
        sa.UniqueConstraint("event_id", "key", name="uq_learning_question_event_id_key"),
    )
    op.create_table(
        "programme_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=True),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("speaker", sa.String(300), nullable=False),
        sa.Column("setting", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_programme_item_event_id_event", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_programme_item"),
    )
    op.create_index("ix_programme_item_event_id", "programme_item", ["event_id"], unique=False)


def downgrade() -> None:
    """Drop the tables, with every session in them."""
    op.drop_index("ix_programme_item_event_id", table_name="programme_item")
    op.drop_table("programme_item")
    op.drop_table("learning_question")
    op.drop_table("event_room")
    op.drop_index("ix_event_material_event_id", table_name="event_material")
    op.drop_table("event_material")
    op.drop_index("ix_event_lead_person_id", table_name="event_lead")
    op.drop_table("event_lead")
    op.drop_index("ix_event_case_case_id", table_name="event_case")
    op.drop_table("event_case")
    op.drop_index("ix_event_status", table_name="event")
    op.drop_index("ix_event_starts_at", table_name="event")
    op.drop_index("ix_event_series_id", table_name="event")
    op.drop_table("event")
    op.drop_table("series")
