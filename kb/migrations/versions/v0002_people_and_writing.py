"""People, their login sessions and links; drafts, versions and review of cases; attachments; the outbox of mail.

Revision: 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; existing cases keep their texts and have no versions yet."""
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(), nullable=True),
        sa.Column("erased_at", sa.DateTime(), nullable=True),
        sa.Column("totp_secret", sa.String(64), nullable=False),
        sa.Column("totp_since", sa.DateTime(), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("recovery_digests", sa.JSON(), nullable=False),
        sa.Column("notifications", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("email", name="uq_person_email"),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("maker", sa.String(300), nullable=False),
        sa.Column("licence", sa.String(60), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["added_by_id"], ["person.id"], name="fk_attachment_added_by_id_person"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name="fk_attachment_case_id_case", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
        sa.UniqueConstraint("key", name="uq_attachment_key"),
    )
    op.create_index("ix_attachment_case_id", "attachment", ["case_id", "published"], unique=False)
    op.create_index("ix_attachment_sha256", "attachment", ["sha256"], unique=False)
    op.create_table(
        "case_writer",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name="fk_case_writer_case_id_case", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_case_writer_person_id_person"),
        sa.PrimaryKeyConstraint("case_id", "person_id", name="pk_case_writer"),
    )
    op.create_index("ix_case_writer_person_id", "case_writer", ["person_id"], unique=False)
    op.create_table(
        "draft",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=True),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_draft_case_id_case", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name="fk_draft_reviewer_id_person"),
        sa.ForeignKeyConstraint(["saved_by_id"], ["person.id"], name="fk_draft_saved_by_id_person"),
        sa.PrimaryKeyConstraint("case_id", name="pk_draft"),
    )
    op.create_index("ix_draft_reviewer_id", "draft", ["reviewer_id"], unique=False)
    op.create_index("ix_draft_status", "draft", ["status"], unique=False)
    op.create_table(
        "log_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("did", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_log_entry_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_log_entry"),
    )
    op.create_index("ix_log_entry_at", "log_entry", ["at"], unique=False)
    op.create_index("ix_log_entry_by_id", "log_entry", ["by_id"], unique=False)
    op.create_table(
        "login_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("remembered", sa.Boolean(), nullable=False),
        sa.Column("device", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_login_session_person_id_person", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_login_session"),
        sa.UniqueConstraint("digest", name="uq_login_session_digest"),
    )
    op.create_index("ix_login_session_person_id", "login_session", ["person_id"], unique=False)
    op.create_table(
        "named_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("agreed_to", sa.Text(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("medium", sa.String(200), nullable=False),
        sa.Column("consent", sa.String(20), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name="fk_named_person_case_id_case", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_named_person"),
    )
    op.create_index("ix_named_person_case_id", "named_person", ["case_id"], unique=False)
    op.create_table(
        "one_time_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("bound_to", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_one_time_link_person_id_person", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_one_time_link"),
        sa.UniqueConstraint("digest", name="uq_one_time_link_digest"),
    )
    op.create_index("ix_one_time_link_person_id", "one_time_link", ["person_id"], unique=False)
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name="fk_revision_case_id_case", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name="fk_revision_made_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_revision"),
        sa.UniqueConstraint("case_id", "number", name="uq_revision_case_id_number"),
    )
    op.create_table(
        "share_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("meant_for", sa.String(200), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name="fk_share_link_case_id_case", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name="fk_share_link_made_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_share_link"),
        sa.UniqueConstraint("digest", name="uq_share_link_digest"),
    )
    op.create_index("ix_share_link_case_id", "share_link", ["case_id"], unique=False)
    op.create_table(
        "move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_move_by_id_person"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_move_case_id_case", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name="fk_move_revision_id_revision"),
        sa.PrimaryKeyConstraint("id", name="pk_move"),
    )
    op.create_index("ix_move_case_id", "move", ["case_id"], unique=False)
    op.create_table(
        "remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("field", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(), nullable=True),
        sa.Column("resolved_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name="fk_remark_answered_by_id_person"),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_remark_by_id_person"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_remark_case_id_case", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["resolved_by_id"], ["person.id"], name="fk_remark_resolved_by_id_person"),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name="fk_remark_revision_id_revision"),
        sa.PrimaryKeyConstraint("id", name="pk_remark"),
    )
    op.create_index("ix_remark_case_id", "remark", ["case_id"], unique=False)
    op.add_column("case", sa.Column("check_on", sa.Date(), nullable=True))
    op.add_column("case", sa.Column("reminded_on", sa.Date(), nullable=True))
    op.add_column("case", sa.Column("nobody_named", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("case", sa.Column("names_removed_at", sa.DateTime(), nullable=True))
    op.create_index("ix_case_check_on", "case", ["check_on"], unique=False)
    op.add_column("theme", sa.Column("colour", sa.String(20), nullable=False, server_default=sa.text("''")))
    op.add_column("theme", sa.Column("retired", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "mail_outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("to_address", sa.String(254), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(300), nullable=False),
        sa.Column("failed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_mail_outbox"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mail_outbox_next_try_at", "mail_outbox", ["next_try_at"], unique=False)


def downgrade() -> None:
    """Drop the tables, with every account, draft and version in them."""
    op.drop_index("ix_mail_outbox_next_try_at", table_name="mail_outbox")
    op.drop_table("mail_outbox")
    op.drop_column("theme", "retired")
    op.drop_column("theme", "colour")
    op.drop_index("ix_case_check_on", table_name="case")
    op.drop_column("case", "names_removed_at")
    op.drop_column("case", "nobody_named")
    op.drop_column("case", "reminded_on")
    op.drop_column("case", "check_on")
    op.drop_index("ix_remark_case_id", table_name="remark")
    op.drop_table("remark")
    op.drop_index("ix_move_case_id", table_name="move")
    op.drop_table("move")
    op.drop_index("ix_share_link_case_id", table_name="share_link")
    op.drop_table("share_link")
    op.drop_table("revision")
    op.drop_index("ix_one_time_link_person_id", table_name="one_time_link")
    op.drop_table("one_time_link")
    op.drop_index("ix_named_person_case_id", table_name="named_person")
    op.drop_table("named_person")
    op.drop_index("ix_login_session_person_id", table_name="login_session")
    op.drop_table("login_session")
    op.drop_index("ix_log_entry_by_id", table_name="log_entry")
    op.drop_index("ix_log_entry_at", table_name="log_entry")
    op.drop_table("log_entry")
    op.drop_index("ix_draft_status", table_name="draft")
    op.drop_index("ix_draft_reviewer_id", table_name="draft")
    op.drop_table("draft")
    op.drop_index("ix_case_writer_person_id", table_name="case_writer")
    op.drop_table("case_writer")
    op.drop_index("ix_attachment_sha256", table_name="attachment")
    op.drop_index("ix_attachment_case_id", table_name="attachment")
    op.drop_table("attachment")
    op.drop_table("person")
