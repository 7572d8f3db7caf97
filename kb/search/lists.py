"""The lists of words that an administrator keeps: what is split otherwise, and what means the same.

Both are text, a line for each word or group. A list that nobody saved yet is the one that comes with the program. Every
process looks at the versions before it searches, so a list that was saved is in force at once, everywhere.
"""

from __future__ import annotations

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.db import Base

NAMES = ("exceptions", "synonyms")


class WordList(Base):
    """One list as it was last saved; `version` counts how often."""

    __tablename__ = "search_lists"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    version: Mapped[int]


def versions(session: Session) -> dict[str, int]:
    """Return the version of each list that was ever saved."""
    return dict(iter(session.execute(select(WordList.name, WordList.version))))


def texts(session: Session) -> dict[str, str]:
    """Return the text of each list that was ever saved."""
    return dict(iter(session.execute(select(WordList.name, WordList.text))))
