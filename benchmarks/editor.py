"""How long the editor takes with a large case: its page, saving, a button of a row, and the preview of the whole.

    python -m benchmarks.editor

The case is as large as the README's figures ask for: about 8,000 words, 20 challenges and 60 lessons, with 200 versions
before it. Each is asked some times as a browser would, without the network; the median and the slowest are printed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb import config, create_app
from kb.accounts import sessions
from kb.accounts.models import Person
from kb.cases.content import Content, empty_content, empty_row
from kb.cases.models import Revision
from kb.cases.services import drafts
from kb.house import House

ROUNDS = 15
JSON = "application/json"
WORDS = 8_000
CHALLENGES, LESSONS, EVENTS, SOURCES = 20, 60, 20, 20
VERSIONS = 200
TEXTS = CHALLENGES * 3 + LESSONS
FREQUENT = [
    "de",
    "het",
    "een",
    "van",
    "en",
    "in",
    "wijk",
    "buurt",
    "bewoners",
    "gemeente",
    "plan",
    "samen",
    "vrijwilligers",
    "plein",
    "groen",
    "avond",
    "besluit",
]


def large_content(chance: Random) -> Content:
    """Return the content of a large case."""

    def text(words: int) -> str:
        return " ".join(chance.choice(FREQUENT) for _word in range(words)).capitalize() + "."

    content = {**empty_content(), "title": "Grote casus", "summary": text(80), "story": ""}
    each = (WORDS - 3_000) // TEXTS
    content["story"] = "\n\n".join(text(100) for _paragraph in range(30))
    for at in range(CHALLENGES):
        row = empty_row("challenges", f"c{at + 1}")
        content["challenges"].append(
            {**row, "title": text(8), "cause": text(each), "approach": text(each), "outcome": text(each)}
        )
    for at in range(LESSONS):
        row = {
            **empty_row("lessons", f"n{at + 1}"),
            "themes": ["inclusion"],
            "challenge": f"c{at % CHALLENGES + 1}",
        }
        content["lessons"].append({**row, "statement": text(15), "explanation": text(each)})
    content["timeline"] = [{"date": str(2000 + at), "what": text(10)} for at in range(EVENTS)]
    content["sources"] = [{**empty_row("sources"), "title": text(5)} for _at in range(SOURCES)]
    return content


def desk(data: Path) -> tuple[House, FlaskClient]:
    """Return a knowledge base with that case, and a writer of it who is signed in."""
    config.make_data_folder(data)
    house = House.open(config.read(data, {"KB_RATE_LIMITS": "off"}))
    house.database.upgrade()
    with house.database.transaction() as session:
        person = Person(name="Anna", email="anna@example.org", roles=["author"])
        session.add(person)
        session.flush()
        case = drafts.begin(session, person.actor(), large_content(Random(1)))
        case.revisions += [
            Revision(number=at + 1, record={"title": case.title}, made_by_id=person.id)
            for at in range(VERSIONS)
        ]
        token = sessions.begin(session, person, device="a benchmark")
    app = create_app(house)
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    with client.session_transaction() as kept:
        kept.update(_user_id=token, _fresh=True)
    return house, client


def form_of(page: str) -> dict[str, list[str]]:
    """Return what a browser would send of the editor's page."""
    inside = page[page.index('<form id="editor"') : page.index('name="whole"')]
    fields: dict[str, list[str]] = {"whole": ["yes"]}
    for tag in re.findall(r"<input\b[^>]*>", inside):
        told = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if told["type"] not in {"checkbox", "radio", "file"} or re.search(r"\schecked\b", tag):
            fields.setdefault(told["name"], []).append(html.unescape(told.get("value", "")))
    for name, text in re.findall(
        r'<textarea[^>]*\bname="([^"]+)"[^>]*>\n?(.*?)</textarea>', inside, re.DOTALL
    ):
        fields[name] = [html.unescape(text)]
    for name, options in re.findall(r'<select[^>]*\bname="([^"]+)"[^>]*>(.*?)</select>', inside, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = [html.unescape(chosen[1]) if chosen else ""]
    return fields


def taken_by(answer: Callable[[], TestResponse], expected: int) -> float:
    """Return how many milliseconds one answer takes."""
    begun = perf_counter()
    status = answer().status_code
    if status != expected:
        raise SystemExit(f"answered {status} instead of {expected}")
    return (perf_counter() - begun) * 1000


def main() -> None:
    """Print how long each takes."""
    with TemporaryDirectory() as folder:
        house, client = desk(Path(folder) / "data")
        address = "/cases/grote-casus/edit"
        page = client.get(address)
        print(f"page of {len(page.data) / 1e6:.1f} MB with {len(form_of(page.text)):,} fields")

        def sent(do: str, number: int, **headers: str) -> Callable[[], TestResponse]:
            fields = {**form_of(client.get(address).text), "summary": [f"{do} {number}"], "do": [do]}
            kind = "multipart/form-data"
            return lambda: client.post(address, data=fields, content_type=kind, headers=headers)

        asked: dict[str, tuple[Callable[[int], Callable[[], TestResponse]], int]] = {
            "the page": (lambda _number: lambda: client.get(address), 200),
            "saving by button": (lambda number: sent("save", number), 303),
            "saving in the background": (lambda number: sent("autosave", number, Accept=JSON), 200),
            "a button of a row": (lambda number: sent("up:lessons:9", number, Accept=JSON), 200),
            "the preview of the whole": (lambda _number: lambda: client.get(address[:-4] + "preview"), 200),
        }
        for name, (prepared, expected) in asked.items():
            taken = [taken_by(prepared(number), expected) for number in range(ROUNDS)]
            print(f"{name:26} {median(taken):6.0f} ms, slowest {max(taken):6.0f} ms")
        house.close()


if __name__ == "__main__":
    main()
