"""What a heading in a report is about: its words, Dutch and English, and the section of a case they mean.

Only a heading that says nothing else counts ("3. Uitdaging: wie beslist?", "Geleerde lessen"), so that "Hoe we de
uitdaging aanpakten" stays a heading of the story.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_PHRASES = {
    "challenge": "uitdaging|probleem|knelpunt|dilemma|obstakel|belemmering|hindernis|vraagstuk|challenge|problem|obstacle|barrier",
    "challenges": "uitdagingen|problemen|knelpunten|dilemmas|obstakels|belemmeringen|hindernissen|vraagstukken|"
    "waar liepen we tegenaan|waar liepen ze tegenaan|wat was moeilijk|challenges|problems|obstacles|barriers|what was difficult",
    "cause": "oorzaak|oorzaken|hoe kwam dat|hoe kwam het|waardoor kwam dat|waar kwam het vandaan|cause|causes|root cause|"
    "root causes|where it came from",
    "approach": "aanpak|oplossing|oplossingen|interventie|interventies|wat deden we|wat deden ze|wat is gedaan|wat is er gedaan|"
    "wat hebben we gedaan|hoe is het aangepakt|approach|solution|solutions|intervention|interventions|response|what we did|"
    "what was done",
    "outcome": "resultaat|resultaten|uitkomst|uitkomsten|opbrengst|opbrengsten|effect|effecten|wat leverde het op|"
    "wat heeft het opgeleverd|hoe liep het af|outcome|outcomes|result|results|what came of it",
    "lesson": "les|leerpunt|aanbeveling|tip|geleerde les|lesson|recommendation|takeaway|lesson learned|lesson learnt",
    "lessons": "lessen|leerpunten|aanbevelingen|tips|geleerde lessen|wat leerden we|wat hebben we geleerd|wat we leerden|"
    "wat hebben we hiervan geleerd|wat kunnen anderen hiervan leren|lessons|recommendations|takeaways|lessons learned|"
    "lessons learnt|what we learned|what we learnt",
    "source": "bron|bronnen|bronvermelding|bronvermeldingen|bronnenlijst|literatuur|literatuurlijst|literatuuropgave|referenties|"
    "meer lezen|verder lezen|lees verder|source|sources|reference|references|bibliography|literature|further reading|"
    "works cited|read more",
    "summary": "samenvatting|managementsamenvatting|publiekssamenvatting|in het kort|kort samengevat|in kort bestek|summary|"
    "abstract|executive summary|in short|in brief|at a glance",
    "timeline": "tijdlijn|tijdpad|tijdbalk|chronologie|timeline|chronology",
    "authors": "auteur|auteurs|schrijver|schrijvers|samenstellers|geschreven door|author|authors|written by",
    "participants": "deelnemer|deelnemers|betrokkenen|wie deden mee|wie deed mee|wie deden er mee|wie waren erbij|"
    "wie waren betrokken|participants|who took part|who was involved|people involved",
    "partners": "partner|partners|samenwerkingspartners|betrokken organisaties|organisations involved",
    "topics": "trefwoord|trefwoorden|onderwerpen|tags|keyword|keywords|topics",
    "methods": "werkvorm|werkvormen|methoden|methodes|methods",
    "place": "plaats|wijk|dorp|buurt|locatie|place|location|neighbourhood|village",
    "municipality": "gemeente|municipality",
    "province": "provincie|province",
    "period": "periode|looptijd|period",
    "status": "status",
}
_MEANING = {phrase: word for word, listed in _PHRASES.items() for phrase in listed.split("|")}
LONGEST = 300
"""Characters from which a text is no heading any more."""
PARTS = ("cause", "approach", "outcome")
"""The parts of a challenge."""
FACTS = ("place", "municipality", "province", "period")
"""What is one value, told in a line or a heading of its own."""
_NO_TITLES = (
    "inleiding|voorwoord|aanleiding|achtergrond|context|inhoud|inhoudsopgave|colofon|het verhaal|verhaal|de casus|casus|"
    "introduction|preface|background|contents|the story|story|the case|case study"
)
_GENERAL = frozenset(_NO_TITLES.split("|"))
"""Headings that many reports begin with and that are no title."""

_NUMBER = re.compile(
    r"(?:(?:hoofdstuk|chapter|deel|part)\s+)?(?:\d+(?:\.\d+)*[.):]?|(?:[IVX]+|[a-zA-Z])[.)])\s+",
    re.IGNORECASE,
)
_TURN = re.compile(r":\s*|\s+[–—-]\s+")
_AFTER = re.compile(r" (?:voor|uit|van|vanuit|for|from|of) ")
_FILLERS = frozenset(
    re.findall(
        r"\w+",
        "de het een onze ons belangrijkste voornaamste gebruikte twee drie vier vijf zes zeven acht negen tien "
        "the a our main key used two three four five six seven eight nine ten",
    )
)


class Topic(NamedTuple):
    """What a heading is about: a word of the sections, and what it says besides."""

    word: str
    rest: str
    many: bool


def topic(heading: str) -> Topic | None:
    """Return what a heading is about; None when it is one of the story's own."""
    if len(heading) > LONGEST:
        return None
    text = _NUMBER.sub("", heading.strip(), count=1) if _NUMBER.match(heading.strip()) else heading.strip()
    turn = _TURN.search(text)
    told = _meaning(text[: turn.start()] if turn else text)
    if told is None:
        return None
    many = told in {"challenges", "lessons"}
    return Topic(told.removesuffix("s") if many else told, text[turn.end() :].strip() if turn else "", many)


def is_general(heading: str) -> bool:
    """Tell whether a heading could stand above any report ("Inleiding")."""
    return len(heading) <= LONGEST and _folded(_NUMBER.sub("", heading.strip(), count=1)) in _GENERAL


def _meaning(lead: str) -> str | None:
    words = _folded(lead).split()
    while words and (words[0] in _FILLERS or words[0].isdigit()):
        words.pop(0)
    while words and words[-1].isdigit():
        words.pop()
    phrase = " ".join(words)
    if phrase in _MEANING:
        return _MEANING[phrase]
    both = re.split(r" (?:en|and) ", phrase)
    if len(both) > 1 and all(part in _MEANING for part in both):
        return _MEANING[both[0]]
    about = _MEANING.get(
        _AFTER.split(phrase)[0]
    )  # "Lessen voor andere dorpen", "Samenvatting van het onderzoek"
    return about if about in {"lessons", "summary"} else None


def _folded(text: str) -> str:
    """Return the bare words of a text: no accents, no capitals, no signs."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("&", " en "))
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign) and sign not in "'’`")
    return " ".join(re.sub(r"[\W_]+", " ", letters).split())
