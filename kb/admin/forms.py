"""What the administrator's forms hold, as typed, and what is not right in it, by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from kb.accounts.actor import Role
from kb.cases.models import TagKind, Theme
from kb.cases.services.themes import COLOURS, LONGEST_NAME, LONGEST_QUESTION, ThemeWords, one_line
from kb.cases.words import LANGUAGE_LABELS
from kb.config import LANGUAGES
from kb.core import Refusal
from kb.mail_url import is_address
from kb.search import lists

VERSION_DIGITS = 9
SHOWN_LINES = 5
"""How many lines a message names at most."""

Fields = MultiDict[str, str]
Errors = tuple[tuple[str, str], ...]
"""What is wrong: (id of the field or "", sentence)."""


def refused(error: Refusal, field: str = "") -> Errors:
    """Return what a service refused, in the page's language, at a field."""
    return ((field, _(error.sentence, **error.values)),)


@dataclass(frozen=True)
class ThemeForm:
    """A theme's name and question in each language, and its colour."""

    words: Mapping[str, ThemeWords] = field(
        default_factory=lambda: dict.fromkeys(LANGUAGES, ThemeWords("", ""))
    )
    colour: str = COLOURS[0]

    @classmethod
    def read(cls, form: Fields) -> ThemeForm:
        """Return what was sent."""
        words = {
            language: ThemeWords(form.get(f"name-{language}", ""), form.get(f"question-{language}", ""))
            for language in LANGUAGES
        }
        return cls(words, form.get("colour", ""))

    @classmethod
    def of(cls, theme: Theme) -> ThemeForm:
        """Return what stands there now."""
        texts = {text.language: ThemeWords(text.name, text.question) for text in theme.texts}
        words = {language: texts.get(language, ThemeWords("", "")) for language in LANGUAGES}
        return cls(words, theme.colour or COLOURS[-1])

    def errors(self, main_language: str) -> Errors:
        """Return what is not right in what was typed; the theme is told in the site's main language at least."""
        wrong = []
        for language, text in self.words.items():
            name, question = one_line(text.name), one_line(text.question)
            needed = language == main_language
            if (question or needed) and not name:
                wrong.append(
                    (
                        f"name-{language}",
                        _("Give the theme a name in %(language)s.", language=_told(language)),
                    )
                )
            if (name or needed) and not question:
                wrong.append(
                    (
                        f"question-{language}",
                        _("Give the theme a question in %(language)s.", language=_told(language)),
                    )
                )
            if len(name) > LONGEST_NAME:
                wrong.append((f"name-{language}", _("A name has at most 100 characters.")))
            if len(question) > LONGEST_QUESTION:
                wrong.append((f"question-{language}", _("A question has at most 300 characters.")))
        if self.colour not in COLOURS:
            wrong.append(("colour", _("Choose one of the colours.")))
        return tuple(wrong)


@dataclass(frozen=True)
class TagForm:
    """A tag's name and kind."""

    name: str
    kind: str

    @classmethod
    def read(cls, form: Fields) -> TagForm:
        """Return what was sent."""
        return cls(form.get("name", ""), form.get("kind", ""))

    def errors(self) -> Errors:
        """Return what is not right in what was typed; the service knows the rest."""
        if self.kind not in list(TagKind):
            return (("kind", _("Choose what kind of keyword it is.")),)
        return ()


@dataclass(frozen=True)
class WordsForm:
    """The lists of words of the search as typed, each with the version it was made of, and a question to try them on."""

    lists: Mapping[str, lists.Kept]
    question: str = ""

    @classmethod
    def read(cls, form: Fields) -> WordsForm:
        """Return what was sent; a version that is none is one that nobody has, so that nothing is written over."""
        return cls(
            {
                name: lists.Kept(
                    form.get(name, "")[: lists.LONGEST + 1], _version(form.get(f"{name}-version", ""))
                )
                for name in lists.NAMES
            },
            " ".join(form.get("question", "").split())[:LONGEST_QUESTION],
        )

    def text(self, name: str) -> str:
        """Return a list as typed."""
        return self.lists[name].text

    def errors(self) -> Errors:
        """Return what is not right in what was typed, by line."""
        wrong: list[tuple[str, str]] = []
        for name, list_of in self.lists.items():
            if len(list_of.text) > lists.LONGEST or len(list_of.text.splitlines()) > lists.LINES:
                wrong.append(
                    (
                        name,
                        _(
                            "A list has at most %(lines)s lines and %(characters)s characters.",
                            lines=lists.LINES,
                            characters=lists.LONGEST,
                        ),
                    )
                )
        if lines := _numbers(lists.wrong_synonyms(self.text(lists.SYNONYMS))):
            wrong.append(
                (
                    lists.SYNONYMS,
                    _(
                        "Give at least two words with a comma between them. Look at line %(lines)s.",
                        lines=lines,
                    ),
                )
            )
        if lines := _numbers(lists.wrong_exceptions(self.text(lists.EXCEPTIONS))):
            wrong.append(
                (
                    lists.EXCEPTIONS,
                    _(
                        "Write one word on a line, with a + where it is cut. Look at line %(lines)s.",
                        lines=lines,
                    ),
                )
            )
        return tuple(wrong)


def _version(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= VERSION_DIGITS else -1


def _numbers(lines: Iterator[int]) -> str:
    return ", ".join(map(str, islice(lines, SHOWN_LINES)))


@dataclass(frozen=True)
class InviteForm:
    """Who is invited, with which roles and in which language."""

    email: str = ""
    name: str = ""
    roles: tuple[str, ...] = ()
    language: str = next(iter(LANGUAGES))

    @classmethod
    def read(cls, form: Fields) -> InviteForm:
        """Return what was sent."""
        return cls(
            form.get("email", "").strip(),
            form.get("name", ""),
            tuple(form.getlist("roles")),
            form.get("language", ""),
        )

    def errors(self) -> Errors:
        """Return what is not right in what was typed."""
        wrong = []
        if not is_address(self.email):
            wrong.append(("email", _("Fill in an e-mail address, such as name@example.org.")))
        if not are_roles(self.roles):
            wrong.append(("roles", _("Choose from these roles.")))
        if self.language not in LANGUAGES:
            wrong.append(("language", _("Choose one of the languages.")))
        return tuple(wrong)


def _told(language: str) -> str:
    return str(LANGUAGE_LABELS[language])


def are_roles(words: tuple[str, ...]) -> bool:
    """Tell whether these are all roles."""
    return set(words) <= set(Role)
