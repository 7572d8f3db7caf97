"""What the fields of a session's form hold besides what those of the case editor do (`kb.cases.forms.checks`)."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask_babel import gettext as _
from wtforms import Field, Form
from wtforms.validators import StopValidation, ValidationError

Check = Callable[[Form, Field], None]
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Characters that nobody sees and that make a text read otherwise than it is."""


def tidy(text: str | None) -> str:
    """Return a line of text without space around it and without characters that nobody sees."""
    return " ".join(_UNSEEN.sub("", text or "").split())


def tidy_text(text: str | None) -> str:
    """Return a text of several lines in the same manner; its line ends become line feeds."""
    return _UNSEEN.sub("", (text or "").replace("\r\n", "\n").replace("\r", "\n")).strip()


def tidy_time(text: str | None) -> str:
    """Return a time as a browser sends it: people type `9.45` too."""
    typed = tidy(text)
    found = re.fullmatch(r"(\d{1,2})[.:u](\d\d)(?::\d\d)?", typed)
    return f"{int(found[1]):02}:{found[2]}" if found else typed


def filled(sentence: object) -> Check:
    """Return a check that something was filled in; `sentence` says what, and is translated when it is shown."""

    def check(_form: Form, field: Field) -> None:
        if not field.data:
            raise StopValidation(str(sentence))

    return check


def a_time(_form: Form, field: Field) -> None:
    """Check that this is a time of day."""
    if field.data and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", field.data):
        raise ValidationError(_("Type a time such as 09:45."))
