"""Compares two texts word by word, so that the result reads as one running text.

Paragraphs are lined up first, so that one that was put in or moved leaves the others alone; then the words inside the
stretches that differ. A word is never split, punctuation stands apart, and every space is kept: the old and the new text
can be read back from the pieces to the letter.

A few words that happen to be the same between two long changes are counted as changed with them: "de" alone between two
new halves of a sentence tells a reader nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Generator, Iterator, Sequence
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from kb.cases.compare.changes import Kind, Piece
from kb.cases.compare.sequences import Budget, common_blocks

AROUND = 25
"""Words of unchanged text that are shown on either side of a change."""
FEWEST_SKIPPED = 15
"""Fewer unchanged words than this are shown: leaving them out saves nobody a line."""
_SMALL = 3
"""Letters of a word that by itself says little."""
_ENDS = frozenset(".!?…:")
_FARTHEST = 30
"""Words that a difference is slid along to begin with a sentence."""

_PARAGRAPH = re.compile(r".+?(?:\n[^\S\n]*(?=\n)\s*|\Z)", re.DOTALL)


class _Atom(NamedTuple):
    """A word or a mark, and the white space after it."""

    word: str
    space: str


class _Part(NamedTuple):
    """A stretch of atoms of the old and of the new text that differ."""

    old_from: int
    old_to: int
    new_from: int
    new_to: int


def text_pieces(old: str, new: str) -> tuple[Piece, ...]:
    """Return the whole of two texts as pieces: neighbours differ in kind, a removed piece stands before an added one."""
    return tuple(_tidied(_paragraph_pieces(old, new)))


def folded(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return the pieces with the middle of long unchanged stretches marked as skipped; their text stays in them."""
    found: list[Piece] = []
    for number, piece in enumerate(pieces):
        if piece.kind is Kind.SAME:
            found += _fold(piece.text, first=number == 0, last=number == len(pieces) - 1)
        else:
            found.append(piece)
    return tuple(found)


def words_of(text: str) -> list[str]:
    """Return the words and marks of a text, without the white space."""
    return [match[1] for match in _atom().finditer(text) if match[1]]


def _paragraph_pieces(old: str, new: str) -> Iterator[Piece]:
    """Yield the pieces of two texts: paragraphs that are the same but for white space, words in what lies between."""
    budget = Budget()
    ours, theirs = _PARAGRAPH.findall(old), _PARAGRAPH.findall(new)
    blocks = common_blocks([_key(text) for text in ours], [_key(text) for text in theirs], budget)
    at = to = 0
    for old_at, new_at, length in [*blocks, (len(ours), len(theirs), 0)]:
        yield from _word_pieces("".join(ours[at:old_at]), "".join(theirs[to:new_at]), budget)
        at, to = old_at + length, new_at + length
        for one, other in zip(ours[old_at:at], theirs[new_at:to], strict=True):
            yield from ([Piece(Kind.SAME, one)] if one == other else _word_pieces(one, other, budget))


def _key(paragraph: str) -> str:
    return " ".join(paragraph.split())


def _word_pieces(old: str, new: str, budget: Budget) -> Iterator[Piece]:
    if not (old and new):
        yield from (Piece(Kind.REMOVED, old), Piece(Kind.ADDED, new))
        return
    ours, theirs = _atoms(old), _atoms(new)
    at = to = 0
    for part in _told([atom.word for atom in ours], [atom.word for atom in theirs], budget):
        for one, other in zip(ours[at : part.old_from], theirs[to : part.new_from], strict=True):
            yield from _same(one, other)
        at, to = part.old_to, part.new_to
        yield from _replaced(_text(ours[part.old_from : at]), _text(theirs[part.new_from : to]))
    for one, other in zip(ours[at:], theirs[to:], strict=True):
        yield from _same(one, other)


def _same(one: _Atom, other: _Atom) -> Iterator[Piece]:
    if one.space == other.space:
        yield Piece(Kind.SAME, one.word + one.space)
    else:
        yield Piece(Kind.SAME, one.word)
        yield from _replaced(one.space, other.space)


def _replaced(old: str, new: str) -> Iterator[Piece]:
    yield Piece(Kind.REMOVED, old)
    yield Piece(Kind.ADDED, new)


def _told(old: list[str], new: list[str], budget: Budget) -> list[_Part]:
    """Return the stretches that differ, joined where hardly anything lies between them."""
    old_sizes = [0, *accumulate(map(len, old))]
    new_sizes = [0, *accumulate(map(len, new))]

    def size(part: _Part) -> int:
        return max(
            old_sizes[part.old_to] - old_sizes[part.old_from],
            new_sizes[part.new_to] - new_sizes[part.new_from],
        )

    parts: list[_Part] = []
    for part in _differing(old, new, budget):
        one = part
        while parts:
            before = parts[-1]
            between = old_sizes[one.old_from] - old_sizes[before.old_to]
            least = min(size(before), size(one))
            if between * 2 > least or (between * 3 > least and _telling(old[before.old_to : one.old_from])):
                break
            parts.pop()
            one = _Part(before.old_from, one.old_to, before.new_from, one.new_to)
        parts.append(one)
    return _slid(parts, old, new)


def _slid(parts: list[_Part], old: list[str], new: list[str]) -> list[_Part]:
    """Let what only came or only went begin where a sentence begins, when that is the same difference.

    "[. Dan komt B]." and ". [Dan komt B.]" are one and the same removal; people read the second.
    """
    found: list[_Part] = []
    for number, part in enumerate(parts):
        came = part.old_from == part.old_to
        words, begin, end = (new, part.new_from, part.new_to) if came else (old, part.old_from, part.old_to)
        shift = 0
        if came or part.new_from == part.new_to:
            following = parts[number + 1] if number + 1 < len(parts) else None
            limit = (following.new_from if came else following.old_from) if following else len(words)
            least = (found[-1].new_to if came else found[-1].old_to) if found else 0
            shift = _sentence(words, begin, end, (least, limit))
        found.append(_Part(*(place + shift for place in part)))
    return found


def _sentence(words: list[str], begin: int, end: int, limits: tuple[int, int]) -> int:
    """Return how far a stretch can slide to begin after the end of a sentence; 0 when it can't or needn't."""
    least, limit = limits
    for step in (1, -1):
        shift = 0
        while abs(shift) < _FARTHEST:
            if begin + shift == 0 or words[begin + shift - 1] in _ENDS:
                return shift
            first, last = (begin + shift, end + shift) if step > 0 else (begin + shift - 1, end + shift - 1)
            if not (least <= first and last < limit and words[first] == words[last]):
                break
            shift += step
    return 0


def _telling(words: list[str]) -> bool:
    """Tell whether there is more than "de", "het", "van" and marks among the words."""
    return any(len(word) > _SMALL for word in words)


def _differing(old: list[str], new: list[str], budget: Budget) -> Iterator[_Part]:
    at = to = 0
    for old_at, new_at, length in [*common_blocks(old, new, budget), (len(old), len(new), 0)]:
        if old_at > at or new_at > to:
            yield _Part(at, old_at, to, new_at)
        at, to = old_at + length, new_at + length


def _tidied(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Join pieces of one kind; between two unchanged stretches, what was removed comes first."""
    texts: dict[Kind, list[str]] = {Kind.SAME: [], Kind.REMOVED: [], Kind.ADDED: []}
    for piece in pieces:
        if not piece.text:
            continue
        if piece.kind is Kind.SAME and not texts[Kind.SAME]:
            texts[Kind.SAME].append((yield from _changed(texts)))
        elif piece.kind is not Kind.SAME and texts[Kind.SAME]:
            yield from _filled(Kind.SAME, "".join(texts[Kind.SAME]))
            texts[Kind.SAME].clear()
        texts[piece.kind].append(piece.text)
    kept = yield from _changed(texts)
    yield from _filled(Kind.SAME, "".join(texts[Kind.SAME]) + kept)


def _changed(texts: dict[Kind, list[str]]) -> Generator[Piece, None, str]:
    """Yield what was removed and what was added; return the white space that both ended with."""
    removed, added = "".join(texts[Kind.REMOVED]), "".join(texts[Kind.ADDED])
    texts[Kind.REMOVED].clear()
    texts[Kind.ADDED].clear()
    ending = _ending(removed)
    kept = ending if ending == _ending(added) else ""
    yield from _filled(Kind.REMOVED, removed.removesuffix(kept))
    yield from _filled(Kind.ADDED, added.removesuffix(kept))
    return kept


def _ending(text: str) -> str:
    return text[len(text.rstrip()) :]


def _filled(kind: Kind, text: str) -> Iterator[Piece]:
    if text:
        yield Piece(kind, text)


def _fold(text: str, *, first: bool, last: bool) -> Iterator[Piece]:
    """Yield an unchanged text with all but the words next to a change skipped."""
    words = len(text.split())
    shown = (0 if first else AROUND) + (0 if last else AROUND)
    if words - shown < FEWEST_SKIPPED or (first and last):
        yield Piece(Kind.SAME, text)
        return
    begin = 0 if first else len(text) - len(text.lstrip().split(None, AROUND)[AROUND])
    end = len(text) if last else _word_after(text, len(text.rsplit(None, AROUND)[0]))
    if begin:
        yield Piece(Kind.SAME, text[:begin])
    yield Piece(Kind.SKIPPED, text[begin:end], words - shown)
    if end < len(text):
        yield Piece(Kind.SAME, text[end:])


def _word_after(text: str, place: int) -> int:
    return len(text) - len(text[place:].lstrip())


def _atoms(text: str) -> list[_Atom]:
    return [_Atom(match[1], match[3]) for match in _atom().finditer(text)]


def _text(atoms: Sequence[_Atom]) -> str:
    return "".join(atom.word + atom.space for atom in atoms)


@cache
def _atom() -> re.Pattern[str]:
    """Return what finds the next atom; white space at the very beginning is one without a word.

    Accents that are written as letters of their own, soft hyphens and joiners belong to what they stand in. A web
    address is one word; so are 1.000, zo'n, 's-Hertogenbosch, a flag, and a row of the same mark.
    """
    codes = [code for code in range(0x300, 0xFFFF) if unicodedata.category(chr(code))[0] == "M"]
    begins = [code for code in codes if not unicodedata.category(chr(code - 1)).startswith("M")]
    ends = [code for code in codes if not unicodedata.category(chr(code + 1)).startswith("M")]
    marks = "".join(f"{chr(first)}-{chr(last)}" for first, last in zip(begins, ends, strict=True))
    inside = rf"[\w\u00ad\u200b-\u200d{marks}]"
    return re.compile(
        rf"""(
            https?://[^\s<>()"\[\]]*[\w/]
            | (?:(?<!\w)['’][tsnmkr](?!\w)-)? \w{inside}*(?:[-‑'’]\w{inside}*|(?<=\d)[.,](?=\d)\w{inside}*)*
            | (?<!\w)['’][tsnmkr](?!\w)
            | [\U0001f1e6-\U0001f1ff]{{2}}
            | ([^\w\s])(?:[{marks}\U0001f3fb-\U0001f3ff]|\u200d[^\w\s]|\2)*
            | ^
        )(\s*)""",
        re.VERBOSE,
    )
