"""Taking a name out of texts: finding each place where it stands, and putting something else there.

Whole words only, in capitals or not, with accents written either way, and in the forms that Dutch and English make of
names: Jansens, Jansen's, Thomas'. Between the words of a name may stand what Markdown and file names put there. Names
in pictures and inside files are not found: people have to look at those themselves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kb.cases.content import Content, keywords
from kb.cases.records import Record

_INVISIBLE = "[\u00ad\u200b-\u200f\u2060\ufeff]*"
"""Signs that do not show and may stand in the middle of a word."""
_BETWEEN = r"(?:[\s*_~.+\u00ad\u200b-\u200f\u2010-\u2015\u2060\ufeff-]|%20|&nbsp;)"
_LIKE = {"'": "['\u2018\u2019\u02bc`]", "-": "[\u2010-\u2015-]", "\u2019": "['\u2018\u2019\u02bc`]"}
_ENDING = r"(?P<ending>['\u2018\u2019\u02bc]?s|['\u2018\u2019\u02bc])?"
_NOT_IN_WORD = r"(?<![^\W_])"
_NOT_GOING_ON = r"(?![^\W_]|[\u0300-\u036f])"
_STRUCTURE = frozenset(
    {"slug", "key", "challenge", "status", "kind", "themes", "participants", "perspectives", "origin"}
    | {"language", "scale", "precision", "date", "accessed", "country"}
)
"""Fields that hold words of the house, not of people."""
_ADDRESSES = frozenset({"url"})
_KEYWORDS = frozenset({"topics", "methods"})
SHORTEST = 2


@dataclass(frozen=True)
class Redaction:
    """What to take out: names as patterns, and what comes in their place."""

    pattern: re.Pattern[str]
    loose: re.Pattern[str]
    replacement: str
    keeps_ending: bool

    def text(self, text: str) -> str:
        """Return a text without the names."""
        return self.pattern.sub(self._instead, text)

    def file_name(self, name: str) -> str:
        """Return the name of a file without the names, also where their words are written as one."""
        return self.loose.sub(self._instead, name)

    def address(self, url: str | None) -> str | None:
        """Return a web address, or None when a name stands in it: half an address leads nowhere."""
        return None if url and self.loose.search(url) else url

    def record(self, record: Record) -> Record:
        """Return a record without the names; an address that holds one is none."""
        cleaned: Record = self._value(record, "", None)
        return cleaned

    def content(self, content: Content) -> Content:
        """Return the content of a draft without the names; an address that holds one is empty."""
        cleaned: Content = self._value(content, "", "")
        return cleaned

    def _value(self, value: Any, field: str, nothing: str | None) -> Any:
        if isinstance(value, dict):
            return {name: self._value(item, name, nothing) for name, item in value.items()}
        if isinstance(value, list):
            kept = [row for row in value if not (field == "tags" and self.pattern.search(row["name"]))]
            return [self._value(item, field, nothing) for item in kept]
        if not isinstance(value, str) or field in _STRUCTURE:
            return value
        if field in _ADDRESSES:
            return value if not value or self.address(value) else nothing
        if field in _KEYWORDS and self.pattern.search(value):
            return ", ".join(word for word in keywords(value) if not self.pattern.search(word))
        return self.text(value)

    def count(self, value: Any, field: str = "") -> int:
        """Return how often the names stand in a text, a record or a content."""
        if isinstance(value, dict):
            return sum(self.count(item, name) for name, item in value.items())
        if isinstance(value, list):
            return sum(self.count(item, field) for item in value)
        if not isinstance(value, str) or field in _STRUCTURE:
            return 0
        pattern = self.loose if field in _ADDRESSES or field == "file_name" else self.pattern
        return sum(1 for _found in pattern.finditer(value))

    def _instead(self, found: re.Match[str]) -> str:
        ending = found["ending"] or ""
        return self.replacement + (ending if self.keeps_ending else "")


def redaction(names: Iterable[str], replacement: str, *, keeps_ending: bool = False) -> Redaction:
    """Return what takes these names out, the longest first; `keeps_ending` for a name in their place: Bea's.

    Raises:
        ValueError: there is no name.

    """
    wanted = sorted({" ".join(name.split()) for name in names if len(name.strip()) >= SHORTEST}, key=len)[
        ::-1
    ]
    if not wanted:
        raise ValueError("no name")
    return Redaction(
        _pattern(wanted, f"{_BETWEEN}{{1,8}}"),
        _pattern(wanted, f"{_BETWEEN}{{0,8}}"),
        replacement,
        keeps_ending,
    )


def parts_of(name: str) -> tuple[str, ...]:
    """Return the parts of a name by which somebody may be called: first name, surname with and without its prefix."""
    words = name.split()
    if len(words) < 2:  # noqa: PLR2004 - one word has no parts
        return ()
    found = (words[0], " ".join(words[1:]), words[-1])
    return tuple(dict.fromkeys(part for part in found if len(part.strip(".")) >= SHORTEST))


def _pattern(names: Sequence[str], between: str) -> re.Pattern[str]:
    inner = "|".join(between.join(_word(word) for word in name.split()) for name in names)
    return re.compile(f"{_NOT_IN_WORD}(?:{inner}){_INVISIBLE}{_ENDING}{_NOT_GOING_ON}", re.IGNORECASE)


def _word(word: str) -> str:
    return _INVISIBLE.join(_sign(sign) for sign in unicodedata.normalize("NFC", word))


def _sign(sign: str) -> str:
    if sign in _LIKE:
        return _LIKE[sign]
    # A capital may take apart otherwise than its small letter, so both forms stand here.
    apart = unicodedata.normalize("NFD", sign)
    return re.escape(sign) if apart == sign else f"(?:{re.escape(sign)}|{re.escape(apart)})"
