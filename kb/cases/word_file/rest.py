"""The small fields: who wrote it, who took part, where and when; and the language a text is in."""

from __future__ import annotations

import re

from kb.cases.content import Content, empty_row
from kb.cases.word_file.dates import period
from kb.cases.word_file.lines import Line

LONGEST_NAME = 120
LONGEST_FACT = 80
_PERSPECTIVES = {
    "resident": "bewoner|bewoners|inwoner|inwoners|buurtbewoners|wijkbewoners|dorpsbewoners|resident|residents",
    "volunteer": "vrijwilliger|vrijwilligers|volunteer|volunteers",
    "professional": "professional|professionals|opbouwwerker|opbouwwerkers|procesbegeleider|procesbegeleiders|welzijnswerkers",
    "civil-servant": "ambtenaar|ambtenaren|civil servant|civil servants",
    "executive": "bestuurder|bestuurders|wethouder|wethouders|burgemeester|alderman|executive|executives",
    "entrepreneur": "ondernemer|ondernemers|entrepreneur|entrepreneurs",
    "researcher": "onderzoeker|onderzoekers|researcher|researchers",
}
_PEOPLE = {word: slug for slug, words in _PERSPECTIVES.items() for word in words.split("|")}
_SMALL_WORDS = {
    "nl": "de het een en van dat niet voor zijn met op te is in er om aan ze wij door bij ook",
    "en": "the and of to a that not for with on is in it by as was are they we from this",
}
_DUTCH, _ENGLISH = (frozenset(words.split()) for words in _SMALL_WORDS.values())
_AND = re.compile(r"\s*[,;]\s*(?:en\s+|and\s+)?|\s+(?:en|and|&)\s+")


def add_people(content: Content, word: str, line: Line) -> bool:
    """Add what a line says of authors, partners or participants; tell whether that is all it says."""
    if word == "authors":
        names = _names(line.plain)
        content["authors"] = "\n".join([content["authors"], *names]).strip()
        return bool(names)
    if word == "partners":
        if not line.plain or len(line.plain) > LONGEST_NAME:
            return False
        url = next((link for link in line.links if link.startswith("http")), "")
        content["partners"].append({**empty_row("partners"), "name": line.plain, "url": url})
        return True
    slugs, whole = _perspectives(line.plain)
    content["participants"] = list(dict.fromkeys([*content["participants"], *slugs]))
    return whole


def _names(text: str) -> list[str]:
    """Return the names in a line; none when it is a sentence."""
    names = [name for part in _AND.split(text.rstrip(".")) if (name := part.strip())]
    return names if all(len(name) <= LONGEST_NAME and ". " not in name for name in names) else []


def _perspectives(text: str) -> tuple[list[str], bool]:
    """Return the perspectives that a line names, and whether that is all it says."""
    parts = [part.strip().lower() for part in _AND.split(text.rstrip(".")) if part.strip()]
    known = [_PEOPLE[part] for part in parts if part in _PEOPLE]
    if len(known) == len(parts):
        return known, True
    words = re.findall(r"civil servants?|\w+", text.lower())
    return [_PEOPLE[word] for word in words if word in _PEOPLE], False


def set_fact(content: Content, word: str, text: str) -> bool:
    """Put a place or a period in its field, when it is one and the field is still empty; tell whether it was."""
    text = text.strip()
    if word == "period":
        years = period(text)
        if years is None or content["period_start"]:
            return False
        content["period_start"], content["period_end"] = years
        return True
    if not text or len(text) > LONGEST_FACT or text[-1] in ".:;?!" or content[word]:
        return False
    content[word] = text
    return True


def language_of(text: str) -> str:
    """Return nl or en, whichever a text has more small words of."""
    words = text.lower().split()
    dutch = sum(word in _DUTCH for word in words)
    return "en" if sum(word in _ENGLISH for word in words) > dutch else "nl"
