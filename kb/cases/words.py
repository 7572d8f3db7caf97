"""The vocabularies of cases as readers see them, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from kb.cases.models import ChallengeStatus, Origin, Perspective, TagKind

LABELS = {
    Perspective.RESIDENT: _l("Resident"),
    Perspective.VOLUNTEER: _l("Volunteer"),
    Perspective.PROFESSIONAL: _l("Professional"),
    Perspective.CIVIL_SERVANT: _l("Civil servant"),
    Perspective.EXECUTIVE: _l("Executive"),
    Perspective.ENTREPRENEUR: _l("Entrepreneur"),
    Perspective.RESEARCHER: _l("Researcher"),
    ChallengeStatus.OVERCOME: _l("Overcome"),
    ChallengeStatus.PARTLY: _l("Partly overcome"),
    ChallengeStatus.OPEN: _l("Still open"),
    Origin.STATED: _l("Told by the source"),
    Origin.DERIVED: _l("Derived"),
    Origin.SESSION: _l("Harvested in a session"),
    TagKind.TOPIC: _l("Topic"),
    TagKind.METHOD: _l("Method"),
}

LANGUAGE_LABELS = {
    "nl": _l("Dutch"),
    "en": _l("English"),
    "de": _l("German"),
    "fr": _l("French"),
    "fy": _l("Frisian"),
}


@dataclass(frozen=True)
class Choice:
    """A word of a vocabulary: as the format has it, and as the reader sees it."""

    value: str
    label: str


def choice(word: StrEnum) -> Choice:
    """Return a word with its label."""
    return Choice(word.value, str(LABELS[word]))


def perspectives(words: Iterable[str]) -> tuple[Choice, ...]:
    """Return these perspectives with their labels."""
    return tuple(choice(Perspective(word)) for word in words)


def label(facet: str, value: str) -> str:
    """Return how readers see a value of a facet; values that are not of a vocabulary speak for themselves."""
    try:
        if facet == "perspective":
            return choice(Perspective(value)).label
        if facet == "status":
            return choice(ChallengeStatus(value)).label
    except ValueError:
        return value
    return str(LANGUAGE_LABELS.get(value, value)) if facet == "language" else value
