"""The tables of cases and what belongs to them, the four themes, and the outbox of the search.

Revision: 0001, the first.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

THEMES = (
    (
        "roles-partnership",
        (
            "Rollen & partnerschap",
            "Hoe verdelen we rollen en taken tussen inwoners en gemeente, en hoe gaan we met elkaar om?",
        ),
        (
            "Roles & partnership",
            "How do we divide roles and tasks between residents and the municipality, and how do we treat each other?",
        ),
    ),
    (
        "inclusion",
        ("Inclusie", "Hoe zorgen we dat iedereen mee kan doen?"),
        ("Inclusion", "How do we make sure that everyone can take part?"),
    ),
    (
        "connecting",
        ("Verbinden", "Hoe verbinden we binnen met buiten, en andersom?"),
        ("Connecting", "How do we connect inside with outside, and the other way round?"),
    ),
    (
        "organising",
        ("Organiseren", "Hoe organiseren we dit goed, en laten we zien wat we doen en afspreken?"),
        ("Organising", "How do we organise this well, and show what we do and agree?"),
    ),
)


def upgrade() -> None:
    """Make all tables and the four themes of the field."""
    op.create_table(
        "case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("municipality", sa.String(200), nullable=False),
        sa.Column("province", sa.String(200), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("scale", sa.String(20), nullable=True),
        sa.Column("period_start", sa.Integer(), nullable=True),
        sa.Column("period_end", sa.Integer(), nullable=True),
        sa.Column("participants", sa.JSON(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("licence", sa.String(60), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_case"),
        sa.UniqueConstraint("slug", name="uq_case_slug"),
    )
    op.create_index("ix_case_published_at", "case", ["published_at", "status"], unique=False)
    op.create_table(
        "search_outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_outbox"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tag"),
        sa.UniqueConstraint("name", "kind", name="uq_tag_name_kind"),
    )
    op.create_table(
        "theme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_theme"),
        sa.UniqueConstraint("slug", name="uq_theme_slug"),
    )
    op.create_table(
        "case_tag",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name="fk_case_tag_case_id_case", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name="fk_case_tag_tag_id_tag"),
        sa.PrimaryKeyConstraint("case_id", "tag_id", name="pk_case_tag"),
    )
    op.create_index("ix_case_tag_tag_id", "case_tag", ["tag_id"], unique=False)
    op.create_table(
        "case_theme",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name="fk_case_theme_case_id_case", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name="fk_case_theme_theme_id_theme"),
        sa.PrimaryKeyConstraint("case_id", "theme_id", name="pk_case_theme"),
    )
    op.create_index("ix_case_theme_theme_id", "case_theme", ["theme_id"], unique=False)
    op.create_table(
        "case_translation",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name="fk_case_translation_case_id_case", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", "language", name="pk_case_translation"),
    )
    op.create_table(
        "challenge",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("approach", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("status", sa.String(20), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name="fk_challenge_case_id_case", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_challenge"),
        sa.UniqueConstraint("case_id", "key", name="uq_challenge_case_id_key"),
    )
    op.create_index("ix_challenge_case_id", "challenge", ["case_id"], unique=False)
    op.create_table(
        "partner",
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("url", sa.String(2000), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_partner_case_id_case", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_partner"),
    )
    op.create_index("ix_partner_case_id", "partner", ["case_id"], unique=False)
    op.create_table(
        "source",
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.String(2000), nullable=True),
        sa.Column("publisher", sa.String(300), nullable=False),
        sa.Column("accessed", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_source_case_id_case", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
    )
    op.create_index("ix_source_case_id", "source", ["case_id"], unique=False)
    op.create_table(
        "theme_text",
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("question", sa.String(300), nullable=False),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["theme.id"], name="fk_theme_text_theme_id_theme", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("theme_id", "language", name="pk_theme_text"),
    )
    op.create_table(
        "timeline_entry",
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("precision", sa.String(20), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name="fk_timeline_entry_case_id_case", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_timeline_entry"),
    )
    op.create_index("ix_timeline_entry_case_id", "timeline_entry", ["case_id"], unique=False)
    op.create_table(
        "challenge_theme",
        sa.Column("challenge_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["challenge_id"],
            ["challenge.id"],
            name="fk_challenge_theme_challenge_id_challenge",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name="fk_challenge_theme_theme_id_theme"),
        sa.PrimaryKeyConstraint("challenge_id", "theme_id", name="pk_challenge_theme"),
    )
    op.create_index("ix_challenge_theme_theme_id", "challenge_theme", ["theme_id"], unique=False)
    op.create_table(
        "lesson",
        sa.Column("challenge_id", sa.Integer(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("perspectives", sa.JSON(), nullable=False),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_lesson_case_id_case", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenge.id"], name="fk_lesson_challenge_id_challenge", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_lesson"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_lesson_added_at", "lesson", ["added_at"], unique=False)
    op.create_index("ix_lesson_case_id", "lesson", ["case_id"], unique=False)
    op.create_index("ix_lesson_challenge_id", "lesson", ["challenge_id"], unique=False)
    op.create_table(
        "lesson_theme",
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name="fk_lesson_theme_lesson_id_lesson", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name="fk_lesson_theme_theme_id_theme"),
        sa.PrimaryKeyConstraint("lesson_id", "theme_id", name="pk_lesson_theme"),
    )
    op.create_index("ix_lesson_theme_theme_id", "lesson_theme", ["theme_id"], unique=False)
    op.create_table(
        "lesson_translation",
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name="fk_lesson_translation_lesson_id_lesson", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("lesson_id", "language", name="pk_lesson_translation"),
    )
    _add_themes()


def _add_themes() -> None:
    theme = sa.table("theme", sa.column("slug"), sa.column("position"))
    text = sa.table(
        "theme_text", sa.column("theme_id"), sa.column("language"), sa.column("name"), sa.column("question")
    )
    for number, (slug, *texts) in enumerate(THEMES, start=1):
        op.execute(sa.insert(theme).values(slug=slug, position=number))
        for language, (name, question) in zip(("nl", "en"), texts, strict=True):
            op.execute(
                sa.insert(text).values(theme_id=number, language=language, name=name, question=question)
            )


def downgrade() -> None:
    """Drop all tables."""
    op.drop_table("lesson_translation")
    op.drop_index("ix_lesson_theme_theme_id", table_name="lesson_theme")
    op.drop_table("lesson_theme")
    op.drop_index("ix_lesson_challenge_id", table_name="lesson")
    op.drop_index("ix_lesson_case_id", table_name="lesson")
    op.drop_index("ix_lesson_added_at", table_name="lesson")
    op.drop_table("lesson")
    op.drop_index("ix_challenge_theme_theme_id", table_name="challenge_theme")
    op.drop_table("challenge_theme")
    op.drop_index("ix_timeline_entry_case_id", table_name="timeline_entry")
    op.drop_table("timeline_entry")
    op.drop_table("theme_text")
    op.drop_index("ix_source_case_id", table_name="source")
    op.drop_table("source")
    op.drop_index("ix_partner_case_id", table_name="partner")
    op.drop_table("partner")
    op.drop_index("ix_challenge_case_id", table_name="challenge")
    op.drop_table("challenge")
    op.drop_table("case_translation")
    op.drop_index("ix_case_theme_theme_id", table_name="case_theme")
    op.drop_table("case_theme")
    op.drop_index("ix_case_tag_tag_id", table_name="case_tag")
    op.drop_table("case_tag")
    op.drop_table("theme")
    op.drop_table("tag")
    op.drop_table("search_outbox")
    op.drop_index("ix_case_published_at", table_name="case")
    op.drop_table("case")
