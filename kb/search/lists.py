"""The lists of words that an administrator keeps: what is split otherwise, and what means the same.

Both are text, a line for each word or group; what stands behind a # is a remark. A list that nobody saved yet is the one
that comes with the program: for synonyms a good deal, for exceptions nothing, as those of the program are always in force
and the administrator's go before them. Every process looks at the versions before it searches, so a list that was saved is
in force at once, everywhere; where it changes how texts are read, the index is made anew in the background.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.core import Conflict
from kb.db import Base
from kb.search.languages import shipped_synonyms

EXCEPTIONS, SYNONYMS = "exceptions", "synonyms"
NAMES: Final = (SYNONYMS, EXCEPTIONS)
LONGEST: Final = 100_000
"""Characters of a list."""
LINES: Final = 3_000


class Outdated(Conflict):
    """Somebody else saved a list meanwhile."""


class WordList(Base):
    """One list as it was last saved; `version` counts how often."""

    __tablename__ = "search_lists"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    version: Mapped[int]


@dataclass(frozen=True)
class Kept:
    """A list as it stands: version 0 is the one that comes with the program."""

    text: str
    version: int


def versions(session: Session) -> dict[str, int]:
    """Return the version of each list that was ever saved."""
    return dict(iter(session.execute(select(WordList.name, WordList.version))))


def texts(session: Session) -> dict[str, str]:
    """Return the text of each list that was ever saved."""
    return dict(iter(session.execute(select(WordList.name, WordList.text))))


def kept(session: Session) -> dict[str, Kept]:
    """Return all lists as they stand, by name."""
    found = {name: Kept(shipped_synonyms() if name == SYNONYMS else "", 0) for name in NAMES}
    return found | {row.name: Kept(row.text, row.version) for row in session.scalars(select(WordList))}


def save(session: Session, changed: Mapping[str, Kept]) -> bool:
    """Save lists as they were typed, each with the version that it was made of; return whether anything changed.

    Raises:
        Outdated: somebody else saved one of them since that version.

    """
    before = kept(session)
    news = {name: new for name, new in changed.items() if _lines(new.text) != _lines(before[name].text)}
    if any(new.version != before[name].version for name, new in news.items()):
        raise Outdated("Somebody else changed these lists meanwhile.")
    for name, new in news.items():
        session.merge(WordList(name=name, text=_lines(new.text), version=new.version + 1))
    return bool(news)


def wrong_synonyms(text: str) -> Iterator[int]:
    """Yield the numbers of the lines of a list of synonyms that name fewer than two words."""
    for number, line in _said(text):
        words = [word for word in line.split(",") if any(c.isalnum() for c in word)]
        if len(words) <= 1:
            yield number


def wrong_exceptions(text: str) -> Iterator[int]:
    """Yield the numbers of the lines of a list of exceptions that are not one word, whole or with a + at each cut."""
    for number, line in _said(text):
        if not all(part.isalpha() for part in line.split("+")):
            yield number


def _said(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        said = line.partition("#")[0].strip()
        if said:
            yield number, said


def _lines(text: str) -> str:
    """Return a text with the ends of lines that every system has."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n") + "\n"
