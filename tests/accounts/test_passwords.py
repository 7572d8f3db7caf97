"""TRUST 53: well-known passwords are refused offline, good ones pass, and what is kept gives nothing away."""

from __future__ import annotations

import time
import unicodedata
from importlib.resources import files

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from kb.accounts.passwords import (
    LEAST,
    MOST,
    hashed,
    match_nobody,
    matches,
    needs_rehash,
    why_refused,
)
from kb.core import Refusal

GOOD = "paarse fiets in de regen"
ABOUT = ("anna.devries@voorbeeld.nl", "Anna de Vries", "Praktijkbank")


def refusal(password: str, about: tuple[str, ...] = ()) -> str:
    """Return the sentence with which a password is refused; empty when it is good."""
    try:
        why_refused(password, about=about)
    except Refusal as error:
        return str(error)
    return ""


@pytest.mark.usefixtures("dear_passwords")
class TestAHash:
    def test_fits_its_password_and_no_other(self) -> None:
        kept = hashed(GOOD)
        assert matches(kept, GOOD)
        assert not matches(kept, GOOD + " ")
        assert not matches(kept, GOOD.upper())
        assert not matches(kept, "")

    def test_is_argon2id_as_rfc_9106_has_it(self) -> None:
        used = extract_parameters(hashed(GOOD))
        assert used.type is Type.ID
        assert (used.memory_cost, used.time_cost, used.parallelism) == (64 * 1024, 3, 4)
        assert (used.salt_len, used.hash_len) == (16, 32)

    def test_is_another_each_time_and_does_not_hold_the_password(self) -> None:
        first, second = hashed(GOOD), hashed(GOOD)
        assert first != second
        assert GOOD not in first

    def test_fits_however_the_keyboard_writes_a_letter(self) -> None:
        kept = hashed("één café aan zee")
        assert matches(kept, unicodedata.normalize("NFD", "één café aan zee"))
        assert matches(kept, "één café\u00a0aan zee")

    def test_keeps_every_character_of_a_long_password(self) -> None:
        kept = hashed("é" * (MOST - 1) + "x")
        assert not matches(kept, "é" * (MOST - 1) + "y")
        kept = hashed("regen\0wolken zon")
        assert not matches(kept, "regen")

    @pytest.mark.parametrize("kept", ["", "x", "$argon2id$", "plain text", GOOD])
    def test_that_is_none_fits_nothing(self, kept: str) -> None:
        assert not matches(kept, GOOD)
        assert not matches(kept, kept)
        assert needs_rehash(kept)

    def test_of_older_settings_fits_and_is_to_be_made_anew(self) -> None:
        older = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
        assert matches(older, GOOD)
        assert needs_rehash(older)
        assert not needs_rehash(hashed(GOOD))

    def test_does_not_let_a_huge_password_eat_the_processor(self) -> None:
        kept = hashed(GOOD)
        began = time.process_time()
        assert not matches(kept, "x" * 50_000_000)
        assert not match_nobody("x" * 50_000_000)
        assert time.process_time() - began < 0.1

    def test_never_fits_what_can_not_be_written(self) -> None:
        assert not matches(hashed(GOOD), "\ud800" * 12)
        assert not match_nobody("\ud800" * 12)


def test_it_takes_as_long_to_find_that_there_is_no_such_account() -> None:
    kept = hashed(GOOD)

    def quickest(tries: list[str]) -> tuple[float, float]:
        real, nobody = [], []
        for password in tries:
            began = time.process_time()
            matches(kept, password)
            middle = time.process_time()
            match_nobody(password)
            nobody.append(time.process_time() - middle)
            real.append(middle - began)
        return min(real), min(nobody)

    real, nobody = quickest([f"{GOOD} {number}" for number in range(5)])
    assert nobody == pytest.approx(real, rel=0.5)


class TestAGoodPassword:
    @pytest.mark.parametrize(
        "password",
        [
            GOOD,
            "correct paard batterij nietje",
            "Morgen haal ik brood bij de bakker",
            "anna fietst graag naar huis",
            "zaterdagmiddag thee",
            "xK7#pq!vRz2m",
            "gN4$wQ9@hT2&",
            "kast tafel lamp",
            "ﬁjne regen vandaag",
            "éénmooiedaginmei",
            "онегин и пушкин",
            "😀 lachen om de buren",
            "x7Kd" * 2 + "paraplu wolk",
            "".join(chr(33 + (number * 37) % 90) for number in range(MOST)),
        ],
    )
    def test_passes(self, password: str) -> None:
        assert refusal(password, ABOUT) == ""

    def test_needs_no_capitals_digits_or_signs(self) -> None:
        assert refusal("stoel wolk emmer") == ""


class TestLength:
    @pytest.mark.parametrize("password", ["", "kort", "x" * (LEAST - 1), "e\u0301" * 11])
    def test_short_ones_are_refused(self, password: str) -> None:
        assert "at least 12 characters" in refusal(password)

    def test_too_long_ones_are_refused_at_once(self) -> None:
        began = time.process_time()
        assert "at most 256 characters" in refusal("ab " * 10_000_000)
        assert time.process_time() - began < 0.5

    def test_one_that_swells_is_judged_in_no_time(self) -> None:
        began = time.process_time()
        refusal("\ufdfa" * (MOST - 1) + "x", ("\ufdfa" * 50,))
        assert time.process_time() - began < 1

    def test_what_can_not_be_written_is_refused(self) -> None:
        assert "can't be kept" in refusal("regen in mei \ud800")


class TestWellKnown:
    @pytest.mark.parametrize(
        "password",
        [
            "administrator",
            "welkom123456",
            "Welkom2026!!",
            "12345 welkom 2026",
            "Wachtwoord01!",
            "W@chtw00rd!!",
            "p4ssw0rd!2026",
            "P@$$w0rd12345",
            "G3h31m123456",
            "!!!zomer2026!!!",
            "Feyenoord1908",
            "amsterdam1234",
            "@ppeltaart2024",
            "wel-kom-2026-12",
            "welkomwelkom",
            "p4ssw0rdp4ssw0rd",
            "geheim-wachtwoord",
            "ik hou van jou!!",
            "correct horse battery staple",
            "Liesbeth123456",
            "iloveyou2026!",
            "ＰＡＳＳＷＯＲＤ１２３４",
        ],
    )
    def test_ones_are_refused(self, password: str) -> None:
        assert "strangers try it first" in refusal(password)

    def test_list_is_there_in_the_form_it_is_looked_up_in(self) -> None:
        words = files("kb.accounts").joinpath("common-passwords.txt").read_text(encoding="utf-8").split()
        assert len(words) > 30_000
        assert words == sorted(set(words))
        assert [
            word for word in words if not (word.isascii() and word.isalnum() and word == word.lower())
        ] == []


class TestRows:
    @pytest.mark.parametrize(
        "password",
        [
            "aaaaaaaaaaaa",
            "ababababababab",
            "abcabcabcabc",
            "abcdefghijkl",
            "zyxwvutsrqpo",
            "qwertyuiop[]",
            "poiuytrewqas",
            "1q2w3e4r5t6y",
            "aabbccddeeff",
            "13579bdfhjl",
            "xk7xk7xk7xk7xk7",
            "!@#$%^&*()_+",
            "111222333444",
            "------------",
            "            ",
            "1727217271727",
            "asdfghjkl;'asdf",
        ],
    )
    def test_of_keys_and_repetitions_are_refused(self, password: str) -> None:
        assert refusal(password.ljust(LEAST, password[-1:]))

    def test_are_refused_with_a_reason_of_their_own(self) -> None:
        assert "row of keys or a repetition" in refusal("xk7xk7xk7xk7xk7")
        assert "row of keys or a repetition" in refusal("............")


class TestOwnWords:
    @pytest.mark.parametrize(
        "password",
        [
            "anna.devries@voorbeeld.nl",
            "ANNA.DEVRIES@VOORBEELD.NL",
            "Anna de Vries",
            "AnnaDeVries2026!",
            "devriesanna1980",
            "4nn4d3vr13s!!",
            "anna@voorbeeld",
            "Praktijkbank!",
            "Pr4ktijkb4nk2026",
            "praktijkbank anna",
            "devries-welkom",
        ],
    )
    def test_are_refused(self, password: str) -> None:
        assert "your name, your e-mail address" in refusal(password, ABOUT)

    def test_may_be_a_part_of_it(self) -> None:
        assert refusal("praktijkbank met paarse wolken", ABOUT) == ""

    def test_of_others_are_no_matter(self) -> None:
        assert refusal("devries-wolkenlucht", ("", "x", "@")) == ""


def test_every_sentence_is_one_that_can_be_translated() -> None:
    with pytest.raises(Refusal) as caught:
        why_refused("kort")
    assert caught.value.sentence % caught.value.values == str(caught.value)
    assert caught.value.values == {"least": LEAST}
    with pytest.raises(Refusal) as caught:
        why_refused("x" * (MOST + 1))
    assert caught.value.values == {"most": MOST}
