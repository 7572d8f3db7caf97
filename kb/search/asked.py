"""What somebody typed, taken apart: words, "words in quotes" and -words that must not be there. Nothing else is syntax."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from kb.search.analysis import is_stop_word, spelled

CHARACTERS: Final = 500
WORDS: Final = 32

_OPEN, _CLOSE = '"\u201c\u201d\u201e\u00ab', '"\u201c\u201d\u00bb'
# A piece without spaces, or what stands in quotes, with a minus before it or not. A quote that is never closed is none.
_PIECE: Final = re.compile(
    rf"(?P<minus>(?<!\S)-(?=[\w{_OPEN}]))?(?:[{_OPEN}](?P<quoted>[^{_OPEN}{_CLOSE}]*)[{_CLOSE}]|(?P<plain>\S[^\s{_OPEN}{_CLOSE}]*))"
)

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query. Words are in normal spelling, ready for the analysis.

    `words` are all that are looked for, each once and in order, those of phrases too. `phrases` must be there as they stand,
    `without` must not; a phrase is one word or more. `only_stop_words`: there were words, but none that is searched for.
    `cut`: more was typed than is searched for.
    """

    words: Words = ()
    phrases: tuple[Words, ...] = ()
    without: tuple[Words, ...] = ()
    only_stop_words: bool = False
    cut: bool = False


class _Piece(NamedTuple):
    words: Words
    quoted: bool
    excluded: bool


def read(text: str) -> Asked:
    """Take a query apart.

    At most CHARACTERS are read, without the word that falls over that edge, and at most WORDS words are kept.
    """
    text = text.strip()
    head, cut = text[:CHARACTERS], len(text) > CHARACTERS
    if cut and text[CHARACTERS].isalnum() and len(head.split()) > 1:
        head = head[: head.rindex(head.split()[-1])]
    pieces = list(_pieces(head))
    kept = [
        piece._replace(words=tuple(word for word in piece.words if not is_stop_word(word)))
        for piece in pieces
    ]
    words = dict.fromkeys(word for piece in kept if not piece.excluded for word in piece.words)
    phrases = dict.fromkeys(
        piece.words for piece in kept if piece.words and piece.quoted and not piece.excluded
    )
    without = dict.fromkeys(piece.words for piece in kept if piece.words and piece.excluded)
    return Asked(
        words=tuple(words)[:WORDS],
        phrases=tuple(phrases)[:WORDS],
        without=tuple(without)[:WORDS],
        only_stop_words=any(piece.words for piece in pieces) and not words and not without,
        cut=cut or len(words) > WORDS,
    )


def _pieces(text: str) -> Iterator[_Piece]:
    for match in _PIECE.finditer(text):
        quoted = match["quoted"]
        words = tuple(word for _, word in spelled(match["plain"] if quoted is None else quoted))
        if words:
            yield _Piece(words, quoted is not None, match["minus"] is not None)
