"""A case to compare with itself, and readable ways to say what a comparison found."""

from __future__ import annotations

import random
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from kb.cases.compare import (
    Change,
    Kind,
    ListChange,
    Piece,
    RowsChange,
    SectionChange,
    TextChange,
    ValueChange,
    compare,
)
from kb.cases.format.shape import normalised
from tests.cases.examples import FULL

SIGNS = {Kind.SAME: "{}", Kind.REMOVED: "[-{}-]", Kind.ADDED: "[+{}+]"}


def chance(seed: int) -> random.Random:
    """Return chance that is the same every time."""
    return random.Random(seed)  # noqa: S311 - made-up texts need repeatable chance, not secrets


def version(**changes: Any) -> dict[str, Any]:
    """Return the full example as a complete record, with these fields changed."""
    return {**normalised(deepcopy(FULL)), **changes}


def said(pieces: Sequence[Piece]) -> str:
    """Return pieces as one line: `de [-kat-][+hond+] … 40 …`."""
    return "".join(
        f"… {piece.words} …" if piece.kind is Kind.SKIPPED else SIGNS[piece.kind].format(piece.text)
        for piece in pieces
    )


def older(pieces: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in pieces if piece.kind is not Kind.ADDED)


def newer(pieces: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in pieces if piece.kind is not Kind.REMOVED)


def told(change: Change) -> Any:
    """Return a change in short: texts as one line, values as a pair, lists and rows as their parts."""
    match change:
        case TextChange():
            return said(change.pieces)
        case ValueChange():
            return (change.old, change.new)
        case ListChange():
            return {"removed": change.removed, "added": change.added}
        case RowsChange():
            return [
                (
                    row.how.value,
                    row.old_place,
                    row.new_place,
                    {str(one.path[-1]): told(one) for one in row.fields},
                )
                for row in change.rows
            ]


def found(old: dict[str, Any], new: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what differs between two versions: section → field → what."""
    sections: tuple[SectionChange, ...] = compare(old, new)
    return {
        section.name: {".".join(map(str, change.path)): told(change) for change in section.changes}
        for section in sections
    }
