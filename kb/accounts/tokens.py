"""Tokens: secrets that we hand out and of which we keep only the digest."""

from __future__ import annotations

import hashlib
import secrets

BYTES = 32
"""256 bits: nobody guesses one, so a plain digest without salt is enough."""


def new_token() -> str:
    """Return a new secret of 43 letters, digits, hyphens and underscores, fit for addresses and cookies."""
    return secrets.token_urlsafe(BYTES)


def digest(token: str) -> str:
    """Return what we keep of a token: 64 hexadecimal digits. Looking it up takes no secret-dependent time."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
