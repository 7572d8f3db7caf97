"""From words to what the index holds, for documents and for queries: the one place where the two must agree.

A document's words are stemmed by the analysis of their own language. A query's language is not known, so it is read in
every language that the index holds; a Dutch reader types "participation" now and then, and each language has fields of
its own, so a stem never meets one of another language by accident.

Two lists are an administrator's: words that are split otherwise than the program would (or not at all), and words that mean
the same. `Languages` is made of them, and made anew when they change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from hashlib import sha256
from heapq import nlargest
from importlib.resources import files
from itertools import islice, pairwise
from math import log
from typing import Final

from kb.search import compounds, spelling
from kb.search.analysis import Analysis, Word, analyses, analysis, is_stop_word, spelled
from kb.search.asked import Asked, Words
from kb.search.documents import Document
from kb.search.engine import FIELD_WEIGHTS, Entry, Phrase, Term, Vocabulary
from kb.search.snippets import Matcher
from kb.search.stemming import is_word

WHOLE, JOINED, PART, SYNONYM, LIKE = 1.0, 0.7, 0.5, 0.4, 0.3
"""What a word of a query is worth as it was typed, written together with its neighbour, as a part, by a word that means the
same, and by one that only looks like it."""
COMPLETED: Final = 0.9
"""What a word is worth of which only the beginning was typed."""
COMPLETIONS, USUAL = 200, 12
"""How many words with that beginning are looked at, and how many of them, the most usual, are looked for."""
LOOKED_AT, TELLING = 60, 20
"""How many words of a document are looked at when others like it are looked for, and how many of them stand for it."""
Group = list[tuple[str, Words]]
"""Words that mean the same: each as written, with its stems."""
LANGUAGES: Final = ("nl", "en")
OTHER: Final = "xx"
"""The fields for texts in any other language: words are folded but not stemmed."""


def field_language(language: str) -> str:
    """Return which language's fields a text in `language` belongs in."""
    return language if language in LANGUAGES else OTHER


@cache
def shipped_synonyms() -> str:
    """Return the list of synonyms that comes with the program."""
    return (files(__package__) / "synonyms.txt").read_text(encoding="utf-8")


def read_groups(text: str) -> list[tuple[str, ...]]:
    """Return the words of each line of a list of synonyms: `bewoner, inwoner, burger`. What stands behind a # is a remark."""
    lines = (line.partition("#")[0].split(",") for line in text.splitlines())
    groups = (tuple(dict.fromkeys(word.strip() for word in line if word.strip())) for line in lines)
    return [group for group in groups if len(group) > 1]


@dataclass(frozen=True)
class Reading:
    """A query as it is understood: the terms that find it, and the words that were taken for slips, with what was read instead."""

    asked: Asked
    terms: tuple[Term, ...] = ()
    must: tuple[Phrase, ...] = ()
    without: tuple[Phrase, ...] = ()
    corrected: Mapping[str, str] = field(default_factory=dict)

    def stems(self, language: str) -> frozenset[str]:
        """Return the stems by which texts of a language were found."""
        return frozenset(term.stem for term in self.terms if term.language == field_language(language))


class Languages:
    """How texts and queries are read, with an administrator's lists; those that come with the program when not given."""

    def __init__(self, exceptions: str = "", synonyms: str | None = None) -> None:
        self._analyses = analyses(lambda: compounds.splitter(exceptions))
        self.label = sha256(exceptions.encode()).hexdigest()[:16]
        """Changes when texts are read otherwise than before, so that an index must be made anew."""
        self._groups = read_groups(shipped_synonyms() if synonyms is None else synonyms)

    @cached_property
    def _synonyms(self) -> dict[str, dict[Words, list[Group]]]:
        """By language and by the stems of a word (or words) the groups that it is in."""
        return {language: self._by_stems(language) for language in LANGUAGES}

    @cached_property
    def _of_synonyms(self) -> dict[str, list[str]]:
        """The single words of the list of synonyms: somebody may mean one that no text has."""
        words = sorted({text.lower() for group in self._groups for text in group if text.isalpha()})
        return dict.fromkeys(LANGUAGES, words)

    def analysis(self, language: str) -> Analysis:
        """Return the analysis of a language by its code."""
        return analysis(language, self._analyses)

    def entry(self, document: Document) -> Entry:
        """Return a document as the index holds it."""
        words: dict[str, list[str]] = {}
        spellings: dict[str, list[str]] = {}
        forms: dict[str, dict[str, Word]] = {}
        for text in document.texts:
            # the same for two texts in languages without fields of their own
            language = field_language(text.language)
            chosen = self.analysis(language)
            for name, content in (("title", text.title), ("body", text.body)):
                read = chosen.read(content)
                words.setdefault(f"{name}_{language}", []).extend(read.stems)
                words.setdefault(f"{name}parts_{language}", []).extend(read.parts)
                spellings.setdefault(language, []).extend(read.spellings)
                forms.setdefault(language, {}).update(read.words)
        return Entry(document, {name: stems for name, stems in words.items() if stems}, spellings, forms)

    def reading(self, asked: Asked, vocabulary: Vocabulary | None = None) -> Reading:
        """Return what finds a query in an index that holds these words; without them, no word is taken for a slip."""
        corrected = {} if vocabulary is None else self._corrected(asked, vocabulary)
        return Reading(
            asked,
            terms=tuple(self._terms(asked, corrected)),
            must=tuple(map(self._phrase, asked.phrases)),
            without=tuple(map(self._phrase, asked.without)),
            corrected=corrected,
        )

    def telling(self, document: Document, vocabulary: Vocabulary) -> tuple[Term, ...]:
        """Return the words that say most of a document: those that it has often and few others have.

        A word that nothing else holds finds nothing, so it is left out. Of a long text the words that it has most are
        looked at: a rare one that it has once says little of it, and the index has to be asked for each.
        """
        written: dict[tuple[str, str], float] = {}
        for text in document.texts:
            for part, content in (("title", text.title), ("body", text.body)):
                for _, word in spelled(content):
                    if not is_stop_word(word):
                        known = written.get((text.language, word), 0)
                        written[text.language, word] = known + FIELD_WEIGHTS[part]
        often: dict[tuple[str, str], float] = {}
        for language, word in nlargest(LOOKED_AT, written, key=written.__getitem__):
            found = field_language(language), self.analysis(language).stem(word)
            often[found] = often.get(found, 0) + written[language, word]
        worth = {}
        for (language, stem), count in often.items():
            others = vocabulary.frequency(language, stem)
            if others > 1 and not stem.isdigit():
                worth[language, stem] = (1 + log(count)) / log(1 + others)
        best = nlargest(TELLING, worth, key=worth.__getitem__)
        return tuple(Term(language, stem, worth[language, stem]) for language, stem in best)

    def matcher(
        self, reading: Reading, language: str, vocabulary: Vocabulary | None = None
    ) -> Matcher | None:
        """Return what marks the words of a query in texts of a language; None when nothing is looked for.

        With the words of the index that holds the texts, only those of them that can match are looked at: ten times quicker.
        """
        if not reading.terms:
            return None
        stems = reading.stems(language)
        forms = vocabulary.forms(field_language(language), stems) if vocabulary else None
        return Matcher(stems, self.analysis(language), forms)

    def alike(self, reading: Reading, vocabulary: Vocabulary) -> Reading:
        """Return the same query, looked for by words of the index that look like its own."""
        terms = []
        for language in (*LANGUAGES, OTHER):
            stem = self.analysis(language).stem
            for word in reading.asked.words:
                spellings = vocabulary.spellings(language)
                for written, likeness in spelling.alike(word, spellings, known=_is_word(word)):
                    terms.append(Term(language, stem(written), LIKE * likeness, word, "like", written))
        return replace(reading, terms=tuple(terms), must=())

    def completing(self, asked: Asked, vocabulary: Vocabulary) -> Reading:
        """Return what finds a query of which the last word is still being typed: by the words that begin so too."""
        reading = self.reading(replace(asked, phrases=(), without=()))
        if not asked.words:
            return reading
        last, terms = asked.words[-1], list(reading.terms)
        for language in (*LANGUAGES, OTHER):
            stem = self.analysis(language).stem
            found = {
                stem(spelled): spelled
                for spelled in islice(spelling.beginning(last, vocabulary.spellings(language)), COMPLETIONS)
            }
            usual = nlargest(USUAL, found, key=partial(vocabulary.frequency, language))
            terms += [Term(language, it, COMPLETED, last, "completed", found[it]) for it in usual]
        return replace(reading, terms=tuple(terms))

    def correction(self, word: str, vocabulary: Vocabulary) -> str | None:
        """Return what was probably meant by a word; None when somebody knows it, or nothing is near."""
        compound = False
        for language in (*LANGUAGES, OTHER):
            known = self.analysis(language)
            if vocabulary.frequency(language, known.stem(word)):
                return None
            compound = compound or any(vocabulary.frequency(language, stem) for stem in known.parts(word))
        if _is_word(word):
            return None
        for language in (*LANGUAGES, OTHER):
            frequency = partial(self._frequency, vocabulary, language)
            spellings = [*vocabulary.spellings(language), *self._of_synonyms.get(language, ())]
            meant = spelling.correction(word, spellings, frequency, compound=compound)
            if meant:
                return meant
        return None

    def _corrected(self, asked: Asked, vocabulary: Vocabulary) -> dict[str, str]:
        """Return what was probably meant by each word that is a slip; a word in quotes is none."""
        exact = {word for phrase in asked.phrases for word in phrase}
        meant = {word: self.correction(word, vocabulary) for word in asked.words if word not in exact}
        return {word: other for word, other in meant.items() if other}

    def _frequency(self, vocabulary: Vocabulary, language: str, spelled: str) -> int:
        """Return how many documents hold a word, or else one that means the same."""
        stem = self.analysis(language).stem(spelled)
        others = (theirs for _, theirs in self._meaning_same((stem,), language) if len(theirs) == 1)
        return vocabulary.frequency(language, stem) or sum(
            vocabulary.frequency(language, theirs[0]) for theirs in others
        )

    def _terms(self, asked: Asked, corrected: Mapping[str, str]) -> Iterator[Term]:
        """Yield the terms of a query: each stem once per language, by what makes it worth most."""
        for language in (*LANGUAGES, OTHER):
            found: dict[str, Term] = {}
            for term in self._all_terms(asked, corrected, language):
                if term.stem and term.weight > (found[term.stem].weight if term.stem in found else 0):
                    found[term.stem] = term
            yield from found.values()

    def _all_terms(self, asked: Asked, corrected: Mapping[str, str], language: str) -> Iterator[Term]:
        known = self.analysis(language)
        exact = {word for phrase in asked.phrases for word in phrase}
        loose = [word for word in asked.words if word not in exact]
        for word in asked.words:
            yield Term(language, known.stem(word), WHOLE, word, "word", word)
        for word in loose:
            for part in known.split(word):
                yield Term(language, part.stem, PART, word, "part", part.text)
        for word, meant in corrected.items():
            yield Term(language, known.stem(meant), WHOLE, word, "spelling", meant)
            for part in known.split(meant):
                yield Term(language, part.stem, PART, word, "spelling", meant)
        yield from self._synonym_terms([corrected.get(word, word) for word in loose], language)
        if language == "nl":
            for left, right in pairwise(asked.words):
                if left in loose and right in loose:
                    yield Term(
                        language, known.stem(left + right), JOINED, f"{left} {right}", "joined", left + right
                    )

    def _synonym_terms(self, words: Sequence[str], language: str) -> Iterator[Term]:
        """Yield what means the same as words that stand beside each other in a query."""
        known = self._synonyms.get(language)
        if not known:
            return
        stems = [self.analysis(language).stem(word) for word in words]
        longest = max(map(len, known))
        for start in range(len(stems)):
            for end in range(start + 1, min(len(stems), start + longest) + 1):
                for text, others in self._meaning_same(tuple(stems[start:end]), language):
                    for stem in others:
                        yield Term(
                            language, stem, SYNONYM / len(others), " ".join(words[start:end]), "synonym", text
                        )

    def _meaning_same(self, stems: Words, language: str) -> Iterator[tuple[str, Words]]:
        """Yield what means the same as a word (or words): as written, and its stems."""
        for group in self._synonyms.get(language, {}).get(stems, ()):
            yield from ((text, theirs) for text, theirs in group if theirs != stems)

    def _by_stems(self, language: str) -> dict[Words, list[Group]]:
        """Each group stands once in memory, however many words it has."""
        found: dict[Words, list[Group]] = {}
        known = self.analysis(language)
        for texts in self._groups:
            read = ((text, tuple(known.stems(text))) for text in texts)
            group = [(text, stems) for text, stems in read if stems]
            for stems in dict.fromkeys(stems for _, stems in group):
                found.setdefault(stems, []).append(group)
        return found

    def _phrase(self, words: Words) -> Phrase:
        return {
            language: tuple(self.analysis(language).stem(word) for word in words)
            for language in (*LANGUAGES, OTHER)
        }


def _is_word(word: str) -> bool:
    """Whether any dictionary holds a word."""
    return compounds.is_word(word) or any(is_word(word, language) for language in LANGUAGES)
