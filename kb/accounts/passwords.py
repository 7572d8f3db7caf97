"""Passwords: how they are kept, and which are refused because a stranger would try them first.

Kept with argon2id at the second recommended setting of RFC 9106 (64 MiB, three passes, four lanes): about a tenth of
a second here, and dear for who steals the table. OWASP allows less, for hosts that sign in many people at once; this one
does not, and only two hashes are made at a time, so that a burst of sign-ins takes 128 MiB and no more.

Refused as NIST SP 800-63B advises: what is short, well known (`common-passwords.txt`, read from this package, so that
nothing is asked of another host), a row of keys, or the person's own name. No rules about capitals and digits: they make
passwords that are hard to remember and easy to guess. A few words after each other are always good enough.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from kb.core import Refusal

LEAST = 12
"""How many characters a password has at least. A second step is not asked of everybody, so more than NIST's eight."""
MOST = 256
"""How many characters a password has at most, so that a huge one can't keep the processor busy."""

_VARIED = 6
"""How many characters must not follow from those before them."""
_DIFFERENT = 5
"""How many different characters there must be."""
_KNOWN = 4
"""How many letters a word has at least to be looked up in the list."""

_LONGEST = 64
"""How many letters two well-known words have together at most; it bounds the work."""

_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_turns = threading.BoundedSemaphore(2)

_KEYS = ("1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./")
_PLACE = {key: (row, column) for row, keys in enumerate(_KEYS) for column, key in enumerate(keys)}
_SHIFTED = str.maketrans("!@#$%^&*()_+", "1234567890-=")
_LEET = tuple(str.maketrans("01!3457@$8+", f"o{one}{one}eastasbt") for one in "il")
"""Digits and signs that stand for a letter; a 1 is an i or an l."""
_ENDS = re.compile(r"^[^a-z]+|[^a-z]+$")
_LETTERS = re.compile(r"[a-z]+")
_OTHER = re.compile(r"[^a-z0-9]+")


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    with _turns:
        return _hasher.hash(_prepared(password))


def matches(kept: str, password: str) -> bool:
    """Tell whether this is the password of which `kept` is the hash. An empty hash has none."""
    if not kept:
        return match_nobody(password)
    if not _possible(password):
        return False
    try:
        with _turns:
            return _hasher.verify(kept, _prepared(password))
    except (VerificationError, InvalidHashError):
        return False


def match_nobody(password: str) -> bool:
    """Return False after as long as `matches` takes: for when nobody has the account, so that time doesn't tell."""
    if _possible(password):
        hashed(password)
    return False


def needs_rehash(kept: str) -> bool:
    """Tell whether a hash was made with other settings than today's, and should be made anew at the next sign-in."""
    try:
        return _hasher.check_needs_rehash(kept)
    except InvalidHashError:
        return True


def why_refused(password: str, *, about: Iterable[str] = ()) -> None:
    """Raise a Refusal that says why a password can't be chosen; return when it can.

    `about` is what a stranger knows of the person: e-mail address, name, and the name of the site.
    """
    if len(password) > MOST:
        raise Refusal("A password has at most %(most)s characters.", most=MOST)
    if not _possible(password):
        raise Refusal(
            "This password has a character that can't be kept. Type it anew, with letters and spaces."
        )
    ready = _prepared(password)
    if min(len(password), len(ready)) < LEAST:
        raise Refusal(
            "A password has at least %(least)s characters. A few words after each other make a good one.",
            least=LEAST,
        )
    plain = _plain(ready)
    if _is_common(plain):
        raise Refusal(
            "Many people use this password, so strangers try it first. Take a few words of your own."
        )
    if _is_row(plain):
        raise Refusal(
            "This password is a row of keys or a repetition, and easy to guess. A few words are better."
        )
    if _is_own(plain, [_plain(_prepared(text)) for text in about]):
        raise Refusal(
            "This password is made of your name, your e-mail address or the name of this site. Take a few other words."
        )


def _prepared(password: str) -> str:
    # Keyboards differ in how they write one and the same letter (NIST SP 800-63B asks for NFKC or NFKD).
    return unicodedata.normalize("NFKC", password)


def _possible(password: str) -> bool:
    """Tell whether somebody can have this password: not too long, and text that can be written as bytes."""
    return len(password) <= MOST and not any("\ud800" <= letter <= "\udfff" for letter in password)


def _plain(text: str) -> str:
    """Return a text in small letters without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _is_row(text: str) -> bool:
    """Tell whether a text is a walk over the keyboard or the alphabet, or says one short thing again and again."""
    return len(set(text)) < _DIFFERENT or _varied(_unit(text)) < _VARIED


def _unit(text: str) -> str:
    """Return what a text repeats, from beginning to end and at least twice; else the text."""
    for size in range(1, len(text) // 2 + 1):
        if text[size:] == text[:-size]:
            return text[:size]
    return text


def _varied(text: str) -> int:
    """Return how many characters don't follow from those before: three neighbours in a row count as one."""
    followed: set[int] = set()
    for at in range(2, len(text)):
        before, middle, last = text[at - 2], text[at - 1], text[at]
        evenly = ord(last) - ord(middle) == ord(middle) - ord(before) and text[at - 2 : at + 1].isalnum()
        if evenly or (_neighbours(before, middle) and _neighbours(middle, last)):
            followed |= {at - 1, at}
    return len(text) - len(followed)


def _neighbours(one: str, other: str) -> bool:
    """Tell whether two characters follow each other in the alphabet or in counting, or lie side by side on a keyboard."""
    if one.isalnum() and other.isalnum() and abs(ord(one) - ord(other)) <= 1:
        return True
    here, there = _PLACE.get(one.translate(_SHIFTED)), _PLACE.get(other.translate(_SHIFTED))
    if here is None or there is None:
        return one == other
    (row, column), (next_row, next_column) = sorted((here, there))
    if row == next_row:
        return next_column - column <= 1 or {one, other} == {"0", "1"}
    return next_row - row == 1 and column - next_column in {0, 1}


@cache
def _common() -> frozenset[str]:
    return frozenset(
        files("kb.accounts").joinpath("common-passwords.txt").read_text(encoding="utf-8").split()
    )


def _is_common(text: str) -> bool:
    """Tell whether a text is a well-known password, dressed up or twice over, or two of them together."""
    known = _common()
    for root in _roots(text):
        if root in known:
            return True
        cuts = range(_KNOWN, min(len(root), _LONGEST) - _KNOWN + 1)
        if any(root[:cut] in known and root[cut:] in known for cut in cuts):
            return True
    return False


def _roots(text: str) -> Iterator[str]:
    """Yield the words that a text may be a dressed-up form of: without digits around it, with letters for signs."""
    trimmed = _ENDS.sub("", text)
    start, end = text.find(trimmed), text.find(trimmed) + len(trimmed)
    for form in dict.fromkeys((text, trimmed, text[start:], text[:end])):
        for table in ({}, *_LEET):
            root = _OTHER.sub("", form.translate(table))
            if len(root) >= _KNOWN:
                yield root
                yield _unit(root)


def _is_own(text: str, about: Iterable[str]) -> bool:
    """Tell whether nothing but digits and small or well-known words is left of a text without a person's own words."""
    whole = [_OTHER.sub("", one) for one in about]
    words = {word for one in about for word in (*_LETTERS.findall(one), *_OTHER.split(one))} | set(whole)
    for form in (text, *(text.translate(table) for table in _LEET)):
        left = _OTHER.sub("", form)
        before = left
        for word in sorted((word for word in words if len(word) > 1), key=len, reverse=True):
            left = left.replace(word, " ")
        letters = "".join(_LETTERS.findall(left))
        if left != before and (len(letters) < _KNOWN or letters in _common()):
            return True
    return False
