import pytest

from kb.search.analysis import query_words
from kb.search.engine import Term
from kb.search.terms import (
    JOINED,
    LANGUAGES,
    OTHER,
    PART,
    WHOLE,
    field_language,
    index_terms,
    part_terms,
    query_terms,
)


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
    terms = query_terms(query_words("plannen plan"))
    assert len(terms) == len(set(terms))
    assert {term.language for term in terms} == {*LANGUAGES, OTHER}
    as_typed = [term for term in terms if term.weight == WHOLE]
    assert [term for term in as_typed if term.language == "nl"] == [Term("nl", index_terms("plan", "nl")[0])]
    assert {term.stem for term in as_typed if term.language == OTHER} == {"plannen", "plan"}


def worth(text: str) -> dict[str, float]:
    """Return what each Dutch stem of a query is worth."""
    return {term.stem: term.weight for term in query_terms(query_words(text)) if term.language == "nl"}


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
    assert query_terms(query_words(text)) == ()


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
    asked = {(term.language, term.stem) for term in query_terms(query_words(word))}
    assert wanted
    assert wanted <= asked
