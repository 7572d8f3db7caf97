"""The editor's pages without JavaScript: begin, write, mend, preview; two people at once; nothing typed is lost."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb import create_app
from kb.accounts.models import Person as AccountPerson
from kb.cases import queries
from kb.cases.services import drafts, review
from kb.core import now
from kb.house import House
from tests.cases.writing_desk import (
    JSON,
    begun,
    content_of_draft,
    hidden,
    opened_form,
    send,
    sent_by,
    version_of_draft,
)
from tests.conftest import MakeCase, opened
from tests.people import Person, make_person, post, sign_in
from tests.statements import statements
from tests.tree import parse


@pytest.fixture
def bert(house: House) -> Person:
    return make_person(house, "editor", name="Bert de Vries")


@pytest.fixture
def editor(app: Flask, bert: Person) -> FlaskClient:
    return sign_in(app.test_client(), bert)


def many(times: int) -> dict[str, Any]:
    """Return the fields of a case in which each kind of row stands so many times."""
    return {
        "themes": ["inclusion"],
        "tags": [{"name": f"woord {at}"} for at in range(times)],
        "partners": [{"name": f"Groep {at}"} for at in range(times)],
        "challenges": [
            {"key": f"c{at}", "title": f"Lastig {at}", "themes": ["inclusion"]} for at in range(times)
        ],
        "lessons": [
            {"statement": f"Les {at}", "themes": ["inclusion"], "challenge": f"c{at}"} for at in range(times)
        ],
        "timeline": [{"date": "2016-01-01", "what": f"Iets {at}"} for at in range(times)],
        "sources": [{"title": f"Bron {at}"} for at in range(times)],
        "translations": {
            "en": {"title": "x", "lessons": {str(at): {"statement": "y"} for at in range(times)}}
        },
    }


class TestBeginning:
    def test_with_a_title(self, house: House, author: FlaskClient, anna: Person) -> None:
        answer = post(author, "/cases/new", do="begin", title="Duiven-Noord", language="en")
        assert (answer.status_code, answer.location) == (303, "/cases/duiven-noord/edit")
        content = content_of_draft(house, anna, "duiven-noord")
        assert (content["title"], content["language"]) == ("Duiven-Noord", "en")

    def test_without_one_the_summary_takes_the_focus(self, author: FlaskClient) -> None:
        answer = post(author, "/cases/new", do="begin", title="  ", language="nl")
        assert answer.status_code == 400
        tree = parse(answer.text)
        assert tree.one(id="error-summary").all("a", href="#title")
        assert tree.one("input", id="title").get("aria-invalid") == "true"

    def test_only_authors(self, app: Flask, house: House) -> None:
        client = sign_in(app.test_client(), make_person(house))
        assert client.get("/cases/new").status_code == 403
        assert post(client, "/cases/new", do="begin", title="x").status_code == 403
        assert app.test_client().get("/cases/new").location.startswith("/login")


class TestMyCases:
    def test_empty_it_invites_to_begin(self, author: FlaskClient) -> None:
        page = parse(author.get("/account/cases").text)
        assert page.one(class_="empty").all("a", href="/cases/new")

    def test_it_tells_where_each_stands_and_what_is_next(
        self, house: House, author: FlaskClient, anna: Person
    ) -> None:
        begun(house, anna, "Een")
        begun(house, make_person(house, "author"), "Van een ander")
        page = author.get("/account/cases?lang=en").text
        assert "Draft" in page
        assert "3 things still missing" in page
        assert "Van een ander" not in page

    def test_it_tells_when_it_is_time_to_look_again(
        self, house: House, make_case: MakeCase, author: FlaskClient, anna: Person
    ) -> None:
        today = now().date()
        for slug, day in (("vandaag", today), ("morgen", today + dt.timedelta(days=1))):
            make_case(slug=slug)
            with house.database.transaction() as session:
                case = queries.case_to_write(session, make_person(house, "editor").actor, slug)
                case.writers.append(session.get_one(AccountPerson, anna.id))
                case.check_on = day
        page = parse(author.get("/account/cases").text)
        assert page.one("a", href="/cases/vandaag/history#check").text
        assert not page.all("a", href="/cases/morgen/history#check")

    def test_the_same_number_of_questions_for_many(
        self, house: House, author: FlaskClient, anna: Person
    ) -> None:
        counts = []
        for number in range(6):
            begun(house, anna, f"Casus {number}")
            if number in {0, 5}:
                with statements(house.database) as sent:
                    author.get("/account/cases")
                counts.append(len(sent))
        assert counts[0] == counts[1]


class TestWriting:
    def test_no_field_is_called_required_for_a_draft_may_have_gaps(
        self, make_case: MakeCase, editor: FlaskClient
    ) -> None:
        make_case(slug="vol", **many(1))
        form = parse(editor.get("/cases/vol/edit").text).one("form", id="editor")
        fields = [*form.all("input"), *form.all("textarea"), *form.all("select")]
        assert len(fields) > 50
        assert not [field for field in fields if "required" in field.attributes]

    def test_all_that_is_typed_is_saved_whatever_is_wrong(
        self, house: House, author: FlaskClient, anna: Person
    ) -> None:
        slug = begun(house, anna)
        form = opened_form(author, slug)
        answer = send(
            author, slug, form, period_start="20x6", latitude="north", summary="  één\r\ntwee ", country="nl"
        )
        assert answer.status_code == 303
        page = parse(author.get(answer.location).text)
        assert page.one("input", id="period_start").get("value") == "20x6"
        assert page.one("textarea", id="summary").raw == "\n  één\ntwee "
        linked = [link.get("href") for link in page.one(id="error-summary").all("a")]
        assert linked == ["#period_start", "#latitude", "#country"] or set(linked) == {
            "#country",
            "#latitude",
            "#period_start",
        }
        for name in linked:
            field = page.one(id=name[1:])
            assert field.get("aria-invalid") == "true"
            assert page.one(id=f"{name[1:]}-error").text
        assert content_of_draft(house, anna, slug)["country"] == "nl"

    def test_what_the_form_gives_is_what_it_got(
        self, house: House, author: FlaskClient, anna: Person
    ) -> None:
        slug = begun(house, anna)
        for do in ("add:challenges", "add:lessons", "add:timeline", "add:sources", "add:partners"):
            answer = send(author, slug, opened_form(author, slug), do)
            rows = do.partition(":")[2]
            assert answer.location == f"/cases/{slug}/edit#{rows}-0"
        form = opened_form(author, slug)
        send(
            author,
            slug,
            form,
            challenges__0__title="Wie beslist?",
            challenges__0__status="partly",
            challenges__0__themes=["inclusion", "organising"],
            challenges__0__cause_unknown="yes",
            lessons__0__statement="Spreek rollen uit.",
            lessons__0__challenge="c1",
            lessons__0__perspectives=["resident", "executive"],
            lessons__0__origin="derived",
            participants=["resident"],
            scale="village",
        )
        before = content_of_draft(house, anna, slug)
        assert before["lessons"][0]["perspectives"] == ["resident", "executive"]
        version = version_of_draft(house, anna, slug)
        assert send(author, slug, opened_form(author, slug)).status_code == 303
        assert content_of_draft(house, anna, slug) == before
        assert version_of_draft(house, anna, slug) == version

    def test_rows_move_and_go_and_come_back(self, house: House, author: FlaskClient, anna: Person) -> None:
        slug = begun(house, anna)
        for _row in range(2):
            send(author, slug, opened_form(author, slug), "add:lessons")
        form = opened_form(author, slug)
        answer = send(
            author, slug, form, "up:lessons:1", lessons__0__statement="Eerst", lessons__1__statement="Dan"
        )
        assert answer.location.endswith("#lessons-0")
        assert [row["statement"] for row in content_of_draft(house, anna, slug)["lessons"]] == [
            "Dan",
            "Eerst",
        ]
        send(author, slug, opened_form(author, slug), "remove:lessons:0")
        page = author.get(f"/cases/{slug}/edit").text
        assert parse(page).one(class_="put-back").all("button", value="restore:lessons")
        send(author, slug, sent_by(page), "restore:lessons", summary="Meegetypt")
        content = content_of_draft(house, anna, slug)
        assert [row["statement"] for row in content["lessons"]] == ["Dan", "Eerst"]
        assert content["summary"] == "Meegetypt"

    def test_a_dutch_municipality_brings_its_province(
        self, house: House, author: FlaskClient, anna: Person
    ) -> None:
        slug = begun(house, anna)
        send(author, slug, opened_form(author, slug), municipality="Stein")
        assert content_of_draft(house, anna, slug)["province"] == "Limburg"
        send(author, slug, opened_form(author, slug), municipality="Duiven")
        assert content_of_draft(house, anna, slug)["province"] == "Gelderland"
        send(author, slug, opened_form(author, slug), municipality="Stein", country="DE", province="Bayern")
        assert content_of_draft(house, anna, slug)["province"] == "Bayern"

    def test_the_form_is_whole_before_it_is_saved(
        self, house: House, author: FlaskClient, anna: Person
    ) -> None:
        slug = begun(house, anna, summary="Blijft staan")
        form = opened_form(author, slug)
        del form["whole"], form["summary"]
        assert send(author, slug, form).status_code == 400
        assert content_of_draft(house, anna, slug)["summary"] == "Blijft staan"

    def test_no_two_things_have_the_same_name(self, make_case: MakeCase, editor: FlaskClient) -> None:
        make_case(slug="vol", **many(2))
        page = parse(editor.get("/cases/vol/edit").text)
        ids = [one.get("id") for one in page.all(id=None)]
        assert sorted(ids) == sorted(set(ids))
        anchors = [one.get("href")[1:] for one in page.one("aside", id="editor-panel").all("a")]
        assert len(anchors) == 10
        assert set(anchors) <= set(ids)
        assert [one for one in anchors if page.one(id=one).tag != "section"] == []

    def test_enter_in_a_field_saves(self, house: House, author: FlaskClient, anna: Person) -> None:
        """A browser presses the first button of a form then, wherever it stands on the page."""
        slug = begun(house, anna)
        send(author, slug, opened_form(author, slug), "add:challenges")
        page = parse(author.get(f"/cases/{slug}/edit").text)
        buttons = [
            one
            for one in page.all("button", type="submit")
            if one.get("form") == "editor" or one in page.one("form", id="editor").all("button")
        ]
        assert buttons[0].get("value") == "save"

    def test_the_last_guard_speaks_the_readers_language(
        self, house: House, author: FlaskClient, anna: Person
    ) -> None:
        """What only the case format refuses is said without its English words."""
        slug = begun(house, anna, licence="x" * 70)
        page = author.get(f"/cases/{slug}/edit?look=1").text
        assert parse(page).one(id="error-summary").all("a", href="#licence")
        assert "characters, at most" not in page

    def test_a_submitted_text_stands_still(self, house: House, author: FlaskClient, anna: Person) -> None:
        slug = begun(
            house,
            anna,
            summary="Kort.",
            sources=[{"title": "Plan", "url": "", "publisher": "", "accessed": ""}],
        )
        form = opened_form(author, slug)
        with house.database.transaction() as session:
            case = queries.case_to_write(session, anna.actor, slug)
            case.nobody_named = True
            review.submit(session, anna.actor, case)
        page = parse(author.get(f"/cases/{slug}/edit").text)
        assert not page.all("form", id="editor")
        assert page.all("form", action=f"/cases/{slug}/moves/take-back")
        assert send(author, slug, form, title="Anders").status_code == 409

    def test_the_panel_says_what_is_missing(self, house: House, author: FlaskClient, anna: Person) -> None:
        slug = begun(house, anna)
        send(author, slug, opened_form(author, slug), "add:challenges")
        send(author, slug, opened_form(author, slug), challenges__0__title="Wie beslist?")
        panel = parse(author.get(f"/cases/{slug}/edit?lang=en").text).one("aside", id="editor-panel")
        steps = {one.one("a").text: one.one(class_="steps__words").text for one in panel.all("li")}
        assert steps["Challenges"] == "1 without a cause"
        assert steps["In short"] == "no summary yet"
        assert steps["Timeline"] == "may stay empty"
        assert "4 things to do before you can submit" in panel.text
        assert not panel.all("form")

    def test_a_complete_case_can_be_submitted_from_there(
        self, house: House, author: FlaskClient, anna: Person
    ) -> None:
        source = {"title": "Plan", "url": "", "publisher": "", "accessed": ""}
        slug = begun(house, anna, summary="Kort.", sources=[source])
        with house.database.transaction() as session:
            queries.case_to_write(session, anna.actor, slug).nobody_named = True
        panel = parse(author.get(f"/cases/{slug}/edit").text).one("aside", id="editor-panel")
        assert panel.one("form").get("action") == f"/cases/{slug}/moves/submit"
        assert post(author, f"/cases/{slug}/moves/submit").status_code in {302, 303}

    def test_a_fixed_number_of_questions(
        self, house: House, make_case: MakeCase, editor: FlaskClient, bert: Person
    ) -> None:
        """A case with much in it asks the database as often as one with little, when it is shown and when it is saved."""
        counts = []
        for slug, times in (("klein", 1), ("groot", 30)):
            make_case(slug=slug, **many(times))
            send(editor, slug, opened_form(editor, slug), summary="Eerst")  # a draft
            with statements(house.database) as shown:
                editor.get(f"/cases/{slug}/edit")
            form = opened_form(editor, slug)
            with statements(house.database) as saved:
                assert send(editor, slug, form, "autosave", summary="Anders", headers=JSON).status_code == 200
            counts.append((len(shown), len(saved)))
        assert counts[0] == counts[1]
        assert counts[0][0] <= 30
        assert counts[0][1] <= 60
        assert version_of_draft(house, bert, "groot") == 2


class TestInTheBackground:
    """What the page's script asks for: the same form, answered as JSON."""

    def test_saving_by_itself(self, house: House, author: FlaskClient, anna: Person) -> None:
        slug = begun(house, anna)
        answer = send(
            author,
            slug,
            opened_form(author, slug),
            "autosave",
            summary="Typend",
            municipality="Stein",
            headers=JSON,
        )
        told = answer.get_json()
        assert answer.status_code == 200
        assert told["version"] == 2
        assert told["province"] == "Limburg"
        assert json.loads(told["base"]) == content_of_draft(house, anna, slug)
        assert "editor-panel" not in told["panel"]
        assert "page" not in told
        assert answer.headers["Cache-Control"] == "no-store"

    def test_a_button_brings_the_page_as_it_is_now(
        self, house: House, author: FlaskClient, anna: Person
    ) -> None:
        slug = begun(house, anna)
        told = send(author, slug, opened_form(author, slug), "add:sources", headers=JSON).get_json()
        assert told["focus"] == "sources-0"
        assert parse(told["page"]).one(id="sources-0")
        assert told["said"]

    def test_a_refusal_is_a_sentence(self, house: House, author: FlaskClient, anna: Person) -> None:
        slug = begun(house, anna)
        form = opened_form(author, slug)
        del form["whole"]
        answer = send(author, slug, form, "autosave", headers=JSON)
        assert answer.status_code == 400
        assert set(answer.get_json()) == {"error"}

    def test_who_is_signed_out_is_told_so(self, house: House, author: FlaskClient, anna: Person) -> None:
        slug = begun(house, anna)
        form = opened_form(author, slug)
        author.delete_cookie("session")
        answer = send(author, slug, form, "autosave", headers=JSON)
        assert answer.status_code == 401
        assert content_of_draft(house, anna, slug)["summary"] == ""


class TestTwoAtOnce:
    def test_what_only_one_changed_is_put_together(
        self, house: House, author: FlaskClient, editor: FlaskClient, anna: Person
    ) -> None:
        slug = begun(house, anna, summary="Kort.")
        mine, theirs = opened_form(author, slug), opened_form(editor, slug)
        send(editor, slug, theirs, summary="Langer.")
        answer = send(author, slug, mine, place="Noord")
        assert answer.status_code == 303
        content = content_of_draft(house, anna, slug)
        assert (content["summary"], content["place"]) == ("Langer.", "Noord")

    @pytest.mark.parametrize(
        ("pick", "kept"),
        [
            ("mine", "Van Anna"),
            ("theirs", "Van Bert"),
            ("own", "Van ons samen"),
            ("", "Van Anna\n\nVan Bert"),
        ],
    )
    def test_what_both_changed_is_shown_side_by_side(
        self, app: Flask, house: House, anna: Person, pick: str, kept: str
    ) -> None:
        author = sign_in(app.test_client(), anna)
        editor = sign_in(app.test_client(), make_person(house, "editor", name="Bert de Vries"))
        slug = begun(house, anna, summary="Kort.")
        mine, theirs = opened_form(author, slug), opened_form(editor, slug)
        send(editor, slug, theirs, summary="Van Bert", place="Zuid")
        answer = send(author, slug, mine, summary="Van Anna", topics="speelplek")
        assert answer.status_code == 409
        page = parse(answer.text)
        assert "Bert de Vries" in page.text
        assert "Van Anna" in page.text
        assert "Van Bert" in page.text
        form = page.one("form", id="conflict")
        data = {one.get("name"): one.get("value") for one in form.all("input", type="hidden")}
        data["own-0"] = form.one("textarea").raw.removeprefix("\n")
        if pick == "own":
            data["own-0"] = "Van ons samen"
        if pick:
            data["pick-0"] = pick
        answer = author.post(f"/cases/{slug}/edit", data=data)
        assert answer.status_code == 303
        content = content_of_draft(house, anna, slug)
        assert content["summary"] == kept
        assert (content["place"], content["topics"]) == ("Zuid", "speelplek")

    def test_a_row_that_one_took_away(
        self, house: House, author: FlaskClient, editor: FlaskClient, anna: Person
    ) -> None:
        row = {"title": "Plan", "url": "", "publisher": "", "accessed": ""}
        slug = begun(house, anna, sources=[row])
        mine, theirs = opened_form(author, slug), opened_form(editor, slug)
        send(editor, slug, theirs, "remove:sources:0")
        answer = send(author, slug, mine, sources__0__publisher="De gemeente")
        assert answer.status_code == 409
        form = parse(answer.text).one("form", id="conflict")
        data = {one.get("name"): one.get("value") for one in form.all("input", type="hidden")}
        for pick, left in (("away", 0), ("keep", 1)):
            data["version"] = str(version_of_draft(house, anna, slug))
            author.post(f"/cases/{slug}/edit", data={**data, "pick-0": pick})
            assert len(content_of_draft(house, anna, slug)["sources"]) == left

    def test_somebody_saves_once_more_while_one_chooses(
        self, house: House, author: FlaskClient, editor: FlaskClient, anna: Person
    ) -> None:
        slug = begun(house, anna, summary="Kort.")
        mine = opened_form(author, slug)
        send(editor, slug, opened_form(editor, slug), summary="Van Bert")
        page = parse(send(author, slug, mine, summary="Van Anna").text)
        send(editor, slug, opened_form(editor, slug), place="Later van Bert")
        form = page.one("form", id="conflict")
        data = {one.get("name"): one.get("value") for one in form.all("input", type="hidden")}
        assert author.post(f"/cases/{slug}/edit", data={**data, "pick-0": "mine"}).status_code == 303
        content = content_of_draft(house, anna, slug)
        assert (content["summary"], content["place"]) == ("Van Anna", "Later van Bert")

    def test_saving_by_itself_stops_and_says_so(
        self, house: House, author: FlaskClient, editor: FlaskClient, anna: Person
    ) -> None:
        slug = begun(house, anna, summary="Kort.")
        mine = opened_form(author, slug)
        send(editor, slug, opened_form(editor, slug), summary="Van Bert")
        answer = send(author, slug, mine, "autosave", summary="Van Anna", headers=JSON)
        assert answer.status_code == 409
        assert answer.get_json()["error"]
        assert content_of_draft(house, anna, slug)["summary"] == "Van Bert"

    def test_a_text_of_its_own_in_the_page_stays_text(
        self, house: House, author: FlaskClient, editor: FlaskClient, anna: Person
    ) -> None:
        """TRUST 1 and 7: what two people wrote is shown, never obeyed, on the screen with both."""
        attack = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}'
        slug = begun(house, anna, summary="Kort.")
        mine = opened_form(author, slug)
        send(editor, slug, opened_form(editor, slug), summary=f"Bert {attack}", title=attack)
        answer = send(author, slug, mine, summary=f"Anna {attack}")
        assert answer.status_code == 409
        page = parse(answer.text)
        assert attack in page.text
        assert not page.all("img")
        assert not [one for one in page.all("script") if "alert" in one.raw]
        assert page.one("h1").text == attack


class TestHolding:
    """Without JavaScript the text is in the request only: who is not known any more gets it back with a button."""

    def test_signed_out_meanwhile(self, house: House, author: FlaskClient, anna: Person) -> None:
        slug = begun(house, anna)
        form = opened_form(author, slug)
        author.delete_cookie("session")
        answer = send(author, slug, form, summary="<b>Lang werk</b>", headers={"Origin": "http://localhost"})
        assert answer.status_code in {400, 403}
        assert content_of_draft(house, anna, slug)["summary"] == ""
        page = parse(answer.text)
        data = {one.get("name"): one.raw.removeprefix("\n") for one in page.all("textarea")}
        assert data["summary"] == "<b>Lang werk</b>"
        sign_in(author, anna)
        fresh = {**data, "csrf_token": hidden(author.get("/cases/new").text, "csrf_token"), "do": "save"}
        assert author.post(f"/cases/{slug}/edit", data=fresh).status_code == 303
        assert content_of_draft(house, anna, slug)["summary"] == "<b>Lang werk</b>"

    def test_a_token_that_is_too_old(self, house: House, author: FlaskClient, anna: Person) -> None:
        slug = begun(house, anna)
        form = {**opened_form(author, slug).to_dict(), "csrf_token": "old", "summary": "Lang werk"}
        answer = author.post(f"/cases/{slug}/edit", data=form, headers={"Origin": "http://localhost"})
        assert answer.status_code == 400
        assert "Lang werk" in answer.text

    @pytest.mark.parametrize("origin", [None, "https://evil.example", "null", "http://localhost:8000"])
    def test_trust_50_another_site_gets_no_text_under_that_button(
        self, house: House, author: FlaskClient, anna: Person, origin: str | None
    ) -> None:
        slug = begun(house, anna)
        form = {**opened_form(author, slug).to_dict(), "csrf_token": "", "summary": "Van een ander"}
        headers = {"Origin": origin} if origin else {}
        answer = author.post(f"/cases/{slug}/edit", data=form, headers=headers)
        assert answer.status_code == 400
        assert "Van een ander" not in answer.text
        assert content_of_draft(house, anna, slug)["summary"] == ""


class TestPreview:
    def test_however_incomplete(self, house: House, author: FlaskClient, anna: Person) -> None:
        slug = begun(
            house,
            anna,
            period_start="20x6",
            latitude="noord",
            licence="y" * 99,
            timeline=[{"date": "ooit", "what": "Iets"}, {"date": "2016-11", "what": "Schouw"}],
            sources=[
                {"title": "", "url": "javascript:alert(1)", "publisher": "Krant", "accessed": "gisteren"}
            ],
            lessons=[
                {
                    "key": "n1",
                    "statement": "Spreek rollen uit.",
                    "explanation": "**Echt**",
                    "challenge": "",
                    "themes": [],
                    "perspectives": [],
                    "origin": "stated",
                    "translations": {},
                }
            ],
        )
        answer = author.get(f"/cases/{slug}/preview")
        assert answer.status_code == 200
        page = parse(answer.text)
        assert page.one("h1").text == "Duiven-Noord"
        assert "Spreek rollen uit." in page.text
        assert "Schouw" in page.text
        assert "javascript:" not in answer.text
        with house.database.reading() as session:
            assert queries.slugs(session, public=True) == []

    def test_of_one_text(self, author: FlaskClient) -> None:
        told = post(
            author, "/preview", text="**vet** <script>alert(1)</script> ![x](https://evil.example/a.png)"
        ).get_json()
        assert "<strong>vet</strong>" in told["html"]
        assert "<script" not in told["html"]
        assert "<img" not in told["html"]

    def test_of_a_hostile_text_in_time(self, author: FlaskClient) -> None:
        told = post(author, "/preview", text="[" * 200_000).get_json()
        assert told["note"]
        assert len(told["html"]) < 60_000

    def test_trust_2_dangerous_links(self, author: FlaskClient) -> None:
        text = "[a](javascript:alert(1)) [b](data:text/html,x) [c](VBscript:x) [d](java\tscript:x) [e](&#106;avascript:x)"
        html = post(author, "/preview", text=text).get_json()["html"]
        assert "href" not in html

    def test_not_for_strangers(self, app: Flask, house: House, anna: Person) -> None:
        slug = begun(house, anna)
        other = sign_in(app.test_client(), make_person(house, "author"))
        assert other.get(f"/cases/{slug}/preview").status_code == 404
        assert other.get(f"/cases/{slug}/edit").status_code == 404
        assert app.test_client().get(f"/cases/{slug}/edit").status_code == 302
        assert app.test_client().post("/preview", data={"text": "x"}).status_code == 400


class TestPublished:
    @pytest.fixture
    def sample(self, sample_data: Path) -> Iterator[House]:
        house = opened(sample_data)
        yield house
        house.close()

    def test_its_writers_find_the_way_to_the_editor(self, sample: House) -> None:
        app = create_app(sample)
        page = parse(app.test_client().get("/cases/duiven-west").text)
        assert not page.all(class_="tools")
        client = sign_in(app.test_client(), make_person(sample, "editor"))
        tools = parse(client.get("/cases/duiven-west").text).one(class_="tools")
        assert [one.get("href") for one in tools.all("a")] == [
            "/cases/duiven-west/edit",
            "/cases/duiven-west/history",
        ]

    def test_readers_see_it_as_it_was_while_it_is_edited(self, sample: House) -> None:
        app = create_app(sample)
        person = make_person(sample, "editor")
        client = sign_in(app.test_client(), person)
        before = app.test_client().get("/cases/duiven-west").text
        answer = send(client, "duiven-west", opened_form(client, "duiven-west"), title="Heel anders")
        assert answer.status_code == 303
        assert app.test_client().get("/cases/duiven-west").text == before
        assert "Heel anders" in client.get("/cases/duiven-west/preview").text
        assert drafts.MOST_CHARACTERS
