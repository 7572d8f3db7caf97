"""What people type, made clean: without space around it, and without characters that nobody sees."""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Characters that nobody sees and that make a text read otherwise than it is."""


def tidy(text: str | None) -> str:
    """Return a line of text: one line, single spaces."""
    return " ".join(_UNSEEN.sub("", text or "").split())


def tidy_text(text: str | None) -> str:
    """Return a text of several lines; its line ends become line feeds."""
    return _UNSEEN.sub("", (text or "").replace("\r\n", "\n").replace("\r", "\n")).strip()
