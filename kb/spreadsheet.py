"""Rows as CSV that a spreadsheet only reads: a cell that it would take for a formula gets an apostrophe before it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""At the start, it tells Excel that the file is UTF-8."""

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}")
_MORE = ("\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}")


def csv_text(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a head and rows as the text of a CSV file (RFC 4180, every cell in quotes)."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow([cell(text) for text in head])
    writer.writerows([cell(text) for text in row] for row in rows)
    return BYTE_ORDER_MARK + out.getvalue()


def cell(text: str) -> str:
    """Return a text as a cell that no spreadsheet takes for a formula, whatever spaces it begins with."""
    start = text.lstrip(" \N{NO-BREAK SPACE}")
    return f"'{text}" if start.startswith((*_DANGEROUS, *_MORE)) else text
