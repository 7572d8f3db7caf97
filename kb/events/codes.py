"""Join codes: short enough to type over from a screen, made of signs that nobody takes for one another.

Left out are vowels (so no words come up) and what looks or sounds like something else: 0 O, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V.
Six of the eighteen signs left are 34 million codes; at ten wrong tries a minute and forty an hour from one address,
guessing the code of one of ten open boards takes years (`kb.web.limits`).
"""

from __future__ import annotations

import secrets
import unicodedata

SIGNS = "CDFHJKMNPRTWXY3479"
LENGTH = 6


def new_code() -> str:
    """Return a new code, as it is kept."""
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def read_code(typed: str) -> str:
    """Return a code as it is kept, from what somebody typed: in any case, with spaces, hyphens or dots in it.

    Empty when it can't be a code.
    """
    plain = unicodedata.normalize("NFKC", typed[:60]).upper()
    code = "".join(sign for sign in plain if not sign.isspace() and sign not in "-.\u2010\u2011\u2013\u200b")
    return code if len(code) == LENGTH and set(code) <= set(SIGNS) else ""


def shown_code(code: str) -> str:
    """Return a code as it stands on a screen: in two groups."""
    return f"{code[:3]} {code[3:]}"
