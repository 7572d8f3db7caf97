"""What a comparison finds, as frozen values that templates show.

A path names a field as the editor does: `("title",)`, `("challenges", 2, "cause")`, `("translations", "en", "title")`.
The number of a row is its place in the newer version, or in the older one when the row is gone. Texts in here are what
people typed: plain text, to be escaped by whoever shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypeAlias

Path = tuple[str | int, ...]


class Kind(StrEnum):
    """What happened to a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"
    SKIPPED = "skipped"


class How(StrEnum):
    """What happened to a row."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"


@dataclass(frozen=True)
class Piece:
    """A stretch of text. A skipped one is unchanged text that readers need not see; `words` says how many words it has."""

    kind: Kind
    text: str
    words: int = 0


@dataclass(frozen=True)
class TextChange:
    """A text that changed: same, skipped and removed pieces make the old one; same, skipped and added the new one."""

    shape: ClassVar[str] = "text"
    path: Path
    pieces: tuple[Piece, ...]

    @property
    def layout_only(self) -> bool:
        """Whether nothing but spaces and line ends differ."""
        return layout_only(self.pieces)


@dataclass(frozen=True)
class ValueChange:
    """A value of one word, such as a year or a status, that changed; empty text stands for none."""

    shape: ClassVar[str] = "value"
    path: Path
    old: str
    new: str


@dataclass(frozen=True)
class ListChange:
    """A list of words that changed; `reordered` when it holds the same ones in another order."""

    shape: ClassVar[str] = "list"
    path: Path
    removed: tuple[str, ...]
    added: tuple[str, ...]
    kept: tuple[str, ...]

    @property
    def reordered(self) -> bool:
        """Whether only the order differs."""
        return not (self.removed or self.added)


FieldChange: TypeAlias = TextChange | ValueChange | ListChange


@dataclass(frozen=True)
class RowChange:
    """A row of a list that changed. Places count from 1; the old one is None for a new row, the new one for a removed row.

    `name` is how people know the row: its title, statement or what happened, of the newer version that has it.
    """

    path: Path
    how: How
    name: str
    moved: bool
    old_place: int | None
    new_place: int | None
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class RowsChange:
    """A list of rows of which at least one changed; the rows in the order of the newer version, removed ones where they were."""

    shape: ClassVar[str] = "rows"
    path: Path
    rows: tuple[RowChange, ...]


Change: TypeAlias = FieldChange | RowsChange


@dataclass(frozen=True)
class SectionChange:
    """A section of the editor in which something changed."""

    name: str
    changes: tuple[Change, ...]


def layout_only(pieces: Sequence[Piece]) -> bool:
    """Tell whether all that was removed and added is white space."""
    return all(piece.kind in {Kind.SAME, Kind.SKIPPED} or not piece.text.strip() for piece in pieces)
