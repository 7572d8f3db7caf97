"""What the tests of the editor share: people at a case, and the form as a browser would send it."""

from __future__ import annotations

import html
import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from kb.cases import queries
from kb.cases.content import Content, empty_content
from kb.cases.services import drafts
from kb.house import House
from tests.people import Person, csrf
from tests.tree import Element, parse

JSON = {"Accept": "application/json"}


def begun(house: House, person: Person, title: str = "Duiven-Noord", **fields: Any) -> str:
    """Begin a case by this person, with these fields in its draft; return its slug."""
    with house.database.transaction() as session:
        content = {**empty_content("nl"), "title": title, **fields}
        return drafts.begin(session, person.actor, content).slug


def content_of_draft(house: House, person: Person, slug: str) -> Content:
    """Return what stands in the draft of a case."""
    with house.database.reading() as session:
        return drafts.working_content(queries.case_to_write(session, person.actor, slug))


def version_of_draft(house: House, person: Person, slug: str) -> int:
    """Return the version of the draft of a case."""
    with house.database.reading() as session:
        return drafts.version_of(queries.case_to_write(session, person.actor, slug))


def sent_by(page: str) -> MultiDict[str, Any]:
    """Return what a browser would send of the editor's form, as the page has it."""
    form = parse(page).one("form", id="editor")
    fields: MultiDict[str, Any] = MultiDict()
    for control in _controls(form):
        kind, name = control.attributes.get("type", ""), control.attributes.get("name")
        if not name or kind in {"file", "submit"} or control.attributes.get("form", "editor") != "editor":
            continue
        if kind in {"checkbox", "radio"} and "checked" not in control.attributes:
            continue
        fields.add(name, _value(control))
    return fields


def _controls(form: Element) -> list[Element]:
    return [one for tag in ("input", "textarea", "select") for one in form.all(tag)]


def _value(control: Element) -> str:
    if control.tag == "select":
        chosen = [one for one in control.all("option") if "selected" in one.attributes]
        return (chosen or control.all("option"))[0].attributes.get("value", "")
    # A browser leaves out the line end that follows the tag.
    return control.raw.removeprefix("\n") if control.tag == "textarea" else control.get("value")


def send(
    client: FlaskClient, slug: str, fields: MultiDict[str, Any], do: str = "save", **more: Any
) -> TestResponse:
    """Send the form with another button, and some fields changed."""
    data = MultiDict(fields)
    data.setlist("do", [do])
    data.setlist("csrf_token", [csrf(client)])
    headers = more.pop("headers", {})
    for name, value in more.items():
        data.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    answer = client.post(
        f"/cases/{slug}/edit", data=data, headers=headers, content_type="multipart/form-data"
    )
    answer.request.environ["wsgi.input"].close()  # of a large form the client keeps a file
    return answer


def opened_form(client: FlaskClient, slug: str) -> MultiDict[str, Any]:
    """Open the editor and return its form as it stands."""
    answer = client.get(f"/cases/{slug}/edit")
    assert answer.status_code == 200
    return sent_by(answer.text)


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page)
    assert found
    return html.unescape(found[1])
