"""Attacks on the pages of the editor, by the numbers of the project's list: each fails, and normal use still works."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.cases.content import ROW_LISTS, ROWS, TEXTS, Content, empty_content, empty_row
from kb.house import House
from tests.cases.word_file.documents import h, p, title, word
from tests.cases.writing_desk import JSON, begun, content_of_draft, hidden, opened_form, send
from tests.pages.test_attacks import HOSTILE
from tests.people import Person, post, sign_in
from tests.tree import Element, parse
from tests.web.test_meta import body_faults


def hostile(text: str = HOSTILE) -> dict[str, Any]:
    """Return content with this text in every field that holds text."""
    content: Content = {name: text for name in TEXTS if name not in {"language", "scale"}}
    for name, fields in ROWS.items():
        if name != "attachments":
            row = empty_row(name, {"challenges": "c1", "lessons": "n1"}.get(name, ""))
            typed = {field for field in fields if field not in ROW_LISTS} - {
                "key",
                "status",
                "origin",
                "challenge",
                "cause_unknown",
            }
            content[name] = [{**row, **dict.fromkeys(typed, text)}]
    return content


def nothing_ran(page: Element) -> None:
    """Fail when a hostile text became more than text."""
    assert not [one for one in page.all("script") if "alert" in one.raw]
    assert not [
        one for one in page if any(name.startswith("on") or name == "style" for name in one.attributes)
    ]
    assert not [one for one in page.all("img") if "track" in one.get("src")]
    assert not page.all("meta", http_equiv="refresh")
    links = [one.get("href") for one in page.all("a")]
    assert not [link for link in links if link.lower().startswith(("javascript", "data", "vbscript"))]


class TestTrust1HostileText:
    @pytest.mark.parametrize("path", ["edit", "edit?look=1", "preview"])
    @pytest.mark.parametrize("language", ["nl", "en"])
    def test_in_every_field(
        self, house: House, author: FlaskClient, anna: Person, path: str, language: str
    ) -> None:
        slug = begun(house, anna, **{**hostile(), "title": HOSTILE})
        joined = "&" if "?" in path else "?"
        answer = author.get(f"/cases/{slug}/{path}{joined}lang={language}")
        assert answer.status_code == 200
        page = parse(answer.text)
        nothing_ran(page)
        assert "{{7*7}}" in page.text
        assert "49" not in page.one("h1").text

    def test_in_the_list_of_cases(self, house: House, author: FlaskClient, anna: Person) -> None:
        begun(house, anna, title=HOSTILE)
        page = parse(author.get("/account/cases").text)
        nothing_ran(page)
        assert "{{7*7}}" in page.text

    def test_it_goes_around_unchanged(self, house: House, author: FlaskClient, anna: Person) -> None:
        slug = begun(house, anna, **{**hostile(), "title": HOSTILE})
        form = opened_form(author, slug)
        assert send(author, slug, form).status_code == 303
        seen = content_of_draft(house, anna, slug)
        assert seen["story"] == HOSTILE.replace("\u2028", "\n")
        assert seen["challenges"][0]["cause"] == seen["story"]

    def test_in_the_row_that_can_be_put_back(self, house: House, author: FlaskClient, anna: Person) -> None:
        slug = begun(house, anna, **hostile("<b onclick=x>") | {"title": "x"})
        send(author, slug, opened_form(author, slug), "remove:sources:0")
        page = parse(author.get(f"/cases/{slug}/edit").text)
        nothing_ran(page)
        assert "<b onclick=x>" in page.one(class_="put-back").text

    def test_in_json(self, house: House, author: FlaskClient, anna: Person) -> None:
        slug = begun(house, anna, **{**hostile(), "title": HOSTILE})
        answer = send(author, slug, opened_form(author, slug), "add:sources", headers=JSON)
        assert answer.headers["Content-Type"].startswith("application/json")
        told = json.loads(answer.text)
        nothing_ran(parse(told["page"]))
        nothing_ran(parse(f"<div>{told['panel']}</div>"))

    def test_13_templates_are_not_run(self, house: House, author: FlaskClient, anna: Person) -> None:
        slug = begun(house, anna, title="{{7*7}}{% raise %}", summary="${7*7} #{7*7} %(x)s")
        for path in ("edit", "preview"):
            text = author.get(f"/cases/{slug}/{path}").text
            assert "{{7*7}}{% raise %}" in text
        answer = send(author, slug, opened_form(author, slug), "autosave", summary="{{7*7}}", headers=JSON)
        assert answer.status_code == 200


class TestFromAWordFile:
    def read(self, client: FlaskClient, data: bytes, name: str = "verslag.docx") -> Any:
        return post(client, "/cases/new", do="read", file=(io.BytesIO(data), name))

    def test_what_went_where_is_shown_and_nothing_is_saved(self, author: FlaskClient) -> None:
        data = word(
            title("Wijchen-Zuid"),
            h(1, "Samenvatting"),
            p("Een plein voor iedereen."),
            h(1, "Uitdaging: wie beslist?"),
            h(2, "Oorzaak"),
            p("Niemand wist het."),
            h(1, "Lessen"),
            p("Spreek rollen uit."),
        )
        answer = self.read(author, data)
        assert answer.status_code == 200
        page = parse(answer.text)
        for text in (
            "Wijchen-Zuid",
            "Een plein voor iedereen.",
            "Niemand wist het.",
            "Spreek rollen uit.",
            "verslag.docx",
        ):
            assert text in page.text or page.all("input", value=text)
        assert "Wijchen" not in author.get("/account/cases").text
        begin = post(
            author,
            "/cases/new",
            do="begin",
            content=hidden(answer.text, "content"),
            title="Wijchen-Zuid",
            language="nl",
        )
        assert begin.location == "/cases/wijchen-zuid/edit"
        form = opened_form(author, "wijchen-zuid")
        assert form["summary"] == "Een plein voor iedereen."
        assert form["challenges-0-cause"] == "Niemand wist het."
        assert form["lessons-0-statement"] == "Spreek rollen uit."

    @pytest.mark.parametrize(
        "sent", [b"", b"PK\x03\x04", b"%PDF-1.4", b"<html>", b"PK" + b"\x00" * 100], ids=range(5)
    )
    def test_what_is_none_is_refused_at_its_field(self, author: FlaskClient, sent: bytes) -> None:
        answer = self.read(author, sent, "rapport <b>.docx")
        assert answer.status_code == 400
        page = parse(answer.text)
        assert page.one("input", id="file").get("aria-invalid") == "true"
        assert "rapport <b>.docx" in page.text
        assert page.one(id="error-summary").all("a", href="#file")

    def test_a_hostile_text_stays_text(self, author: FlaskClient) -> None:
        plain = HOSTILE.replace("\u2028", " ").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        answer = self.read(author, word(title(plain), h(1, plain), p(plain), h(1, "Les"), p(plain)))
        assert answer.status_code == 200
        nothing_ran(parse(answer.text))

    @pytest.mark.parametrize(
        "text",
        [
            "null",
            "[1]",
            "{",
            '{"title":',
            "[" * 50_000,
            '{"challenges": {"a": 1}}',
            '{"title": {"$gt": ""}}',
            "\x00",
        ],
        ids=range(8),
    )
    def test_36_hostile_content_is_refused_or_nothing(
        self, house: House, author: FlaskClient, anna: Person, text: str
    ) -> None:
        answer = post(author, "/cases/new", do="begin", content=text, title="Nieuw", language="nl")
        if answer.status_code == 303:
            found = content_of_draft(house, anna, "nieuw")
            assert found == {**empty_content(), "title": "Nieuw"}
        else:
            assert answer.status_code == 400
            assert "Traceback" not in answer.text

    def test_36_status_and_owner_are_no_fields(self, house: House, author: FlaskClient, anna: Person) -> None:
        sent = json.dumps(
            {"status": "published", "slug": "admin", "owner_id": 1, "translations": {"en": {"title": "x"}}}
        )
        post(author, "/cases/new", do="begin", content=sent, title="Nieuw", status="published", language="nl")
        assert content_of_draft(house, anna, "nieuw") == {**empty_content(), "title": "Nieuw"}

    def test_a_title_is_asked_for_once_more(self, author: FlaskClient) -> None:
        sent = json.dumps({**empty_content(), "story": "Veel werk"})
        answer = post(author, "/cases/new", do="begin", content=sent, title=" ", language="nl")
        assert answer.status_code == 400
        assert "Veel werk" in hidden(answer.text, "content")
        assert parse(answer.text).one(id="error-summary")


class TestTrust50Csrf:
    @pytest.mark.parametrize("path", ["/cases/new", "/cases/{slug}/edit", "/preview"])
    @pytest.mark.parametrize("headers", [{}, JSON, {"Hx-Request": "true"}], ids=["page", "json", "htmx"])
    def test_nothing_without_the_token(
        self, house: House, app: Flask, anna: Person, path: str, headers: dict[str, str]
    ) -> None:
        slug = begun(house, anna)
        client = sign_in(app.test_client(), anna)
        form = {**opened_form(client, slug).to_dict(), "csrf_token": "x", "do": "begin", "text": "x"}
        answer = client.post(path.format(slug=slug), data={**form, "summary": "Aanval"}, headers=headers)
        assert answer.status_code == 400
        assert content_of_draft(house, anna, slug)["summary"] == ""

    def test_and_nothing_by_get(self, house: House, author: FlaskClient, anna: Person) -> None:
        slug = begun(house, anna)
        author.get(f"/cases/{slug}/edit?do=save&summary=Aanval&whole=yes")
        author.get("/cases/new?do=begin&title=Aanval")
        assert content_of_draft(house, anna, slug)["summary"] == ""
        assert "Aanval" not in author.get("/account/cases").text


def test_the_pages_are_sound(house: House, author: FlaskClient, anna: Person) -> None:
    slug = begun(house, anna, **{**hostile("gewoon"), "title": "Gewoon"})
    for path in ("/account/cases", "/cases/new", f"/cases/{slug}/edit", f"/cases/{slug}/preview"):
        page = parse(author.get(path).text)
        known = {"https://creativecommons.org/licenses/by/4.0/"}
        assert list(body_faults(page, known)) == []
