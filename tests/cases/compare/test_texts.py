"""Two texts as one running text: what went, what came, and nothing lost on the way."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest

from kb.cases.compare import Kind, Piece, text_pieces
from kb.cases.compare.texts import folded, words_of
from tests.cases.compare.versions import chance, newer, older, said


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "De wijkraad sprak met de gemeente.",
            "De wijkraad sprak lang met de gemeente.",
            "De wijkraad sprak [+lang +]met de gemeente.",
        ),
        ("Het plan is klaar.", "Het plan is bijna klaar!", "Het plan is [+bijna +]klaar[-.-][+!+]"),
        ("bewonersavond", "bewonersavonden", "[-bewonersavond-][+bewonersavonden+]"),
        ("zo'n foto's", "zulke foto's", "[-zo'n-][+zulke+] foto's"),
        ("in ’s-Hertogenbosch", "in Den Bosch", "in [-’s-Hertogenbosch-][+Den Bosch+]"),
        ("Kosten: € 1.000,50.", "Kosten: € 1.250,50.", "Kosten: € [-1.000,50-][+1.250,50+]."),
        (
            "Zie https://a.example/b?c=1.",
            "Zie https://a.example/b?c=2.",
            "Zie [-https://a.example/b?c=1-][+https://a.example/b?c=2+].",
        ),
        ("Samen **sterk** staan", "Samen sterk staan", "Samen [-**-]sterk[-**-] staan"),
        ("", "Nieuw verhaal.", "[+Nieuw verhaal.+]"),
        ("Oud verhaal.", "", "[-Oud verhaal.-]"),
        ("", "", ""),
        ("Hetzelfde.", "Hetzelfde.", "Hetzelfde."),
        ("A. Dan komt B. Dan C.", "A. Dan C.", "A. [-Dan komt B. -]Dan C."),
        (
            "Eerst zijn we blij. Einde.",
            "Eerst zijn we blij. Toen waren we moe. Einde.",
            "Eerst zijn we blij. [+Toen waren we moe. +]Einde.",
        ),
        ("één\u00a0keer", "e\u0301e\u0301n keer", "[-één\u00a0-][+e\u0301e\u0301n +]keer"),
        ("👩\u200d👩\u200d👧 🇳🇱", "👩\u200d👩\u200d👦 🇳🇱", "[-👩\u200d👩\u200d👧-][+👩\u200d👩\u200d👦+] 🇳🇱"),
    ],
)
def test_whole_words_and_marks_apart(old: str, new: str, expected: str) -> None:
    assert said(text_pieces(old, new)) == expected


def test_a_few_small_words_between_two_rewritten_halves_do_not_count_as_kept() -> None:
    pieces = text_pieces(
        "Niemand wist waarover de wijkraad mocht beslissen.",
        "Bewoners vroegen zich af wat de gemeente precies wilde.",
    )
    assert [piece.kind for piece in pieces] == [Kind.REMOVED, Kind.ADDED, Kind.SAME]
    assert pieces[-1].text == "."


def test_a_script_stays_text() -> None:
    pieces = text_pieces("<b>oud</b>", '<b>oud</b><script>alert("x")</script>')
    assert newer(pieces) == '<b>oud</b><script>alert("x")</script>'
    assert all(type(piece.text) is str for piece in pieces)


def paragraphs(*texts: str) -> str:
    return "\n\n".join(texts)


class TestParagraphs:
    ONE = "De wijkraad begon met een schouw."
    TWO = "Daarna kwam er een werkgroep die het groen aanpakte."
    THREE = "In 2027 keek iedereen samen terug op het plan."

    def test_one_that_was_put_in_leaves_the_others_alone(self) -> None:
        old = paragraphs(self.ONE, self.TWO)
        new = paragraphs(self.ONE, self.THREE, self.TWO)
        assert said(text_pieces(old, new)) == f"{self.ONE}\n\n[+{self.THREE}\n\n+]{self.TWO}"

    def test_one_that_moved_went_and_came_and_the_others_stayed(self) -> None:
        old = paragraphs(self.ONE, self.TWO, self.THREE)
        new = paragraphs(self.THREE, self.ONE, self.TWO)
        pieces = text_pieces(old, new)
        assert said(pieces) == f"[+{self.THREE}\n\n+]{self.ONE}\n\n{self.TWO}[-\n\n{self.THREE}-]"

    def test_a_changed_one_beside_a_new_one_shows_its_own_words(self) -> None:
        old = paragraphs(self.ONE, self.TWO)
        new = paragraphs(self.THREE, self.ONE, self.TWO.replace("groen", "verkeer"))
        assert "het [-groen-][+verkeer+] aanpakte." in said(text_pieces(old, new))

    def test_one_that_was_split_in_two_only_gains_a_break(self) -> None:
        pieces = text_pieces(f"{self.ONE} {self.TWO}", f"{self.ONE}\n\n{self.TWO}")
        assert said(pieces) == f"{self.ONE}[- -][+\n\n+]{self.TWO}"

    def test_a_sentence_at_the_end_of_one_and_a_new_one_come_as_one_piece(self) -> None:
        pieces = text_pieces(
            paragraphs(self.ONE, self.TWO), paragraphs(f"{self.ONE} Er kwam een plan.", self.THREE, self.TWO)
        )
        assert said(pieces) == f"{self.ONE}[+ Er kwam een plan.\n\n{self.THREE}+]\n\n{self.TWO}"

    def test_wrapping_lines_anew_changes_no_word(self) -> None:
        old = f"{self.ONE} {self.TWO}".replace(" ", "\n", 3)
        pieces = text_pieces(old, old.replace("\n", " "))
        assert not "".join(piece.text for piece in pieces if piece.kind is not Kind.SAME).strip()

    def test_a_text_that_was_pasted_twice_is_once_added(self) -> None:
        text = paragraphs(self.ONE, self.TWO, self.THREE)
        pieces = text_pieces(text, f"{text}\n\n{text}")
        assert [piece.kind for piece in pieces] == [Kind.SAME, Kind.ADDED]


class TestFolding:
    LONG = " ".join(f"woord{number}" for number in range(100))

    def test_what_is_far_from_a_change_is_skipped_and_counted(self) -> None:
        pieces = folded(text_pieces(f"{self.LONG} oud {self.LONG}", f"{self.LONG} nieuw {self.LONG}"))
        assert [piece.kind.value for piece in pieces] == [
            "skipped",
            "same",
            "removed",
            "added",
            "same",
            "skipped",
        ]
        assert [piece.words for piece in pieces] == [75, 0, 0, 0, 0, 75]
        assert pieces[1].text.split() == self.LONG.split()[-25:]
        assert pieces[4].text.split() == self.LONG.split()[:25]

    def test_between_two_changes_both_sides_are_shown(self) -> None:
        pieces = folded(text_pieces(f"oud {self.LONG} oud", f"nieuw {self.LONG} nieuw"))
        assert said(pieces[:2]) == "[-oud-][+nieuw+]"
        assert [piece.words for piece in pieces if piece.kind is Kind.SKIPPED] == [50]

    def test_a_short_stretch_is_shown_whole(self) -> None:
        few = " ".join(self.LONG.split()[:60])
        assert Kind.SKIPPED not in {
            piece.kind for piece in folded(text_pieces(f"oud {few} oud", f"nieuw {few} nieuw"))
        }

    def test_no_word_is_lost(self) -> None:
        old, new = f"  {self.LONG}\n\noud  {self.LONG} \n", f"  {self.LONG}\n\nnieuw  {self.LONG} \n"
        pieces = folded(text_pieces(old, new))
        assert (older(pieces), newer(pieces)) == (old, new)

    def test_what_did_not_change_is_not_folded_away(self) -> None:
        same = (Piece(Kind.SAME, self.LONG),)
        assert folded(same) == same


SNIPPETS = (
    *(
        "de",
        "het",
        "een",
        "wijk",
        "dorp",
        "bewoners",
        "plan",
        "zo'n",
        "'s",
        "1.000",
        "en/of",
        "**",
        "…",
        "?!",
        "<b>",
    ),
    *(
        "\n",
        "\n\n",
        "\r\n\r\n",
        " ",
        "  ",
        "\t",
        "\u00a0",
        "\u200b",
        "e\u0301",
        "👩\u200d👧",
        "🇳🇱",
        "\u0301",
        "\x1c",
        "https://a.example/",
    ),
)


def made(rng: random.Random, most: int) -> str:
    return "".join(rng.choice(SNIPPETS) + rng.choice(("", " ", " ")) for _ in range(rng.randrange(most)))


def edited(rng: random.Random, text: str) -> str:
    for _ in range(rng.randrange(5)):
        at, to = sorted((rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)))
        text = (
            text[:at]
            + (made(rng, 6) if rng.random() < 0.5 else text[to : to + 20])
            + text[min(to, at + 15) :]
        )
    return text


@pytest.mark.parametrize("seed", range(20))
def test_both_texts_can_be_read_back_to_the_letter(seed: int) -> None:
    rng = chance(seed)
    for _ in range(40):
        old = made(rng, 80)
        new = edited(rng, old) if rng.random() < 0.7 else made(rng, 80)
        pieces = text_pieces(old, new)
        assert (older(pieces), newer(pieces)) == (old, new)
        assert (older(folded(pieces)), newer(folded(pieces))) == (old, new)
        assert all(piece.text for piece in pieces)
        assert all(one.kind is not other.kind for one, other in pairwise(pieces))


def test_words_are_never_split() -> None:
    rng = chance(7)
    for _ in range(100):
        old, new = made(rng, 60), made(rng, 60)
        whole = set(words_of(old)) | set(words_of(new))
        for piece in text_pieces(old, new):
            assert set(words_of(piece.text)) <= whole


def test_the_answer_is_the_same_every_time() -> None:
    rng = chance(3)
    old, new = made(rng, 3000), made(rng, 3000)
    assert text_pieces(old, new) == text_pieces(old, new)


@pytest.mark.parametrize(
    "alphabet",
    [
        ["a", "b"],
        ["de", "het", "een", "wijk", "van"],
        [str(number) for number in range(5000)],
        ["?", "!", "\n\n"],
    ],
    ids=["two letters", "few words", "many words", "marks and breaks"],
)
def test_long_texts_that_have_nothing_in_common_do_not_explode(alphabet: list[str]) -> None:
    rng = chance(1)
    old, new = (" ".join(rng.choices(alphabet, k=500_000))[:500_000] for _ in range(2))
    began = time.perf_counter()
    pieces = text_pieces(old, new)
    assert time.perf_counter() - began < 10  # about one second; room for a machine that is busy
    assert (older(pieces), newer(pieces)) == (old, new)
