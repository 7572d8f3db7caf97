import time

import pytest

from kb.search.analysis import WORD_LETTERS
from kb.search.asked import CHARACTERS, WORDS, Asked, read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Asked()),
        ("?! \N{THUMBS UP SIGN}", Asked()),
        ("de het een", Asked(only_stop_words=True)),
        ("The WIJK, de wijk!", Asked(("wijk",))),
        ("foto\u2019s van e-mail", Asked(("foto's", "email"))),
        ("wie beslist er", Asked(("wie", "beslist"))),
        ("Duiven-West", Asked(("duiven", "west"))),
    ],
)
def test_words(text: str, expected: Asked) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"wijk ontwikkel plan"', Asked(("wijk", "ontwikkel", "plan"), (("wijk", "ontwikkel", "plan"),))),
        ('buurt "het plan van de wijk"', Asked(("buurt", "plan", "wijk"), (("plan", "wijk"),))),
        ("\u201cwijk plan\u201d", Asked(("wijk", "plan"), (("wijk", "plan"),))),
        ("\u201ewijk plan\u201d", Asked(("wijk", "plan"), (("wijk", "plan"),))),
        ("\u00abwijk plan\u00bb", Asked(("wijk", "plan"), (("wijk", "plan"),))),
        ('"wijk"', Asked(("wijk",), (("wijk",),))),
        ('"wijk" "wijk"', Asked(("wijk",), (("wijk",),))),
        ('""', Asked()),
        ('"de het"', Asked(only_stop_words=True)),
        ('"wijk plan', Asked(("wijk", "plan"))),
        ('wijk" plan', Asked(("wijk", "plan"))),
        ('wijk"plan"buurt', Asked(("wijk", "plan", "buurt"), (("plan",),))),
    ],
)
def test_words_in_quotes(text: str, expected: Asked) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wijk -buurt", Asked(("wijk",), without=(("buurt",),))),
        ("-buurt", Asked(without=(("buurt",),))),
        ('wijk -"kleine kern"', Asked(("wijk",), without=(("kleine", "kern"),))),
        ("wijk -Duiven-West", Asked(("wijk",), without=(("duiven", "west"),))),
        ("wijk - buurt", Asked(("wijk", "buurt"))),
        ("wijk-buurt", Asked(("wijk", "buurt"))),
        ("wijk --buurt", Asked(("wijk", "buurt"))),
        ("wijk -de", Asked(("wijk",))),
        ("-", Asked()),
    ],
)
def test_words_that_must_not_be_there(text: str, expected: Asked) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    ["a* OR b*", "?*a*b*c*", "[a TO z]", "title:wijk", "wijk~2", "(wijk AND buurt)", "wijk^5", "+wijk"],
)
def test_nothing_else_is_syntax(text: str) -> None:
    asked = read(text)
    assert asked.words
    assert (asked.phrases, asked.without) == ((), ())


def test_a_long_query_is_cut() -> None:
    many = read(" ".join(f"w{number}" for number in range(WORDS + 1)))
    assert many.cut
    assert len(many.words) == WORDS
    fill = "wijk " * (CHARACTERS // 5 - 1)
    assert read(fill + "dorpshuizen") == Asked(("wijk",), cut=True)
    assert read(fill + "dorps huizen").words == ("wijk", "dorps")
    assert read("x" * 10_000) == Asked(("x" * WORD_LETTERS,), cut=True)
    assert not read(" " * 10_000 + "wijk").cut


@pytest.mark.parametrize("piece", ['"', '"a', '-"', "- ", "((", "*a* OR ", "\u201c\u201d", "a-"])
def test_nonsense_takes_no_time(piece: str) -> None:
    began = time.perf_counter()
    read(piece * 100_000)
    assert time.perf_counter() - began < 1
