"""Splitting Dutch compounds: the words of this field, words that are none, and what a list of exceptions says."""

from __future__ import annotations

import time

import pytest

from kb.search.analysis import analysis
from kb.search.compounds import Splitter, read_exceptions, splitter


def cut(word: str) -> str:
    return "+".join(piece.text for piece in splitter().split(word))


@pytest.mark.parametrize(
    "parts",
    [
        "bewoners+participatie",
        "wijk+ontwikkel+plan",
        "wijk+ontwikkelings+plannen",
        "energie+coöperaties",
        "buurt+preventie+team",
        "dorps+huizen",
        "gemeente+raads+lid",
        "leefbaarheids+fonds",
        "ouderen+zorg",
        "huis+artsen+praktijk",
        "speel+tuin",
        "straat+hoek+werker",
        "verkeers+veiligheids+plan",
        "mantel+zorg+beleid",
        "water+schappen",
        "kinder+opvang",
    ],
)
def test_compounds_are_cut_with_the_linking_letters_at_the_left(parts: str) -> None:
    assert cut(parts.replace("+", "")) == parts


@pytest.mark.parametrize(
    "word",
    [
        "gemeente",
        "bewoners",
        "samenleving",
        "verandering",
        "verantwoordelijkheden",
        "ondersteuning",
        "bijeenkomsten",
        "vergaderingen",
        "belangrijk",
        "samenwerken",
        "meedenken",
        "gemeenschappen",
        "gesprekken",
        "wethouders",
        "platform",
        "eindhoven",
        "gelderland",
        "nederasselt",
        "wijk",
        "abcdefghijklmnop",
        "2016",
        "",
    ],
)
def test_what_is_no_compound_stays_whole(word: str) -> None:
    assert splitter().split(word) == ()


def test_a_part_is_known_by_its_own_word() -> None:
    assert [piece.word for piece in splitter().split("wijkontwikkelingsplan")] == [
        "wijk",
        "ontwikkeling",
        "plan",
    ]
    assert [piece.word for piece in splitter().split("dorpshuis")] == ["dorp", "huis"]


def test_an_exception_has_the_last_word_and_counts_as_a_part() -> None:
    exceptions = read_exceptions("moes+tuin  # een tuin\nBuurtApp\n\n# alleen een opmerking\n")
    assert exceptions == {"moestuin": ("moes", "tuin"), "buurtapp": ()}
    known = Splitter({"buurt": 5.0, "app": 4.5, "project": 5.0, "moes": 2.0}, frozenset(), exceptions)
    assert known.split("buurtapp") == ()
    assert [piece.text for piece in known.split("moestuinproject")] == ["moes", "tuin", "project"]


def test_a_word_is_cut_as_well_by_who_writes_no_accents() -> None:
    assert cut("energiecooperaties") == "energie+cooperaties"
    assert cut("wijkcoordinator") == "wijk+coordinator"
    assert cut("reunie") == cut("financien") == ""
    known = Splitter({"wijk": 5.0}, frozenset(["reünie"]), read_exceptions("café+wijk\npatiënt"))
    assert known.split("reunie") == known.split("patient") == ()
    assert [piece.text for piece in known.split("cafewijk")] == ["cafe", "wijk"]


def test_a_stem_of_a_part_is_that_of_the_word_by_itself() -> None:
    nl = analysis("nl")
    assert nl.parts("Bewonersparticipatie") == (nl.stem("bewoners"), nl.stem("participatie"))
    assert nl.parts("wijkontwikkelplan") == nl.parts("Wijkontwikkelingsplannen")
    assert analysis("en").parts("neighbourhood") == ()


def test_hostile_words_take_no_time() -> None:
    began = time.process_time()
    for word in ("wijk" * 16, "a" * 64, "plan" * 15 + "x", "s" * 64, "wijkplan" * 8):
        splitter().split(word)
    assert time.process_time() - began < 1
