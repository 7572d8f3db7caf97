"""How people write a case together: drafts, versions, review, and what belongs to a case beside its text.

Readers only ever see the tables of `kb.cases.models.case`. What is being written stands in a `Draft`, as loose content
that may be incomplete or wrong; publishing brings it to those tables. So a published case stays as it was until its new
version is published. A `Revision` is a text that was submitted or published, whole and unchanging; a `Move` is a step of
the review, recorded for good. People are never deleted, only emptied, so that what they did keeps its place.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.accounts.models import Person
from kb.cases.models.case import Case, CaseStatus
from kb.core import now
from kb.db import BEHIND, Base, Moment, word_column


class MoveKind(StrEnum):
    """The named moves of the review."""

    SUBMIT = "submit"
    TAKE_BACK = "take-back"
    RETURN = "return"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    ARCHIVE = "archive"
    REOPEN = "reopen"
    IMPORT = "import"


class Consent(StrEnum):
    """Whether somebody who is named in a case agrees to that."""

    MISSING = "missing"
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


case_writer = Table(
    "case_writer",
    Base.metadata,
    Column("case_id", ForeignKey("case.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", ForeignKey("person.id"), primary_key=True, index=True),
)
"""Who writes, or ever wrote, on a case: they may see its drafts, and none of them may publish it."""


class Draft(Base):
    """What is being written of a case and is not published; there is none when nothing is.

    `content` is as typed (see `kb.cases.content`). `version` goes up with each change: who saves says which one he
    started from. `status` is draft, submitted or returned; of a case that was never published it is the case's own too.
    """

    __tablename__ = "draft"
    __table_args__ = BEHIND

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int]
    status: Mapped[CaseStatus] = mapped_column(word_column(CaseStatus), index=True)
    saved_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    submitted_at: Mapped[dt.datetime | None] = mapped_column(Moment)

    case: Mapped[Case] = relationship(back_populates="draft")
    saved_by: Mapped[Person | None] = relationship(foreign_keys=saved_by_id)
    reviewer: Mapped[Person | None] = relationship(foreign_keys=reviewer_id)


class Revision(Base):
    """A text of a case that was submitted or published, as a record of the case format with its attachments' texts."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"))
    number: Mapped[int]
    record: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[dt.datetime | None] = mapped_column(Moment)

    case: Mapped[Case] = relationship(back_populates="revisions")
    made_by: Mapped[Person | None] = relationship()


class Move(Base):
    """One step of the review: what was done, by whom, when and why. Nobody's, when the program did it itself."""

    __tablename__ = "move"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))
    kind: Mapped[MoveKind] = mapped_column(word_column(MoveKind))
    at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    alone: Mapped[bool] = mapped_column(default=False)

    case: Mapped[Case] = relationship(back_populates="moves")
    revision: Mapped[Revision | None] = relationship()
    by: Mapped[Person | None] = relationship()


class Remark(Base):
    """What a reviewer says about one field of a submitted text; answered by a writer, resolved by the reviewer.

    `field` is the path of the field: the names and keys on the way to it, joined by slashes (`challenges/c1/cause`);
    empty is the case as a whole.
    """

    __tablename__ = "remark"
    __table_args__ = BEHIND

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))
    field: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    resolved_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    revision: Mapped[Revision | None] = relationship()
    by: Mapped[Person | None] = relationship(foreign_keys=by_id)
    answered_by: Mapped[Person | None] = relationship(foreign_keys=answered_by_id)
    resolved_by: Mapped[Person | None] = relationship(foreign_keys=resolved_by_id)


class ShareLink(Base):
    """An address by which one outsider may read a draft for a set time; of its secret only the digest is kept."""

    __tablename__ = "share_link"
    __table_args__ = BEHIND

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    meant_for: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[dt.datetime] = mapped_column(Moment)
    ended_at: Mapped[dt.datetime | None] = mapped_column(Moment)

    made_by: Mapped[Person | None] = relationship()


class NamedPerson(Base):
    """Somebody who is named in a case, and what he agreed to, when and how; kept apart from the text."""

    __tablename__ = "named_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    agreed_to: Mapped[str] = mapped_column(Text, default="")
    agreed_on: Mapped[dt.date | None]
    medium: Mapped[str] = mapped_column(String(200), default="")
    consent: Mapped[Consent] = mapped_column(word_column(Consent))
    changed_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)


class Attachment(Base):
    """A file that belongs to a case. Readers see it once a version that names it is published.

    `key` stands in its address and in the content of drafts; the bytes are kept by their checksum.
    """

    __tablename__ = "attachment"
    __table_args__ = (Index(None, "case_id", "published"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(64), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    file_name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    width: Mapped[int | None]
    height: Mapped[int | None]
    title: Mapped[str] = mapped_column(String(300), default="")
    maker: Mapped[str] = mapped_column(String(300), default="")
    licence: Mapped[str] = mapped_column(String(60), default="")
    alt: Mapped[str] = mapped_column(Text, default="")
    published: Mapped[bool] = mapped_column(default=False)
    added_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
