"""The second step of signing in: a code from an app on somebody's phone (TOTP, RFC 6238), or a recovery code.

A code holds for the thirty seconds it was made for and for one step before and after, since the clocks of phones differ.
The step of the last code that was used is kept with the person, and only a later one counts: whoever looks over
a shoulder can't use the same code again (RFC 6238, 5.2).
"""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import datetime

import pyotp
import segno
from markupsafe import Markup

from kb.accounts import tokens

PERIOD = 30
"""How long a code stands, in seconds: what every app takes for granted."""
DIGITS = 6
DRIFT = 1
"""How many steps the clock of a phone may be early or late."""
RECOVERY_CODES = 10

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""No 0, o, 1, i or l: a code is read from paper. Twelve of these 31 make 59 bits."""
_CODE = re.compile(rf"[0-9]{{{DIGITS}}}")


def new_secret() -> str:
    """Return a new secret that the server and an app will share: 160 bits in base 32, as RFC 4226 advises."""
    return pyotp.random_base32()


def address(secret: str, account: str, issuer: str) -> str:
    """Return the `otpauth:` address that puts the secret in an app, under the names of the account and the site."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=PERIOD).provisioning_uri(
        name=account, issuer_name=issuer
    )


def qr_svg(uri: str) -> Markup:
    """Return an address as a QR code that a page can hold as it is: no style attribute, on white in dark mode too."""
    drawn = segno.make(uri, error="m", micro=False)
    picture = drawn.svg_inline(
        border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return Markup(picture)  # noqa: S704 - segno draws it from numbers alone; the address is not in it as text


def step_of(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """Return the step that a code was made for, to be kept as the last one; None when it can't be accepted.

    `now` has its zone. Spaces in the code don't matter, as apps show it in two halves.
    """
    typed = "".join(code.split())
    if not _CODE.fullmatch(typed):
        return None
    otp = pyotp.TOTP(secret, digits=DIGITS, interval=PERIOD)
    present = int(now.timestamp()) // PERIOD
    # All steps are compared, so that the time taken does not say which one it was.
    right = [
        step
        for step in range(present - DRIFT, present + DRIFT + 1)
        if hmac.compare_digest(otp.generate_otp(step), typed)
    ]
    return max((step for step in right if step > last_step), default=None)


def new_recovery_codes() -> tuple[str, ...]:
    """Return new codes, each for one sign-in without the app, in groups of four that are easy to write down."""
    return tuple(
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))
        for _ in range(RECOVERY_CODES)
    )


def recovery_digest(code: str) -> str:
    """Return what is kept of a recovery code: the same with or without dashes, spaces and capitals."""
    return tokens.digest("".join(letter for letter in code.lower() if letter.isalnum()))
