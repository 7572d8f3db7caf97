from collections.abc import Set as AbstractSet

import pytest

from kb.search.asked import read
from kb.search.documents import Document, Text
from kb.search.engine import Entry, Term
from kb.search.languages import (
    JOINED,
    LANGUAGES,
    LOOKED_AT,
    OTHER,
    PART,
    SYNONYM,
    WHOLE,
    Languages,
    field_language,
)

PLAIN = Languages(synonyms="")


def index_terms(text: str, language: str) -> list[str]:
    """Return the stems of a text, as the index keeps them."""
    return list(entry(text, language).words.get(f"body_{field_language(language)}", ()))


def part_terms(text: str, language: str) -> list[str]:
    return list(entry(text, language).words.get(f"bodyparts_{field_language(language)}", ()))


def entry(text: str, language: str) -> Entry:
    return PLAIN.entry(Document("lesson", "1", (Text(language, "", text),), {}))


def query_terms(text: str, languages: Languages = PLAIN) -> tuple[Term, ...]:
    return languages.reading(read(text)).terms


@pytest.mark.parametrize(
    ("language", "field"), [("nl", "nl"), ("en", "en"), ("fr", "xx"), ("fy", "xx"), ("", "xx"), ("xx", "xx")]
)
def test_field_language(language: str, field: str) -> None:
    assert field_language(language) == field


def test_a_text_is_stemmed_in_its_own_language() -> None:
    assert index_terms("De villages en de dorpen", "nl")[-1] == index_terms("dorp", "nl")[0]
    assert index_terms("The villages", "en") == index_terms("village", "en")
    assert index_terms("Les villages d'été", "fr") == ["les", "villages", "dete"]


def test_the_terms_keep_the_order_and_repetitions_of_the_text() -> None:
    assert index_terms("Plannen, wijk; plan.", "nl") == index_terms("plan wijk plan", "nl")
    assert len(index_terms("plan wijk plan", "nl")) == 3


def test_a_query_is_read_in_every_language_each_stem_once() -> None:
    terms = query_terms("plannen plan")
    assert len(terms) == len(set(terms))
    assert {term.language for term in terms} == {*LANGUAGES, OTHER}
    as_typed = [term for term in terms if term.weight == WHOLE]
    assert [(term.stem, term.how) for term in as_typed if term.language == "nl"] == [
        (index_terms("plan", "nl")[0], "word")
    ]
    assert {term.stem for term in as_typed if term.language == OTHER} == {"plannen", "plan"}


def worth(text: str) -> dict[str, float]:
    """Return what each Dutch stem of a query is worth."""
    return {term.stem: term.weight for term in query_terms(text) if term.language == "nl"}


def test_parts_of_a_compound_are_worth_less_than_the_word_itself() -> None:
    (whole,), parts = index_terms("dorpsraad", "nl"), part_terms("dorpsraad", "nl")
    assert worth("dorpsraad") == {whole: WHOLE, **dict.fromkeys(parts, PART)}
    assert worth("dorpsraad raad")[parts[-1]] == WHOLE


def test_neighbours_are_looked_for_as_one_word_too() -> None:
    (joined,) = index_terms("energiecoöperatie", "nl")
    assert worth("energie coöperatie")[joined] == JOINED
    assert joined not in worth("energie samen coöperatie")


@pytest.mark.parametrize("one", ["wijk ontwikkel plan", "wijkontwikkelplan", "Wijkontwikkelingsplannen"])
@pytest.mark.parametrize("other", ["wijk ontwikkel plan", "wijkontwikkelplan", "Wijkontwikkelingsplannen"])
def test_written_together_or_apart_it_is_found(one: str, other: str) -> None:
    held = {*index_terms(other, "nl"), *part_terms(other, "nl")}
    assert held & worth(one).keys()


@pytest.mark.parametrize("text", ["", "de het een", "… ?! (*)", "\u200b\u00ad", "😀"])
def test_a_query_without_words_has_no_terms(text: str) -> None:
    assert query_terms(text) == ()


@pytest.mark.parametrize("language", [*LANGUAGES, "fr", "de"])
@pytest.mark.parametrize(
    "word",
    [
        "Bewonersparticipatie",
        "wijkontwikkelplannen",
        "gemeenteraadsleden",
        "participation",
        "neighbourhoods",
        "café",
        "CAFE\u0301",
        "foto\u2019s",
        "zzp'er",
        "e-mail",
        "2016",
        "Groß-Gerau",
        "ﬁets",
        "buurt\u00adhuis",
        "x" * 300,
    ],
)
def test_whatever_stands_in_a_document_is_found_as_it_stands_there(word: str, language: str) -> None:
    wanted = {(field_language(language), stem) for stem in index_terms(word, language)}
    asked = {(term.language, term.stem) for term in query_terms(word)}
    assert wanted
    assert wanted <= asked


# Lists of words


def test_synonyms_are_worth_least() -> None:
    languages = Languages(synonyms="bewoner, inwoner, burger")
    found = {term.stem: term for term in query_terms("bewoners", languages) if term.language == "nl"}
    assert {stem: term.weight for stem, term in found.items()} == {
        "bewoner": WHOLE,
        "inwoner": SYNONYM,
        "burger": SYNONYM,
    }
    assert (found["burger"].how, found["burger"].word, found["burger"].text) == (
        "synonym",
        "bewoners",
        "burger",
    )


def test_synonyms_of_several_words() -> None:
    languages = Languages(synonyms="sociale cohesie, samenhang")
    assert {"samenhang": SYNONYM}.items() <= {
        term.stem: term.weight for term in query_terms("meer sociale cohesie hier", languages)
    }.items()
    split = [
        term
        for term in query_terms("samenhang", languages)
        if term.how == "synonym" and term.language == "nl"
    ]
    assert [term.weight for term in split] == [SYNONYM / 2, SYNONYM / 2]
    assert not [term for term in query_terms("sociale plannen", languages) if term.how == "synonym"]


def test_a_line_of_thousands_of_words_takes_no_more_than_its_words() -> None:
    """An administrator may paste anything; each word with all others would be gigabytes."""
    many = ", ".join(f"w{number}x" for number in range(2_000))
    languages = Languages(synonyms=many)
    held = languages._synonyms["nl"].values()
    assert len({id(group) for groups in held for group in groups}) == 1
    found = query_terms("w7x", languages)
    assert len([term for term in found if term.how == "synonym" and term.language == "nl"]) == 1_999


def test_a_word_in_quotes_is_looked_for_as_it_is() -> None:
    languages = Languages(synonyms="dorpsraad, wijkraad")
    assert {term.how for term in query_terms('"dorpsraad"', languages)} == {"word"}
    assert {term.how for term in query_terms("dorpsraad", languages)} == {"word", "part", "synonym"}


def test_an_exception_goes_before_what_the_program_would_do() -> None:
    assert PLAIN.analysis("nl").parts("dorpsraad")
    languages = Languages(exceptions="dorpsraad  # is one word here\nbuur+tbus")
    assert languages.analysis("nl").parts("dorpsraad") == ()
    assert [part.text for part in languages.analysis("nl").split("buurtbus")] == ["buur", "tbus"]
    assert languages.label != PLAIN.label
    assert Languages(synonyms="a, b").label == PLAIN.label


class Held:
    """An index that holds these words."""

    def __init__(self, *words: str) -> None:
        self._words = sorted(words)
        self._stems = [
            stem
            for word in words
            for stem in (PLAIN.analysis("nl").stem(word), *PLAIN.analysis("nl").parts(word))
        ]

    def frequency(self, language: str, stem: str) -> int:
        return self._stems.count(stem) if language == "nl" else 0

    def spellings(self, language: str) -> list[str]:
        return self._words if language == "nl" else []

    def forms(self, _language: str, _stems: AbstractSet[str]) -> frozenset[str]:
        return frozenset()


def test_a_document_is_told_by_words_that_it_has_often_and_few_others_have() -> None:
    vocabulary = Held("boom", "boom", *(["plan"] * 50), "fiets", "fiets")
    body = "bomen, een boom, het plan, het plan, de plannen en eenmalig " + " ".join(
        f"rijwoord{number}" for number in range(500)
    )
    asked: list[str] = []

    class Counting(Held):
        def frequency(self, language: str, stem: str) -> int:
            asked.append(stem)
            return vocabulary.frequency(language, stem)

    told = Languages().telling(Document("case", "a", (Text("nl", "De fiets", body),), {}), Counting())
    stem = PLAIN.analysis("nl").stem
    assert [term.stem for term in told] == [stem("fiets"), stem("boom"), stem("plan")]
    assert told[0].weight == told[1].weight > told[2].weight
    assert len(asked) <= LOOKED_AT


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("particiaptie", "participatie"),
        ("participatei", "participatie"),
        ("partcipatie", "participatie"),
        ("bewonr", "bewoner"),
        ("hanreling", "handeling"),  # which could be read as a compound
        ("participatie", None),  # is there
        ("participaties", None),  # its stem is there
        ("dorpsbewoner", None),  # a part of it is there
        ("fiets", None),  # not there, but a word
        ("bewrs", None),  # too far
        ("plxn", None),  # too short to say
        ("2016", None),
    ],
)
def test_a_word_that_nobody_knows_is_taken_for_a_slip(typed: str, meant: str | None) -> None:
    held = Held("participatie", "bewoner", "handeling", "plan", "anderling")
    assert PLAIN.correction(typed, held) == meant


def test_both_spellings_are_searched() -> None:
    reading = PLAIN.reading(read("particiaptie bewoner"), Held("participatie", "bewoner"))
    assert reading.corrected == {"particiaptie": "participatie"}
    found = {term.text: term.how for term in reading.terms if term.language == "nl"}
    assert found == {
        "particiaptie": "word",
        "bewoner": "word",
        "participatie": "spelling",
        "particiaptiebewoner": "joined",
    }


def test_a_slip_in_quotes_is_no_slip() -> None:
    assert PLAIN.reading(read('"particiaptie"'), Held("participatie")).corrected == {}
