"""What the text analysis is worth and what it costs: `python -m benchmarks.analysis PAIRS.tsv [TEXT]`.

PAIRS.tsv has a line per pair of words: word, word, 1 (a search for one should find the other) or 0 (it should not),
separated by tabs. F1 is taken over the pairs that meet; the words that go wrong are listed. TEXT (UTF-8) is what speed
is measured on; without it the words of the pairs are used, over and over. Times are wall clock on the machine it runs on,
memory is what the process holds more (Linux; elsewhere it is left out).
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

from kb.search.analysis import Analysis, analysis
from kb.search.snippets import Matcher, fragments, mark

SNIPPET_TEXTS = 20
SNIPPET_WORDS = 850
SPEED_WORDS = 200_000
LONG_CHARACTERS = 200_000
RUNS = 5


class Pair(NamedTuple):
    """Two words and whether they should meet."""

    one: str
    other: str
    meet: bool


class Score(NamedTuple):
    """How well stems tell pairs apart; `wrong` are the pairs they do not."""

    f1: float
    precision: float
    recall: float
    wrong: list[Pair]


def read_pairs(path: Path) -> list[Pair]:
    """Read the pairs of a tab-separated file; lines of another shape are left out."""
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return [Pair(row[0], row[1], row[2].strip() == "1") for row in rows if len(row) == len(Pair._fields)]


def score(pairs: list[Pair], chosen: Analysis) -> Score:
    """Compare which pairs meet with which should."""
    met = {pair: chosen.stem(pair.one) == chosen.stem(pair.other) for pair in pairs}
    right = sum(pair.meet and meets for pair, meets in met.items())
    precision = right / max(1, sum(met.values()))
    recall = right / max(1, sum(pair.meet for pair in met))
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return Score(f1, precision, recall, [pair for pair, meets in met.items() if pair.meet != meets])


def resident_mb() -> float | None:
    """Megabytes of memory this process holds, or None where the system does not say."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return None
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def seconds(work: Callable[[], object], runs: int = 1) -> float:
    """Seconds that a call without arguments takes: the median of the runs."""
    taken = []
    for _ in range(runs):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return median(taken)


def main(arguments: list[str]) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="benchmarks.analysis", description="Measure the text analysis.")
    parser.add_argument("pairs", type=Path, metavar="PAIRS.tsv")
    parser.add_argument("text", type=Path, nargs="?", metavar="TEXT")
    parser.add_argument("--lang", default="nl", help="language of the words (default: nl)")
    given = parser.parse_args(arguments)
    chosen = analysis(given.lang)
    pairs = read_pairs(given.pairs)

    before = resident_mb()
    print(f"load: {seconds(lambda: chosen.stem('les')):.3f} s", end="")
    after = resident_mb()
    print(f", {after - before:.1f} MB" if before is not None and after is not None else "")

    result = score(pairs, chosen)
    print(f"pairs: {len(pairs)}  F1 {result.f1:.3f}  P {result.precision:.3f}  R {result.recall:.3f}")
    for pair in result.wrong:
        print(f"  {'missed' if pair.meet else 'merged'}: {pair.one} / {pair.other}")

    source = (
        given.text.read_text(encoding="utf-8")
        if given.text
        else " ".join(f"{p.one} {p.other}" for p in pairs)
    )
    words = source.split()
    vocabulary = sorted(set(words))
    cold = seconds(lambda: [chosen.stem(word) for word in vocabulary])
    print(f"stem: {1e6 * cold / len(vocabulary):.0f} µs a word, cold ({len(vocabulary)} spellings)")
    many = words * (1 + SPEED_WORDS // len(words))
    text = " ".join(many[:SPEED_WORDS])
    chosen.stems(text)
    for name, work in (("stems", lambda: chosen.stems(text)), ("tokens", lambda: list(chosen.tokens(text)))):
        print(f"{name}: {SPEED_WORDS / seconds(work, RUNS):,.0f} words/s, warm")

    starts = range(0, SNIPPET_TEXTS * SNIPPET_WORDS, SNIPPET_WORDS)
    texts = [" ".join(many[at : at + SNIPPET_WORDS]) for at in starts]
    counts = Counter(word for word in words if word.isalpha() and not chosen.is_stop(word))
    query = [word for word, _ in counts.most_common(3)]  # the most work a query of three words can give
    stems = frozenset(map(chosen.stem, query))
    matcher = Matcher(stems, chosen)

    def page() -> None:
        fresh = Matcher(stems, chosen)
        for each in texts:
            fragments(each, fresh)

    print(
        f"snippets: {1000 * seconds(page, RUNS):.1f} ms for {SNIPPET_TEXTS} texts of {SNIPPET_WORDS} words, warm"
    )
    long = text[:LONG_CHARACTERS]
    print(f"long text: {1000 * seconds(lambda: mark(long, matcher), RUNS):.1f} ms to mark, ", end="")
    print(
        f"{1000 * seconds(lambda: fragments(long, matcher), RUNS):.1f} ms for fragments ({len(long)} characters)"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
