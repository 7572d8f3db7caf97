"""Cases that several tests read: one with every field filled, and the least that a case must have."""

from __future__ import annotations

from typing import Any

THEMES = frozenset({"roles-partnership", "inclusion", "connecting", "organising"})
FULL: dict[str, Any] = {
    "slug": "duiven-west",
    "title": "Duiven-West",
    "summary": "Samen aan zet",
    "story": "# Begin\n\nEen *wijkschouw*.\n",
    "language": "nl",
    "place": "Duiven-West",
    "municipality": "Duiven",
    "province": "Gelderland",
    "country": "NL",
    "latitude": 51.95,
    "longitude": 6.01,
    "scale": "neighbourhood",
    "period_start": 2016,
    "period_end": 2027,
    "themes": ["roles-partnership"],
    "tags": [{"name": "wijkschouw", "kind": "method"}],
    "participants": ["resident", "civil-servant"],
    "partners": [{"name": "Gemeente", "url": None}],
    "challenges": [
        {
            "key": "c1",
            "title": "Wie beslist?",
            "cause": "Onduidelijk",
            "approach": "Praten",
            "outcome": "Beter",
            "status": "partly",
            "themes": ["organising"],
        }
    ],
    "lessons": [
        {
            "statement": "Spreek rollen uit.",
            "explanation": "Anders niet.",
            "challenge": "c1",
            "themes": ["organising"],
            "perspectives": ["resident"],
            "origin": "stated",
        }
    ],
    "timeline": [{"date": "2016-11-26", "precision": "day", "what": "Schouw"}],
    "sources": [
        {
            "title": "Plan",
            "url": "https://example.org/plan",
            "publisher": "Gemeente",
            "accessed": "2026-11-23",
        }
    ],
    "authors": ["A. de Vries"],
    "licence": "CC-BY-4.0",
    "status": "published",
    "translations": {
        "en": {
            "title": "Duiven-West",
            "summary": "Acting together",
            "story": "",
            "lessons": {"0": {"statement": "Say it.", "explanation": ""}},
        }
    },
}
MINIMAL = {"title": "Een straat", "summary": "Kort."}
