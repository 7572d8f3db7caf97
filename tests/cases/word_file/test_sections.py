"""A Word report becomes the content of a draft: each part where its heading says, and nothing lost."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from kb.cases.content import ROWS, TEXTS, checked, empty_content
from kb.cases.word_file import WordFile, read_word
from tests.cases.word_file.documents import core, document, h, li, link, p, picture, table, title, word

REPORT = (
    title("Duiven-West: een plan van de wijk"),
    p("Gemeente: Duiven"),
    p("Periode: 2016–2018"),
    h(1, "1. Samenvatting"),
    p("Bewoners maakten **samen** een plan."),
    h(1, "2. Een wijk met een raad"),
    p("In 2000 begon het."),
    h(2, "Eerst de straat op"),
    p("Ze fietsten rond."),
    h(1, "3. Uitdagingen"),
    p("Dit kwamen we tegen."),
    h(2, "Niemand wist wie beslist"),
    p("**Oorzaak:** De rollen stonden nergens."),
    p("Ook de wethouder wist het niet."),
    p("**Aanpak**: Een avond met iedereen."),
    p("**Resultaat:** Een lijst met namen."),
    p("**Les:** Vraag vooraf wie beslist."),
    h(2, "Altijd dezelfde mensen"),
    h(3, "Oorzaak"),
    p("Avonden zijn voor weinigen."),
    h(3, "Aanpak"),
    li("een camper"),
    li("een fietstocht"),
    h(3, "Uitkomst"),
    p("Honderd nieuwe gezichten."),
    h(1, "4. Geleerde lessen"),
    li("Begin klein."),
    li("**Ga naar buiten.** Daar zijn de mensen."),
    h(1, "5. Tijdlijn"),
    li("26 november 2016: wijkschouw"),
    li("december 2016 – camper"),
    li("2017 – plan klaar"),
    li("Ooit: feest"),
    h(1, "Bronnen"),
    li("Wijkplan, ", link("https://x.nl/plan", "r1")),
    p("De krant. www.krant.nl/a (geraadpleegd op 3 maart 2020)"),
    h(1, "Auteurs"),
    p("Jan Jansen en Piet Pietersen"),
    h(1, "Wie deden mee"),
    li("Bewoners"),
    li("Ambtenaren"),
    h(1, "Trefwoorden"),
    p("wijkplan, camper"),
)
TARGETS = {"r1": ("hyperlink", "https://x.nl/plan")}


@pytest.fixture(scope="module")
def report() -> WordFile:
    return read_word(word(*REPORT, targets=TARGETS))


def content_of(*body: str, **more: Any) -> dict[str, Any]:
    return read_word(word(*body, **more)).content


class TestReport:
    def test_every_key_is_there(self, report: WordFile) -> None:
        assert report.content.keys() == empty_content().keys()
        for name in ("challenges", "lessons", "timeline", "sources"):
            for row in report.content[name]:
                assert row.keys() - {"translations"} == set(ROWS[name])

    def test_it_is_a_right_case_once_the_author_saves_it(self, report: WordFile) -> None:
        content = {**report.content, "timeline": report.content["timeline"][:3]}
        _, slips = checked(content, "x", status="draft", themes=frozenset())
        assert slips == []

    def test_short_fields(self, report: WordFile) -> None:
        told = {name: report.content[name] for name in TEXTS if report.content[name]}
        del told["story"]
        assert told == {
            "title": "Duiven-West: een plan van de wijk",
            "summary": "Bewoners maakten samen een plan.",
            "language": "nl",
            "country": "NL",
            "licence": "CC-BY-4.0",
            "municipality": "Duiven",
            "period_start": "2016",
            "period_end": "2018",
            "authors": "Jan Jansen\nPiet Pietersen",
            "topics": "wijkplan, camper",
        }
        assert report.content["participants"] == ["resident", "civil-servant"]

    def test_the_rest_is_the_story_with_its_headings(self, report: WordFile) -> None:
        assert report.content["story"] == (
            "## 2. Een wijk met een raad\n\nIn 2000 begon het.\n\n### Eerst de straat op\n\nZe fietsten rond.\n\n"
            "## 3. Uitdagingen\n\nDit kwamen we tegen."
        )

    def test_challenges_by_words_in_bold_and_by_headings(self, report: WordFile) -> None:
        first, second = report.content["challenges"]
        assert (first["key"], first["title"]) == ("c1", "Niemand wist wie beslist")
        assert first["cause"] == "De rollen stonden nergens.\n\nOok de wethouder wist het niet."
        assert (first["approach"], first["outcome"]) == ("Een avond met iedereen.", "Een lijst met namen.")
        assert (second["key"], second["title"]) == ("c2", "Altijd dezelfde mensen")
        assert second["approach"] == "- een camper\n- een fietstocht"
        assert (second["cause"], second["outcome"]) == (
            "Avonden zijn voor weinigen.",
            "Honderd nieuwe gezichten.",
        )

    def test_lessons(self, report: WordFile) -> None:
        told = [
            (r["key"], r["statement"], r["explanation"], r["challenge"]) for r in report.content["lessons"]
        ]
        assert told == [
            ("n1", "Vraag vooraf wie beslist.", "", "c1"),
            ("n2", "Begin klein.", "", ""),
            ("n3", "Ga naar buiten.", "Daar zijn de mensen.", ""),
        ]

    def test_timeline(self, report: WordFile) -> None:
        assert [(row["date"], row["what"]) for row in report.content["timeline"]] == [
            ("2016-11-26", "wijkschouw"),
            ("2016-12", "camper"),
            ("2017", "plan klaar"),
            ("", "Ooit: feest"),
        ]

    def test_sources(self, report: WordFile) -> None:
        first, second = report.content["sources"]
        assert (first["title"], first["url"]) == ("Wijkplan", "https://x.nl/plan")
        assert second == {
            "title": "De krant.",
            "url": "https://www.krant.nl/a",
            "publisher": "",
            "accessed": "2020-03-03",
        }

    def test_the_author_sees_what_went_where(self, report: WordFile) -> None:
        placed = [tuple(place) for place in report.placed]
        assert ("1. Samenvatting", "summary", "Bewoners maakten samen een plan.") in placed
        assert ("Niemand wist wie beslist", "challenge.approach", "Een avond met iedereen.") in placed
        assert ("Uitkomst", "challenge.outcome", "Honderd nieuwe gezichten.") in placed
        assert ("4. Geleerde lessen", "lesson", "Begin klein.") in placed
        assert ("Bronnen", "source", "Wijkplan, https://x.nl/plan") in placed
        assert {place.where for place in report.placed} >= {"title", "story", "timeline", "authors", "topics"}
        assert all(len(place.excerpt) <= 160 for place in report.placed)


def words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]{3,}", text))


SCRAMBLED = tuple(
    part.replace("</w:t>", f" woord{number}x</w:t>") if part.count("</w:t>") == 1 else part
    for number, part in enumerate(REPORT)
)


@pytest.mark.parametrize(
    "body",
    [
        REPORT,
        SCRAMBLED,
        tuple(reversed(REPORT)),
        REPORT[20:] + REPORT[:20],
        tuple(part.replace("Kop2", "Kop1").replace("Kop3", "Kop1") for part in REPORT),
        tuple(part.replace("Kop1", "Kop4") for part in REPORT),
        tuple(re.sub(r'<w:pStyle w:val="\w+"/>', "", part) for part in REPORT),
        tuple(part.replace("<w:b/>", "") for part in REPORT),
        tuple(part.replace("<w:numPr>", "<w:no>").replace("</w:numPr>", "</w:no>") for part in REPORT),
        (h(1, "Lessen"), table(("Kolom eerste", "Kolom tweede")), p("Slot."), h(2, "Onderkop"), li("punt")),
        (h(1, "Bronnen"), h(2, "Boeken"), p("Een boek."), h(2, "Websites"), p("Zie http://een.nl en http://twee.nl.")),
        (h(1, "Uitdaging"), p("Een lange zin. " * 40), h(2, "Onbekend"), table(("Rij", "Cel"))),
        (h(1, "Auteurs"), p("Wij. Samen. Met elkaar schreven wij dit stuk, en nog veel meer."), h(1, "Partners"), p("Lang " * 50)),
        (h(1, "Plaats"), p("Een heel verhaal over de plaats."), h(1, "Status"), p("Gewijzigd."), h(1, "Resultaten"), p("Goed.")),
        (table(("Gemeente", "Duiven"), ("Periode", "Onbekend"), ("Auteur", "Jan")), table(("Los", "Eind"))),
        (h(1, "Uitdagingen"), table(("Uitdaging", "Oorzaak", "Geld"), ("Wie?", "Daarom.", "Tien"))),
        (h(1, "Tijdlijn"), p("2016: begin\n2017: eind\nOoit wat"), table(("Datum", "Wat"), ("2018", "Feest"))),
    ],
)  # fmt: skip
def test_no_word_gets_lost(body: tuple[str, ...]) -> None:
    """Each word of the text stands somewhere in the content, or in a heading that says where its text went."""
    found = read_word(word(*body, targets=TARGETS))
    told = words(json.dumps(found.content, ensure_ascii=False).replace("\\n", " "))
    told |= words(" ".join(place.heading for place in found.placed))
    told |= {"Bewoners", "Ambtenaren"} if found.content["participants"] else set()
    dates = {"november", "december", "geraadpleegd", "maart"}
    labels = {
        "Oorzaak",
        "Aanpak",
        "Resultaat",
        "Les",
        "Gemeente",
        "Periode",
        "Uitdaging",
        "Auteur",
        "Auteurs",
        "Trefwoorden",
        "Bronnen",
    }
    text = words(re.sub(r"<[^>]+>", " ", document(*body)))
    assert {word for word in text - told - dates - labels if not word.isdigit()} == set()


def test_a_flat_report_with_one_challenge() -> None:
    content = content_of(
        h(1, "Casus Hatert"), h(1, "Uitdaging: wie beslist?"), p("Dat wist niemand."), h(1, "Aanpak"), p("Praten."),
        h(1, "Resultaten"), p("Duidelijk."), h(1, "Aanbevelingen voor andere wijken"), p("Praat."), p("Schrijf op."),
    )  # fmt: skip
    (row,) = content["challenges"]
    assert content["title"] == "Casus Hatert"
    assert (row["title"], row["cause"], row["approach"], row["outcome"]) == (
        "wie beslist?", "Dat wist niemand.", "Praten.", "Duidelijk."
    )  # fmt: skip
    assert [row["statement"] for row in content["lessons"]] == ["Praat.", "Schrijf op."]


def test_results_of_a_whole_project_are_not_those_of_the_last_challenge() -> None:
    content = content_of(
        h(1, "Uitdagingen"), h(2, "Een"), p("a"), h(2, "Twee"), p("b"), h(1, "Resultaten"), p("Alles klaar.")
    )
    assert [row["outcome"] for row in content["challenges"]] == ["", ""]
    assert "## Resultaten\n\nAlles klaar." in content["story"]


def test_a_report_without_styles_is_read_by_its_bold_lines() -> None:
    content = content_of(
        p("Het plein van Zuid"), p("**Samenvatting**"), p("Een plein."), p("**Uitdagingen**"), p("**Geen geld**"),
        p("Oorzaak: de kas was leeg."), p("Aanpak: een actie."), p("**Lessen**"), p("- Vraag eerst."), p("- Deel later."),
    )  # fmt: skip
    assert (content["title"], content["summary"]) == ("Het plein van Zuid", "Een plein.")
    (row,) = content["challenges"]
    assert (row["title"], row["cause"], row["approach"]) == ("Geen geld", "de kas was leeg.", "een actie.")
    assert [row["statement"] for row in content["lessons"]] == ["Vraag eerst.", "Deel later."]


def test_an_english_report() -> None:
    content = content_of(
        h(1, "The square of South"), p("This is the story of a square that was not used by the people."),
        h(2, "Challenge 1 – Who decides?"), p("**Root cause:** Nobody knew."), p("**Solution:** We asked."),
        h(2, "Lessons learned"), li("Ask first."), h(2, "Timeline"), li("November 26, 2016: start"), li("March 2017 - end"),
        h(2, "References"), li("A book. https://x.org/b"),
    )  # fmt: skip
    assert content["language"] == "en"
    assert content["challenges"][0]["title"] == "Who decides?"
    assert content["challenges"][0]["approach"] == "We asked."
    assert [row["statement"] for row in content["lessons"]] == ["Ask first."]
    assert [row["date"] for row in content["timeline"]] == ["2016-11-26", "2017-03"]
    assert content["sources"][0]["title"] == "A book."


def test_a_table_of_challenges() -> None:
    head = ("Uitdaging", "Oorzaak", "Aanpak", "Resultaat", "Les")
    content = content_of(
        h(1, "Uitdagingen"),
        table(head, ("Wie?", "Daarom", "Zo", "Goed", "Vraag."), ("Wat?", "", "Praten", "", "")),
    )
    assert [(r["title"], r["cause"], r["approach"]) for r in content["challenges"]] == [
        ("Wie?", "Daarom", "Zo"),
        ("Wat?", "", "Praten"),
    ]
    assert [(r["statement"], r["challenge"]) for r in content["lessons"]] == [("Vraag.", "c1")]


def test_a_list_of_challenges() -> None:
    content = content_of(
        h(1, "Knelpunten"), p("Dit speelde:"), li("**Geld:** Er was te weinig."), li("Niemand kwam.")
    )
    assert [(r["title"], r["cause"]) for r in content["challenges"]] == [
        ("Geld", "Er was te weinig."),
        ("Niemand kwam.", ""),
    ]


@pytest.mark.parametrize(
    ("body", "more", "expected"),
    [
        ((h(1, "Kop"), title("Echte titel"), p("x")), {}, "Echte titel"),
        ((p("Vooraf"), h(1, "Kop"), p("x")), {}, "Kop"),
        ((h(1, "Samenvatting"), p("x")), {"docProps/core.xml": core("Uit het bestand")}, "Uit het bestand"),
        ((h(1, "Inleiding"), p("x")), {"docProps/core.xml": core("Uit het bestand")}, "Uit het bestand"),
        (
            (p("Eerste regel"), p("x")),
            {"docProps/core.xml": core("Microsoft Word - Document1")},
            "Eerste regel",
        ),
        ((p("Eerste regel"), p("x")), {}, "Eerste regel"),
        ((p("Een lange zin. " * 30),), {}, ""),
        ((), {}, ""),
    ],
)
def test_the_title(body: tuple[str, ...], more: dict[str, str | bytes], expected: str) -> None:
    content = content_of(*body, more=more)
    assert content["title"] == expected
    assert not expected or expected not in content["story"]


def test_what_is_left_out_is_counted() -> None:
    found = read_word(
        word(
            p("Tekst."), picture("r1"), p("<w:del><w:r><w:delText>weg</w:delText></w:r></w:del>"),
            p("<w:r/>", style='<w:pStyle w:val="Inhopg1"/>'), p("Inleiding 3", style='<w:pStyle w:val="Inhopg1"/>'),
            targets={"r1": ("image", "media/a.png")},
            more={
                "word/header1.xml": document(p("Vertrouwelijk")),
                "word/comments.xml": document().replace("<w:body></w:body>", "<w:comment w:id='1'/><w:comment w:id='2'/>"),
            },
        )
    )  # fmt: skip
    assert found.left_out == {"comments": 2, "contents": 1, "deletions": 1, "headers": 1, "images": 1}
    assert found.content["title"] == "Tekst."


def test_footnotes_come_along_at_the_end_of_the_story() -> None:
    note = "<w:footnote w:id='2'>" + p("Zie het archief.") + "</w:footnote>"
    found = read_word(
        word(
            title("Casus"), h(1, "Begin"), p("Tekst", '<w:r><w:footnoteReference w:id="2"/></w:r>', " gaat door."),
            h(1, "Bronnen"), p("Een boek."),
            more={"word/footnotes.xml": document().replace("document", "footnotes").replace("<w:body></w:body>", note)},
        )
    )  # fmt: skip
    assert found.content["story"] == "## Begin\n\nTekst[1] gaat door.\n\n## Noten\n\n1. Zie het archief."
    assert [row["title"] for row in found.content["sources"]] == ["Een boek."]


def test_line_ends_within_a_paragraph_are_lines() -> None:
    content = content_of(title("Casus"), h(1, "Tijdlijn"), p("2016: begin\n2017: midden\n2018–2020: eind"))
    assert [(row["date"], row["what"]) for row in content["timeline"]] == [
        ("2016", "begin"), ("2017", "midden"), ("2018", "2018–2020: eind"),
    ]  # fmt: skip
