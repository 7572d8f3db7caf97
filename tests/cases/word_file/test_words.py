"""What headings mean, and how dates are read."""

from __future__ import annotations

import pytest

from kb.cases.word_file.dates import dated, period
from kb.cases.word_file.headings import topic


@pytest.mark.parametrize(
    ("heading", "word", "rest"),
    [
        ("3. Uitdaging: wie beslist?", "challenge", "wie beslist?"),
        ("Uitdagingen", "challenge", ""),
        ("UITDAGINGEN", "challenge", ""),
        ("Dilemma's", "challenge", ""),
        ("Uitdaging 2 – Geld", "challenge", "Geld"),
        ("4.2.1 Oorzaken", "cause", ""),
        ("IV. Aanpak", "approach", ""),
        ("a) Resultaat / uitkomst", "", ""),
        ("Aanpak en resultaten", "approach", ""),
        ("Onze aanpak", "approach", ""),
        ("De belangrijkste lessen", "lesson", ""),
        ("Vijf lessen voor andere dorpen", "lesson", ""),
        ("Wat hebben we geleerd?", "lesson", ""),
        ("Les 3: begin klein", "lesson", "begin klein"),
        ("Bron", "source", ""),
        ("Literatuurlijst", "source", ""),
        ("Hoofdstuk 7: Bronnen", "source", ""),
        ("Samenvatting van het onderzoek", "summary", ""),
        ("Wie deden mee?", "participants", ""),
        ("Tijdlijn", "timeline", ""),
        ("Hoe we de uitdaging aanpakten", "", ""),
        ("Bronnen van conflict", "", ""),
        ("De les", "lesson", ""),
        ("A problem", "challenge", ""),
        ("", "", ""),
        ("2016", "", ""),
        ("les " * 200, "", ""),
    ],
)
def test_headings(heading: str, word: str, rest: str) -> None:
    found = topic(heading)
    assert (found.word, found.rest) == (word, rest) if word and found else (not word and found is None)


@pytest.mark.parametrize(
    ("line", "date", "what"),
    [
        ("26 november 2016: schouw", "2016-11-26", "schouw"),
        ("Op 26 nov. 2016 was de schouw", "2016-11-26", "was de schouw"),
        ("zaterdag 26 november 2016, schouw", "2016-11-26", "schouw"),
        ("1e mei 2016 - feest", "2016-05-01", "feest"),
        ("November 26th, 2016 – walk", "2016-11-26", "walk"),
        ("26-11-2016 schouw", "2016-11-26", "schouw"),
        ("2016-11-26 schouw", "2016-11-26", "schouw"),
        ("2016-11: schouw", "2016-11", "schouw"),
        ("Maart 2017: plan", "2017-03", "plan"),
        ("2017 – plan", "2017", "plan"),
        ("In 2017 kwam het plan", "2017", "kwam het plan"),
        ("2017", "2017", ""),
        ("2016–2018: bouw", "2016", "2016–2018: bouw"),
        ("2016 tot en met 2018: bouw", "2016", "2016 tot en met 2018: bouw"),
        ("31 februari 2016: nooit", "", "31 februari 2016: nooit"),
        ("zomer 2018: feest", "", "zomer 2018: feest"),
        ("20160 mensen", "", "20160 mensen"),
        ("99-99-2016 x", "", "99-99-2016 x"),
        ("Er kwamen 2016 mensen", "", "Er kwamen 2016 mensen"),
        ("", "", ""),
    ],
)
def test_dates(line: str, date: str, what: str) -> None:
    assert dated(line) == (date, what)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2016–2018", ("2016", "2018")),
        ("2016 - ", ("2016", "")),
        ("2016", ("2016", "")),
        ("2016 t/m 2018.", ("2016", "2018")),
        ("lang geleden", None),
    ],
)
def test_periods(text: str, years: tuple[str, str] | None) -> None:
    assert period(text) == years
