"""How good the search is, on collections and lists given as files, beside others in the same run.

    python -m benchmarks.effectiveness --squad xquad.nl.json --compounds SPLIT.txt --whole WHOLE.txt --words WORDS.txt

--squad takes questions with the passages that answer them (the format of SQuAD): a question is searched for, and its passage
should be found; with --postgres the search on PostgreSQL answers them too, and PostgreSQL's own. --compounds has a word a line
with + at each cut that must be made and ~ at each that may be; --whole has words that must not be cut; --words has correct words,
of which none should be taken for a slip; --variants has two ways of saying the same a line, a tab between, of which each should
find the other among the first ten of all. Pairs of words that should meet are for `benchmarks.analysis`; queries on a knowledge
base for `kb search judge`.

The measure is nDCG@10. A slip is one letter left out, doubled, changed or swapped with the next in the longest word of
each question, by chance but the same at each run; what is kept is the nDCG with slips over that without.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.collection import Questions, questions
from benchmarks.engines import Fts5, Ours, Peer, Tantivy
from benchmarks.tables import table
from kb.search.documents import Document, Text

AT = 10
LETTERS = "etaoinrslgdk"
KIND = "lesson"


class WhooshAsItComes(Peer):
    """Whoosh with its own analyser of the language, its own scoring, and its words joined by OR."""

    name = "Whoosh as it comes"

    def build(self, folder: Path, documents: Sequence[Document]) -> None:
        """Index the documents."""
        from whoosh import fields, index
        from whoosh.analysis import LanguageAnalyzer

        place = folder / "whoosh"
        place.mkdir()
        analyser = LanguageAnalyzer(documents[0].texts[0].language)
        schema = fields.Schema(key=fields.ID(stored=True), body=fields.TEXT(analyzer=analyser))
        self._index = index.create_in(str(place), schema)
        writer = self._index.writer()
        for it in documents:
            writer.add_document(key=it.key, body=it.texts[0].body)
        writer.commit()
        self._searcher: Any = self._index.searcher()

    def keys(self, query: str) -> list[str]:
        """Return the keys of the best."""
        from whoosh.qparser import OrGroup, QueryParser, WhitespacePlugin

        parser = QueryParser("body", self._index.schema, plugins=[WhitespacePlugin()], group=OrGroup)
        return [hit["key"] for hit in self._searcher.search(parser.parse(query), limit=AT)]

    def answer(self, query: str, kind: str, theme: str | None) -> Any:
        """Not asked: only the order is compared."""
        raise NotImplementedError

    def forget(self) -> None:
        """Nothing is measured that would be quicker."""


def ranking(peer: Peer) -> Callable[[str], Sequence[str]]:
    """Return what gives the best keys for a query."""
    if isinstance(peer, WhooshAsItComes):
        return peer.keys
    return lambda query: peer.answer(query, KIND, None).keys


def ndcg(rank: Callable[[str], Sequence[str]], asked: Sequence[tuple[str, str]]) -> float:
    """Return the mean nDCG@10 of questions of which one passage is right."""
    total = 0.0
    for question, key in asked:
        found = list(rank(question))[:AT]
        total += 1 / math.log2(found.index(key) + 2) if key in found else 0.0
    return total / len(asked)


def slipped(question: str, chance: random.Random) -> str:
    """Return a question with one slip in its longest word."""
    words = question.split()
    longest = max(range(len(words)), key=lambda at: sum(map(str.isalpha, words[at])))
    word = words[longest]
    places = [at for at in range(len(word)) if word[at].isalpha()]
    if len(places) > 1:
        at = chance.choice(places[:-1])
        words[longest] = chance.choice(
            [
                word[:at] + word[at + 1 :],
                word[: at + 1] + word[at:],
                word[:at] + chance.choice(LETTERS) + word[at + 1 :],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            ]
        )
    return " ".join(words)


def of_questions(collection: Questions, words: Sequence[str], more: Sequence[Peer] = ()) -> list[list[str]]:
    """Return a row for each engine: its nDCG, and what is kept of it with slips."""
    documents = [
        Document(KIND, key, (Text(collection.language, "", text),), {})
        for key, text in collection.passages.items()
    ]
    chance = random.Random(7)
    wrong = [(slipped(question, chance), key) for question, key in collection.questions]
    whole = Ours("ours", plain=False)
    plain = Ours("ours, whole words alone", plain=True)
    rows = []
    with TemporaryDirectory() as folder:
        peers: list[Peer] = [whole, plain, WhooshAsItComes(), Tantivy(), Fts5(), *more]
        for peer in peers:
            if peer is plain:
                plain.share(whole)
            else:
                peer.build(Path(folder), documents)
            right = ndcg(ranking(peer), collection.questions)
            kept = ndcg(ranking(peer), wrong) / right
            rows.append([f"{collection.name}: {peer.name}", f"{right:.4f}", f"{100 * kept:.1f} %"])
        if words:
            vocabulary = whole.engine.vocabulary()
            corrected = [word for word in words if whole.languages.correction(word, vocabulary)]
            rows.append(
                [
                    f"{collection.name}: correct words corrected",
                    f"{100 * len(corrected) / len(words):.2f} %",
                    "",
                ]
            )
    return rows


def of_variants(pairs: Sequence[tuple[str, str]], language: str) -> list[list[str]]:
    """Return a row for each engine: how many of the pairs find each other, and how many in one direction only."""
    texts = sorted({text for pair in pairs for text in pair})
    documents = [Document(KIND, text, (Text(language, "", text),), {}) for text in texts]
    rows = []
    with TemporaryDirectory() as folder:
        peers: list[Peer] = [Ours("ours", plain=False), WhooshAsItComes(), Tantivy(), Fts5()]
        for peer in peers:
            peer.build(Path(folder), documents)
            rank = ranking(peer)
            ways = [sum(there in list(rank(here))[:AT] for here, there in (it, it[::-1])) for it in pairs]
            both, one = ways.count(2), ways.count(1)
            rows.append(
                [f"pairs that find each other: {peer.name}", f"{both} of {len(pairs)}", f"one way {one}"]
            )
    return rows


def lines(path: Path | None) -> list[str]:
    """Return the lines of a file that are no remarks; none without a file."""
    if path is None:
        return []
    found = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in found if line and not line.startswith("#")]


def of_compounds(cut: Sequence[str], whole: Sequence[str]) -> list[list[str]]:
    """Return rows of how many compounds are cut exactly and how many words stay whole."""
    split = Ours("", plain=True).languages.analysis("nl").split
    exact = sum(
        _is_right("+".join(part.text for part in split(it.replace("+", "").replace("~", ""))), it)
        for it in cut
    )
    kept = sum(not split(word) for word in whole)
    rows = (
        [["compounds cut exactly", f"{100 * exact / len(cut):.1f} %", f"{exact} of {len(cut)}"]]
        if cut
        else []
    )
    return [
        *rows,
        *(
            [["words kept whole", f"{100 * kept / len(whole):.1f} %", f"{kept} of {len(whole)}"]]
            if whole
            else []
        ),
    ]


def _is_right(found: str, wanted: str) -> bool:
    """Tell whether all cuts that must be made are, and none but those that may be."""
    word = wanted.replace("+", "").replace("~", "")
    made, must, may = (
        _cuts(text, word) for text in (found or word, wanted.replace("~", ""), wanted.replace("~", "+"))
    )
    return must <= made <= may


def _cuts(text: str, word: str) -> frozenset[int]:
    found, at = set(), 0
    for piece in text.split("+")[:-1]:
        at += len(piece)
        found.add(at)
    return frozenset(found) if len(text.replace("+", "")) == len(word) else frozenset()


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--squad", type=Path, action="append", default=[], help="questions with their passages"
    )
    parser.add_argument("--postgres", action="store_true", help="ask PostgreSQL too")
    parser.add_argument("--lang", default="nl", help="the language of those (default: nl)")
    parser.add_argument("--compounds", type=Path, help="words with their cuts")
    parser.add_argument("--whole", type=Path, help="words without cuts")
    parser.add_argument("--words", type=Path, help="correct words")
    parser.add_argument("--variants", type=Path, help="pairs that should find each other")
    options = parser.parse_args(arguments)
    rows = of_compounds(lines(options.compounds), lines(options.whole))
    if options.variants:
        pairs = [(here, there) for here, there in (it.split("\t") for it in lines(options.variants))]
        rows += of_variants(pairs, options.lang)
    for file in options.squad:
        for collection in questions(file, options.lang):
            with ExitStack() as stack:
                more: list[Peer] = []
                if options.postgres:
                    from benchmarks.postgres import both

                    _, *more = stack.enter_context(both())
                rows += of_questions(collection, lines(options.words), more)
    if not rows:
        parser.error("give at least one file")
    print(table(["", "nDCG@10", "kept with a slip"], rows))


if __name__ == "__main__":
    main()
