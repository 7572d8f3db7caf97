import random
import re
from typing import Any

import pytest
from markupsafe import Markup, escape

from kb.search.analysis import RUN
from kb.search.asked import Asked
from kb.search.documents import Document, Text
from kb.search.languages import Languages
from kb.search.snippets import Matcher, fragments, mark

TEXT = (
    "De gemeente luistert. In de wijk werken bewoners aan een plan, dat de raad in 2019 vaststelde. "
    "Er kwamen veel bijeenkomsten; de rollen waren onduidelijk. Daarna verdeelden vrijwilligers en ambtenaren "
    "het werk opnieuw. Iedereen weet nu wie wat doet, en waarom. Het overzicht hangt in het dorpshuis. "
    "Het is een klein gebaar geworden met grote gevolgen voor de buurt en de stad, die daar lang op wachtte. "
    "Er is nog geen rolverdeling voor later. Wel is er een plan voor de rollen van iedereen die meedoet."
)


def matcher(language: str, *words: str) -> Matcher:
    languages = Languages(synonyms="")
    return Matcher(languages.reading(Asked(words)).stems(language), languages.analysis(language))


def nl(*words: str) -> Matcher:
    return matcher("nl", *words)


def bare(marked: Markup | None) -> str:
    return re.sub("</?mark>", "", marked or "")


def one_by_one(matcher: Matcher, text: str) -> list[tuple[int, int, str]]:
    """Return what is marked in a text, each run of letters looked at by itself."""
    return [
        (run.start() + start, run.start() + end, stem)
        for run in RUN.finditer(text)
        for start, end, stem in matcher.spans(run.group())
    ]


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("De rollen en de rol.", ["rol"], "De <mark>rollen</mark> en de <mark>rol</mark>."),
        ("Steden en dorpen", ["stad", "dorp"], "<mark>Steden</mark> en <mark>dorpen</mark>"),
        ("Duiven-West", ["west"], "Duiven-<mark>West</mark>"),
        ("wijken,wijk en wijk", ["wijk"], "<mark>wijken</mark>,<mark>wijk</mark> en <mark>wijk</mark>"),
        (
            "kwijk wijk, wijk wijkxyz wijk",
            ["wijk"],
            "kwijk <mark>wijk</mark>, <mark>wijk</mark> wijkxyz <mark>wijk</mark>",
        ),
        (
            "wijk\x85wijk\u2003\u200bwijk\nwijk",
            ["wijk"],
            "<mark>wijk</mark>\x85<mark>wijk</mark>\u2003\u200b<mark>wijk</mark>\n<mark>wijk</mark>",
        ),
        ("Stuur een e-mail.", ["email"], "Stuur een <mark>e-mail</mark>."),
        ("foto\u2019s", ["foto"], "<mark>foto\u2019s</mark>"),
        ("buurt\u00adhuis", ["buurthuizen"], "<mark>buurt\u00adhuis</mark>"),
        ("cafe\u0301", ["café"], "<mark>cafe\u0301</mark>"),
        ("bewonersparticipatie", ["participatie"], "bewoners<mark>participatie</mark>"),
        ("Wijkontwikkelingsplannen", ["wijk", "plan"], "<mark>Wijk</mark>ontwikkelings<mark>plannen</mark>"),
        ("de dorpsraad", ["dorp", "raad"], "de <mark>dorpsraad</mark>"),
        (
            "participatie van bewoners",
            ["bewonersparticipatie"],
            "<mark>participatie</mark> van <mark>bewoners</mark>",
        ),
        ("bewoners\u00adparticipatie", ["participatie"], "<mark>bewoners\u00adparticipatie</mark>"),
        ("niets", ["rol"], "niets"),
        ("niets", [], "niets"),
        ("", ["rol"], ""),
        ("regel een\nregel twee", ["twee"], "regel een\nregel <mark>twee</mark>"),
    ],
)
def test_mark(text: str, words: list[str], expected: str) -> None:
    assert mark(text, nl(*words)) == expected


def test_the_language_of_the_text_decides() -> None:
    assert mark("villages", matcher("en", "village")) == "<mark>villages</mark>"
    assert mark("villages", matcher("fr", "village")) == "villages"


NASTY = [
    "<script>alert('rol')</script>",
    '<b onmouseover="rol()">rol</b>',
    "&amp; rol &lt;rol&gt;",
    "<mark>rol</mark>",
    "rol</mark><img src=x onerror=rol>",
    "\"rol\" 'rol' > rol < rol &",
    "rol\u00ad<rol>\u200b&rol;",
]


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("wrap", [str, Markup])
def test_nothing_but_mark_is_an_element(text: str, wrap: Any) -> None:
    for result in (mark(wrap(text), nl("rol")), fragments(wrap(text), nl("rol"))):
        assert isinstance(result, Markup)
        assert "<mark>rol</mark>" in result
        assert bare(result) == escape(text)


def test_a_query_can_not_bring_an_element() -> None:
    assert mark("a <i> b", nl("<i>", "&lt;")) == "a &lt;<mark>i</mark>&gt; b"


def test_no_match_gives_no_fragment() -> None:
    assert fragments(TEXT, nl("zwembad")) is None
    assert fragments("", nl("rol")) is None
    assert fragments(TEXT, nl()) is None
    assert fragments(TEXT, nl("", "…")) is None


def test_a_short_text_comes_whole() -> None:
    assert fragments("De rollen zijn  helder", nl("rol")) == "De <mark>rollen</mark> zijn helder"


def test_the_fragment_with_most_words_of_the_query_wins() -> None:
    one = fragments(TEXT, nl("rollen", "plan", "zwembad"), limit=1, width=90)
    assert one is not None
    assert "een <mark>plan</mark> voor de <mark>rollen</mark> van iedereen" in one


def test_fragments_stand_in_the_order_of_the_text() -> None:
    two = fragments(TEXT, nl("gemeente", "dorpshuis"), width=80)
    assert two is not None
    assert two.startswith("De <mark>gemeente</mark> luistert.")
    assert " … Het overzicht hangt in het <mark>dorpshuis</mark>. " in two
    assert two.endswith(" …")


def test_the_second_fragment_brings_new_words() -> None:
    text = (
        "plan plan plan. "
        + "Heel iets anders komt hier tussen. " * 8
        + "De wethouder sprak. "
        + "Iets anders. " * 20
    )
    two = fragments(text, nl("plan", "wethouder"), width=60)
    assert two is not None
    assert "<mark>wethouder</mark>" in two


@pytest.mark.parametrize("width", [20, 60, 160, 400])
@pytest.mark.parametrize("limit", [1, 2, 3])
@pytest.mark.parametrize(
    "words", [["rol"], ["plan", "stad"], ["de", "een", "in"], ["dorpshuis", "wie", "later"]]
)
def test_fragments_are_pieces_of_the_text(words: list[str], limit: int, width: int) -> None:
    result = fragments(TEXT, nl(*words), limit=limit, width=width)
    assert result is not None
    pieces = [piece.strip() for piece in bare(result).split("…") if piece.strip()]
    assert 1 <= len(pieces) <= limit
    assert result == result.strip()
    assert "  " not in result
    at = 0
    for piece in pieces:
        at = TEXT.index(piece, at)
        assert len(piece) <= limit * (width + 1)
        assert TEXT[at - 1 : at].strip() == ""  # begins with a whole word
        at += len(piece)
        assert not TEXT[at : at + 1].isalnum()  # and ends with one
    assert "<mark>" in result


def test_no_text_is_shown_twice() -> None:
    result = fragments("rol " * 200, nl("rol"), width=50)
    assert result is not None
    assert len(bare(result)) <= 110


def test_a_text_without_spaces_does_not_overflow() -> None:
    for text in (
        "x" * 5_000 + "-rol",
        "rol-" * 5_000,
        "rol\u00ad" * 5_000,
        "ro" * 5_000 + " rol " + "y" * 5_000,
    ):
        result = fragments(text, nl("rol", text))
        assert result is not None
        assert len(bare(result)) <= 340


def test_white_space_becomes_one_space() -> None:
    assert fragments("Een\n\n  rol\tvoor\u00a0ons", nl("rol")) == "Een <mark>rol</mark> voor ons"


@pytest.mark.parametrize("seed", range(6))
def test_with_the_words_of_the_index_the_same_is_marked(seed: int) -> None:
    """What it looks at less closely must not be what matches."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret is made of it
    pieces = [
        "wijk",
        "Wijkplan",
        "de",
        "rollen",
        "rol'",
        "'rol",
        "Duiven-West",
        "-west",
        "WEST",
        "cafe\u0301",
        "café",
        "plan--wijk",
    ]
    pieces += [
        "bewoners\u00adparticipatie",
        "e-mail",
        "steden",
        "stad",
        "_wijk_",
        "wijk2",
        "\ufb01ets",
        "fiets",
        "…",
        "(wijk)",
        "wijk.wijk",
        "\u2019s-avonds",
    ]
    text = "".join(chance.choice(pieces) + chance.choice([" ", "\n", ", ", "-", "'", ""]) for _ in range(300))
    languages = Languages(synonyms="")
    forms = languages.entry(Document("lesson", "1", (Text("nl", "", text),), {})).forms["nl"]
    for word in ("wijk", "rol", "west", "cafe", "stad", "plan", "participatie", "email", "fiets", "avond"):
        stems = languages.reading(Asked((word,))).stems("nl")
        near = frozenset(
            spelled for spelled, it in forms.items() if {it.stem, *(part.stem for part in it.parts)} & stems
        )
        slow, quick = Matcher(stems, languages.analysis("nl")), Matcher(stems, languages.analysis("nl"), near)
        assert list(quick.spans(text)) == list(slow.spans(text)) == one_by_one(slow, text), word
