"""The slug of a case that names none: made from its title, the same each time, so that importing again updates it."""

from __future__ import annotations

import hashlib
import re
import unicodedata

LONGEST_SLUG = 80
RESERVED = frozenset({"new"})
"""Slugs that are an address of their own under /cases/."""

_DROPPED = frozenset({"Mn", "Cf"})
"""Accents and what does not show (soft hyphens, joiners) go without leaving a hyphen."""
_LETTERS = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "ħ": "h",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    }
    | dict.fromkeys("'`\u00b4\u02bc\u2018\u2019")
)
"""Letters that Unicode does not take apart into a plain letter and an accent; apostrophes go."""


def slug_from(title: str) -> str:
    """Return a slug made from a title: lower-case ASCII letters, digits and single hyphens, at most 80 characters.

    A title without any such letter or digit gives "casus-" and eight hexadecimal digits of a hash of the title.
    """
    folded = unicodedata.normalize("NFKD", title.casefold().translate(_LETTERS))
    plain = "".join(c for c in folded if unicodedata.category(c) not in _DROPPED).lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not slug:
        return f"casus-{hashlib.sha256(title.encode('utf-8', 'replace')).hexdigest()[:8]}"
    if len(slug) > LONGEST_SLUG:
        start, hyphen, _ = slug[: LONGEST_SLUG + 1].rpartition("-")
        slug = start if hyphen else slug[:LONGEST_SLUG]
    return f"casus-{slug}" if slug in RESERVED else slug
