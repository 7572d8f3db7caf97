"""Compares two versions of a case for people who never saw a diff, and joins what two people wrote at once.

`compare` is for the history and the review: sections in the order of the editor, in them the fields that changed.
`merge_view` is for the screen of an edit conflict. Both are pure: plain values in, frozen values out, and the same
answer for the same texts whatever the clock says.
"""

from __future__ import annotations

from kb.cases.compare.changes import (
    Change,
    FieldChange,
    How,
    Kind,
    ListChange,
    Path,
    Piece,
    RowChange,
    RowsChange,
    SectionChange,
    TextChange,
    ValueChange,
)
from kb.cases.compare.merging import Both, MergeView, merge_view
from kb.cases.compare.records import compare
from kb.cases.compare.texts import text_pieces

__all__ = [
    "Both",
    "Change",
    "FieldChange",
    "How",
    "Kind",
    "ListChange",
    "MergeView",
    "Path",
    "Piece",
    "RowChange",
    "RowsChange",
    "SectionChange",
    "TextChange",
    "ValueChange",
    "compare",
    "merge_view",
    "text_pieces",
]
