"""What somebody typed in a form. Nothing typed is lost but passwords, which are never sent back to a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import request
from flask_babel import gettext
from flask_babel import gettext as _

from kb.accounts.cards import FormView
from kb.accounts.services import passwords
from kb.core import Refusal

SECRET = frozenset({"password", "again", "old", "code"})
"""Fields that stay empty when a page comes back."""
LONGEST = 1000


class Typed:
    """The fields of a form that was sent, and what turned out to be wrong."""

    def __init__(self, *names: str) -> None:
        self.values = {name: request.form.get(name, "")[:LONGEST] for name in names}
        self.errors: list[tuple[str, str]] = []

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    @property
    def good(self) -> bool:
        """Tell whether nothing is wrong as far as was looked."""
        return not self.errors

    def wrong(self, field: str, sentence: str) -> None:
        """Note that something is wrong in a field; an empty name is the form as a whole."""
        self.errors.append((field, sentence))

    @contextmanager
    def at(self, field: str) -> Iterator[None]:
        """Note what is refused inside the block as wrong in a field."""
        try:
            yield
        except Refusal as refusal:
            self.refused(field, refusal)

    def refused(self, field: str, refusal: Refusal) -> None:
        """Note why what stands in a field is refused; the sentence is gathered where it is raised."""
        self.wrong(field, gettext(refusal.sentence, **refusal.values))

    def need(self, field: str, sentence: str) -> None:
        """Note that a field is empty."""
        if not self[field].strip():
            self.wrong(field, sentence)

    def view(self) -> FormView:
        """Return the form for its page."""
        return FormView(
            {name: value for name, value in self.values.items() if name not in SECRET}, tuple(self.errors)
        )


def new_password(typed: Typed, *about: str) -> str:
    """Return the hash of the new password in `password`, typed twice; notes what is wrong."""
    if typed["password"] != typed["again"]:
        typed.wrong("again", _("This is not the same password. Type it once more."))
        return ""
    try:
        return passwords.chosen(typed["password"], *about)
    except Refusal as refusal:
        typed.refused("password", refusal)
        return ""
