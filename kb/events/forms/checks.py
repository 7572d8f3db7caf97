"""What the fields of a session's form hold besides what those of the case editor do (`kb.cases.forms.checks`)."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask_babel import gettext as _
from wtforms import Field, Form
from wtforms.validators import StopValidation, ValidationError

from kb.events.texts import tidy

Check = Callable[[Form, Field], None]


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
