"""What stands in a link or a cookie to say who somebody is: long chance, of which the table keeps only a digest.

A token of 256 bits can't be guessed or searched through, so a plain SHA-256 is enough to keep: unlike a password it needs
no slow hash and no salt. Who reads the table can't make the token from it. A token is looked up by its digest, and
nothing can be learnt from how long that takes: a near miss in a digest says nothing about the token.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

BITS = 256


def new_token() -> str:
    """Return a new token that fits in an address as it is."""
    return secrets.token_urlsafe(BITS // 8)


def digest(token: str) -> str:
    """Return what is kept of a token: 64 hexadecimal digits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def same(kept: str, token: str) -> bool:
    """Tell whether this is the token of which `kept` is the digest, in a time that says nothing about either."""
    return hmac.compare_digest(kept.encode(), digest(token).encode())
