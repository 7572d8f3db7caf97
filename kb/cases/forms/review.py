"""The small forms of the review, the history and the permissions.

They only read what was typed, kindly: whether it is right is for the services to say, who say it to the command line
too. `typed` keeps each word for the page that says what is wrong.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from kb.cases.services.consent import Agreement
from kb.core import Refusal

Fields = Mapping[str, str]


@dataclass(frozen=True)
class Typed:
    """What was typed in a form that could not be accepted, and why: (id of the field, sentence)."""

    values: Mapping[str, str]
    errors: tuple[tuple[str, str], ...] = ()

    def value(self, name: str, default: str = "") -> str:
        """Return what was typed in a field."""
        return self.values.get(name, default)

    def error(self, name: str) -> str | None:
        """Return what is wrong with a field."""
        return next((sentence for field, sentence in self.errors if field == name), None)


NOTHING = Typed({})
"""A form in which nobody typed yet."""


def typed(form: Fields) -> Typed:
    """Return what was typed, without the token that guards the form."""
    return Typed({name: value for name, value in form.items() if name != "csrf_token"})


def refused(form: Fields, field: str, refusal: Refusal) -> Typed:
    """Return what was typed with what a service says of it, at the field that it is most about."""
    return Typed(typed(form).values, ((field, _(refusal.sentence, **refusal.values)),))


def read_date(form: Fields, name: str) -> dt.date | None:
    """Return a date as the browser sends it, or as people type it (26-11-2026); None when nothing was typed.

    Raises:
        Refusal: it is not a date.

    """
    text = form.get(name, "").strip()
    if not text:
        return None
    if found := re.fullmatch(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})", text):
        text = f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}"
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Refusal("This is not a date. Write it like 26-11-2026.") from None


def read_number(form: Fields, name: str) -> int:
    """Return a whole number of at most six digits. Raises Refusal."""
    text = form.get(name, "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 6):  # noqa: PLR2004 - larger ones are nonsense
        raise Refusal("Fill in a number.")
    return int(text)


def read_agreement(form: Fields) -> Agreement:
    """Return what somebody agreed to. Raises Refusal when the day is not a date."""
    return Agreement(
        name=form.get("name", ""),
        agreed_to=form.get("agreed_to", ""),
        agreed_on=read_date(form, "agreed_on"),
        medium=form.get("medium", ""),
        given=form.get("given") == "yes",
    )
