"""The outline of a document: its title, and the pieces of text under each heading.

Many people make a heading by setting a short paragraph in bold. Such a paragraph is a heading here when its words name a
section of a case, or when the document has no real headings at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kb.cases.word_file.headings import PARTS, Topic, is_general, topic
from kb.cases.word_file.lines import Line, Piece

LONGEST_TITLE = 200
LONGEST_HEADING = 100
_EMPTY_TITLE = re.compile(
    r"(?:microsoft )?(?:word )?(?:[-–] )?(?:document|untitled|naamloos|titel|title)\s*\d*|.*\.docx?",
    re.IGNORECASE,
)
"""Titles that programs write into a file by themselves."""


@dataclass
class Section:
    """A heading with what stands under it up to the next one; without heading, what stands before the first."""

    heading: str = ""
    level: int = 0
    topic: Topic | None = None
    pieces: list[Piece] = field(default_factory=list)


def outline(pieces: Sequence[Piece], core_title: str) -> tuple[str, list[Section]]:
    """Return the title of a document and its sections; the text that is the title stands in no section."""
    title, rest = _title(pieces, core_title)
    sections = [Section()]
    for piece in _with_headings(rest):
        if piece["kind"] == "heading":
            heading = piece["plain"]
            sections.append(Section(heading, piece["level"], topic(heading)))
        else:
            sections[-1].pieces.append(piece)
    return title, [section for section in sections if section.heading or section.pieces]


def _title(pieces: Sequence[Piece], core_title: str) -> tuple[str, list[Piece]]:
    """Return the title and the pieces without it: by its style, the first heading, the file's own, or the first line."""
    named = [at for at, piece in enumerate(pieces) if piece["kind"] == "title"]
    heading = next((at for at, piece in enumerate(pieces) if piece["kind"] == "heading"), None)
    if not named and heading is not None:
        first = pieces[heading]
        own = topic(first["plain"]) is None and not is_general(first["plain"])
        named = [heading] if first["level"] == 1 and own else []
    if not named and not (core_title and not _EMPTY_TITLE.fullmatch(core_title)):
        short = pieces and pieces[0]["kind"] == "paragraph" and len(pieces[0]["plain"]) <= LONGEST_TITLE
        named = [0] if short and _label(pieces[0]) is None else []
    if named:
        return pieces[named[0]]["plain"], [piece for at, piece in enumerate(pieces) if at != named[0]]
    return ("" if _EMPTY_TITLE.fullmatch(core_title) else core_title), list(pieces)


def _with_headings(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces with paragraphs that act as a heading made into one."""
    bare = not any(piece["kind"] == "heading" for piece in pieces)
    found: list[Piece] = []
    level = 0
    group: Topic | None = None
    for piece in pieces:
        made = piece
        if piece["kind"] == "heading":
            level = piece["level"]
            about = topic(piece["plain"])
            group = about if about or level <= 1 else group
        elif _may_be_heading(piece):
            about = topic(piece["plain"])
            in_challenges = group is not None and group.word == "challenge"
            if bare:
                level = 3 if about and about.word in PARTS else 2 if in_challenges and not about else 1
                group = about if level == 1 else group
                made = {**piece, "kind": "heading", "level": level}
            elif about:
                made = {
                    **piece,
                    "kind": "heading",
                    "level": level + (2 if in_challenges and group and group.many else 1),
                }
            elif in_challenges and group and group.many:
                made = {**piece, "kind": "heading", "level": level + 1}
        found.append(made)
    return found


def _may_be_heading(piece: Piece) -> bool:
    if piece["kind"] != "paragraph" or len(piece["plain"]) > LONGEST_HEADING or piece["plain"][-1] in ".,;":
        return False
    return Line(piece["text"], piece["plain"]).is_bold


def _label(piece: Piece) -> object:
    return Line(piece["text"], piece["plain"]).label()
