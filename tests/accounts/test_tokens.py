"""Tokens in links and cookies: too long to guess, and of no use to who reads the table."""

from __future__ import annotations

import base64
import re

from kb.accounts.tokens import BITS, digest, new_token, same


def test_a_token_is_256_bits_that_fit_in_an_address() -> None:
    token = new_token()
    assert re.fullmatch(r"[A-Za-z0-9_-]+", token)
    assert len(base64.urlsafe_b64decode(token + "=")) * 8 >= BITS >= 256


def test_no_two_tokens_are_the_same() -> None:
    assert len({new_token() for _ in range(1000)}) == 1000


def test_a_digest_is_always_the_same_and_does_not_hold_the_token() -> None:
    token = new_token()
    assert digest(token) == digest(token)
    assert re.fullmatch(r"[0-9a-f]{64}", digest(token))
    assert token not in digest(token)
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_only_the_token_itself_fits_its_digest() -> None:
    token = new_token()
    assert same(digest(token), token)
    assert not same(digest(token), token[:-1])
    assert not same(digest(token), token + " ")
    assert not same(digest(token), new_token())
    assert not same("", token)


def test_any_text_at_all_can_be_asked_for() -> None:
    for typed in ("", "\0", "é" * 10_000, "\ud800"):
        assert not same(digest(new_token()), typed)
