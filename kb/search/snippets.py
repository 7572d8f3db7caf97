"""Why a hit is a hit: the words that matched, marked in the text, and the best fragments of a long text.

A word is marked when its stem is one of the query's, by the same analysis that made the index, so that what is marked
is what matched. The text is plain text; whatever stands in it comes out escaped, and `<mark>` is the only element.

A text is taken in pieces between its white space: what a piece means is remembered, and only those to mark are looked up in it, so
most of a text is passed at the speed of `str.split`.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple
from unicodedata import is_normalized

from markupsafe import Markup

from kb.search.analysis import RUN, Analysis

_GAP: Final = " \N{HORIZONTAL ELLIPSIS} "
_MARK: Final = Markup("<mark>%s</mark>")
_AROUND: Final = '.,:;!?()"'
"""What stands around words and is never of one."""
_SPACES: Final = re.compile(r"\s+")
# The end of a sentence with the space behind it; what closes a quotation or a bracket belongs to the sentence.
_SENTENCE: Final = re.compile(r"[.!?\N{HORIZONTAL ELLIPSIS}][\"'\u2019\u201d)\]]*\s+|\n\s*")


class Span(NamedTuple):
    """A word to mark: `text[start:end]`, found by `stem`."""

    start: int
    end: int
    stem: str


class Matcher:
    """Finds the words with certain stems in texts of one language. Make one per query and language, not per text.

    `forms` are the words of the index, as written, that can match; without them every word is looked at.
    """

    def __init__(
        self, stems: frozenset[str], analysis: Analysis, forms: AbstractSet[str] | None = None
    ) -> None:
        self.stems = stems
        self._analysis = analysis
        self._forms = forms
        self._known: dict[str, tuple[Span, ...]] = {}

    def spans(self, text: str) -> Iterator[Span]:
        """The words of the text that match, from left to right."""
        if not self.stems:
            return
        known, pieces = self._known, text.split()
        for piece in set(pieces).difference(known):
            known[piece] = tuple(self._inside(piece)) if self._may_match(piece) else ()
        at = 0
        for piece in filter(known.get, pieces):  # those in which there is something to mark
            at = _standing(text, piece, at)
            for start, end, stem in known[piece]:
                yield Span(at + start, at + end, stem)
            at += len(piece)

    def _may_match(self, piece: str) -> bool:
        """Whether to look closer at a piece of text without white space: of one plain word, the words of the index say so."""
        word = piece.strip(_AROUND)
        if self._forms is None or not word.isalnum() or not is_normalized("NFKC", word):
            return True
        return word.lower() in self._forms

    def _inside(self, piece: str) -> Iterator[Span]:
        """The words to mark in such a piece."""
        for found in RUN.finditer(piece):
            for start, end, stem in self._matching(found.group()):
                yield Span(found.start() + start, found.start() + end, stem)

    def _matching(self, run: str) -> list[Span]:
        found: list[Span] = []
        for word in self._analysis.words(run):
            inside = [part for part in word.parts if part.stem in self.stems]
            if word.stem in self.stems:
                found.append(Span(word.start, word.end, word.stem))
            elif inside and len(inside) == len(word.parts):
                found.append(Span(word.start, word.end, inside[0].stem))
            else:  # parts of a word that is not written as it is read all stand where it stands
                places = {(part.start, part.end): part.stem for part in inside}
                found += [Span(start, end, stem) for (start, end), stem in places.items()]
        return found


def _standing(text: str, piece: str, start: int) -> int:
    """Where a piece first stands between white space, from `start` on, which it does."""
    at = text.index(piece, start)
    while text[at - 1 : at].strip() or text[at + len(piece) : at + len(piece) + 1].strip():
        at = text.index(piece, at + 1)
    return at


MatcherOf = Callable[[str], Matcher | None]
"""From a language to what marks the words that a search found in texts of it; None when nothing was asked."""


def no_matcher(_language: str) -> None:
    """Mark nothing."""


def mark(text: str, matcher: Matcher) -> Markup:
    """The whole text, escaped, with the matching words in `<mark>`."""
    text = str(text)  # a Markup would count as escaped already
    return Markup("").join(_marked(text, 0, len(text), matcher.spans(text)))


def fragments(text: str, matcher: Matcher, *, limit: int = 2, width: int = 160) -> Markup | None:
    """At most `limit` fragments of about `width` characters with marked words; None when no word matches.

    First chosen is the fragment with the most different words of the query, next the one that adds the most. They are
    shown in the order of the text, cut at sentences or words, white space as one space, with " … " where text was left
    out.
    """
    text = str(text)
    spans = list(matcher.spans(text))
    chosen: list[tuple[int, int]] = []
    seen: set[str] = set()
    while len(chosen) < limit and (groups := list(_free(spans, chosen))):
        _, best = max((_densest(group, seen, width) for group in groups), key=itemgetter(0))
        seen.update(span.stem for span in best)
        chosen.append(_around(text, best[0].start, best[-1].end, chosen, width))
    return _joined(text, sorted(chosen), spans) if chosen else None


def _free(spans: list[Span], chosen: list[tuple[int, int]]) -> Iterator[list[Span]]:
    """The spans outside the chosen fragments, in a group for each stretch of text between those."""
    outside = [
        span for span in spans if not any(start < span.end and span.start < end for start, end in chosen)
    ]
    for _, group in groupby(outside, key=lambda span: sum(start < span.start for start, _ in chosen)):
        yield list(group)


def _densest(spans: list[Span], seen: set[str], width: int) -> tuple[tuple[int, int, int, int], list[Span]]:
    """The best window of `width` characters, and how good it is: one pass, two pointers.

    Best: most stems that were not seen yet, then most stems, then most words, then closest together.
    """
    best, first_best, last_best = (-1, 0, 0, 0), 0, 0
    inside: Counter[str] = Counter()
    fresh = first = 0
    for last, span in enumerate(spans):
        fresh += not inside[span.stem] and span.stem not in seen
        inside[span.stem] += 1
        while first < last and span.end - spans[first].start > width:
            left = spans[first].stem
            first += 1
            inside[left] -= 1
            if not inside[left]:
                del inside[left]
                fresh -= left not in seen
        score = (fresh, len(inside), last - first + 1, spans[first].start - span.end)
        if score > best:
            best, first_best, last_best = score, first, last
    return best, spans[first_best : last_best + 1]


def _around(text: str, start: int, end: int, chosen: list[tuple[int, int]], width: int) -> tuple[int, int]:
    """The fragment around text[start:end]: filled up to the width, cut at sentences or words, clear of the others."""
    lowest = max([other_end for _, other_end in chosen if other_end <= start], default=0)
    highest = min([other_start for other_start, _ in chosen if other_start >= end], default=len(text))
    end = min(end, start + width)
    first = _start(text, max(lowest, start - (width - (end - start)) // 2), start)
    return first, _end(text, end, min(highest, max(end, first + width)), first + width // 2)


def _start(text: str, lowest: int, start: int) -> int:
    """Where a fragment begins: after the last sentence before its first word, else at a word, not before `lowest`."""
    before = text[lowest:start]
    if lowest == 0:
        return 0
    sentences = [match.end() for match in _SENTENCE.finditer(before)]
    if sentences:
        return lowest + sentences[-1]
    if text[lowest - 1].isspace():
        return lowest
    space = _SPACES.search(before)
    return lowest + space.end() if space else start


def _end(text: str, end: int, highest: int, early: int) -> int:
    """Where a fragment ends: with the last sentence that does not end too early, else with a word."""
    if highest >= len(text):
        return len(text)
    after = text[end : highest + 1]
    sentences = [end + match.end() for match in _SENTENCE.finditer(after) if end + match.end() >= early]
    if sentences and sentences[-1] <= highest:
        return end + len(text[end : sentences[-1]].rstrip())
    spaces = [match.start() for match in _SPACES.finditer(after)]
    return end + spaces[-1] if spaces else end


def _joined(text: str, chosen: list[tuple[int, int]], spans: list[Span]) -> Markup:
    parts: list[str] = []
    behind = 0
    for start, end in chosen:
        # Nothing is said of what stands before a first fragment that begins with a sentence.
        says = bool(text[behind:start].strip()) and bool(parts or not _at_sentence(text, start))
        parts.append(_GAP if says else " ")
        parts.extend(_marked(text, start, end, spans))
        behind = end
    if text[behind:].strip() and not _at_sentence(text, behind):
        parts.append(_GAP)
    parts = [part if isinstance(part, Markup) else _SPACES.sub(" ", part) for part in parts]
    return Markup("").join(parts).strip()


def _at_sentence(text: str, at: int) -> bool:
    """Whether one sentence ends and another begins at this place, before or behind the space between them."""
    return any(
        match.start() <= at <= match.end() for match in _SENTENCE.finditer(text, max(0, at - 8), at + 1)
    )


def _marked(text: str, start: int, end: int, spans: Iterable[Span]) -> Iterator[str]:
    """The pieces of text[start:end]: plain strings still to be escaped, and marked words."""
    for span in spans:
        if span.end <= start:
            continue
        if span.start >= end:
            break
        yield text[start : span.start]
        yield _MARK % text[max(start, span.start) : min(end, span.end)]
        start = span.end
    yield text[start:end]
