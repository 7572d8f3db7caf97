"""What may be typed in a field, said in the reader's language.

The case format has the last word (`kb.cases.content.checked`); its messages are for people with a file. These say the same
for people with a form. They look at what is in the field however it came there, since a draft is checked each time it is
shown and not only when it is sent.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from flask_babel import gettext as _
from wtforms import Field, Form, ValidationError

Check = Callable[[Form, Field], None]

FIRST_YEAR, LAST_YEAR = 1000, 2200
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def at_most(characters: int) -> Check:
    """Return a check that a text is not longer than this."""

    def check(_form: Form, field: Field) -> None:
        length = len(field.data or "")
        if length > characters:
            raise ValidationError(
                _("This is %(length)s characters; make it %(most)s at most.", length=length, most=characters)
            )

    return check


def words_at_most(characters: int, between: str) -> Check:
    """Return a check that none of the words in a field is longer than this."""

    def check(_form: Form, field: Field) -> None:
        for word in re.split(between, field.data or ""):
            if len(word.strip()) > characters:
                raise ValidationError(
                    _(
                        "“%(start)s…” is too long: %(most)s characters at most.",
                        start=word.strip()[:30],
                        most=characters,
                    )
                )

    return check


def year(_form: Form, field: Field) -> None:
    """Check that a text is a year."""
    text = (field.data or "").strip()
    if text and not (re.fullmatch("[0-9]{4}", text) and FIRST_YEAR <= int(text) <= LAST_YEAR):
        raise ValidationError(_("Write the year in four digits, such as 2016."))


def not_before(other: str) -> Check:
    """Return a check that a year does not come before that in another field."""

    def check(form: Form, field: Field) -> None:
        first, last = (form[other].data or "").strip(), (field.data or "").strip()
        if re.fullmatch("[0-9]{4}", first) and re.fullmatch("[0-9]{4}", last) and last < first:
            raise ValidationError(_("The case ends before it begins. Look at the two years."))

    return check


def date(_form: Form, field: Field) -> None:
    """Check that a text is a date as far as it is known: a year, a month, or a day."""
    text = (field.data or "").strip()
    if text and not _is_date(text):
        raise ValidationError(_("Write the date as 2016-11-26, or as far as you know it: 2016-11 or 2016."))


def needed_date(form: Form, field: Field) -> None:
    """Check as `date` does, and that it is there when the row says what happened."""
    if not (field.data or "").strip() and (form["what"].data or "").strip():
        raise ValidationError(_("Say when this was: 2016-11-26, or as far as you know it: 2016-11 or 2016."))
    date(form, field)


def day(_form: Form, field: Field) -> None:
    """Check that a text is a whole date."""
    text = (field.data or "").strip()
    if text and not (len(text) == len("2016-11-26") and _is_date(text)):
        raise ValidationError(_("Write the whole date, such as 2016-11-26."))


def address(_form: Form, field: Field) -> None:
    """Check that a text is an address on the web."""
    text = (field.data or "").strip()
    if text and not _is_address(text):
        raise ValidationError(_("Write the whole web address, such as https://www.example.org/report."))


def degrees(most: int) -> Check:
    """Return a check that a text is a number of degrees between -most and most."""

    def check(_form: Form, field: Field) -> None:
        text = (field.data or "").strip().replace(",", ".")
        if text and not (re.fullmatch(r"[+-]?[0-9]{1,3}(\.[0-9]{1,12})?", text) and abs(float(text)) <= most):
            raise ValidationError(
                _("Write degrees as a number between -%(most)s and %(most)s, such as 51.95.", most=most)
            )

    return check


def country(_form: Form, field: Field) -> None:
    """Check that a text is the code of a country."""
    text = (field.data or "").strip()
    if text and not re.fullmatch("[A-Z]{2}", text):
        raise ValidationError(_("Write the country in two capital letters, such as NL, BE or DE."))


def _is_date(text: str) -> bool:
    found = _DATE.fullmatch(text)
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return False
    try:
        dt.date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return False
    return True


def _is_address(text: str) -> bool:
    if not text.startswith(("http://", "https://")) or any(sign.isspace() for sign in text):
        return False
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:
        return False
