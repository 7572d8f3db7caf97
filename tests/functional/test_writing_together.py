"""The story of a case that three people make: an author from a Word file, an editor with remarks, and its readers.

It runs the real application, with the forms of its own pages, as somebody without JavaScript would.
"""

from __future__ import annotations

import re
import time

from flask import Flask
from flask.testing import FlaskClient

from kb import create_app
from kb.accounts.services import links
from kb.house import House
from kb.search.drainer import Drainer
from tests.cases.word_file.documents import h, li, p, title, word
from tests.paper import Page, Reader

PASSWORD = "negen bomen bij het water"
REPORT = word(
    title("Samen aan de Dorpsstraat"),
    h(1, "Samenvatting"),
    p("Bewoners en gemeente maakten samen een plein."),
    h(1, "Uitdagingen"),
    h(2, "Niemand wist wie besliste"),
    p("Oorzaak: er was geen opdracht."),
    p("Aanpak: een werkgroep met mandaat."),
    h(1, "Lessen"),
    li("Spreek rollen af voor de eerste bijeenkomst."),
    h(1, "Bronnen"),
    p("Interview met de dorpsraad"),
    h(1, "Hoe het ging"),
    p("Het begon met een moddertaart."),
)
SLUG = "samen-aan-de-dorpsstraat"


def reader(app: Flask) -> Reader:
    client = app.test_client()
    client.set_cookie("lang", "en")
    return Reader(client)


def invited(admin: Reader, app: Flask, name: str, role: str) -> Reader:
    """Invite somebody, and let him take up the invitation with the link that the administrator gets to see."""
    form = admin.visit("/admin/people/new").form("Invite")
    page = (
        form.fill("E-mail address", f"{name.lower()}@voorbeeld.example")
        .fill("Name", name)
        .tick(role)
        .press("Invite")
    )
    found = re.search(r"/welcome/[\w-]+", page.response.text)
    assert found
    person = reader(app)
    begun = begin(person.visit(found[0]))
    assert begun.title == "Your account"
    assert person.visit(found[0]).response.status_code == 404  # it works once
    return person


def begin(page: Page, **fields: str) -> Page:
    form = page.form("Begin")
    for label, text in fields.items():
        form.fill(label.replace("_", " "), text)
    return form.fill("Password", PASSWORD).fill("The same once more", PASSWORD).press("Begin")


def test_from_a_word_report_to_a_cited_version(house: House) -> None:
    app = create_app(house)
    drainer = Drainer(house.search)
    house.database.listeners.append(drainer.wake)
    drainer.start()
    try:
        _story(house, app)
    finally:
        drainer.stop()


def _story(house: House, app: Flask) -> None:
    with house.database.transaction() as session:
        token = links.first_link(session)
    admin = reader(app)
    first = form_of_first(admin.visit(f"/welcome/{token}"))
    assert first.title == "Your account"
    author = invited(admin, app, "Aad", "Author")
    editor = invited(admin, app, "Emma", "Editor")

    # From a Word file: nothing is saved before the author has seen what went where.
    page = (
        author.visit("/cases/new")
        .form("Read this file")
        .attach("Word file", "verslag.docx", REPORT)
        .press("Read this file")
    )
    assert (
        "Niemand wist wie beslisteCause" in page.text.replace(" ", " ") or "Cause of a challenge" in page.text
    )
    assert author.visit("/account/cases").text.startswith("My cases You have no cases yet")
    page = page.form("Begin this case").press("Begin this case")
    assert page.address == f"/cases/{SLUG}/edit"

    # The list says what is missing; without it the case can't be submitted.
    assert "1 without a theme" in page.text
    assert "Submit for review" not in page.buttons()
    page = page.form("Save").tick("Organising", 2).press("Save")
    nobody = "Nobody is named in this case, and nobody can be recognised"
    page = page.form("Keep this").tick(nobody).press("Keep this")
    page = page.form("Submit for review").press("Submit for review")
    for outsider in (app.test_client(), reader(app).client):
        assert outsider.get(f"/cases/{SLUG}").status_code == 404

    # The editor returns it with two remarks.
    page = editor.visit("/review").follow("Samen aan de Dorpsstraat")
    for field, text in (("Challenge 1: Cause", "Wie vond dit?"), ("Summary", "Waar is dit?")):
        page = (
            page.form_with(f"Your remark on: {field}")
            .fill(f"Your remark on: {field}", text)
            .press("Keep this remark")
        )
    page = page.form("Return with remarks").press("Return with remarks")

    # The author finds each at its field, answers, mends the text and submits again.
    page = author.visit(f"/cases/{SLUG}/edit")
    assert "Wie vond dit?" in page.text
    assert "Waar is dit?" in page.text
    page = (
        page.form("Save")
        .fill("Summary", "Bewoners en gemeente maakten samen een plein in Sterrebos.")
        .press("Save")
    )
    for _ in range(2):
        answers = [one for one in page.buttons() if "nswer" in one]
        page = page.form(answers[0]).fill(ANSWER, "Dat heb ik erbij gezet.").press(answers[0])
        page = author.visit(f"/cases/{SLUG}/edit")
    page = page.form("Submit for review").press("Submit for review")
    assert "Dat heb ik erbij gezet." in page.text

    # Its writer can't publish it; the editor does, and the search finds it within a second.
    assert "Publish" not in author.visit(f"/cases/{SLUG}/review").buttons()
    page = editor.visit(f"/cases/{SLUG}/review").form("Publish").press("Publish")
    assert "Samen aan de Dorpsstraat" in page.title
    assert found_within(app.test_client(), "sterrebos", seconds=1)

    _correct(app, author, editor)


def _correct(app: Flask, author: Reader, editor: Reader) -> None:
    # Readers see the old text until the new version is published; then compare and restore.
    page = author.visit(f"/cases/{SLUG}/edit")
    page = page.form("Save").fill("Summary", "Bewoners en gemeente maakten samen een park.").press("Save")
    assert "Sterrebos" in app.test_client().get(f"/cases/{SLUG}").text
    page.form("Submit for review").press("Submit for review")
    editor.visit(f"/cases/{SLUG}/review").form("Publish").press("Publish")
    assert "Sterrebos" not in app.test_client().get(f"/cases/{SLUG}").text
    page = reader(app).visit(f"/cases/{SLUG}/compare?from=2&to=3")
    assert "removed" in page.text
    assert "park" in page.text
    assert "Sterrebos" in page.text
    assert "Sterrebos" in app.test_client().get(f"/cases/{SLUG}/v/2").text
    again = "Write on from this version 2"
    page = author.visit(f"/cases/{SLUG}/history").form(again).press(again)
    assert "Sterrebos" in page.response.text
    author.visit(f"/cases/{SLUG}/edit").form("Submit for review").press("Submit for review")
    editor.visit(f"/cases/{SLUG}/review").form("Publish").press("Publish")
    assert "Sterrebos" in app.test_client().get(f"/cases/{SLUG}").text


ANSWER = "Your answer"


def form_of_first(page: Page) -> Page:
    return begin(page, Your_name="Ans", **{"E-mail_address": "ans@voorbeeld.example"})


def found_within(client: FlaskClient, words: str, *, seconds: float) -> bool:
    """Tell whether a search finds a case before the time is over."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if client.get("/api/v1/search", query_string={"q": words, "kind": "case"}).json["total"]:  # type: ignore[index]  # it is JSON
            return True
        time.sleep(0.02)
    return False
